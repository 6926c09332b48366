"""References as authors write them: to an article, an argument, or a claim; never guessed.

An article is named by its id, by `section/slug`, or by its slug alone while only one article has it.
`article#id` and `#id` name an argument, also by an id that it once had (`was=`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from sitegen.archive.findings import meant

__all__ = ["LeftOut", "References", "Target", "Unresolved"]


class LeftOut(Struct, frozen=True):
    """A source that is not part of this build: a draft, or a piece that is due later or has expired.

    `id` is the article's id, the claim's id or the slug of a page, by `kind`.
    """

    id: str
    title: str
    path: str
    kind: Literal["article", "claim", "page"] = "article"


class Target(Struct, frozen=True):
    """What a reference leads to.

    `id` is the id of an article or a claim, or `article#argument`. A target that is left out of this
    build, or withdrawn, has the kind `unlinked` and its title as `label`.
    """

    kind: Literal["article", "argument", "claim", "unlinked"]
    id: str
    label: str = ""


class Unresolved(Struct, frozen=True):
    """Why a reference leads nowhere: code, message and hint of the finding that it deserves."""

    code: str
    message: str
    hint: str


class References(Struct, frozen=True):
    """What references can lead to.

    `articles` has the candidates for each way of writing an article; `own` lists the argument ids of an
    article, and `former` leads from `article#id` with an id that an argument once had to the present one;
    `claims` the ids of claims. `unlinked` has the titles of what is left out or withdrawn, by each
    way of writing it; claims stand there as `claim:id`.
    """

    articles: Mapping[str, tuple[str, ...]]
    own: Mapping[str, tuple[str, ...]]
    former: Mapping[str, str]
    claims: tuple[str, ...]
    unlinked: Mapping[str, str]

    def article(self, text: str) -> Target | Unresolved:
        """Resolve a reference to an article."""
        candidates = self.articles.get(text, ())
        if len(candidates) == 1:
            return Target("article", candidates[0])
        if candidates:
            listed = ", ".join(f"`{name}`" for name in candidates)
            return Unresolved("ambiguous-reference", f"“{text}” could mean {listed}", "write the section too")
        if text in self.unlinked:
            return Target("unlinked", text, self.unlinked[text])
        return Unresolved("missing-reference", f"there is no article “{text}”", self._near_article(text))

    def present(self, ref: str) -> str | None:
        """Return an argument, named as `article#id` by an id that it has or once had, as it is named now."""
        owner, _, name = ref.partition("#")
        return ref if name in self.own.get(owner, ()) else self.former.get(ref)

    def argument(self, text: str, owner: str) -> Target | Unresolved:
        """Resolve `article#id` or `#id`; the latter names an argument of the article `owner`."""
        where, _, name = text.partition("#")
        if where:
            target = self.article(where)
            if not (isinstance(target, Target) and target.kind == "article"):
                return target
            owner = target.id
        if ref := self.present(f"{owner}#{name}"):
            return Target("argument", ref)
        if owner in self.unlinked:
            return Target("unlinked", owner, self.unlinked[owner])
        known = self.own.get(owner, ())
        listed = f"its arguments: {', '.join(known)}" if known else "it has no arguments"
        return Unresolved(
            "missing-reference", f"the article “{owner}” has no argument “{name}”", meant(name, known, listed)
        )

    def claim(self, text: str) -> Target | Unresolved:
        """Resolve the id of a claim."""
        if text in self.claims:
            return Target("claim", text)
        if f"claim:{text}" in self.unlinked:
            return Target("unlinked", text, self.unlinked[f"claim:{text}"])
        hint = meant(text, self.claims, f"add content/claims/{text}.md, or write `article#id` for an argument")
        return Unresolved("missing-reference", f"there is no claim “{text}”", hint)

    def any(self, text: str, owner: str) -> Target | Unresolved:
        """Resolve what a relation names: an argument where there is a `#`, else a claim."""
        return self.argument(text, owner) if "#" in text else self.claim(text)

    def _near_article(self, text: str) -> str:
        # Asked first, because comparing with every article takes a tenth of a second in a large archive.
        if moved := self.articles.get(text.rpartition("/")[2]):
            return "did you mean " + " or ".join(f"`{name}`" for name in moved) + "?"
        return meant(text, sorted(self.own), "an article is named by `section/slug`, or by its slug alone")
