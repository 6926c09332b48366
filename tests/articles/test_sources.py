"""The walk through `content/`: what is found, what is refused, and what paths say."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sitegen.articles.dates import EdtfDate
from sitegen.articles.paths import Identity, Location, identify, locate
from sitegen.articles.sources import LARGEST_SOURCE, Source, Tree, read_source, walk
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest_bytes


def write(project: Path, *paths: str, data: bytes = b"text") -> None:
    """Write files under `content/`."""
    for path in paths:
        file = project / "content" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def codes(tree: Tree) -> list[tuple[str, str]]:
    """Return the code and path of each finding."""
    return [(finding.code, finding.path) for finding in tree.findings]


def paths(tree: Tree) -> list[str]:
    """Return the paths of the articles, without the common beginning."""
    return [source.path.removeprefix("content/articles/") for source in tree.articles]


def test_parts(tmp_path: Path) -> None:
    """Markdown becomes sources with the digest of their bytes; the rest is listed by what it is for."""
    write(tmp_path, "articles/a/one/index.md", "articles/two.markdown", "articles/THREE.MD", data=b"\xff")
    write(tmp_path, "articles/a/one/map.png", "authors/ada.jpg", "authors/ada.md", "standards/s/2009.md")
    write(tmp_path, "files/robots.txt", "files/docs/readme.md")

    tree = walk(tmp_path)

    assert [source.path for source in tree.articles] == [
        "content/articles/THREE.MD",
        "content/articles/a/one/index.md",
        "content/articles/two.markdown",
    ]
    assert [source.path for source in tree.records] == ["content/authors/ada.md", "content/standards/s/2009.md"]
    assert [found.path for found in tree.media] == ["content/articles/a/one/map.png", "content/authors/ada.jpg"]
    assert [found.path for found in tree.files] == ["content/files/docs/readme.md", "content/files/robots.txt"]
    assert tree.findings == ()
    source = read_source(tmp_path, tree.articles[0].path)
    assert isinstance(source, Source)
    assert (source.data, source.digest) == (b"\xff", digest_bytes(b"\xff"))


def test_order_is_by_code_point(tmp_path: Path) -> None:
    """The order is that of whole paths, whatever the file system or the locale says."""
    write(tmp_path, "articles/b/x.md", "articles/b-c/x.md", "articles/B/x.md", "articles/é.md", "articles/z.md")

    assert paths(walk(tmp_path)) == ["B/x.md", "b-c/x.md", "b/x.md", "z.md", "é.md"]


def test_hidden_and_backups(tmp_path: Path) -> None:
    """Editors' leavings are passed over; hosts' hidden files are copied."""
    write(tmp_path, "articles/.x.md", "articles/.git/x.md", "articles/x.md~", "articles/#x.md#", "articles/.x.md.swp")
    write(tmp_path, "files/.well-known/security.txt", "files/.htaccess", "files/.git/config", "files/.DS_Store")
    write(tmp_path, ".obsidian/x.md", "files/a.swp")
    (tmp_path / "content/articles/.#x.md").symlink_to("nobody@nowhere")

    tree = walk(tmp_path)

    assert (tree.articles, tree.records, tree.media, tree.findings) == ((), (), (), ())
    assert [found.path for found in tree.files] == ["content/files/.htaccess", "content/files/.well-known/security.txt"]


def test_no_content(tmp_path: Path) -> None:
    """A project without content is told so."""
    assert codes(walk(tmp_path)) == [("bad-path", "content")]


def test_strange_folders(tmp_path: Path) -> None:
    """What stands directly in `content/` and is not read is never passed over silently."""
    write(tmp_path, "artikles/x.md", "about.md", "notes.txt", "tags")

    findings = walk(tmp_path).findings

    assert [(it.code, it.path) for it in findings] == [
        ("bad-path", "content/about.md"),
        ("unknown-folder", "content/artikles"),
        ("unknown-folder", "content/notes.txt"),
        ("bad-path", "content/tags"),
    ]
    assert findings[1].hint == "did you mean `articles`?"


def test_links(tmp_path: Path) -> None:
    """Links within `content/` are followed, links out of it are not, and none makes an endless path."""
    write(tmp_path, "articles/a/x.md", "articles/b/y.md")
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "outside").mkdir()
    articles = tmp_path / "content/articles"
    (articles / "copy.md").symlink_to("a/x.md")
    (articles / "linked").symlink_to("a")
    (articles / "secret.md").symlink_to("../../secret.md")
    (articles / "outside").symlink_to(tmp_path / "outside")
    (articles / "a/up").symlink_to("..")
    (articles / "a/other").symlink_to("../b")
    (articles / "gone.md").symlink_to("nothing.md")
    (articles / "round.md").symlink_to("round.md")

    tree = walk(tmp_path)

    assert paths(tree) == ["a/other/y.md", "a/x.md", "b/y.md", "copy.md", "linked/x.md"]
    assert sorted(codes(tree)) == [
        ("bad-path", "content/articles/a/up"),
        ("bad-path", "content/articles/linked/other"),
        ("bad-path", "content/articles/linked/up"),
        ("outside-content", "content/articles/outside"),
        ("outside-content", "content/articles/secret.md"),
        ("unreadable", "content/articles/gone.md"),
        ("unreadable", "content/articles/round.md"),
    ]


def test_a_neighbour_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    """`content-old/` is not within `content/`."""
    write(tmp_path, "articles/x.md")
    (tmp_path / "content-old").mkdir()
    (tmp_path / "content-old/y.md").write_text("y")
    (tmp_path / "content/articles/y.md").symlink_to("../../content-old/y.md")

    assert codes(walk(tmp_path)) == [("outside-content", "content/articles/y.md")]


def test_content_itself_may_be_a_link(tmp_path: Path) -> None:
    """Where the content lives is the user's choice."""
    write(tmp_path / "elsewhere", "articles/x.md")
    (tmp_path / "content").symlink_to("elsewhere/content")

    tree = walk(tmp_path)

    assert (paths(tree), tree.findings) == (["x.md"], ())


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders, pipes and sockets named like Markdown are refused without being opened."""
    write(tmp_path, "articles/folder.md/x.md", "files/a.txt")
    os.mkfifo(tmp_path / "content/articles/pipe.md")
    os.mkfifo(tmp_path / "content/files/pipe")
    monkeypatch.chdir(tmp_path / "content/articles")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.md")

        tree = walk(tmp_path)

    assert (tree.articles, [found.path for found in tree.files]) == ((), ["content/files/a.txt"])
    assert codes(tree) == [
        ("unreadable", "content/articles/folder.md"),
        ("unreadable", "content/articles/pipe.md"),
        ("unreadable", "content/articles/socket.md"),
        ("unreadable", "content/files/pipe"),
    ]


def test_unreadable(tmp_path: Path) -> None:
    """A file that the system refuses is told, and the others are read."""
    write(tmp_path, "articles/x.md", "articles/y.md")
    found = walk(tmp_path).articles
    refused = tmp_path / "content/articles/x.md"
    refused.unlink()
    refused.mkdir()  # permissions do not hold for root, who may run the tests

    read = [read_source(tmp_path, it.path) for it in found]

    assert [type(it) for it in read] == [Diagnostic, Source]
    assert (read[0].code, read[0].message) == ("unreadable", "cannot be read: is a directory")  # type: ignore[union-attr]


def test_too_large(tmp_path: Path) -> None:
    """An article of 20 MB is refused; one of the largest size is read."""
    write(tmp_path, "articles/large.md", data=b"a" * 20_000_000)
    write(tmp_path, "articles/fits.md", data=b"a" * LARGEST_SOURCE)

    tree = walk(tmp_path)

    assert (paths(tree), codes(tree)) == (["fits.md"], [("too-large", "content/articles/large.md")])


def test_names_that_cannot_be_used(tmp_path: Path) -> None:
    """Names with control characters, or in no encoding, are told in characters that can be shown."""
    write(tmp_path, "articles/x.md", "articles/bell\a.md", "articles/ideo\u3000graphic.md")
    with open(os.fsencode(tmp_path) + b"/content/articles/\xff.md", "wb"):  # noqa: PTH123 - a name in bytes
        pass

    tree = walk(tmp_path)

    assert paths(tree) == ["ideo\u3000graphic.md", "x.md"]
    assert codes(tree) == [
        ("bad-path", "content/articles/bell\\x07.md"),
        ("bad-path", "content/articles/\\udcff.md"),
    ]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("hello.md", Location("hello")),
        ("business/gift.md", Location("gift", "business")),
        ("business/gift/index.md", Location("gift", "business")),
        ("business/2009/gift.md", Location("gift", "business")),
        ("2009/gift/index.md", Location("gift")),
        ("business/2009/2009-07-20-gift.md", Location("gift", "business", EdtfDate("2009-07-20"))),
        ("2024-12-5-18f-project-defaults.md", Location("18f-project-defaults", "", EdtfDate("2024-12-05"))),
        ("2009-07-20.md", Location("2009-07-20", "", EdtfDate("2009-07-20"))),
        ("2010-02-30-gift.md", Location("2010-02-30-gift")),
        ("0999-02-03-gift.md", Location("0999-02-03-gift")),
        ("Daily News/Hello World.markdown", Location("hello-world", "Daily News")),
        ("c++ at ten.md", Location("c-plus-plus-at-ten")),
        ("business/2009.md", Location("2009", "business")),
        ("2009/2010/x.md", Location("x", "2009")),
    ],
)
def test_locate(path: str, location: Location) -> None:
    """The path rule of the content model."""
    assert locate(f"content/articles/{path}") == location


@pytest.mark.parametrize(
    ("path", "code"),
    [("a/b/c.md", "bad-path"), ("a/b/2009/c/index.md", "bad-path"), ("index.md", "bad-path"), ("!!!.md", "bad-slug")],
)
def test_locate_nowhere(path: str, code: str) -> None:
    """A path without a meaning is an error at that path."""
    found = locate(f"content/articles/{path}")

    assert isinstance(found, Diagnostic)
    assert (found.code, found.path) == (code, f"content/articles/{path}")


def test_identify() -> None:
    """A record's id is its file's name; a notice's is its folder's."""
    assert identify("content/tags/c++.md") == Identity("tag", "c++")
    assert identify("content/standards/editorial/2009-01-01.md") == Identity(
        "notice", "editorial", EdtfDate("2009-01-01")
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("authors/a/b.md", "bad-path"),
        ("standards/editorial.md", "bad-path"),
        ("standards/editorial/2009/01.md", "bad-path"),
        ("standards/editorial/first.md", "bad-date"),
    ],
)
def test_identify_nothing(path: str, code: str) -> None:
    """A record at a place without a meaning is an error at that path."""
    found = identify(f"content/{path}")

    assert isinstance(found, Diagnostic)
    assert (found.code, found.path) == (code, f"content/{path}")
