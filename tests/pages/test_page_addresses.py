"""Addresses of finished pages: relative ones lead where the ones from the root led, and nothing else changes."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.pages.addresses import make_absolute, make_relative

SEGMENT = st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", min_size=1, max_size=8).filter(lambda s: s.strip("."))
URL = st.builds(
    lambda parts, end: "/" + "".join(f"{part}/" for part in parts) + end,
    st.lists(SEGMENT, max_size=4),
    st.one_of(st.just(""), SEGMENT.map(lambda name: f"{name}.html")),
)
TARGET = st.builds(str.__add__, URL, st.sampled_from(["", "#place", "?view=steps", "?a=1&amp;b=2#x"]))


@given(URL, TARGET, st.sampled_from(["https://example.org", "https://example.org/a/b"]))
def test_relative_leads_to_the_same_place(page: str, target: str, site: str) -> None:
    """Seen from its page, under whatever path the site stands, a relative address is the one from the root."""
    html = make_relative(f'<p><a href="{target}">there</a></p>', page, "/")
    relative = html.split('"')[1]

    assert not relative.startswith("/")
    assert site + target == urljoin(site + page, relative)


@given(URL, TARGET)
def test_relative_once(page: str, target: str) -> None:
    """A page whose addresses are relative stays as it is."""
    once = make_relative(f'<a href="{target}"><img src="{target}"></a>', page, "/")

    assert once == make_relative(once, page, "/")


@given(st.text("<>\"'=/ahref src\n", max_size=60))
def test_without_a_slash_nothing_changes(text: str) -> None:
    """Whatever else stands in a page, without an address from the root it stays as it is."""
    html = text.replace("/", "")

    assert html == make_relative(html, "/a/", "/")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/">', '<a href="../../">'),
        ('<a href="/a/b/#x">', '<a href="#x">'),
        ('<a href="/a/b/">', '<a href="../../a/b/">'),
        ("<a href='/x/'>", "<a href='../../x/'>"),
        ("<a href=/x/ class=y>", "<a href=../../x/ class=y>"),
        ('<A HREF = "/x/">', '<A HREF = "../../x/">'),
        ('<a class="x"\nhref="/x/">', '<a class="x"\nhref="../../x/">'),
        ('<img srcset="/x.png 1x, /y.png 2x">', '<img srcset="../../x.png 1x, ../../y.png 2x">'),
        ('<video poster="/x.png">', '<video poster="../../x.png">'),
        ('<q cite="/x/">', '<q cite="../../x/">'),
        ('<form action="/x/"><button formaction="/y/">', '<form action="../../x/"><button formaction="../../y/">'),
        ('<meta http-equiv="refresh" content="0; url=/x/">', '<meta http-equiv="refresh" content="0; url=../../x/">'),
        ('<a title="a < b > c" href="/x/">', '<a title="a < b > c" href="../../x/">'),
    ],
)  # fmt: skip
def test_attributes(html: str, expected: str) -> None:
    """Every attribute that holds an address is found, however HTML lets it be written."""
    assert expected == make_relative(html, "/a/b/", "/site/")


@pytest.mark.parametrize(
    "html",
    [
        '<a href="//example.org/x">',
        '<a href="https://example.org/x">',
        '<a href="x/">',
        '<a href="">',
        '<a data-href="/x/">',
        "<p title=\"a href='/x/'\">",
        "<p title='a href=\"/x/\"'>",
        '<meta content="/x/">',
        '<meta name="refresh" content="0; url=/x/">',
        '<meta http-equiv="refresh" content="0; url=https://example.org/x/">',
        'text with href="/x/" in it',
        '<code>&lt;a href="/x/"&gt;</code>',
        '2 < 3 href="/x/" > 1',
        '<a href="/x/',
    ],
)
def test_left_alone(html: str) -> None:
    """Other hosts, other attributes, values and text that look like an attribute are left alone."""
    assert html == make_relative(html, "/a/b/", "/site/")


def test_not_found_page() -> None:
    """Hosts show `404.html` at any URL, so its addresses begin with the path of the site."""
    html = make_relative('<a href="/x/#y"></a><a href="/404.html#y"></a>', "/404.html", "/site/")

    assert html == '<a href="/site/x/#y"></a><a href="/site/404.html#y"></a>'


def test_absolute() -> None:
    """In a feed every address is absolute, and text that looks like one is left alone."""
    html = '<a href="/x/">1</a> <a href="#n">2</a> <img src="y.png"> <a href="mailto:a@b.c">4</a> <b>href="z"</b>'

    assert make_absolute(html, "/a/b/", "https://example.org/site/") == (
        '<a href="https://example.org/site/x/">1</a> <a href="https://example.org/site/a/b/#n">2</a> '
        '<img src="https://example.org/site/a/b/y.png"> <a href="mailto:a@b.c">4</a> <b>href="z"</b>'
    )
