"""Files that a host wants of a site beside its pages; a site that has one of its own keeps that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

from sitegen.publish.headers import FOR_EVER, is_fingerprinted
from sitegen.targets import Git, Target

__all__ = ["HEADERS", "NOJEKYLL", "hosted"]

NOJEKYLL = ".nojekyll"
"""Tells GitHub Pages to serve what is there: otherwise Jekyll leaves out names that begin with `_`."""

HEADERS = "_headers"
"""Tells Netlify and Cloudflare Pages which headers they send."""

RULES = 100
"""What Cloudflare Pages reads of them."""

_FIRST = (".css", ".js", ".woff2")


def hosted(target: Target, paths: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield paths and bytes of what the host of a target wants of a site with these paths.

    A branch of which no host is named may well be that of GitHub Pages; elsewhere the file does nothing.
    """
    if target.host == "github-pages" or (isinstance(target, Git) and not target.host):
        yield NOJEKYLL, b""
    if target.host in ("netlify", "cloudflare-pages"):
        rules = list(_lasting(paths))[:RULES]
        if rules:
            yield HEADERS, "".join(f"{rule}\n  Cache-Control: {FOR_EVER}\n" for rule in rules).encode()


def _lasting(paths: Iterable[str]) -> Iterator[str]:
    """Yield patterns that match files whose names change with their bytes, and no others, and no file twice.

    A folder of nothing else is one pattern. Where two match, hosts send both values: so none may overlap.
    """
    lasting: list[str] = []
    mixed: set[str] = {""}
    for path in paths:
        if is_fingerprinted(path):
            lasting.append(path)
        else:
            mixed.update(_folders(path))
    whole = {next((it for it in reversed([*_folders(path)]) if it not in mixed), "") for path in lasting} - {""}
    yield from (f"/{quote(folder)}/*" for folder in sorted(whole))
    single = [path for path in lasting if whole.isdisjoint(_folders(path))]
    yield from (f"/{quote(path)}" for path in sorted(single, key=lambda it: (not it.endswith(_FIRST), it)))


def _folders(path: str) -> Iterator[str]:
    """Yield the folders that a path is in, the innermost first."""
    while path := path.rpartition("/")[0]:
        yield path
