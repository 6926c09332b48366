"""Claims cut for outlines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.archive.phrases import is_long, short


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("A gift is not free.", "A gift is not free."),
        (
            "The vendors gave the code away, and what they kept was the right to change it.",
            "The vendors gave the code away",
        ),
        (
            "Yes, the vendors gave all of the code away to nobody in particular",
            "Yes, the vendors gave all of the code away…",
        ),
        ("The code – which nobody reads – was given away for good in 1998", "The code – which nobody reads"),
        (
            "What they said (“we give, freely, and for ever”) was not what they did",
            "What they said (“we give, freely, and for ever”)…",
        ),
        ("山" * 100, "山" * 79 + "…"),
        ("", ""),
        ("Three words here - and then a good many more words follow", "Three words here"),
        (
            "Three words pre- and post-war art and then many more words",
            "Three words pre- and post-war art and then many…",
        ),
    ],
)
def test_cut_at_a_phrase(claim: str, expected: str) -> None:
    """A long claim is cut at the last phrase within nine words, else at the ninth word."""
    assert short(claim) == expected


def test_length_of_a_headline() -> None:
    """Sixteen words still make a headline."""
    assert [is_long("word " * 16), is_long("word " * 17)] == [False, True]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_short_is_the_beginning(claim: str) -> None:
    """Whatever the text, what is shown is how it begins, and never more than nine words."""
    text = short(claim)

    assert " ".join(claim.split()).startswith(text.removesuffix("…"))
    assert len(text.split()) <= 9
