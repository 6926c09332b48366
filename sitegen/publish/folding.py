"""Names that are one to a target that does not tell capitals from small letters, as disks of macOS and Windows do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from sitegen.publish.claim import CLAIM
from sitegen.publish.patience import patiently
from sitegen.publish.store import Store

__all__ = ["alike", "folded"]


async def folded(store: Store, removed: Iterable[str], wanted: Iterable[str]) -> Mapping[str, str]:
    """Return those removed paths that are, to the store, the path of a file that is wanted, with that path.

    A wanted file may be there already, brought by a publish that was cut short before it removed anything. The store
    is asked only where there may be any, and while the claim is held: it stands under its name in capitals too where
    these do not count.
    """
    pairs = alike(removed, wanted)
    if not pairs or not await patiently(lambda: store.there([CLAIM.upper()]), store.place):
        return {}
    return pairs


def alike(removed: Iterable[str], wanted: Iterable[str]) -> Mapping[str, str]:
    """Return those removed paths that some stores would take for the path of a file that is wanted, with that path."""
    new = {_key(path): path for path in wanted}
    return {path: new[_key(path)] for path in removed if _key(path) in new}


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path).lower()
