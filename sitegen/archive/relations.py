"""The argument graph: what supports, rebuts and undercuts what, and who says so.

Relations are written at their source, by the author in the text or by an editor in `annotations`.
Here both become edges that can be followed from either end, with stances toward claims beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from sitegen.archive.findings import found, meant
from sitegen.archive.references import References, Target, Unresolved
from sitegen.articles.article import Article, Point
from sitegen.articles.dates import EdtfDate
from sitegen.articles.meta import Annotation, Place, Reference
from sitegen.diagnostics import Diagnostic

__all__ = ["Assertion", "Edge", "Graph", "chief", "relate"]

Stance = Literal["pro", "con", "neutral"]
RelationKind = Literal["supports", "rebuts", "undercuts"]


class Assertion(Struct, frozen=True):
    """A stance toward a claim. `by` is empty where the author takes it, else the editor who says so."""

    stance: Stance | None
    claim: str = ""
    by: str = ""
    date: EdtfDate | None = None


class Edge(Struct, frozen=True):
    """A relation from one argument to an argument, a claim, or what is left out of this build.

    `source` and, for an argument, `target` are `article#id`; `label` names what is left out. `by` is
    empty where the author says so, else the editor.
    """

    kind: RelationKind
    source: str
    target: str
    to: Literal["argument", "claim", "unlinked"]
    label: str = ""
    by: str = ""
    date: EdtfDate | None = None


class Graph(Struct, frozen=True):
    """Edges by source and by target, and the assertions about each argument, the author's first."""

    outgoing: Mapping[str, tuple[Edge, ...]]
    incoming: Mapping[str, tuple[Edge, ...]]
    assertions: Mapping[str, tuple[Assertion, ...]]


def relate(
    articles: Iterable[Article], references: References, editor: Callable[[str], str]
) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """Return the graph of all arguments.

    `articles` are given oldest first, and edges that come in keep that order. `editor` gives the name
    of whoever `by:` of an annotation means; it is never empty, so editors never pass for authors.
    """
    outgoing: dict[str, tuple[Edge, ...]] = {}
    incoming: dict[str, list[Edge]] = {}
    assertions: dict[str, tuple[Assertion, ...]] = {}
    findings: list[Diagnostic] = []
    for article in articles:
        reader = _Reader(article, references, editor)
        for argument in article.body.arguments:
            if not (reader.annotations or _says_something(argument)):
                continue
            ref = f"{article.id}#{argument.id}"
            edges = tuple(dict.fromkeys(reader.edges(argument)))
            if edges:
                outgoing[ref] = edges
            for edge in edges:
                if edge.to != "unlinked":
                    incoming.setdefault(edge.target, []).append(edge)
            if held := tuple(dict.fromkeys(reader.assertions(argument))):
                assertions[ref] = held
        findings += reader.findings
    return Graph(outgoing, {target: tuple(edges) for target, edges in incoming.items()}, assertions), tuple(findings)


def chief(assertions: tuple[Assertion, ...]) -> Assertion | None:
    """Return the assertion that stands for an argument where no claim is asked for.

    The author's stance is never replaced by another; an editor may name the claim that it is about.
    """
    if not assertions:
        return None
    first = assertions[0]
    pool = [a for a in assertions if a.stance == first.stance] if not first.by and first.stance else assertions
    return min(pool, key=lambda a: (a.stance is None, not a.claim))


def _says_something(argument: Point) -> bool:
    """Whether an argument itself takes a stance or names another: hardly any of a large archive does."""
    return bool(argument.stance or argument.claim_ref or argument.supports or argument.rebuts or argument.undercuts)


