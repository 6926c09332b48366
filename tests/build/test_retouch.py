"""Where only words have changed, only the pages that show them are looked at, and the rest is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from miniature import FILES, GIFT, MANY, REPLY, Miniature

from sitegen.build import whole


@pytest.fixture
def archives_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often the whole line is walked."""
    made: list[str] = []
    real = whole.prepare

    def counted(*arguments: object) -> object:
        made.append("made")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(whole, "prepare", counted)
    return made


def test_words_alone(tmp_path: Path, archives_made: list[str]) -> None:
    """An edit of words makes no archive, again and again, and the result is that of a clean build."""
    site = Miniature(tmp_path / "site", FILES)
    site.make()
    archives_made.clear()
    for turn in range(3):
        result = site.write(GIFT, str(FILES[GIFT]) + f"\nA closing word, number {turn}.\n").make()

        assert "/business/gift/" in result.pages
    assert archives_made == []
    assert site.clean(tmp_path / "clean").output == result.output


def test_words_of_many(tmp_path: Path, archives_made: list[str]) -> None:
    """More pages than one batch holds are entered with the right questions."""
    site = Miniature(tmp_path / "site", FILES | MANY)
    site.make()
    archives_made.clear()
    pieces = [path for path in MANY if path.startswith("content/articles/")][:40]
    for word in ("more", "most"):
        for path in pieces:
            site.write(path, f"{MANY[path]}\nOne word {word}.\n")
        result = site.make()

        assert len(result.pages) >= len(pieces)
    assert archives_made == []
    assert site.clean(tmp_path / "clean").output == result.output
    assert site.make().pages == ()


def test_another_title(tmp_path: Path, archives_made: list[str]) -> None:
    """A title, a description, a kicker: what lists, feeds, relations and corrections show of a piece follows."""
    site = Miniature(tmp_path / "site", FILES | MANY)
    site.make()
    archives_made.clear()
    text = str(FILES[GIFT])
    for front in ("title: Another gift", "title: The gift\ndescription: What it costs.", "title: T\nkicker: K\ndek: D"):
        result = site.write(GIFT, text.replace("title: The gift", front)).make()

        assert {"/business/gift/", "/business/reply/", "/tags/linux/", "/tags/linux/feed.json"} <= set(result.pages)
        assert "/science/stars/" not in result.pages
        assert archives_made == []
        assert site.clean(tmp_path / "clean").output == result.output
        archives_made.clear()
    site.write(REPLY, str(FILES[REPLY]).replace("title: The reply", "title: Another reply")).make()
    result = site.write(GIFT, text).write(REPLY, str(FILES[REPLY])).make()

    assert archives_made == []
    assert site.clean(tmp_path / "clean").output == result.output
    assert site.make().pages == ()


def test_what_retouching_wrote_is_what_a_whole_build_expects(tmp_path: Path, archives_made: list[str]) -> None:
    """After titles were retouched, the archive and the ledger are those that the whole line would have left."""
    site = Miniature(tmp_path / "site", FILES | MANY)
    site.make()
    site.write(GIFT, str(FILES[GIFT]).replace("title: The gift", "title: Another gift")).make()
    archives_made.clear()
    result = site.write("content/pages/new.md", "---\ntitle: New\n---\n\nA page.\n").make()

    assert archives_made == ["made"]
    assert set(result.pages) <= {"/new/", "/about/", "/sitemap.xml"}
    assert site.clean(tmp_path / "clean").output == result.output


def test_the_title_of_a_withdrawn_piece(tmp_path: Path, archives_made: list[str]) -> None:
    """It stands where others name the piece without a link, so the archive is made anew."""
    gone = str(FILES[GIFT]).replace("title: The gift", "title: The gift\nstatus: withdrawn")
    site = Miniature(tmp_path / "site", {**FILES, GIFT: gone})
    site.make()
    archives_made.clear()
    result = site.write(GIFT, gone.replace("The gift", "Another gift")).make()

    assert archives_made == ["made"]
    assert site.clean(tmp_path / "clean").output == result.output


def test_the_title_of_a_piece_that_is_left_out(tmp_path: Path, archives_made: list[str]) -> None:
    """A draft, or a piece of a later day, is named by its title where others refer to it."""
    later = str(FILES[GIFT]).replace("title: The gift", "title: The gift\npublish_date: 2012-07-08")
    site = Miniature(tmp_path / "site", {**FILES, GIFT: later})
    site.make()
    archives_made.clear()
    result = site.write(GIFT, later.replace("The gift", "Another gift")).make()

    assert archives_made == ["made"]
    assert result.facts == site.clean(tmp_path / "clean").facts


def test_many_titles(tmp_path: Path, archives_made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many cards are kept beside the file of the archive; then it is written anew, and theirs with it."""
    monkeypatch.setattr("sitegen.build.retouch._MOST", 1)
    site = Miniature(tmp_path / "site", FILES | MANY)
    site.make()
    archives_made.clear()
    for turn in range(2):
        site.write(GIFT, str(FILES[GIFT]).replace("title: The gift", f"title: Gift {turn}")).make()
    assert archives_made == []

    site.write(REPLY, str(FILES[REPLY]).replace("title: The reply", "title: Another reply")).make()
    assert archives_made == ["made"]
    result = site.write(GIFT, str(FILES[GIFT]).replace("title: The gift", "title: Once more")).make()
    assert archives_made == ["made"]
    assert site.clean(tmp_path / "clean").output == result.output
    assert len(list((site.folder / ".sitegen").glob("archive-*"))) == 1


def test_without_the_archive(tmp_path: Path, archives_made: list[str]) -> None:
    """Where the file of the archive is gone, or is another, everything is made anew and nothing is wrong."""
    site = Miniature(tmp_path / "site", FILES | MANY)
    site.make()
    for harm in (Path.unlink, lambda path: path.write_bytes(b"something else")):
        archives_made.clear()
        (stored,) = (site.folder / ".sitegen").glob("archive-*")
        harm(stored)
        result = site.write(GIFT, str(FILES[GIFT]) + f"\nA closing word after {harm}.\n").make()
        assert archives_made == ["made"]
        assert result.report is not None
        assert result.report.parsed <= 1
        assert site.clean(tmp_path / "clean").output == result.output
