"""Pictures with variants, and share images, from the source to the pages, through edits and damage."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from extent import later
from harness import Run, Site
from photographs import encoded, photograph

import sitegen.pictures.entry

PHOTO = "content/articles/a/photo.jpg"
PHOTOGRAPH = encoded(photograph(1300, 900))
SHARED = "[archive]\nshare_images = true\n"


@pytest.fixture
def desk(site: Site) -> Site:
    """Return a site with a piece that shows a photograph twice, and one without any; it is not built."""
    return write(site)


def write(site: Site) -> Site:
    """Write that site."""
    site.write(PHOTO, PHOTOGRAPH)
    site.article("a/x", '![A photograph](photo.jpg "As it was.")', image="{src: photo.jpg, alt: The same}")
    return site.article("a/y", "Words alone.", date="2010-01-01")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the same site with share images, built."""
    site = Site(tmp_path_factory.mktemp("variants") / "site").configure(SHARED)
    write(site).build()
    return site


@pytest.fixture
def built(built_once: Site, desk: Site) -> Site:
    """Return the site of `desk`, not built, where what was made for it and its share images is kept."""
    shutil.copytree(built_once.folder / ".sitegen/pictures", desk.folder / ".sitegen/pictures")
    return desk


def report(site: Site, *options: str) -> dict[str, Any]:
    """Build, and return what the build did."""
    document: dict[str, Any] = json.loads(site.build("--json", *options).out)
    return document


def variants(site: Site) -> list[str]:
    """Return the variants in the output folder."""
    return sorted(path for path in site.tree() if path.endswith(".webp"))


def shares(site: Site) -> list[str]:
    """Return the share images in the output folder."""
    return sorted(path for path in site.tree() if path.startswith("assets/share/"))


def named(site: Site) -> set[str]:
    """Return the variants that pages and feeds name."""
    found: set[str] = set()
    for path, data in site.tree().items():
        if path.endswith((".html", ".xml", ".json")):
            found |= set(re.findall(r"assets/[\w.-]+\.webp", data.decode()))
    return found


def test_markup(desk: Site) -> None:
    """The original stands in a choice of variants; the lead picture is loaded at once, others when they are near."""
    page = desk.build().page("/a/x/")
    lead, other = page.all("img")
    sources = page.all("source")
    widths = [re.findall(r" (\d+)w", source.attributes["srcset"]) for source in sources]

    assert widths == [["480", "800", "1300"]] * 2
    assert {source.attributes["type"] for source in sources} == {"image/webp"}
    assert all("rem" in source.attributes["sizes"] for source in sources)
    assert (lead.attributes["fetchpriority"], lead.attributes.get("loading")) == ("high", None)
    assert (other.attributes["loading"], other.attributes["decoding"]) == ("lazy", "async")
    assert {(it.attributes["width"], it.attributes["height"]) for it in (lead, other)} == {("1300", "900")}
    assert {it.attributes["src"].rpartition(".")[2] for it in (lead, other)} == {"jpg"}
    assert page.all("figcaption")[0].text == "As it was."
    assert len(variants(desk)) == 3
    assert set(variants(desk)) == named(desk)


def test_turned(site: Site) -> None:
    """A photograph that was taken upright has the width and height that readers see."""
    exif = photograph(9, 9).getexif()
    exif[0x0112] = 6
    site.write(PHOTO, encoded(photograph(1300, 900), exif=exif.tobytes()))
    page = site.article("a/x", "![A](photo.jpg)").build().page("/a/x/")
    image = page.all("img")[0].attributes

    assert (image["width"], image["height"]) == ("900", "1300")
    assert re.findall(r" (\d+)w", page.all("source")[0].attributes["srcset"]) == ["480", "900"]


@pytest.mark.long
def test_what_is_made_is_made_once(desk: Site) -> None:
    """Edits of texts make no picture, a new picture makes its own alone, and what nobody shows is pruned."""
    first = report(desk)
    desk.article("a/x", '![A photograph](photo.jpg "As it was.") And a word.', image="{src: photo.jpg, alt: The same}")
    retouched = report(desk)
    desk.write("content/articles/a/new.jpg", encoded(photograph(700, 500)))
    desk.article("a/y", "Words, and ![another](new.jpg).", date="2010-01-01")
    another = report(desk)
    five = variants(desk)
    desk.article("a/y", "Words alone.", date="2010-01-01")
    without = report(desk)
    desk.article("a/y", "Words, and ![another](new.jpg).", date="2010-01-01")
    again = report(desk)

    assert [it["pictures"] for it in (first, retouched, another, without, again)] == [1, 0, 1, 0, 0]
    assert len(five) == 5
    assert without["pruned"] == 3  # the original too
    assert variants(desk) == five
    assert report(desk)["written"] == 0


