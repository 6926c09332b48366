"""Where a first sentence ends, and how a claim is parted from its rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.articles.markup import Markup
from sitegen.articles.sentences import sentence_ends
from sitegen.config import Markdown

MARKUP = Markup(Markdown(), "en")


@pytest.mark.parametrize(
    "text",
    [
        "It ends here.| Then more.",
        "Does it?| Yes.",
        "It does!| Yes.",
        "Wait…| What?",
        "Wait … for it.| Now.",
        "Mr. Smith and Dr. Jones met Prof. X. Y. Zed.| They spoke.",
        "The U.S. Senate met at 10 a.m. on Monday.| It rose.",
        "It cost 3.5 million, i.e. too much.| Next.",
        "See vol. 3, pp. 4 of the report, e.g. page 7.| Next.",
        "Read https://example.org/a.b?c=d.| It is here.",
        "1. This is one.| This is two.",
        "“It is free. It costs nothing,” he said.| She left.",
        '"It is free. It is not," he said.| She left.',
        "He said “It is free.”| She left.",
        "It (as he said. Twice.) is free.| Next.",
        "It is [sic. really] free.| Next.",
        "Das kostet z. B. viel.| Punkt.",
        "Das ist ggf. Unsinn, vgl. Nr. 3 ff.| Punkt.",
        "„Es ist frei“, sagte er.| Sie ging.",
        "« C'est libre. »| Elle partit.",
        "これは本です。|あれも本です。",
        "هل هذا صحيح؟| نعم.",
        "What he and I.| Then.",
        "no end at all",
        "It ends.",
        "He ended... and went on.| Next.",
        "",
    ],
)
def test_first_sentence(text: str) -> None:
    """A bar stands where the first sentence ends."""
    plain = text.replace("|", "")
    first = next(sentence_ends(plain), len(plain))

    assert text.partition("|")[0] == plain[:first]


@given(st.text(alphabet="ab .!?\"'()“”«»。؟…1A\n", max_size=80))
def test_ends_are_inside_and_in_order(text: str) -> None:
    """Every end is after a sign and before the end of the text."""
    ends = list(sentence_ends(text))

    assert sorted(set(ends)) == ends
    assert all(0 < end < len(text) and not text[end - 1].isspace() for end in ends)


@pytest.mark.parametrize(
    ("item", "title", "claim", "rest"),
    [
        ("**Lead in.** And the rest.", "lead", "Lead in.", "And the rest."),
        ("**Lead in**. And the rest.", "lead", "Lead in.", "And the rest."),
        ("**Lead in**: the rest.", "lead", "Lead in:", "the rest."),
        ("**Lead in** — the rest.", "lead", "Lead in —", "the rest."),
        ("**Lead *in***. Rest.", "lead", "Lead in.", "Rest."),
        ("**Lead in**", "lead", "Lead in", ""),
        ("**Bold** words begin it. Rest.", "sentence", "Bold words begin it.", "Rest."),
        ("One *two. Three* four. Five.", "sentence", "One two. Three four.", "Five."),
        ("See [one. Two](/x). Three.", "sentence", "See one. Two.", "Three."),
        ("One <b>two. Three</b> four. Five.", "sentence", "One two. Three four.", "Five."),
        ("One *two.* Three.", "sentence", "One two.", "Three."),
        ("One `a. B` two. Three.", "sentence", "One a. B two.", "Three."),
        ("One two.[^1] Three.", "sentence", "One two.", "Three."),
        ("One & two &amp; three. Four.", "sentence", "One & two & three.", "Four."),
        ("One\\* two. Three.", "sentence", "One* two.", "Three."),
        ("One  \ntwo. Three.", "sentence", "One two.", "Three."),
        ("Only one sentence", "sentence", "Only one sentence", ""),
        ("![A picture](/a.png)", "sentence", "", ""),
        ("    code first. Then\n\n    Text.", "sentence", "code first.", "Then\nText."),
    ],
)
def test_claims(item: str, title: str, claim: str, rest: str) -> None:
    """The claim is the bold lead-in, else the first sentence, never cut inside an element."""
    rendered = MARKUP.render(f"- {item}\n\n[^1]: note", mode="list")
    (argument,) = [block.argument for block in rendered.blocks if block.argument]

    assert (title, claim, rest) == (argument.title, argument.claim, argument.rest)
