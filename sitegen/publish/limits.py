"""What hosts allow, as their documentation said in November 2026, checked before anything is sent.

- GitHub Pages: <https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits>, and for one
  file <https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github>
- GitLab Pages: <https://docs.gitlab.com/user/gitlab_com/#gitlab-pages>, where folders count as files; redirects
  <https://docs.gitlab.com/user/project/pages/redirects/>
- Cloudflare Pages, the free plan: <https://developers.cloudflare.com/pages/platform/limits/>, redirects
  <https://developers.cloudflare.com/pages/configuration/redirects/>
- Netlify: <https://docs.netlify.com/site-deploys/overview/>
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from sitegen.config import Config
from sitegen.errors import PublishError
from sitegen.publish.shipment import Shipment

__all__ = ["LIMITS", "Excess", "Limits", "exceeded", "refuse_exceeding"]

MB = 1_000_000
MIB = 1 << 20
GB = 1_000_000_000


class Limits(Struct, frozen=True, kw_only=True):
    """What a host allows, 0 where it names no limit: files in all and in one folder, bytes of one and of all.

    `rules` are those of a file `_redirects`, `patterns` those among them that stand for many addresses, `rules_size`
    its bytes. With `folders_count` a folder is a file too.
    """

    name: str
    files: int = 0
    folders_count: bool = False
    files_of_folder: int = 0
    file_size: int = 0
    total_size: int = 0
    rules: int = 0
    patterns: int = 0
    rules_size: int = 0


class Excess(Struct, frozen=True):
    """What exceeds a limit, in words, and which kind of limit that is."""

    words: str
    about: Literal["files", "size", "file", "rules"]


LIMITS = {
    "github-pages": Limits(name="GitHub Pages", file_size=100 * MIB, total_size=1 * GB),
    "gitlab-pages": Limits(
        name="GitLab Pages", files=200_000, folders_count=True, total_size=1 * GB, rules=1_000, rules_size=64 * 1024
    ),
    "cloudflare-pages": Limits(
        name="Cloudflare Pages", files=20_000, file_size=25 * MIB, rules=2_100, patterns=100, rules_size=100 * 1000
    ),
    "netlify": Limits(name="Netlify", files_of_folder=54_000),
}


def refuse_exceeding(shipment: Shipment, host: str, config: Config) -> None:
    """Raise `PublishError` with everything in a shipment that its host does not allow."""
    limits = LIMITS.get(host)
    if limits is None:
        return
    found = list(exceeded(shipment, limits))
    if found:
        hints = dict.fromkeys(hint for it in found for hint in _hints(config, it.about))
        told = "; ".join(it.words for it in found)
        raise PublishError(f"{limits.name} does not take this site: {told}", hint="; ".join(hints))


def exceeded(shipment: Shipment, limits: Limits) -> Iterator[Excess]:
    """Yield what exceeds the limits."""
    sizes = {path: shipment.size(item) for path, item in shipment.items.items()}
    yield from _of_files(sizes, limits)
    if limits.file_size:
        large = [path for path, size in sizes.items() if size > limits.file_size]
        if large:
            more = f" and {len(large) - 1} more" if len(large) > 1 else ""
            yield Excess(f"{large[0]}{more} has more than {limits.file_size // MIB} MiB", "file")
    total = sum(sizes.values())
    if limits.total_size and total > limits.total_size:
        yield Excess(f"it has {total / MB:,.0f} MB, and {limits.total_size // MB:,} MB may be", "size")
    if "_redirects" in shipment.items:
        yield from _of_rules(shipment.load(shipment.items["_redirects"]), limits)


def _of_files(paths: Collection[str], limits: Limits) -> Iterator[Excess]:
    count = len(paths)
    if limits.folders_count:
        count += len({folder for path in paths for folder in _folders(path)})
    if limits.files and count > limits.files:
        what = "files and folders" if limits.folders_count else "files"
        yield Excess(f"it has {count:,} {what}, and {limits.files:,} may be", "files")
    if limits.files_of_folder and paths:
        folder, most = max(Counter(path.rpartition("/")[0] for path in paths).items(), key=lambda it: it[1])
        if most > limits.files_of_folder:
            told = f"the folder {folder or '/'} has {most:,} files, and {limits.files_of_folder:,} may be"
            yield Excess(told, "files")


def _of_rules(data: bytes, limits: Limits) -> Iterator[Excess]:
    rules = [line.split()[0] for line in data.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    patterns = sum(1 for rule in rules if b"*" in rule or b"/:" in rule)
    for name, count, most in (
        ("rules", len(rules), limits.rules),
        ("rules with `*` or `:`", patterns, limits.patterns),
        ("bytes", len(data), limits.rules_size),
    ):
        if most and count > most:
            yield Excess(f"_redirects has {count:,} {name}, and {most:,} are read", "rules")


def _folders(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _hints(config: Config, about: str) -> Iterator[str]:
    if about == "rules":
        yield "leave rules out that a page of sitegen's own answers already: `aliases` need none"
        return
    if about == "file":
        yield "publish a smaller version of it, or keep it elsewhere and link to it"
        return
    if config.archive.argument_pages:
        yield "`argument_pages = false` in [archive] leaves out a page for each argument"
        yield '`arguments = "none"` in [sections.<id>] does so for one section'
    if config.archive.share_images:
        yield "`share_images = false` in [archive] leaves out their pictures"
    yield "a host without this limit is a server of your own or a bucket; where your plan allows more, leave out `host`"
