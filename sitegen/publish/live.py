"""Whether readers get what was published: files are fetched from the live address and their digests compared."""

from __future__ import annotations

import http.client
import random
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

from msgspec import Struct

from sitegen import __version__
from sitegen.digest import digest_bytes
from sitegen.publish.shipment import Item
from sitegen.publish.target import Progress

__all__ = ["Wrong", "chosen", "look"]

SAMPLE = 20
MOST = 200
"""Changed files that are fetched at most."""

TIMEOUT = 20.0
_AT_ONCE = 8
_LARGEST = 1 << 28
_SERVED_AS_FOLDER = "index.html"


class Wrong(Struct, frozen=True):
    """An address that does not give what was published, and what it gives instead."""

    url: str
    reason: str


def chosen(items: Iterable[Item], changed: Iterable[str], seed: str) -> tuple[Item, ...]:
    """Return what is to be looked at: changed files, and a sample of the others that `seed` decides."""
    every = {item.path: item for item in items if not item.encoding and _is_served(item.path)}
    first = [path for path in changed if path in every][:MOST]
    rest = sorted(every.keys() - set(first))
    sample = random.Random(seed).sample(rest, min(SAMPLE, len(rest)))  # noqa: S311 - no secret
    return tuple(every[path] for path in (*first, *sorted(sample)))


def look(address: str, items: tuple[Item, ...], progress: Progress) -> tuple[Wrong, ...]:
    """Fetch files below an address, and return those that are not as published."""
    wrong = []
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        urls = [address_of(address, item.path) for item in items]
        for number, found in enumerate(threads.map(_fetched, urls), 1):
            url, item = urls[number - 1], items[number - 1]
            if isinstance(found, str):
                wrong.append(Wrong(url, found))
            elif digest_bytes(found) != item.digest:
                wrong.append(Wrong(url, "other bytes than those of the output"))
            progress("checking", number, len(items))
    return tuple(wrong)


def address_of(address: str, path: str) -> str:
    """Return the URL of a file: that of its folder, where it is a folder's page."""
    if path == _SERVED_AS_FOLDER or path.endswith(f"/{_SERVED_AS_FOLDER}"):
        path = path.removesuffix(_SERVED_AS_FOLDER)
    parts = urlsplit(address)
    base = parts._replace(path=quote(parts.path.rstrip("/"), safe="/%"), query="", fragment="").geturl()
    return f"{base}/{quote(path)}"


def _is_served(path: str) -> bool:
    """Whether hosts send a file as it is: records and what configures a host they do not."""
    return not any(part.startswith((".", "_")) for part in path.split("/")) and path != "404.html"


def _fetched(url: str) -> bytes | str:
    """Return what an address gives, or in words why nothing."""
    headers = {"User-Agent": f"sitegen/{__version__}", "Cache-Control": "no-cache"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - a configured address, http or https
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            data: bytes = answer.read(_LARGEST)
            return data
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.reason}"
    except urllib.error.URLError as error:
        return f"not reached: {_said(error.reason)}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"not reached: {_said(error)}"


def _said(reason: str | BaseException) -> str:
    """Return the words of an error without its number."""
    return str(getattr(reason, "strerror", None) or reason)
