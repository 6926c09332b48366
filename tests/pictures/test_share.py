"""Share images: what stands on them, and when there are none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import require
from msgspec import structs
from PIL import Image, features

from sitegen.pictures import share
from sitegen.pictures.entry import ShareText, share_key
from sitegen.pictures.share import SIZE, can_read, make_share, own_font

FACES = Path("/usr/share/fonts/truetype/dejavu")


def text(title: str, **others: str) -> ShareText:
    """Return the words of a share image."""
    return ShareText(title, **{"authors": "Mara Ivers", "date": "20 July 2009", "site": "The Test Desk"} | others)


def face(name: str = "DejaVuSans.ttf") -> bytes:
    """Return a font of this machine."""
    return require(FACES / name, name, "apt-get install fonts-dejavu-core").read_bytes()


def drawn(title: str, font: bytes | None = None) -> Image.Image:
    """Return the picture of a title."""
    data = make_share(text(title), font)
    assert data is not None
    return Image.open(io.BytesIO(data))


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box of what stands between the margins, where the title has its place."""
    grey = image.convert("L").crop((20, 150, SIZE[0] - 20, 500)).point(lambda it: 255 if it < 120 else 0)
    box = grey.getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("title", ["A", "What an address is for", "word " * 90, "M" * 300, "a-b" * 80])
def test_form(title: str) -> None:
    """A palette PNG of the size that services ask for, of a few kilobytes, with the title within its margins."""
    data = make_share(text(title), None)
    assert data is not None
    image = Image.open(io.BytesIO(data))
    left, _, right, _ = ink(image)

    assert (image.format, image.mode, image.size) == ("PNG", "P", SIZE)
    assert len(data) < 40_000
    assert left >= 60
    assert right <= SIZE[0] - 20 - 60
    assert make_share(text(title), None) == data


@pytest.mark.parametrize("part", ["title", "authors", "date", "site"])
def test_words(part: str) -> None:
    """Each of the words is shown, and stands in the key."""
    one, other = text("A title"), text("A title", authors="Mara Ivers")
    changed = ShareText(**{name: getattr(one, name) for name in one.__struct_fields__} | {part: "Others"})

    assert share_key(one) == share_key(other) != share_key(changed)
    assert make_share(one, None) != make_share(changed, None)


@pytest.mark.parametrize("title", ["Śledztwo", "日本", "العنوان", "a \x07 bell", "☃", "", "   "])
def test_letters_that_are_missing(title: str) -> None:
    """A title with a letter that the font lacks has no picture, rather than one with boxes; nor has an empty one."""
    assert make_share(text(title), None) is None
    assert make_share(text("Plain"), None) is not None


def test_dashes() -> None:
    """Dashes and narrow blanks that Pillow's own font lacks are hyphens and blanks there."""
    assert make_share(text("One – two — three"), None) == make_share(text("One - two - three"), None)


@pytest.mark.parametrize("title", ["Śledztwo — źdźbło", "Ça coûte cher", "Η αλήθεια", "Правда", "Inês d’Ávila “x”"])
def test_the_font_of_the_extra(title: str) -> None:
    """What is installed with Pillow has the letters of Europe; of others it has none."""
    font = own_font()

    assert make_share(text(title), font) is not None
    assert make_share(text("日本"), font) is None


def test_colours() -> None:
    """The picture has the colours that it is told, and they stand in its key."""
    plain = text("A title")
    coloured = structs.replace(plain, colours=("#ffffee", "#000088", "#333333", "#aa0000", "#cccccc"))
    data = make_share(coloured, None)
    assert data is not None
    shown = Image.open(io.BytesIO(data)).convert("RGB")

    assert shown.getpixel((SIZE[0] - 1, 0)) == (0xFF, 0xFF, 0xEE)
    assert shown.getpixel((0, 0)) == (0xAA, 0, 0)
    assert share_key(plain) != share_key(coloured)


def test_own_font() -> None:
    """A font of the site writes what it has."""
    assert make_share(text("Śledztwo w sprawie źdźbła"), face()) is not None
    assert make_share(text("日本"), face()) is None
    assert can_read(face())
    assert not can_read(b"no font")


def test_from_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing from the right stands at the right where its letters can be joined; else there is no picture."""
    font = face()
    if features.check("raqm"):
        assert ink(drawn("العنوان", font))[0] > SIZE[0] / 2
    monkeypatch.setattr(features, "check", lambda _: False)

    assert make_share(text("العنوان"), font) is None


def test_lines_are_balanced() -> None:
    """A title of two lines does not leave one word alone, and a dash does not begin a line."""
    sheet = share._Sheet(None, None)  # type: ignore[arg-type]
    size, lines = sheet._title("The tool that nobody paid for - and its price")

    assert len(lines) > 1
    assert min(sheet._width(line, size) for line in lines) > 0.55 * max(sheet._width(line, size) for line in lines)
    assert not [line for line in lines if line.startswith("-")]


def test_writing_without_blanks() -> None:
    """Wide letters may part anywhere, but no line begins with a mark that closes."""
    pieces = list(share._pieces("日本、日本。 AB cd"))

    assert pieces == ["日", "本、", "日", "本。 ", "AB ", "cd"]
