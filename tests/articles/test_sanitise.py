"""Nothing that an author wrote can run on a page, and what is taken out is told."""

from __future__ import annotations

import re

import pytest

from sitegen.articles.markup import Markup, Rendered
from sitegen.config import Markdown

SAFE, ALLOW, ESCAPE = (Markup(Markdown(raw_html=raw), "en") for raw in ("sanitize", "allow", "escape"))  # type: ignore[arg-type]
RUNS = re.compile(r"(?i)<[^>]*(?:\son\w+=|steal|javascript|style=)|<(?:script|svg|style|form|object|iframe|base)")
FRAME = "https://www.youtube-nocookie.com/embed/1"


def html(rendered: Rendered) -> str:
    """Return the HTML of all blocks."""
    return "\n".join(block.html for block in rendered.blocks)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("<script>steal()</script>", ["removed-html"]),
        ("a <script>steal()</script> b", ["removed-html"]),
        ("<img src=x alt=y onerror=steal()>", ["removed-html"]),
        ("<svg onload=steal()><a/></svg>", ["removed-html"]),
        ("<svg><style><img src=x onerror=steal()></style></svg>", ["removed-html"]),
        ("<math><mtext><script>steal()</script></mtext></math>", ["removed-html"]),
        ("<a href='javascript:steal()'>x</a>", ["unsafe-url"]),
        ("<a href='JaVa\tScript:steal()'>x</a>", ["unsafe-url"]),
        ("<a href='&#106;avascript:steal()'>x</a>", ["unsafe-url"]),
        ("<a href='data:text/html,steal()'>x</a>", ["unsafe-url"]),
        ("<a href='vbscript:steal()'>x</a>", ["unsafe-url"]),
        ("[x](javascript:steal())", ["unsafe-url"]),
        ("[x](javascript&#58;steal())", ["unsafe-url"]),
        ("[x]: javascript:steal()\n\n[x]", ["unsafe-url"]),
        ("![x](data:image/svg+xml;steal)", ["unsafe-url"]),
        ("*x*{: onclick=steal() style=steal() }", []),
        ("<p style='background:url(steal)'>x</p>", ["removed-html"]),
        ("<div onmouseover='steal()'>x</div>", ["removed-html"]),
        ("<form action=steal><input autofocus onfocus=steal()></form>", ["removed-html"]),
        ("<object data=steal></object>", ["removed-html"]),
        ("<embed src=steal>", ["removed-html"]),
        ("<base href='//steal/'>", ["removed-html"]),
        ("<meta http-equiv=refresh content='0;url=//steal'>", ["removed-html"]),
        ("<link rel=stylesheet href=//steal>", ["removed-html"]),
        ("<style>@import '//steal';</style>", ["removed-html"]),
        ("<iframe srcdoc='<script>steal()</script>'></iframe>", ["removed-html"]),
        ("<iframe src='//steal/'>steal</iframe>", ["removed-html"]),
        ("<iframe src='https://www.youtube-nocookie.com@steal/'></iframe>", ["removed-html"]),
        ("<video poster='javascript:steal()' src=v.mp4></video>", ["unsafe-url"]),
        ("<template><b onclick=steal()>x</b></template>", ["removed-html"]),
        ("<noscript><p title='</noscript><img src=x onerror=steal()>'></noscript>", ["removed-html"]),
    ],
)
def test_what_could_run_is_removed_and_told(text: str, codes: list[str]) -> None:
    """Handlers, scripts, frames and odd schemes never reach a page; the finding stands at the line."""
    rendered = SAFE.render(f"First.\n\n{text}\n", first_line=5)
    out = html(rendered)

    assert not RUNS.search(out)
    assert (
        codes == list(dict.fromkeys(f.code for f in rendered.findings if f.code != "missing-alt"))[: len(codes) or None]
    )
    assert all(finding.line == 7 for finding in rendered.findings)


def test_frames_of_allowed_hosts_stay() -> None:
    """Over https, from a host of the configuration."""
    rendered = SAFE.render(f'<iframe src="{FRAME}" title="a > b" width="400" height="x"></iframe>')

    assert f'<iframe src="{FRAME}"' in html(rendered)
    assert 'width="400"' in html(rendered)
    assert "height" not in html(rendered)


def test_ids_are_unique_and_not_the_themes() -> None:
    """An id that an argument or the theme has, or that stands twice, is removed and told."""
    own = '<p id="own">c</p>'
    text = f'<div id="sg-nav">a</div>\n\n<p id="gift">b</p>\n\n{own}\n\n{own}\n\n- e {{: .argument #gift }}'
    rendered = SAFE.render(text, mode="marked")

    assert re.findall('id="([^"]*)"', html(rendered)) == ["own"]
    assert [(f.code, f.line) for f in rendered.findings] == [
        ("removed-html", 1),
        ("removed-html", 3),
        ("removed-html", 7),
    ]
    assert rendered.ids == ("gift", "own")


def test_attributes_of_one_tag_are_told_together() -> None:
    """One finding names them all, at the tag that has them; a tag of another generator is told elsewhere."""
    (finding,) = SAFE.render('<b>x</b> <b style="a" onclick="b">y</b>').findings

    assert (finding.line, finding.column) == (1, 10)
    assert "“style”, “onclick” of <b>" in finding.message
    assert [f.code for f in SAFE.render('<a href="{{ "/x" | url }}">y</a>').findings] == ["foreign-markup"]


def test_pictures_need_a_text() -> None:
    """An empty `alt` in HTML says that the picture only decorates; Markdown has no way to say so."""
    text = '![](a.png)\n\n<img src="b.png">\n\n<img src="c.png" alt="">\n\n![x](d.png)'

    assert [(f.code, f.line) for f in SAFE.render(text).findings] == [("missing-alt", 1), ("missing-alt", 3)]


def test_raw_html_may_be_trusted_or_shown() -> None:
    """`allow` leaves it as it is, `escape` shows it as text; neither complains."""
    text = "<div onclick='x'>a</div>\n\nb <b id='i'>c</b> [d](javascript:e)"

    assert "<div onclick='x'>a</div>" in html(ALLOW.render(text))
    assert "&lt;div onclick='x'&gt;" in html(ESCAPE.render(text)).replace("’", "'").replace("‘", "'")
    assert ALLOW.render(text).findings == ()
    assert [f.code for f in ESCAPE.render(text).findings] == ["unsafe-url"]
    assert ALLOW.render('<b id="i">c</b>').ids == ("i",)
    assert ESCAPE.render(text).ids == ()


def test_the_same_bytes_every_time() -> None:
    """Two engines write attributes in one order."""
    text = '![a](b.png)\n\n    code\n\n<img alt="x" src="y" width="1" class="c">'

    assert len({html(Markup(Markdown(), "en").render(text)) for _ in range(8)}) == 1


def test_an_extension_that_cannot_be_loaded() -> None:
    """Is an error of the configuration, with the nearest that is known."""
    from sitegen.errors import ConfigError

    with pytest.raises(ConfigError) as raised:
        Markup(Markdown(extensions=("footnote", "tables"), settings={"tables": {"no": 1}}), "en")

    assert [d.hint for d in raised.value.diagnostics] == [
        "did you mean `footnotes`?",
        "is it installed? see [markdown]",
    ]
