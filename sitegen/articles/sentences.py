"""Where the first sentence of a text ends: the claim of an argument that has no headline.

The rule follows the idea of Unicode's sentence boundaries (UAX #29, SB): a terminator, its closing
quotes and brackets, blanks, and then something that can open a sentence. On top of it come the
abbreviations that editorial prose is full of, and open brackets and quotes, which hold a sentence
together: a claim that ends in the middle of a quotation would misquote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["sentence_ends"]

_END = re.compile(
    r"""
    (?: (?P<stop>[.!?…‽؟۔]+) (?: ["'”’»›«‹“‘)\]}] | \s[»›] )*  (?=\s|$)  # a terminator, closed, before a blank
      | [。！？｡]+ ["'”’»」』）]*                             # full-width ones need no blank
    )
    """,
    re.VERBOSE,
)
_OPENS_LOWER = re.compile(r"\s+[a-zà-öø-ÿß]")
_WORD_BEFORE = re.compile(r"(?:^|[\s(\[“\"'„«])([^\s(\[“\"'„«]*)$")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "hon",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "sen",
        "rep",
        "gov",
        "st",
        "jr",
        "sr",
        "messrs",
        "mme",
        "mlle",
        "vs",
        "etc",
        "al",
        "cf",
        "viz",
        "ca",
        "approx",
        "dept",
        "est",
        "inc",
        "ltd",
        "co",
        "corp",
        "no",
        "nos",
        "vol",
        "vols",
        "pp",
        "ed",
        "eds",
        "fig",
        "figs",
        "sec",
        "art",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "bzw",
        "ca",
        "evtl",
        "ggf",
        "inkl",
        "nr",
        "usw",
        "vgl",
        "str",
        "abs",
        "hrsg",
    ]
)
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")  # U.S, e.g, i.e, z.B, J
_INITIAL_NEXT = re.compile(r"\s+[^\W\d_]\.")  # z. B., i. e.


def sentence_ends(text: str) -> Iterator[int]:
    """Yield the offsets just after each sentence of `text`, the end of the text excluded.

    An offset stands before the blank that parts two sentences.
    """
    for match in _END.finditer(text):
        end = match.end()
        if not text[end:].strip():
            return
        if match["stop"] and not _is_boundary(text, match):
            continue
        if not _is_open(text[:end]):
            yield end


def _is_boundary(text: str, match: re.Match[str]) -> bool:
    if _OPENS_LOWER.match(text, match.end()):
        return False
    if match["stop"] != ".":
        return True
    found = _WORD_BEFORE.search(text, 0, match.start())
    word = found[1] if found else ""
    if word.casefold() in _ABBREVIATIONS or _DOTTED.fullmatch(word):
        return False
    if len(word) == 1 and word.isalpha() and _INITIAL_NEXT.match(text, match.end()):
        return False
    is_initial = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
    is_list_number = word.isdigit() and match.start() == len(word)
    return not (is_initial or is_list_number)


def _is_open(text: str) -> bool:
    """Whether a bracket or quotation that opened in `text` is still open at its end."""
    low, left, right = map(text.count, "„“”")  # “ closes „ and opens otherwise
    return (
        text.count("(") > text.count(")")
        or text.count("[") > text.count("]")
        or text.count("«") != text.count("»")
        or low > left + right
        or left - low > right
        or text.count('"') % 2 == 1
    )
