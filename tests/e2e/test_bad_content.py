"""Bad input in `content/`: every kind is told at its place, with a way out, and harms nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from harness import Run, Site, article, as_nobody, snapshot

PATH = "content/articles/business/bad.md"
BOMB = "title: x\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


class Expected(NamedTuple):
    """A finding that a case must give, in `content/articles/business/bad.md` unless it says where."""

    code: str
    at: str
    message: str
    hint: str = ""
    severity: str = ""
    path: str = PATH
    marked: str = ""


class Case(NamedTuple):
    """Files to add to a published site, and what must be told of them."""

    name: str
    files: dict[str, str | bytes]
    findings: list[Expected]


def bad(body: str = "Some text.", /, **front: object) -> dict[str, str | bytes]:
    """Return an article at the usual place."""
    return {PATH: article(body, **front)}


def piece(name: str, body: str = "Some text.", /, **front: object) -> dict[str, str | bytes]:
    """Return an article at another place."""
    return {f"content/articles/{name}.md": article(body, **front)}


ERRORS = [
    Case(
        "wrong type",
        bad(tags="{a: b}", draft="maybe"),
        [
            Expected("wrong-type", "5:7", "`tags` should be a list of texts, or one text with commas, but is a table"),
            Expected("wrong-type", "6:8", "`draft` should be `true` or `false`, not “maybe”", marked="maybe"),
        ],
    ),
    Case(
        "impossible date",
        bad(date="2009-02-30"),
        [Expected("bad-date", "3:7", "“2009-02-30” is not a date that exists", "year-month-day", marked="2009-02-30")],
    ),
    Case(
        "ambiguous date",
        bad(date="07/08/2009"),
        [Expected("ambiguous-date", "3:7", "can be read in more than one way", "`2009-08-07` or `2009-07-08`")],
    ),
    Case("missing title", bad(title=None), [Expected("missing-key", "1:1", "the title is missing", "add `title: …`")]),
    Case(
        "unknown notice",
        bad(standards="editorail"),
        [
            Expected(
                "unknown-notice",
                "5:12",
                "unknown standards notice “editorail”",
                "did you mean `editorial`? Notices live in content/standards/",
                marked="editorail",
            )
        ],
    ),
    Case(
        "notice not in force",
        bad(standards="editorial", date="2008-12-31"),
        [Expected("notice-not-in-force", "5:12", "older than its first version", "or write `standards: none`")],
    ),
    Case(
        "missing relation target",
        bad("- One two three. {: .argument rebuts=business/gfit#horse supports=business/gift#hrose }\n"),
        [
            Expected(
                "missing-reference", "7:38", "there is no article “business/gfit”", "did you mean `business/gift`?"
            ),
            Expected("missing-reference", "7:67", "has no argument “hrose”", "did you mean `horse`?"),
        ],
    ),
    Case(
        "unknown claim",
        bad("- One two three. {: .argument stance=pro claim=nope }\n"),
        [Expected("missing-reference", "7:48", "there is no claim “nope”", "content/claims/nope.md", marked="nope")],
    ),
    Case(
        "missing file of a link",
        bad("See [it](gfit.md).\n"),
        [
            Expected(
                "missing-reference",
                "7:10",
                "there is no file “content/articles/business/gfit.md”",
                "`content/articles/business/gift.md`",
            )
        ],
    ),
    Case(
        "ambiguous reference",
        bad("See [it](article:gift).\n\n- One two. {: .argument rebuts=gift#horse }\n") | piece("opinion/gift"),
        [
            Expected(
                "ambiguous-reference", "7:10", "“gift” could mean `business/gift`, `opinion/gift`", "the section too"
            ),
            Expected(
                "ambiguous-reference", "9:32", "“gift” could mean `business/gift`, `opinion/gift`", "the section too"
            ),
        ],
    ),
    Case(
        "duplicate id of articles",
        bad(id="same") | piece("business/worse", id="same"),
        [
            Expected(
                "duplicate-id",
                "5:5",
                f"the id “same” is also that of {PATH}",
                "give one of them another `id`",
                path="content/articles/business/worse.md",
            )
        ],
    ),
    Case(
        "duplicate id of arguments",
        bad("- One two. {: .argument #a }\n- Two three. {: .argument #a }\n"),
        [Expected("duplicate-id", "8:27", "two arguments with the id “a”", "give one of them another id", marked="#a")],
    ),
    Case(
        "identical arguments",
        bad("- One two three. {: .argument }\n- One two three. {: .argument }\n"),
        [Expected("identical-arguments", "8:3", "two arguments with the same text", "{: #some-id }")],
    ),
    Case(
        "nested arguments",
        bad("## A heading {: .argument }\n\nText.\n\n- Inner. {: .argument }\n"),
        [Expected("nested-argument", "11:10", "an argument inside another", "end the outer argument first")],
    ),
    Case(
        "stray mark",
        bad("Text with {: .argument } in the middle.\n"),
        [Expected("bad-mark", "7:11", "the mark “{: .argument }” would be left visible", "at the end of an item")],
    ),
    Case(
        "mark with a slip",
        bad("- One two three. {: .argument stnace=pro }\n- Two three. {: .argument stance=prp }\n"),
        [
            Expected("bad-mark", "7:31", "unknown key “stnace”", "did you mean `stance`?", marked="stnace"),
            Expected("bad-mark", "8:34", "unknown stance “prp”", "did you mean `pro`?", marked="prp"),
        ],
    ),
    Case(
        "misplaced mark",
        bad("Text.\n\n{: .argument }\n\nMore.\n"),
        [Expected("misplaced-mark", "9:1", "this mark belongs to no block", "put it at the end of the item")],
    ),
    Case(
        "unclosed fence",
        bad("::: argument\n\nText here.\n"),
        [Expected("unclosed-fence", "7:1", "this fence is never closed", "add a line with `:::`")],
    ),
    Case(
        "reserved slug",
        bad(slug="archive") | piece("tags/within") | {"content/pages/search.md": "---\ntitle: Search\n---\n"},
        [
            Expected("reserved-slug", "5:7", "the slug “archive” is reserved", "choose another slug", marked="archive"),
            Expected(
                "reserved-slug", "", "the section “tags” is reserved", "slug", path="content/articles/tags/within.md"
            ),
            Expected("reserved-slug", "", "the page “search” is reserved", "slug", path="content/pages/search.md"),
        ],
    ),
    Case(
        "page where the archive stands",
        {"content/pages/about.md": "---\ntitle: Archive\nslug: archive\n---\n"},
        [Expected("reserved-slug", "3:7", "the page “archive” is reserved", "slug", path="content/pages/about.md")],
    ),
    Case(
        "dots in a slug",
        bad(slug="../../etc", id="../x", aliases="[../../x, /%2e%2e/y]"),
        [
            Expected("bad-slug", "5:7", "“../../etc” is not a slug", "write `etc`", marked="../../etc"),
            Expected("bad-slug", "6:5", "“../x” is not an id", "write `x`"),
            Expected("bad-value", "7:11", "“../../x” is not a path of this site", "without `..`", marked="../../x"),
            Expected("bad-value", "7:20", "“/%2e%2e/y” is not a path of this site", "without `..`"),
        ],
    ),
    Case(
        "broken YAML",
        {PATH: "---\ntitle: A colon: here\n---\nText.\n"},
        [Expected("front-matter-syntax", "2:15", "a colon followed by a blank", "`title: 'A colon: here'`")],
    ),
    Case(
        "quote never closed",
        {PATH: '---\ntitle: "Never closed\n---\nText.\n'},
        [Expected("front-matter-syntax", "2:8", "a quotation mark is never closed", "close it")],
    ),
    Case(
        "broken TOML",
        {PATH: '+++\ntitle = "A"\ndate = 2009-07-\n+++\nText.\n'},
        [Expected("front-matter-syntax", "3:12", "not valid TOML")],
    ),
    Case(
        "front matter never closed",
        {PATH: "---\ntitle: A\n--\nText.\n"},
        [Expected("front-matter-unclosed", "1:1", "the front matter is never closed", "line 3 is `--`")],
    ),
    Case(
        "alias bomb",
        {PATH: f"---\n{BOMB}---\n\nText.\n"},
        [Expected("front-matter-syntax", "7:12", "aliases expand to more than 20,000 values")],
    ),
    Case(
        "brackets without end",
        {PATH: f"---\ntitle: {'[' * 100_000}\n---\n\nText.\n"},
        [Expected("front-matter-syntax", "2:39", "nested deeper than 32 levels")],
    ),
    Case(
        "binary file",
        {PATH: b"\x89PNG\r\n\x1a\n\0\0\0"},
        [Expected("not-text", "1:1", "the file is not UTF-8 (byte 1)", "save it as UTF-8")],
    ),
    Case(
        "UTF-16",
        {PATH: "---\ntitle: A\n---\n".encode("utf-16")},
        [Expected("not-text", "1:1", "the file is not UTF-8 (byte 1)", "it seems to be UTF-16")],
    ),
    Case(
        "20 MB",
        {PATH: b"---\ntitle: A\n---\n" + b"word " * 4_000_000},
        [Expected("too-large", "", "larger than 4 MiB", "`content/files/`")],
    ),
    Case("empty file", {PATH: ""}, [Expected("empty-file", "", "the file is empty", "or delete the file")]),
    Case("blank file", {PATH: "\n \n\t\n"}, [Expected("empty-file", "", "the file is empty", "or delete the file")]),
    Case(
        "two articles at one URL",
        piece("business/2009/gift", title="Another"),
        [
            Expected(
                "url-collision",
                "",
                "business/2009/gift.md and content/articles/business/gift.md ask for the URL /business/gift/",
                "give one of them another `slug`",
                severity="fatal",
                path="content/articles/business/gift.md",
            )
        ],
    ),
    Case(
        "alias where a page stands",
        bad(aliases="/business/gift/"),
        [Expected("url-collision", "", "ask for the URL /business/gift/", "remove the alias", severity="fatal")],
    ),
    Case(
        "alias that differs in case",
        bad(aliases="/Business/GIFT/"),
        [
            Expected(
                "url-collision",
                "",
                "URLs that are one on some hosts, /business/gift/ and /Business/GIFT/",
                "remove the alias",
                severity="fatal",
            )
        ],
    ),
    Case(
        "file where a page stands",
        {"content/files/Business/gift/Index.html": "mine"},
        [
            Expected(
                "url-collision",
                "",
                "URLs that are one on some hosts, /business/gift/ and /Business/gift/Index.html",
                "another `slug`",
                severity="fatal",
                path="content/files/Business/gift/Index.html",
            )
        ],
    ),
    Case(
        "file where a folder is needed",
        {"content/files/business": "mine"},
        [
            Expected(
                "url-collision",
                "",
                "ask for",
                "another `slug`",
                severity="fatal",
                path="content/files/business",
            )
        ],
    ),
    Case(
        "tags that share a slug",
        bad(tags='["C+", "C plus"]'),
        [Expected("shared-slug", "5:8", "the tags “C plus” and “C+” share the slug “c-plus”", "content/tags/")],
    ),
    Case(
        "article in three folders",
        piece("a/b/c/bad"),
        [
            Expected(
                "bad-path",
                "",
                "an article cannot stand in 3 folders, `a` and `b` and `c`",
                "content/articles/<section>/<slug>.md",
                path="content/articles/a/b/c/bad.md",
            )
        ],
    ),
    Case(
        "article outside the folder of articles",
        {"content/gift.md": article()},
        [
            Expected(
                "bad-path",
                "",
                "a Markdown file directly in `content/` means nothing",
                "put it into `content/articles/<section>/`",
                path="content/gift.md",
            )
        ],
    ),
]

WARNINGS = [
    Case(
        "unknown key",
        bad(standrads="editorial"),
        [Expected("unknown-key", "5:1", "unknown key “standrads”", "did you mean `standards`?", marked="standrads")],
    ),
    Case(
        "two spellings of a key",
        bad(headline="Another"),
        [Expected("conflicting-keys", "5:1", "`headline` differs from `title` in line 2", "`title` counts")],
    ),
    Case(
        "duplicate key",
        bad(Title="Another", tags="a") | {PATH: article(tags="a").replace("tags: a", "tags: a\ntags: b")},
        [Expected("duplicate-key", "6:1", "`tags` stands twice, first in line 5", "the last one counts")],
    ),
    Case(
        "script in the body",
        bad("Hello <script>alert(1)</script> all.\n\n<script>\nalert(2)\n</script>\n\n<p onclick='alert(3)'>x</p>\n"),
        [
            Expected("removed-html", "7:7", "<script> is not allowed and was removed", marked="<script>"),
            Expected("removed-html", "9:1", "<script> is not allowed and was removed", marked="<script>"),
            Expected("removed-html", "13:1", "the attribute “onclick” of <p> was removed"),
        ],
    ),
    Case(
        "javascript in the body",
        bad("A [link](javascript:alert(1)) and <a href='java&#9;script:alert(2)'>one</a>.\n"),
        [
            Expected("unsafe-url", "7:10", "the link to “javascript:alert(1)” was removed"),
            Expected("unsafe-url", "7:35", "was removed"),
        ],
    ),
    Case(
        "javascript in the front matter",
        bad(original='{title: x, url: "javascript:alert(1)"}', image="javascript:alert(2)"),
        [
            Expected("unsafe-url", "5:27", "the URL of `url` begins with “javascript:” and is left out", "`https:`"),
            Expected("unsafe-url", "6:8", "the URL of `image` begins with “javascript:” and is left out", "`https:`"),
        ],
    ),
    Case(
        "missing image and page",
        bad("![A chart](chart.png) and [a page](/nowhere/).\n\n![](https://example.org/a.png)\n"),
        [
            Expected("missing-image", "7:12", "there is no image “chart.png”", "relative to the Markdown file"),
            Expected("missing-page", "7:36", "the site has no page at /nowhere/"),
            Expected("missing-alt", "9:3", "a picture without an `alt` text"),
        ],
    ),
    Case(
        "missing fragment",
        bad("See [it](gift.md#hrose).\n"),
        [Expected("missing-fragment", "7:10", "the page of “gift.md#hrose” has no place “hrose”", "`horse`")],
    ),
    Case(
        "slips of Markdown",
        bad("Text\n- an item\n\n1. Item\n\n  a block of it\n\n{% include x %}\n\n::: note\nx\n:::\n"),
        [
            Expected("list-needs-blank-line", "8:1", "a list that follows text without a blank line", "blank line"),
            Expected("shallow-indent", "12:3", "indented by 2", "by four blanks"),
            Expected("foreign-markup", "14:1", "template tag “{% include %}”", "Markdown"),
            Expected("unknown-fence", "16:1", "unknown block “note”", "`::: argument`"),
        ],
    ),
    Case(
        "unknown folder",
        {"content/artciles/business/a.md": article()},
        [
            Expected(
                "unknown-folder", "", "`artciles` is no folder", "did you mean `articles`?", path="content/artciles"
            )
        ],
    ),
]


def expect(run: Run, case: Case, severity: str) -> None:
    """Expect every finding of a case, and the neighbour's, each once and no other."""
    for it in case.findings:
        place = f"{it.path}:{it.at}" if it.at else it.path
        finding = run.finds(it.severity or severity, place, it.code, message=it.message, hint=it.hint)
        assert bool(finding.excerpt) is bool(it.at and it.code != "not-text")
        if it.marked:
            assert it.marked == finding.marked
    run.finds("warning", "content/articles/business/neighbour.md:5:1", "unknown-key", message="unknown key “colour”")

    assert len(case.findings) + 1 == len(run.findings), run.err