class _Reader:
    """Reads what one article says of its arguments, and what editors add."""

    def __init__(self, article: Article, references: References, editor: Callable[[str], str]) -> None:
        self.article = article
        self.references = references
        self.findings: list[Diagnostic] = []
        self.annotations: dict[str, list[tuple[Annotation, str]]] = {}
        for number, note in enumerate(article.meta.annotations):
            name = note.argument.lstrip("#")
            ref = references.present(f"{article.id}#{name}")
            if ref is None:
                known = references.own.get(article.id, ())
                place = article.places.get(f"annotations.{number}.argument", note.place)
                listed = f"its arguments: {', '.join(known)}" if known else "the article has no arguments"
                self._find(
                    "missing-reference", f"the annotation names no argument “{name}”", place, meant(name, known, listed)
                )
            else:
                self.annotations.setdefault(ref, []).append((note, editor(note.by)))

    def assertions(self, argument: Point) -> Iterator[Assertion]:
        """Give the author's stance on an argument, then the editors'."""
        ref = f"{self.article.id}#{argument.id}"
        author = Assertion(argument.stance, self._claim(argument.claim_ref))
        if author.stance or author.claim:
            yield author
        yield from self._implied(argument, "", None)
        for note, by in self.annotations.get(ref, ()):
            editors = Assertion(note.stance, self._claim(note.claim), by, note.date)
            if editors.stance or editors.claim:
                # An editor who only adds the claim, or only the stance, completes what the author says.
                stance, claim = editors.stance or author.stance, editors.claim or author.claim
                yield Assertion(stance, claim, by, note.date)
            yield from self._implied(note, by, note.date)

    def _implied(self, says: Point | Annotation, by: str, date: EdtfDate | None) -> Iterator[Assertion]:
        """Give the stances that relations to claims are: who supports a claim is for it, who rebuts it against."""
        sides: tuple[tuple[Stance, tuple[Reference, ...]], ...] = (("pro", says.supports), ("con", says.rebuts))
        for stance, references in sides:
            for reference in references:
                target = self.references.any(reference.text, self.article.id)
                if isinstance(target, Target) and target.kind == "claim":
                    yield Assertion(stance, target.id, by, date)

    def edges(self, argument: Point) -> Iterator[Edge]:
        """Give the relations that start at an argument, the author's first."""
        ref = f"{self.article.id}#{argument.id}"
        yield from self._edges(ref, argument, "", None)
        for note, by in self.annotations.get(ref, ()):
            yield from self._edges(ref, note, by, note.date)

    def _edges(self, source: str, says: Point | Annotation, by: str, date: EdtfDate | None) -> Iterator[Edge]:
        written: tuple[tuple[RelationKind, tuple[Reference, ...]], ...] = (
            ("supports", says.supports),
            ("rebuts", says.rebuts),
            ("undercuts", says.undercuts),
        )
        for kind, references in written:
            for reference in references:
                target = self._target(kind, reference, source)
                if target is None or target.kind == "article":
                    continue
                yield Edge(kind, source, target.id, target.kind, target.label, by, date)

    def _target(self, kind: RelationKind, reference: Reference, source: str) -> Target | None:
        if kind == "undercuts" and "#" not in reference.text:
            message = f"`undercuts` denies an inference, so “{reference.text}” must be an argument, not a claim"
            self._find("bad-value", message, reference.place, "write `article#id`, or use `rebuts` for a claim")
            return None
        target = self.references.any(reference.text, self.article.id)
        if isinstance(target, Target) and target.id == source:
            message = f"an argument cannot stand in relation to itself: {kind} “{reference.text}”"
            self._find("bad-value", message, reference.place, "name another argument, or remove the reference")
            return None
        return self._checked(target, reference)

    def _claim(self, reference: Reference | None) -> str:
        """Return the id of the claim that a stance is about, or an empty string."""
        if reference is None:
            return ""
        target = self._checked(self.references.claim(reference.text), reference)
        return target.id if target is not None and target.kind == "claim" else ""

    def _checked(self, target: Target | Unresolved, reference: Reference) -> Target | None:
        if isinstance(target, Unresolved):
            self._find(target.code, target.message, reference.place, target.hint)
            return None
        if target.kind == "unlinked":
            message = (
                f"“{reference.text}” refers to “{target.label}”, which this build leaves out: shown without a link"
            )
            self._find("unlinked-reference", message, reference.place, "publish the piece, or remove the reference")
        return target

    def _find(self, code: str, message: str, place: Place, hint: str) -> None:
        self.findings.append(found(code, message, self.article.path, place, hint))