@pytest.mark.long
def test_another_picture_under_the_same_name(built: Site) -> None:
    """Pages name its variants, and those of the old one are gone."""
    built.build()
    before = variants(built)
    built.write(PHOTO, encoded(photograph(1300, 800)))
    assert report(built)["pictures"] == 1

    assert not {*before} & {*variants(built)}
    assert set(variants(built)) == named(built)
    built.build("--verify")


def test_damage_in_the_output_folder(desk: Site) -> None:
    """A variant that was changed or deleted there is put right, and nothing is made for it."""
    tree = desk.build().site.tree()
    first, second, _ = variants(desk)
    (desk.output / first).unlink()
    (desk.output / second).write_bytes(b"other")
    done = report(desk)

    assert desk.tree() == tree
    assert (done["pictures"], done["written"], done["rendered"]) == (0, 2, 0)


HARM = later("a file is gone", "the index is damaged", "all is gone")


@pytest.mark.parametrize("harm", ["a file is damaged", "the index names a file elsewhere", *HARM])
def test_damage_of_what_is_kept(harm: str, desk: Site) -> None:
    """Whatever happens to what is kept, the next build that needs it makes it anew, and the same."""
    tree = desk.build().site.tree()
    kept = desk.folder / ".sitegen/pictures"
    files = sorted(file for file in kept.iterdir() if file.name != "index")
    match harm:
        case "a file is damaged":
            for file in files:
                file.write_bytes(bytes(file.stat().st_size))
        case "a file is gone":
            files[0].unlink()
        case "the index is damaged":
            (kept / "index").write_bytes(b"no index")
        case "the index names a file elsewhere":
            slots = msgspec.msgpack.decode((kept / "index").read_bytes())
            for (made, _), _ in slots.values():
                for file in made:
                    file[2:] = "../../config.toml", (desk.folder / "config.toml").stat().st_size
            (kept / "index").write_bytes(msgspec.msgpack.encode(slots))
        case _:
            for file in (*files, kept / "index"):
                file.unlink()
    for path in variants(desk):
        (desk.output / path).unlink()
    desk.article("a/x", '![A photograph](photo.jpg "As it was.") And.', image="{src: photo.jpg, alt: The same}")
    desk.build()
    desk.article("a/x", '![A photograph](photo.jpg "As it was.")', image="{src: photo.jpg, alt: The same}")

    assert desk.build().site.tree() == tree


@pytest.mark.long
def test_a_retouched_page_without_what_is_kept(desk: Site) -> None:
    """Where nothing is known of a picture any more, the page is not left without its variants."""
    desk.build()
    for file in (desk.folder / ".sitegen/pictures").iterdir():
        file.unlink()
    desk.article("a/x", '![A photograph](photo.jpg "As it was.") And.', image="{src: photo.jpg, alt: The same}")
    desk.build()

    assert len(desk.build().page("/a/x/").all("source")) == 2
    desk.build("--verify")