def identify(case: Case) -> str:
    """Return the name of a case, for pytest."""
    return case.name


@pytest.mark.parametrize("case", ERRORS, ids=identify)
def test_errors(published: Site, case: Case) -> None:
    """An error is told with its place and a hint, the neighbour's warning too, and the output stays as it was."""
    for path, text in case.files.items():
        published.write(path, text)
    before = snapshot(published.folder)

    run = published.fail(code=1)

    expect(run, case, "error")
    assert run.out == ""
    assert run.err.splitlines()[-1].startswith(f"failed: {len(case.findings)} error")
    assert snapshot(published.folder) == before


@pytest.mark.parametrize("name", ["impossible date", "unknown notice", "two articles at one URL"])
def test_json_tells_the_same(published: Site, name: str) -> None:
    """`--json` has the same findings as the console."""
    for path, text in next(case.files for case in ERRORS if case.name == name).items():
        published.write(path, text)

    run = published.fail("--json", code=1)

    assert run.json["ok"] is False
    told = [(it["severity"], it["code"], it["message"]) for it in run.json["diagnostics"]]
    assert told == [(it.severity, it.code, it.message) for it in run.findings]


@pytest.mark.parametrize("case", WARNINGS, ids=identify)
def test_warnings(published: Site, case: Case) -> None:
    """A warning is told in the same way and the site is built; `--strict` makes the same run end with 1."""
    for path, text in case.files.items():
        published.write(path, text)

    run = published.build()

    expect(run, case, "warning")
    assert run.findings == published.fail("--strict", code=1).findings


