"""A debate as nested lists: what everybody can read, and all that there is where nothing draws.

Each node stands once, under the first of what it speaks of; what else it says is told beside it as links.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from msgspec import Struct

from sitegen.archive.cards import Debate, DebateEdge, DebateNode

__all__ = ["Branch", "Said", "outline"]

_DEEPEST = 8
"""Lists in lists; what lies deeper begins a list of its own, and says what it belongs to."""


class Said(Struct, frozen=True, kw_only=True):
    """What an argument says of a node besides the one that it stands under."""

    kind: Literal["supports", "rebuts", "undercuts", "neutral"]
    node: DebateNode
    by: str = ""


class Branch(Struct, frozen=True, kw_only=True):
    """A node of a debate with what is said of it.

    `kind` says what it does to the branch that it stands under, and `by` the editor who says so; both are
    empty for one that stands under none. `also` is what it says of others.
    """

    node: DebateNode
    kind: str = ""
    by: str = ""
    also: tuple[Said, ...] = ()
    branches: tuple[Branch, ...] = ()


def outline(debate: Debate) -> tuple[Branch, ...]:
    """Return the branches that stand under no other: the claim, or what answers nothing that is told here."""
    nodes = {node.ref: node for node in debate.nodes}
    to: defaultdict[str, list[DebateEdge]] = defaultdict(list)
    of: defaultdict[str, list[DebateEdge]] = defaultdict(list)
    for edge in debate.edges:
        to[edge.target].append(edge)
        of[edge.source].append(edge)
    parents: dict[str, DebateEdge | None] = {}
    # Of nodes that only answer one another, the nearest begins.
    for root in sorted(nodes, key=lambda ref: ref != debate.subject and bool(of[ref])):
        layer = [] if root in parents else [root]
        parents.setdefault(root, None)
        while layer:
            following = []
            for edge in (edge for ref in layer for edge in to[ref]):
                if edge.source not in parents:
                    parents[edge.source] = edge
                    following.append(edge.source)
            layer = following

    depths: dict[str, int] = {}
    for ref, upward in parents.items():  # in which what stands above comes first
        depths[ref] = 0 if upward is None else depths[upward.target] + 1
        if depths[ref] == _DEEPEST:
            depths[ref], parents[ref] = 0, None
    roots: list[Branch] = []
    below: defaultdict[str, list[Branch]] = defaultdict(list)
    for ref in reversed(parents):
        upward = parents[ref]
        branch = Branch(
            node=nodes[ref],
            kind="" if upward is None else upward.kind,
            by="" if upward is None else upward.by,
            also=tuple([Said(kind=it.kind, node=nodes[it.target], by=it.by) for it in of[ref] if it is not upward]),
            branches=tuple(reversed(below[ref])),
        )
        (roots if upward is None else below[upward.target]).append(branch)
    return tuple(reversed(roots))
