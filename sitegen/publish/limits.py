"""What hosts allow, as their documentation said in November 2026, checked before anything is sent.

- GitHub Pages: <https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits>
- GitLab Pages: <https://docs.gitlab.com/user/gitlab_com/#gitlab-pages>, redirects <https://docs.gitlab.com/user/project/pages/redirects/>
- Cloudflare Pages: <https://developers.cloudflare.com/pages/platform/limits/>
- Netlify: <https://docs.netlify.com/resources/troubleshooting-tips/>
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from sitegen.config import Config
from sitegen.errors import PublishError
from sitegen.publish.shipment import Shipment

__all__ = ["LIMITS", "Limits", "exceeded", "refuse_exceeding"]

MB = 1_000_000
MIB = 1 << 20
GB = 1_000_000_000


class Limits(Struct, frozen=True, kw_only=True):
    """What a host allows, 0 where it names no limit: files in all and in one folder, bytes of one and of all.

    `rules` are those of a file `_redirects`, `rules_size` its bytes.
    """

    name: str
    files: int = 0
    files_of_folder: int = 0
    file_size: int = 0
    total_size: int = 0
    rules: int = 0
    rules_size: int = 0


LIMITS = {
    "github-pages": Limits(name="GitHub Pages", file_size=100 * MIB, total_size=1 * GB),
    "gitlab-pages": Limits(name="GitLab Pages", files=200_000, total_size=1 * GB, rules=1_000, rules_size=64 * 1024),
    "cloudflare-pages": Limits(
        name="Cloudflare Pages", files=20_000, file_size=25 * MIB, rules=2_100, rules_size=100 * 1000
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
        hints = list(_hints(config, is_redirects=all("_redirects" in it for it in found)))
        raise PublishError(f"{limits.name} does not take this site: {'; '.join(found)}", hint="; ".join(hints))


def exceeded(shipment: Shipment, limits: Limits) -> Iterator[str]:
    """Yield what exceeds the limits, in words."""
    sizes = {path: shipment.size(item) for path, item in shipment.items.items()}
    if limits.files and len(sizes) > limits.files:
        yield f"it has {len(sizes):,} files, and {limits.files:,} may be"
    if limits.file_size:
        large = [path for path, size in sizes.items() if size > limits.file_size]
        if large:
            more = f" and {len(large) - 1} more" if len(large) > 1 else ""
            yield f"{large[0]}{more} has more than {limits.file_size // MIB} MiB"
    total = sum(sizes.values())
    if limits.total_size and total > limits.total_size:
        yield f"it has {total / MB:,.0f} MB, and {limits.total_size // MB:,} MB may be"
    if limits.files_of_folder:
        folder, count = max(Counter(path.rpartition("/")[0] for path in sizes).items(), key=lambda it: it[1])
        if count > limits.files_of_folder:
            yield f"the folder {folder or '/'} has {count:,} files, and {limits.files_of_folder:,} may be"
    if "_redirects" in shipment.items and (limits.rules or limits.rules_size):
        data = shipment.load(shipment.items["_redirects"])
        rules = sum(1 for line in data.splitlines() if line.strip() and not line.lstrip().startswith(b"#"))
        if limits.rules and rules > limits.rules:
            yield f"_redirects has {rules:,} rules, and {limits.rules:,} are read"
        if limits.rules_size and len(data) > limits.rules_size:
            yield f"_redirects has {len(data):,} bytes, and {limits.rules_size:,} are read"


def _hints(config: Config, *, is_redirects: bool) -> Iterator[str]:
    if is_redirects:
        yield "leave rules out that a page of sitegen's own answers already: `aliases` need none"
        return
    if config.archive.argument_pages:
        yield "`argument_pages = false` in [archive] leaves out a page for each argument"
        yield '`arguments = "none"` in [sections.<id>] does so for one section'
    if config.archive.share_images:
        yield "`share_images = false` in [archive] leaves out their pictures"
    yield "a host without this limit is a server of your own or a bucket"
