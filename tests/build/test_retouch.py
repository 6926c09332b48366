"""Where only words have changed, only the pages that show them are looked at, and the rest is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from miniature import FILES, GIFT, MANY, Miniature

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
