"""What every kind of target can do, however it holds the files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from sitegen.errors import PublishError
from sitegen.publish.plan import Plan
from sitegen.publish.published import Published
from sitegen.publish.shipment import Item, Shipment

__all__ = ["Opened", "Progress"]

Progress = Callable[[str, int, int], None]
"""Is told the name of a step, how many files of it are done, and how many there are."""


class Opened(ABC):
    """A target that is connected to; an asynchronous context manager.

    `place` is what the user calls it, without secrets; `encodings` are put beside texts. All methods raise
    `PublishError` where the target cannot be reached, read or written, with what to do about it.
    """

    place: str
    encodings: tuple[str, ...] = ()

    async def __aenter__(self) -> Self:
        """Connect."""
        return self

    async def __aexit__(  # noqa: B027 - most need nothing
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""

    @abstractmethod
    async def published(self) -> Published:
        """Return what the target's own record says; one request."""

    @abstractmethod
    async def differing(self, items: Mapping[str, Item], shipment: Shipment, progress: Progress) -> tuple[str, ...]:
        """Return those paths whose file at the target is absent or has other bytes, looking at every one."""

    @abstractmethod
    async def refuse_foreign(self, wanted: Plan, before: Published, shipment: Shipment) -> None:
        """Raise `PublishError` where what is not ours stands in the way of a plan; nothing is written.

        `before` is the record that was planned with.
        """

    @abstractmethod
    async def publish(self, shipment: Shipment, plan: Callable[[Published], Plan], progress: Progress) -> Plan:
        """Bring the target to what `plan` says of its record, and return that; what is not ours stays as it is.

        The record may have changed since it was read: it is read again once nobody else can publish. Interrupted
        at any instant, what is there are whole files, each known to be ours, and the next publish finishes.
        """

    async def roll_back(self) -> str:
        """Bring back what was published before; return what that is called.

        Raises `PublishError` where the target keeps nothing, as most do not.
        """
        raise PublishError(
            f"{self.place} keeps no earlier release to go back to",
            hint="build the earlier state of the sources and publish that",
        )
