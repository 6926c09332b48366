"""The corpus: made-up opinion pieces, the same bytes for the same seed.

Piece number n depends on the seed and on n alone, so the first thousand of ten thousand pieces are the
corpus of a thousand, and a large corpus is made without being held. The words are syllables set
together, between the commonest words of English, with frequencies after Zipf: that is what tags,
authors and words of real archives come near to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from heapq import nlargest
from itertools import accumulate
from random import Random

from msgspec import Struct

__all__ = ["SECTIONS", "SEED", "Corpus", "Piece"]

SEED = 20_090_720
SECTIONS = ("economics", "energy", "health", "law", "politics", "science", "technology", "world")
_AUTHORS = 200
_TAGS = 500
_WORDS = 4_000
_POINTS = 5
_FIRST_DAY = dt.date(1999, 1, 4)
_DAYS = 9_861
# Coprime to the number of days, so pieces that follow each other in number lie years apart.
_STRIDE = 6_151

_TEXT = """
the of and to a in that is it for as with was on be by not this but are from at which have an had they
their or were there been one all we when would who if more so no what can only its than other some time
could into them then these may about between must where after over under because
"""
_COMMON = tuple(_TEXT.split())
_STARTS = (
    "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m",
    "n", "p", "pl", "pr", "qu", "r", "s", "sl", "st", "t", "tr", "v", "w",
)  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_ENDS = ("n", "r", "s", "t", "l", "m", "nd", "nt", "rk", "st")


class Piece(Struct, frozen=True, kw_only=True):
    """A piece: its front matter, and its body in Markdown that CommonMark and Python-Markdown read alike."""

    section: str
    slug: str
    title: str
    date: dt.date
    author: str
    tags: tuple[str, ...]
    summary: str
    body: str

    @property
    def path(self) -> str:
        """The path below a folder of articles."""
        return f"{self.section}/{self.slug}.md"


class _Zipf(Struct, frozen=True):
    """Items with frequencies after Zipf: the n-th is drawn 1/n times as often as the first."""

    items: tuple[str, ...]
    sums: tuple[float, ...]

    @classmethod
    def of(cls, items: tuple[str, ...]) -> _Zipf:
        return cls(items, tuple(accumulate(1 / rank for rank in range(1, len(items) + 1))))

    def draw(self, random: Random, count: int = 1) -> list[str]:
        return random.choices(self.items, cum_weights=self.sums, k=count)


class Corpus:
    """The pieces of one seed."""

    def __init__(self, size: int, seed: int = SEED) -> None:
        """Make `size` pieces from `seed`."""
        self.size = size
        self._seed = seed

    def __iter__(self) -> Iterator[Piece]:
        """Yield the pieces by number."""
        return (self.piece(number) for number in range(self.size))

    def piece(self, number: int) -> Piece:
        """Return a piece by its number, from 0."""
        section, slug, title = self._head(number)
        random = Random(f"{self._seed}/{number}/body")
        tags: list[str] = []
        while len(tags) < 3:  # three tags a piece
            tags += [tag for tag in self._tags.draw(random) if tag not in tags]
        return Piece(
            section=section,
            slug=slug,
            title=title,
            date=_date(number),
            author=self._authors.draw(random)[0],
            tags=tuple(tags),
            summary=self._sentence(random, 22),
            body=self._body(random, number),
        )

    def newest(self, count: int) -> list[Piece]:
        """Return the pieces with the latest dates, the latest first."""
        return [self.piece(number) for number in nlargest(count, range(self.size), key=_date)]

    def _head(self, number: int) -> tuple[str, str, str]:
        """Return section, slug and title of a piece; apart from the rest, so that links cost little."""
        random = Random(f"{self._seed}/{number}/head")
        title = " ".join(self._words.draw(random, random.randint(4, 9))).capitalize()
        slug = f"{title.lower().replace(' ', '-')}-{number}"
        return random.choice(SECTIONS), slug, title

    @cached_property
    def _words(self) -> _Zipf:
        random = Random(f"{self._seed}/words")
        return _Zipf.of((*_COMMON, *_syllables(random, _WORDS, (1, 4))))

    @cached_property
    def _tags(self) -> _Zipf:
        return _Zipf.of(_syllables(Random(f"{self._seed}/tags"), _TAGS, (2, 3)))

    @cached_property
    def _authors(self) -> _Zipf:
        random = Random(f"{self._seed}/authors")
        surnames = _syllables(random, _AUTHORS, (2, 3))
        names = _syllables(random, _AUTHORS // 4, (2, 2))
        return _Zipf.of(tuple(f"{random.choice(names).title()} {surname.title()}" for surname in surnames))

    def _sentence(self, random: Random, length: int = 0) -> str:
        length = length or min(max(round(random.gauss(17, 6)), 6), 32)
        words = self._words.draw(random, length)
        if length > 12:  # a long sentence has a comma
            words[length // 2] += random.choice((",", ",", ",", ";", " --"))
        if random.random() < 0.06:  # now and then a word is quoted
            words[2] = f'"{words[2]}"'
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}."

    def _paragraph(self, random: Random, words: int) -> str:
        """Return sentences until there are about so many words, with some emphasis."""
        sentences: list[str] = []
        count = 0
        while count < words - 8:
            sentences.append(self._sentence(random))
            count += sentences[-1].count(" ") + 1
        if random.random() < 0.4:  # two paragraphs of five
            # The second word: a quotation begins with the third, and punctuation comes later.
            head, word, *rest = sentences[-1].split(" ")
            sentences[-1] = " ".join([head, f"*{word}*", *rest])
        return " ".join(sentences)

    def _body(self, random: Random, number: int) -> str:
        """Return 450 words or so: an opening, five points of a list, a closing."""
        opening = [self._paragraph(random, 55), self._paragraph(random, 42)]
        if random.random() < 0.2:  # a quotation in one piece of five
            opening.insert(1, f"> {self._paragraph(random, 30)}")
        if random.random() < 0.15:  # a piece of seven names a command
            opening[-1] += f" It is `{'-'.join(self._words.draw(random, 2))} --all` that does so."
        points = [self._point(random, point) for point in range(1, _POINTS + 1)]
        closing = [self._paragraph(random, 42), self._paragraph(random, 32)]
        for part in (opening, closing) if number else ():
            section, slug, title = self._head(random.randrange(number))
            part[0] += f" We said so in [{title.lower()}](/{section}/{slug}/)."
        if random.random() < 0.08:  # a footnote in one piece of twelve
            closing[0] += "[^1]"
            closing.append(f"[^1]: {self._sentence(random)}")
        return "\n\n".join([*opening, *points, *closing]) + "\n"

    def _point(self, random: Random, number: int) -> str:
        lead = self._sentence(random, random.randint(7, 14))
        text = f"{number}.  **{lead}** {self._paragraph(random, 32)}"
        if random.random() < 0.2:  # a point of five has a second paragraph
            text += f"\n\n    {self._paragraph(random, 20)}"
        return text


def _date(number: int) -> dt.date:
    return _FIRST_DAY + dt.timedelta(days=number * _STRIDE % _DAYS)


def _syllables(random: Random, count: int, length: tuple[int, int]) -> tuple[str, ...]:
    """Return different words that can be spoken, none of them a common one."""
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = random.randint(*length)
        word = "".join(random.choice(_STARTS) + random.choice(_VOWELS) for _ in range(syllables))
        found.setdefault(word + random.choice(_ENDS))
    return tuple(word for word in found if word not in _COMMON)
