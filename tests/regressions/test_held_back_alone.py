"""A piece that is wrong by itself is held back before others are judged by what it does to them."""

from __future__ import annotations

from pathlib import Path

from miniature import FILES, STARS, Miniature

AUTHOR = "content/authors/noor-said.md"


def test_a_wrong_piece_makes_no_reference_ambiguous(tmp_path: Path) -> None:
    """With it the slug would have two meanings; it is left out, so its namesake alone is meant."""
    twin = str(FILES[STARS]).replace(
        "They are far away. {: .argument #far }", "One. {: .argument #a }\n\n- Two. {: .argument #a }"
    )
    files = {**FILES, AUTHOR: "---\nname: Noor Said\n---\n\nSee [them](article:stars).\n"}
    site = Miniature(tmp_path / "site", {**files, "content/articles/law/stars.md": twin})
    result = site.make(keep_going=True)

    assert result.report is not None
    assert [piece.path for piece in result.report.kept] == ["content/articles/law/stars.md"]
