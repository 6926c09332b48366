"""Tables of Markdown, and numbers as they are written in them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["megabytes", "ratio", "seconds", "table"]

_MEGA = 1e6
_SECOND = 1.0


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table of Markdown whose first column is of words, and the others of numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def seconds(value: float) -> str:
    """Return seconds as they are read most easily: `1.5 s`, `40 ms`."""
    return f"{value:.1f} s" if value >= _SECOND else f"{value * 1000:.0f} ms"


def megabytes(value: float) -> str:
    """Return bytes as megabytes: `1,070 MB`, `4.8 MB`."""
    return f"{value / _MEGA:,.0f} MB" if value >= 10 * _MEGA else f"{value / _MEGA:.1f} MB"


def ratio(value: float) -> str:
    """Return a ratio with two digits."""
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004 - two digits are what can be trusted
