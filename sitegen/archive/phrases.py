"""The first words of a claim, cut at a phrase, for outlines and margin notes."""

from __future__ import annotations

__all__ = ["is_long", "short"]

HEADLINE_WORDS = 16
OUTLINE_WORDS = 9
PHRASE_WORDS = 3
OUTLINE_CHARACTERS = 80

_MARKS = frozenset(",;:–—-")
_DASHES = "–—-"
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))


def is_long(claim: str) -> bool:
    """Whether a claim is too long for a headline: more than 16 words."""
    return len(claim.split()) > HEADLINE_WORDS


def short(claim: str) -> str:
    """Return a claim of up to nine words as it is, a longer one cut.

    The cut is at the last comma, semicolon, colon or dash within the first nine words where at least
    three words stand before it and no bracket or quotation is left open; else after the ninth word,
    with an ellipsis. A claim in a script without blanks is cut at 80 characters.
    """
    words = claim.split(None, OUTLINE_WORDS)
    if len(words) <= OUTLINE_WORDS:
        text = " ".join(words)
        return text if len(text) <= OUTLINE_CHARACTERS else f"{text[: OUTLINE_CHARACTERS - 1].rstrip()}…"
    for count in range(OUTLINE_WORDS, PHRASE_WORDS - 1, -1):
        word = words[count - 1]
        if word[-1] in _MARKS and _is_boundary(word) and _is_closed(phrase := " ".join(words[:count])):
            phrase = phrase.rstrip(",;:–—- ")
            if len(phrase.split()) >= PHRASE_WORDS:
                return phrase
    return " ".join(words[:OUTLINE_WORDS]).rstrip(",;:–—- .") + "…"


def _is_boundary(word: str) -> bool:
    """Whether a phrase ends with a word whose last sign is a mark: a hyphen is one only among dashes alone."""
    return word[-1] != "-" or not word.strip(_DASHES)


def _is_closed(phrase: str) -> bool:
    return phrase.count('"') % 2 == 0 and all(phrase.count(a) == phrase.count(b) for a, b in _PAIRS)
