"""Slugs of ASCII texts are those of python-slugify, which does not see them."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from slugify import slugify as of_the_library

from sitegen.slugs import LONGEST, slugify

SIGNS = "aZ019 .,'\"-_&;#+\n\t\\/():!?~\x00\x1f\x7f"


@given(
    st.lists(st.sampled_from(SIGNS) | st.sampled_from(["&amp;", "&#65;", "1,000", "word"])).map("".join),
    st.integers(1, 40) | st.just(LONGEST),
)
@example("1,000'000, and 2,", LONGEST)
@example("one two", 7)
@example("one two", 5)
def test_ascii(text: str, longest: int) -> None:
    """Signs, numbers, references and lengths make no difference."""
    spelt = text.replace("+", " plus ").replace("#", " sharp ")

    assert slugify(text, longest) == of_the_library(spelt, max_length=longest, word_boundary=True, save_order=True)
