"""The lists of an old system of articles, whose bullets are signs of the text, are not lost without a word."""

from __future__ import annotations

import pytest
from harness import Site, article


@pytest.mark.parametrize("sign", ["•", "  •", "\u00a0• ", "·\t", "*\u00a0", "‣ "])
def test_bullets_that_make_no_list(site: Site, sign: str) -> None:
    """They run together in one paragraph, which one warning tells at the first of them."""
    items = "\n".join(f"{sign} Point {number} of a column\n  that goes on" for number in range(4))
    site.write("content/articles/news/a.md", article(f"Thoughts:\n\n{items}\n\nThe end.\n"))

    [finding] = site.build().findings
    assert "unknown-bullet" == finding.code
    assert "`- `" in finding.hint


def test_numbers_of_another_dialect(site: Site) -> None:
    """`1)` is a number of CommonMark and none here."""
    site.write("content/articles/news/a.md", article("Thoughts:\n\n1) One.\n2) Two.\n"))

    [finding] = site.build().findings
    assert ("unknown-bullet", "1)") == (finding.code, finding.marked)


@pytest.mark.parametrize(
    "text",
    [
        "- Rain • sun\n- a · b\n",
        "Rain\nand • sun",
        "(1) x, 1) y",
        "```\n• x\n```\n",
        "    • code\n",
        "A verse by\n- a\n",
    ],
)
def test_what_is_no_bullet(site: Site, text: str) -> None:
    """Such signs inside a line, and in code, are nobody's mistake."""
    site.write("content/articles/news/a.md", article(f"Text.\n\n{text}"))

    assert "unknown-bullet" not in {finding.code for finding in site.build().findings}
