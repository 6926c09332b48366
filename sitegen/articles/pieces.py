"""An argument put together from its serialised pieces: claim, what follows it in its paragraph, the rest."""

from __future__ import annotations

import re

from sitegen.articles.arguments import Segment
from sitegen.articles.article import Argument
from sitegen.articles.claims import Parted
from sitegen.articles.identity import Identified
from sitegen.articles.marks import Mark

__all__ = ["assemble"]

_PARAGRAPH = re.compile(r"^<p[^>]*>")
_NO_MARK = Mark(text="")


def assemble(
    number: int,
    segment: Segment,
    parted: Parted,
    identified: Identified | None,
    texts: tuple[str, str],
    pieces: tuple[str, str, str],
) -> Argument:
    """Return the argument.

    `texts` are the whole text and the text after the claim; `pieces` the safe HTML of the claim, of the
    paragraph that goes on behind it (or nothing), and of the blocks that follow.
    """
    claim, tail, rest = pieces
    mark = segment.mark or _NO_MARK
    return Argument(
        number=number,
        id=identified.id if identified else "",
        claim=parted.text,
        claim_html=claim,
        rest_html="\n".join(filter(None, (tail, rest))),
        html=_whole(parted, claim, tail, rest),
        text=texts[0],
        rest=texts[1],
        title=parted.title,
        explicit_id=identified is not None and identified.is_explicit,
        was=mark.was,
        stance=mark.stance,
        claim_ref=mark.claim,
        supports=mark.supports,
        rebuts=mark.rebuts,
        undercuts=mark.undercuts,
        place=segment.place,
    )


def _whole(parted: Parted, claim: str, tail: str, rest: str) -> str:
    """Return the argument as one run of HTML, as it stood in the article."""
    if not parted.opening:
        return "\n".join(filter(None, (tail, rest)))
    if parted.title == "heading":
        return "\n".join(filter(None, (f"{parted.opening}{claim}{parted.closing}", tail, rest)))
    following = _PARAGRAPH.sub(" ", tail, count=1) if tail else "</p>"
    return "\n".join(filter(None, (f"{parted.opening}{claim}{parted.closing}{following}", rest)))
