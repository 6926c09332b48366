"""What a build leaves out, told with the reason: nothing is ever passed over silently."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["Omission"]


class Omission(Struct, frozen=True):
    """A source that is not part of this build, and why. `id` is what references would name."""

    path: str
    title: str
    reason: str
    id: str
    kind: Literal["article", "claim", "page"] = "article"