@pytest.mark.long
def test_what_is_kept_is_bounded(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no build has asked for in a while is thrown away."""
    monkeypatch.setattr("sitegen.build.darkroom.KEPT", 2)
    kept = desk.folder / ".sitegen/pictures"
    desk.build()
    numbers = []
    for number in range(5):
        desk.article("a/x", "No picture.", title=f"Edit {number}").article(f"a/z{number}")
        desk.build()
        numbers.append(len(list(kept.iterdir())))

    assert numbers == [4, 4, 1, 1, 1]


def test_any_number_of_workers(desk: Site, tmp_path: Path) -> None:
    """The bytes are the same, however many make them."""
    for number in range(6):
        desk.write(f"content/articles/a/p{number}.png", encoded(photograph(500 + number, 400), "PNG"))
        desk.article(f"a/p{number}", f"![A](p{number}.png)", title=f"Piece {number}")
    desk.configure(SHARED)
    other = desk.copy(tmp_path / "other")

    assert report(desk, "--jobs", "1")["pictures"] == report(other, "--jobs", "3")["pictures"] == 15
    assert desk.tree() == other.tree()


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("cut.jpg", encoded(photograph(900, 600))[:-20_000], "damaged, or cut off"),
        ("lies.png", encoded(photograph(900, 600)), "JPEG"),
        ("words.jpg", b"Only words.", "no picture"),
        ("empty.jpg", b"", "no picture"),
    ],
)
def test_hostile(name: str, data: bytes, what: str, built: Site) -> None:
    """A picture that cannot be used is told of with its path, in every build, and shown as it is."""
    built.write(f"content/articles/a/{name}", data).article("a/y", f"![A]({name})")
    for _ in range(2):
        run = built.build()
        (finding,) = (it for it in run.findings if it.code == "bad-image")
        assert (finding.severity, finding.place) == ("warning", f"content/articles/a/{name}")
        assert what in finding.message
        page = run.page("/a/y/")
        assert (len(page.all("source")), len(page.all("img"))) == (0, 1)
        built.article("a/z")
    built.configure('[checks]\nbad-image = "error"\n').fail()


def described(site: Site, url: str) -> dict[str, str]:
    """Return what a page tells services of itself."""
    attributes = [it.attributes for it in site.build().page(url).all("meta") if "content" in it.attributes]
    return {it.get("property") or it["name"]: it["content"] for it in attributes}


def without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it so that Pillow is not installed."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    sitegen.pictures.entry.pillow.cache_clear()


def test_without_pillow(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pillow the original is all there is, and a site that asks for share images is told why it has none."""
    try:
        with monkeypatch.context() as patch:
            without_pillow(patch)
            assert variants(desk.build().site) == []
            assert "<picture" not in (desk.output / "a/x/index.html").read_text("utf-8")
            run: Run = desk.configure(SHARED).build()
            run.says("sitegen[images]")
            assert shares(desk) == []
    finally:
        sitegen.pictures.entry.pillow.cache_clear()


def test_share_images(built: Site) -> None:
    """Each article has one; a piece with a photograph of its own shows that, and each is described."""
    built.configure(SHARED).build()
    metas, own = (described(built, url) for url in ("/a/y/", "/a/x/"))

    assert metas["og:image"].startswith("https://example.org/archive/assets/share/a-y.")
    assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
    assert metas["og:image:alt"] == "A piece · Mara Ivers · The Test Desk"
    assert metas["twitter:card"] == "summary_large_image"
    assert f"{metas['og:image'].removeprefix('https://example.org/archive/')}" in shares(built)
    assert re.fullmatch(r"https://example.org/archive/assets/photo\.\w+\.jpg", own["og:image"])
    assert (own["og:image:width"], own["og:image:height"], own["og:image:alt"]) == ("1300", "900", "The same")


def test_another_title(built: Site) -> None:
    """A new title has a new share image, and the page names it; a new text has the old one."""
    built.configure(SHARED).build()
    before = shares(built)
    built.article("a/y", "Other words.", date="2010-01-01")
    assert report(built)["pictures"] == 0
    assert shares(built) == before
    built.article("a/y", "Other words.", date="2010-01-01", title="Another title")
    assert report(built)["pictures"] == 1
    (name,) = {*shares(built)} - {*before}

    assert f"/{name}" in (built.output / "a/y/index.html").read_text("utf-8")
    assert len(shares(built)) == len(before)
    built.build("--verify")


def test_title_that_cannot_be_set(built: Site) -> None:
    """There is no image rather than boxes, and nothing on the page speaks of one."""
    built.configure(SHARED).article("a/y", title="日本").build()

    assert not [name for name in shares(built) if "a-y" in name]
    assert "og:image" not in (built.output / "a/y/index.html").read_text("utf-8")


@pytest.mark.parametrize("data", [None, b"no font"])
def test_font_that_is_none(data: bytes | None, desk: Site) -> None:
    """A font that is missing or damaged stops the build, which says where it should be."""
    if data is not None:
        desk.write("templates/assets/faces/own.ttf", data)
    run = desk.configure(f'{SHARED}share_font = "faces/own.ttf"\n').fail()

    run.says("templates/assets/faces/own.ttf")
