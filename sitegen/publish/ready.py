"""The guards before anything is sent: an output that is stale, unfinished or meant for elsewhere is refused."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sitegen.build.current import Current
from sitegen.config import Config
from sitegen.errors import PublishError

__all__ = ["is_example", "refuse_unfit", "unfit"]

_EXAMPLES = re.compile(r"(.*\.)?(example\.(com|net|org)|example|invalid|test)", re.IGNORECASE)

_NAMED = 3


def refuse_unfit(found: Current, config: Config) -> None:
    """Raise `PublishError` with every reason for which an output must not be published."""
    reasons = list(unfit(found, config))
    if reasons:
        more = "; ".join(message for message, _ in reasons)
        raise PublishError(f"the output is not fit to be published: {more}", hint=reasons[0][1])


def unfit(found: Current, config: Config) -> Iterator[tuple[str, str]]:
    """Yield the reasons, each with what to do about it."""
    again = "run `sitegen build`, or publish with `--build`"
    last = found.last
    if last is None:
        yield ("nothing is known of a build here", again)
        return
    if is_local(config.base_url):
        yield (
            f"`base_url` is {config.base_url}, which only this machine knows",
            "give `base_url` in config.toml the address that readers use, then build",
        )
    choices = last.choices
    if choices.base_url != config.base_url:
        yield (f"it was built for {choices.base_url}, and `base_url` is {config.base_url}", again)
    if choices.drafts or choices.future:
        shown = " and ".join(
            word for word, is_so in (("drafts", choices.drafts), ("later pieces", choices.future)) if is_so
        )
        yield (f"it was built with {shown}", "run `sitegen build` without `--drafts` and `--future`")
    if not choices.searched and config.has_search:
        yield ("it was built without the search page", "run `sitegen build` without `--no-search`")
    if not found.is_same_output:
        yield (f"the last build went to {last.report.output}/", again)
    if not found.is_same_day:
        yield (f"it was built as on {last.today}, and what is due has changed since or may have", again)
    is_same_site = choices.base_url == config.base_url and found.is_same_output and found.is_same_day
    if not found.is_fresh and is_same_site:
        yield (f"{_what_changed(found)} changed since it was built", again)


def _what_changed(found: Current) -> str:
    paths = found.changed
    if paths:
        more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
        return f"{', '.join(paths[:_NAMED])}{more} {'has' if len(paths) == 1 else 'have'}"
    if not found.is_same_world:
        return "settings, templates or sitegen itself have"
    return "files of the output have"


def is_example(url: str) -> bool:
    """Whether the host of an address is a name that stands for any other (RFC 2606)."""
    return _EXAMPLES.fullmatch((urlsplit(url).hostname or "").rstrip(".")) is not None


def is_local(url: str) -> bool:
    """Whether an address leads to the machine of whoever follows it."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
