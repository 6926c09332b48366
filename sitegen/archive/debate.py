"""Debates: what is said about a claim, what is said about that, and so on; and what stands around an article.

Made from the argument graph, through the window like every answer. How a debate is drawn is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

from sitegen.archive.cards import Debate, DebateEdge, DebateNode
from sitegen.archive.relations import Assertion
from sitegen.archive.views import Views

__all__ = ["MOST", "Debates"]

MOST = 60
"""The nodes of a debate where no other number is asked for: what a person can still look over."""

_Kind = Literal["supports", "rebuts", "undercuts", "neutral"]
_SIDES: dict[str | None, _Kind] = {"pro": "supports", "con": "rebuts"}


class Debates:
    """Makes the debates of one archive."""

    __slots__ = ("_views", "_window")

    def __init__(self, views: Views) -> None:
        """Use the cards of `views`, and look through its window."""
        self._views = views
        self._window = views.window

    def about(self, claim: str, limit: int) -> Debate:
        """Return the debate about a claim that exists.

        The claim comes first, then the arguments that take a stance on it, then what is said of these, and so on;
        within one distance in the order of what they speak of, then oldest first. All are counted, `limit` are told.
        """
        distances = {claim: 0}
        layer, distance = [claim], 0
        while layer:
            distance += 1
            found = [source for ref in layer for source in self._speakers(ref)]
            layer = [ref for ref in dict.fromkeys(found) if ref not in distances]
            distances.update(dict.fromkeys(layer, distance))
        kept = dict(list(distances.items())[:limit])
        edges = [edge for ref in kept for edge in self._to(ref)]
        return self._debate(claim, kept, edges, len(distances) - len(kept), claim)

    def around(self, article: str, limit: int) -> Debate:
        """Return what the arguments of an article that exists answer, and what answers them, one step far.

        Its own arguments come first, by number, as far as they stand in any relation; claims that they take a
        stance on count among what they answer.
        """
        if self._window.stands_alone(article):
            return Debate(subject=article)
        own = self._window.bucket(("arguments", "article", article))
        edges = [edge for ref in own for edge in (*self._from(ref), *self._to(ref))]
        near = {name for edge in edges for name in (edge.source, edge.target)}
        distances = {ref: 0 for ref in own if ref in near}
        for edge in edges:
            distances.setdefault(edge.target, 1)
            distances.setdefault(edge.source, 1)
        kept = dict(list(distances.items())[:limit])
        return self._debate(article, kept, edges, len(distances) - len(kept))

    def _debate(
        self, subject: str, kept: dict[str, int], edges: Iterable[DebateEdge], left_out: int, claim: str = ""
    ) -> Debate:
        """Return a debate of the nodes that are kept, each edge told once: by its author, where the author says so."""
        told: dict[tuple[str, str, str], DebateEdge] = {}
        for edge in edges:
            if edge.source in kept and edge.target in kept and edge.source != edge.target:
                told.setdefault((edge.kind, edge.source, edge.target), edge)
        return Debate(
            subject=subject,
            nodes=tuple(self._node(ref, distance, claim) for ref, distance in kept.items()),
            edges=tuple(told.values()),
            left_out=left_out,
        )

    def _node(self, ref: str, distance: int, claim: str) -> DebateNode:
        if "#" in ref:
            return DebateNode(ref=ref, distance=distance, argument=self._views.argument_card(ref, claim))
        return DebateNode(ref=ref, distance=distance, claim=self._views.claim_link(ref))

    def _speakers(self, ref: str) -> Iterable[str]:
        """Give the arguments that say something of an argument or a claim, oldest first."""
        if "#" in ref:
            return [edge.source for edge in self._window.incoming(ref)]
        # A relation to a claim is a stance on it too, so the listing of stances has them all, newest first.
        listed = self._window.bucket(("arguments", "claim", ref))
        articles = [list(group) for _, group in groupby(listed, lambda name: name.partition("#")[0])]
        return [name for group in reversed(articles) for name in group]

    def _to(self, ref: str) -> Iterator[DebateEdge]:
        """Give the edges to an argument or a claim."""
        if "#" in ref:
            for edge in self._window.incoming(ref):
                yield DebateEdge(kind=edge.kind, source=edge.source, target=ref, by=edge.by)
            return
        for source in self._speakers(ref):
            yield from (_stance(source, held) for held in self._window.assertions(source) if held.claim == ref)

    def _from(self, ref: str) -> Iterator[DebateEdge]:
        """Give the edges from an argument to arguments, and to the claims that it takes a stance on."""
        for held in self._window.assertions(ref):
            if held.claim and self._window.bucket(("claim", held.claim)):
                yield _stance(ref, held)
        for edge in self._window.outgoing(ref):
            if edge.to == "argument":
                yield DebateEdge(kind=edge.kind, source=ref, target=edge.target, by=edge.by)


def _stance(source: str, held: Assertion) -> DebateEdge:
    return DebateEdge(kind=_SIDES.get(held.stance, "neutral"), source=source, target=held.claim, by=held.by)
