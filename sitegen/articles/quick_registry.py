"""Python-Markdown's registries made quicker: put in order when they change, not whenever they are read.

Part of `quicken`, which says when this class may stand in for Python-Markdown's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown.util import Registry

__all__ = ["QuickRegistry", "ordered"]


class QuickRegistry(Registry[Any]):
    """A registry that keeps its order."""

    _ordered: tuple[Any, ...] | None = None

    def ordered(self) -> tuple[Any, ...]:
        """Return the items in order; the same object until one is added or removed."""
        if self._ordered is None:
            self._ordered = tuple(super().__iter__())
        return self._ordered

    def __iter__(self) -> Iterator[Any]:
        """Iterate over the items in order."""
        return iter(self.ordered())

    def register(self, item: Any, name: str, priority: float) -> None:  # noqa: ANN401 - items of any kind
        """Add an item; the order is made anew."""
        self._ordered = None
        super().register(item, name, priority)

    def deregister(self, name: str, strict: bool = True) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Remove an item; the order is made anew."""
        self._ordered = None
        super().deregister(name, strict)


def ordered(registry: Registry[Any]) -> tuple[Any, ...]:
    """Return the items of a registry in order; where it keeps them, the same object until it changes."""
    return registry.ordered() if isinstance(registry, QuickRegistry) else tuple(registry)