def test_nothing_of_a_script_is_published(published: Site) -> None:
    """Wherever `<script>` and `javascript:` stand in a source, no page has them as more than text."""
    script = "<script>alert(1)</script>"
    published.article(
        "business/bad",
        f"{script}\n\n- One {script} two three. {{: .argument #one }}\n- [x](javascript:alert(1))\n\n[^1]: {script}\n",
        title=f"A {script}",
        author=f'\'{{name: "{script}", role: "{script}"}}\''.strip("'"),
        dek=f"{script} and [x](javascript:alert(1))",
        description=script,
        kicker=script,
        tags=f'["{script}"]',
        image=f'{{src: /x.png, alt: "{script}", caption: "{script}"}}',
        original=f'{{publisher: "{script}", url: "javascript:alert(1)"}}',
        rights=f'{{holder: "{script}", license: "javascript:alert(1)", statement: "{script}"}}',
        disclosures=f'[{{text: "{script}", kind: "{script}"}}]',
        corrections=f'[{{date: 2010-01-01, text: "{script}", argument: one}}]',
        annotations=f'[{{argument: one, stance: pro, by: "{script}"}}]',
    )
    published.write(
        "content/authors/x.md", f'---\nname: X\nlinks: [{{name: y, url: "javascript:alert(1)"}}]\n---\n{script}'
    )

    run = published.build()

    for path in published.tree():
        if path.endswith(".html"):
            page = run.page(f"/{path}")
            sources = [element.attributes.get("src") for element in page.all("script")]
            targets = [
                value
                for element in page.elements
                for name, value in element.attributes.items()
                if name in ("href", "src", "content") and "javascript:" in value.lower() and name != "content"
            ]

            assert all(source and "script." in source for source in sources), path
            assert targets == [], path


