"""Assets: one URL for one content, and no two contents at one URL."""

from __future__ import annotations

from pathlib import Path

from sitegen.digest import digest_bytes
from sitegen.pages.assets import Assets
from sitegen.pages.page import PublishedFile


def put(folder: Path, **files: bytes) -> Path:
    """Write files into a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_fingerprint(tmp_path: Path) -> None:
    """The URL changes with the bytes, and only with them."""
    url = Assets(tmp_path, {"style.css": b"a {}"}).theme_url("style.css")

    assert url == Assets(tmp_path, {"style.css": b"a {}"}).theme_url("style.css")
    assert url != Assets(tmp_path, {"style.css": b"b {}"}).theme_url("style.css")


def test_theme_is_published_whole(tmp_path: Path) -> None:
    """Every file of the theme is published, in the order of the URLs, with the bytes that were read."""
    assets = Assets(tmp_path, {"z.js": b"z", "fonts/a.woff2": b"a"})
    assets.publish_theme()

    assert [(f.source, f.data) for f in assets.files] == [
        ("templates/assets/fonts/a.woff2", b"a"),
        ("templates/assets/z.js", b"z"),
    ]


def test_media(tmp_path: Path) -> None:
    """A picture is published from its place in the project, and is not kept in memory."""
    put(tmp_path, **{"content/articles/x/Chart.PNG": b"png"})
    assets = Assets(tmp_path, {})
    url = assets.media_url("content/articles/x/Chart.PNG")

    assert url == assets.media_url("content/articles/x/Chart.PNG")
    assert url.startswith("/assets/chart.")
    assert url.endswith(".png")
    assert assets.files == (PublishedFile(url, "content/articles/x/Chart.PNG", None, digest_bytes(b"png")),)


def test_same_name_in_two_folders(tmp_path: Path) -> None:
    """Two pictures of one name are two files, unless they are the same."""
    put(tmp_path, **{"a/x.png": b"1", "b/x.png": b"2", "c/x.png": b"1"})
    assets = Assets(tmp_path, {})
    first, second, third = (assets.media_url(f"{folder}/x.png") for folder in "abc")

    assert first != second
    assert first == third
    assert len(assets.files) == 2


def test_hostile_names(tmp_path: Path) -> None:
    """Whatever a file is called, its URL is lower-case ASCII."""
    put(tmp_path, **{'a "b" <c>.s v g': b"1", "日本": b"2", "---.": b"3"})
    assets = Assets(tmp_path, {})
    names = [assets.media_url(name).split(".") for name in ('a "b" <c>.s v g', "日本", "---.")]

    assert [(parts[0], parts[2:]) for parts in names] == [
        ("/assets/a-b-c", ["s-v-g"]),
        ("/assets/ri-ben", []),
        ("/assets/file", []),
    ]


def test_unreadable(tmp_path: Path) -> None:
    """A picture that has gone is a finding, once, with its path."""
    assets = Assets(tmp_path, {})
    url = assets.media_url("content/gone.png")

    assert url == assets.media_url("content/gone.png")
    assert [(f.code, f.path, f.message) for f in assets.findings] == [
        ("unreadable", "content/gone.png", "cannot be read: no such file or directory")
    ]
