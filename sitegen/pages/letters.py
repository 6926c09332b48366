"""Lines of text for drawings, which cannot break them by themselves: broken by an estimate of widths.

No font is looked at: the reader's is not known. Letters are taken to be as wide as in the widest of the usual
faces, so lines rather end early than run out of their box.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["is_rtl", "width", "wrap"]

_CLASSES = {
    **dict.fromkeys("iljI|!.,:;'’‘·()[] ", 0.38),
    **dict.fromkeys('ftrJ-“”"', 0.5),
    **dict.fromkeys("mwMW@—%&…", 1.02),
}
_CAPITAL, _OTHER, _FULL = 0.8, 0.65, 1.05


@lru_cache(maxsize=4096)
def _letter(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me"):
        return 0
    if letter in _CLASSES:
        return _CLASSES[letter]
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    return _CAPITAL if letter.isupper() else _OTHER


def width(text: str) -> float:
    """Return about how wide a text is, in units of the size of its letters."""
    return sum(map(_letter, text))


def is_rtl(text: str) -> bool:
    """Whether a text runs from right to left: whether its first letter does (UAX #9, rule P2)."""
    for letter in text:
        if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL"):
            return kind != "L"
    return False


def wrap(text: str, room: float, most: int) -> tuple[str, ...]:
    """Return a text as at most `most` lines that are no wider than `room`, with an ellipsis where there is more.

    Lines are broken at blanks; words that are wider than a line, and texts without blanks, anywhere.
    """
    lines = [""]
    for word in text.split():
        rest = word
        if lines[-1] and width(f"{lines[-1]} {rest}") <= room:
            lines[-1] += f" {rest}"
            continue
        while rest:
            part = rest if width(rest) <= room else _beginning(rest, room)
            if lines[-1]:
                lines.append(part)
            else:
                lines[-1] = part
            rest = rest[len(part) :]
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    last = last if width(f"{last}…") <= room else _beginning(last, room - width("…"))
    return (*lines[: most - 1], f"{last.rstrip(' ,;:–—-.')}…")


def _beginning(text: str, room: float) -> str:
    """Return as much of a text as there is room for, a letter at least; no mark is parted from its letter."""
    used, end = 0.0, 0
    for index, letter in enumerate(text):
        used += _letter(letter)
        if used > room and _letter(letter) and index:
            break
        end = index + 1
    return text[:end]