def test_a_link_out_of_content(published: Site, tmp_path: Path) -> None:
    """A symbolic link that leads out of `content/` is an error; nothing of what it leads to is published."""
    (tmp_path / "secret.md").write_text(article("The secret text."))
    (published.folder / PATH).symlink_to(tmp_path / "secret.md")
    before = snapshot(published.output)

    run = published.fail()

    run.finds("error", PATH, "outside-content", message="leads out of `content/`", hint="copy what it leads to")
    run.finds("warning", "content/articles/business/neighbour.md:5:1", "unknown-key")
    assert snapshot(published.output) == before


def pipe(path: Path) -> None:
    """Make a pipe, from which reading would wait for ever."""
    os.mkfifo(path)


def loop(path: Path) -> None:
    """Make a link that leads to itself."""
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    """Make a link that leads nowhere within `content/`."""
    path.symlink_to("nothing.md")


def folder(path: Path) -> None:
    """Make a folder that is named like an article."""
    path.mkdir()


@pytest.mark.parametrize("make", [pipe, loop, dangling, folder])
def test_no_file_at_all(published: Site, make: Callable[[Path], None]) -> None:
    """What is named like an article and cannot be opened as a file is an error, and nobody waits for it."""
    make(published.folder / PATH)
    before = snapshot(published.output)

    run = published.fail()

    run.finds("error", PATH, "unreadable", message="cannot be read")
    run.finds("warning", "content/articles/business/neighbour.md:5:1", "unknown-key")
    assert snapshot(published.output) == before


