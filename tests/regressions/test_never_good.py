"""A version that never was good does not stand in for a later one, nor give it its name."""

from __future__ import annotations

from pathlib import Path

from miniature import FILES, GIFT, STARS, Miniature


def test_a_new_title_of_a_piece_that_stays_wrong(tmp_path: Path) -> None:
    """Who refers to a piece that is left out names it by its title of now, not by that of the last wrong version."""
    wrong = str(FILES[GIFT]).replace("claim=free", "rebuts=business/gift#horse")
    refers = str(FILES[STARS]).replace("#far", "#far rebuts=business/gift#keys")
    site = Miniature(tmp_path / "site", {**FILES, GIFT: wrong, STARS: refers})
    first = site.make(keep_going=True)
    assert first.report is not None
    assert [(piece.path, piece.stands_in) for piece in first.report.kept] == [(GIFT, False)]

    again = site.write(GIFT, wrong.replace("The gift", "Another gift")).make(keep_going=True)

    assert again.report is not None
    assert any("Another gift" in finding.message for finding in again.report.diagnostics)
    assert again.output == site.clean(tmp_path / "clean", keep_going=True).output
