"""What is to be done at a target: which files are new, changed, gone and as they were, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from sitegen.errors import PublishError
from sitegen.publish.headers import is_fingerprinted
from sitegen.publish.published import Published
from sitegen.publish.shipment import Item, Shipment, is_encoding
from sitegen.targets import Target

__all__ = ["Plan", "guard_deletions", "plan"]

ALWAYS = 20
"""Deletions that are never too many."""

SHARE = 10
"""Percent of the published files that may be deleted unless more is asked for."""

# Pages of the root and lists for machines: what leads to everything else, so it comes last.
_INDEX = re.compile(
    r"index\.html|(.*/)?(feed|sitemap|corrections)[^/]*\.(xml|json)|assets/pagefind/(pagefind-entry\.json|made-of\.txt)"
)


class Plan(Struct, frozen=True, kw_only=True):
    """Paths, each list sorted: a file that is `unknown` is new or changed, and what stands at its path is not known.

    `unknown` files are among the `added` and `changed` ones. `retired` ones are not wanted any more, and stay until
    the next publish: pages that readers have open show them.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    unknown: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.added or self.changed or self.removed)

    def stages(self, items: Mapping[str, Item]) -> Iterator[tuple[Item, ...]]:
        """Yield what is to be written, in stages: each may point to what earlier ones have brought.

        Assets and other files; then pages and lists that are new, to which nothing leads yet; then pages that lead
        to them; then the home page, feeds and sitemaps. An encoding goes with what it is an encoding of.
        """
        new = set(self.added)
        stages: tuple[list[Item], ...] = ([], [], [], [], [])
        for path in sorted((*self.added, *self.changed)):
            item = items[path]
            stages[_stage(item.source, is_new=path in new)].append(item)
        yield from (tuple(stage) for stage in stages if stage)

    def removals(self) -> Iterator[tuple[str, ...]]:
        """Yield what is to be removed, in stages: pages before what they show."""
        pages = tuple(path for path in self.removed if _is_page(path))
        rest = tuple(path for path in self.removed if not _is_page(path))
        yield from (stage for stage in (pages, rest) if stage)


def plan(shipment: Shipment, published: Published, differing: Iterable[str] = ()) -> Plan:
    """Compare what is to be published with what is.

    `differing` are files whose bytes at the target were seen to be others than the record says.
    """
    wrong = {*published.pending, *differing}
    added: list[str] = []
    changed: list[str] = []
    unknown: list[str] = []
    unchanged = 0
    for path, item in shipment.items.items():
        was = published.files.get(path)
        if was == item.version and path not in wrong:
            unchanged += 1
            continue
        (changed if was is not None else added).append(path)
        if was is None:
            unknown.append(path)
    gone = (published.files.keys() | published.pending.keys()) - shipment.items.keys()
    # Pages of a publish that was cut short may be open as well, so what it announced stays as long.
    retired = {path for path in gone if is_fingerprinted(path)}
    if added or changed or gone - retired or retired - set(published.retired):
        retired -= set(published.retired)
    return Plan(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(sorted(gone - retired)),
        retired=tuple(sorted(retired)),
        unchanged=unchanged,
        unknown=tuple(unknown),
    )


def guard_deletions(wanted: Plan, published: Published, target: Target, most: int | None) -> None:
    """Raise `PublishError` where a publish would remove more than it may.

    Encodings are not counted. `most` is what the command line allows, before what the target says.
    """
    if not wanted.removed:
        return
    count, total = (sum(1 for path in paths if not is_encoding(path)) for paths in (wanted.removed, published.files))
    limit = most if most is not None else target.max_delete
    if limit is None:
        limit = max(ALWAYS, total * SHARE // 100)
    if count > limit:
        raise PublishError(
            f"{count} of {total} published files would be removed, and {limit} may be",
            hint=f"see which with `--dry-run`; if that is right, publish with `--max-delete {count}` or `--yes`",
        )


def _is_page(path: str) -> bool:
    return path.endswith((".html", ".html.gz", ".html.br"))


def _stage(path: str, *, is_new: bool) -> int:
    if _INDEX.fullmatch(path) and not (is_new and path != "index.html"):
        return 4
    if not path.endswith(".html"):
        return 1 if _INDEX.fullmatch(path) else 0
    return 2 if is_new else 3
