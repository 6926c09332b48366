"""Whatever is written into an article, it is published whole or told in words, and harms no page."""

from __future__ import annotations

import datetime as dt
import string
import tempfile
from pathlib import Path

from harness import Site, article
from hypothesis import given, settings
from hypothesis import strategies as st
from links import faults

EXAMPLES = settings().max_examples // 12
"""Each example is a whole build, so there are fewer of them than elsewhere."""
PATH = "content/articles/business/any.md"

CHARACTERS = "\x00\x02\x03\x0b\x1e\x7f\x85\ufeff\u2028\ufffe\u202e\u00ad\ud7ff"
HTML = """<script>|</script>|<!--|-->|<![CDATA[|]]>|<?php|</main>|<svg onload=x>|&amp;|&#x3c;script>|<a id=sg-main>
<p id=x>|<div markdown=1>|<http://a>|<p>|</p>|<td>|<details>|<style>|<iframe src=x>""".replace("\n", "|").split("|")
STAND_INS = [
    "sg-link:0",
    'href="sg-link:1"',
    "wzxhzdk:0",
    "klzzwxh:0001",
    "\x02wzxhzdk:0\x03",
    "{{ x }}",
    "{% raw %}",
    "{#",
]
MARKS = [
    "{: .argument }",
    "{: #a }",
    "{: .prose }",
    "{#a}",
    "::: argument\n",
    ":::\n",
    "{: stance=pro }",
    "{: rebuts=#a }",
]
MARKDOWN = """- |1. |    |> |## |[^1]|[^1]: |[a](b.md)|[a](#b)|![](x.png)|[x]: /y|https://example.org|javascript:
***|```|`|---|+++|\\|"|'|*a*|**|[a](javascript:x)|!!! note|: a""".replace("\n", "|").split("|")
BLANKS = ["\t", "\n", "\n\n", "\r\n", "\r", "a | b\n--|--\n"]
SPECIAL = [*CHARACTERS, *HTML, *STAND_INS, *MARKS, *MARKDOWN, *BLANKS]

snippets = st.lists(st.one_of(st.sampled_from(SPECIAL), st.text(max_size=12)), max_size=14).map("".join)


def build(*articles: tuple[str, str | bytes]) -> None:
    """Build a site of these articles: well, without any fault on any page, or with a finding that has a place."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "site")
        for path, text in articles:
            site.write(path, text)
        run = site.run("build")

        assert run.code in (0, 1), run.err
        if run.code == 1:
            failing = [finding for finding in run.findings if finding.severity != "warning"]
            assert failing, run.err
            assert all(finding.place.startswith("content/articles/") for finding in failing)
            assert not any(finding.code == "template" for finding in failing), run.err
            assert site.tree() == {}
        else:
            told = "missing-" in run.err
            assert [fault for fault in faults(site.tree()) if not (told and "lead" in fault)] == []


@settings(max_examples=EXAMPLES)
@given(body=snippets)
def test_any_body(body: str) -> None:
    """Any text may be the body of an article."""
    build((PATH, article().encode() + body.encode("utf-8", "surrogatepass")))


KEYS = [
    "title",
    "dek",
    "description",
    "kicker",
    "tags",
    "authors",
    "section",
    "slug",
    "id",
    "aliases",
    "language",
    "image",
]
QUOTED = {'"': '\\"', "\\": "\\\\"}


def quoted(text: str) -> str:
    """Return a YAML scalar that holds a text (YAML 1.2, 7.3.1)."""
    written = "".join(QUOTED.get(c) or (c if c.isprintable() else f"\\U{ord(c):08X}") for c in text)
    return f'"{written}"'


@settings(max_examples=EXAMPLES)
@given(values=st.dictionaries(st.sampled_from(KEYS), snippets.filter(lambda text: not _surrogate(text)), max_size=4))
def test_any_value(values: dict[str, str]) -> None:
    """Any text may be the value of any key."""
    front = {"title": "A", "date": "2009-07-20", "author": "B"} | values
    lines = [f"{key}: {quoted(text) if key in values else text}" for key, text in front.items()]
    build((PATH, "---\n" + "\n".join(lines) + "\n---\n\nSome *text*.\n"))


def _surrogate(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


@settings(max_examples=EXAMPLES)
@given(front=snippets, sign=st.sampled_from(["---", "+++"]), data=st.binary(max_size=8))
def test_any_front_matter(front: str, sign: str, data: bytes) -> None:
    """Anything may stand between the delimiters, and any bytes in the file."""
    build((PATH, f"{sign}\n{front}\n{sign}\n\nText.\n".encode("utf-8", "surrogatepass") + data))


names = st.sampled_from(["Ada Berg", "ada-berg", "C++", "C#", "Łódź", "日本", 'O\'Brien & "Co" <b>', "free software"])
words = st.text(alphabet=string.ascii_lowercase + " .*_`'\"<>&—", min_size=1, max_size=60)


@st.composite
def sites(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Return articles that share sections, authors and tags, with arguments that speak of each other."""
    count = draw(st.integers(1, 6))
    ids = [f"piece-{number}" for number in range(count)]
    files = []
    for number, name in enumerate(ids):
        lines = []
        for position in range(draw(st.integers(0, 3))):
            mark = f".argument #point-{position}"
            if number:  # an argument speaks of a piece before it, which has a first one
                kind, other = (
                    draw(st.sampled_from(["supports", "rebuts", "undercuts"])),
                    draw(st.integers(0, number - 1)),
                )
                mark += f" {kind}=s{other % 2}/piece-{other}#always"
            lines.append(f"- {draw(words).strip('<>`') or 'x'} and more. {{: {mark} }}")
        lines.append("- This one is always here. {: .argument #always }")
        link = f"See [it](../s{(number - 1) % 2}/{ids[number - 1]}.md#always)." if number else "See [it](#always)."
        front = {
            "title": quoted(draw(words)),
            "date": draw(st.dates(dt.date(1900, 1, 1), dt.date(2025, 1, 1))).isoformat(),
            "author": quoted(draw(names)),
            "tags": f"[{', '.join(quoted(tag) for tag in draw(st.lists(names, max_size=3)))}]",
            "section": f"s{number % 2}",
        }
        files.append((f"content/articles/s{number % 2}/{name}.md", article("\n".join([*lines, "", link, ""]), **front)))
    return files


@settings(max_examples=EXAMPLES)
@given(files=sites())
def test_any_site(files: list[tuple[str, str]]) -> None:
    """However pieces, names and relations are woven, every link and fragment of every page leads somewhere."""
    build(*files)
