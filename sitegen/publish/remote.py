"""The repository that `remote` of a target means: a URL, or a name that the repository of the project gives one."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from sitegen.errors import PublishError
from sitegen.publish.git import in_project, without_credentials
from sitegen.publish.ready import is_local

__all__ = ["protocols_for", "resolved", "shown"]

_SSH = re.compile(r"([^/@:\s]+@)?(\[[^\]\s]+\]|[^/@:\s\[\]]+):(?!:).*")
_HELPER = re.compile(r"[A-Za-z0-9+.-]*::")
_SCHEMES = {"https", "ssh", "git+ssh", "ssh+git", "file"}


def shown(remote: str, branch: str, folder: str) -> str:
    """Return what a user calls the place, without credentials."""
    return f"{branch}/{folder.strip('/')} of {without_credentials(remote)}".replace("/ of", " of", 1)


def protocols_for(url: str) -> str:
    """Return what git may connect with: nothing that runs commands, and nothing that anybody on the way can change."""
    plain = ":http" if url.lower().startswith("http://") else ""
    return f"file:https:ssh{plain}"


async def resolved(remote: str, project: Path) -> str:
    """Return the URL of a repository, or the path of one on this machine; raises `PublishError`."""
    if _is_url(remote):
        return _safe(remote)
    named = None if "/" in remote else await in_project(project, "remote", "get-url", "--push", "--", remote)
    if named:
        top = await in_project(project, "rev-parse", "--show-toplevel") or str(project)
        return _safe(named) if _is_url(named) else _path(named, Path(top), remote)
    return _path(remote, project, remote)


def _is_url(text: str) -> bool:
    return bool("://" in text or _HELPER.match(text) or _SSH.fullmatch(text))


def _path(text: str, base: Path, remote: str) -> str:
    path = base / Path(text).expanduser()
    if not path.is_dir():
        raise PublishError(
            f"the repository of the project has no remote “{without_credentials(remote)}”",
            hint="name one that `git remote` lists, or the URL of a repository",
        )
    return str(path.resolve())


def _safe(url: str) -> str:
    """Return a URL that git may follow; raises `PublishError` for others."""
    hint = "use one that begins with `https://` or `ssh://`, or `git@host:path`"
    place = without_credentials(url)
    if _HELPER.match(url):
        raise PublishError(f"remote “{place}” would run a command", hint=hint)
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise PublishError(f"remote “{place}” is no URL", hint=hint) from None
    if "://" in url:
        if parts.scheme not in _SCHEMES and not (parts.scheme == "http" and is_local(url)):
            raise PublishError(f"remote “{place}” is not protected on its way", hint=hint)
    else:
        host = url.partition(":")[0].rpartition("@")[2]
    if host.startswith("-") or url.startswith("-") or any(not character.isprintable() for character in url):
        raise PublishError(f"remote “{place}” is no URL", hint=hint)
    return url