@pytest.mark.parametrize("name", ["bad.md", "gift/picture.png"])
def test_a_file_that_may_not_be_read(built_once: Site, name: str) -> None:
    """A file without permission is an error at its path, be it text or a picture that is used."""
    with as_nobody(built_once) as site:
        site.rename("content/articles/business/gift.md", "content/articles/business/gift/index.md")
        site.write("content/articles/business/gift/index.md", article("![A picture](picture.png)"))
        site.write("content/articles/business/gift/picture.png", b"png")
        site.write("content/articles/business/bad.md", article())
        site.build()
        before = snapshot(site.output)
        (site.folder / "content/articles/business" / name).chmod(0)

        run = site.fail()

        run.finds(
            "error", f"content/articles/business/{name}", "unreadable", message="cannot be read: permission denied"
        )
        run.finds("warning", "content/articles/business/neighbour.md:5:1", "unknown-key")
        assert snapshot(site.output) == before


def test_many_errors(published: Site) -> None:
    """Twenty errors are shown in full and before the warnings, the rest is counted by kind; `-v` shows each."""
    for number in range(30):
        published.article(f"business/bad-{number:02}", date="2009-02-30", colour="red")

    run = published.fail()

    assert [finding.code for finding in run.findings] == ["bad-date"] * 20
    run.says("… and 41 more: 31 unknown-key, 10 bad-date", "-v", "failed: 30 errors, 31 warnings")
    assert len(published.run("-v", "build").expect(1).findings) == 61


def test_quiet(published: Site) -> None:
    """`-q` leaves out warnings and summary; errors are told."""
    assert published.run("-q", "build").expect(0).err == ""
    published.article("business/bad", date="2009-02-30")

    run = published.run("-q", "build").expect(1)

    assert [(finding.severity, finding.code) for finding in run.findings] == [("error", "bad-date")]
