"""`[publish.<name>]`: where the finished folder is brought to, one struct for each kind of target.

No key takes a secret: passwords, keys and tokens come from the environment, from agents and from the
chains of credentials that the tools of a host have anyway. What looks like one is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct

__all__ = [
    "KINDS",
    "S3",
    "Azure",
    "Folder",
    "Gcs",
    "Git",
    "Rsync",
    "Sftp",
    "Target",
    "has_controls",
    "is_web_address",
    "secret_in",
    "target_problems",
]

Host = Literal["", "github-pages", "cloudflare-pages", "gitlab-pages", "netlify"]

Encodings = Annotated[
    tuple[Literal["gzip", "brotli"], ...],
    Meta(description="encodings that are put beside texts, for servers that send them"),
]


class _Common(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every target may say."""

    address: Annotated[
        str, Meta(description="URL under which the published files can be fetched; `base_url` unless given")
    ] = ""
    host: Annotated[
        Host, Meta(description="the host that serves it, whose limits are checked before anything is sent")
    ] = ""
    max_delete: Annotated[
        int | None,
        Meta(ge=0, description="files that one publish may remove; unless given a tenth of them, and always 20"),
    ] = None


class Folder(_Common, frozen=True, tag="folder", kw_only=True):
    """`kind = "folder"`: a folder of this machine, or one that is mounted."""

    path: Annotated[
        str, Meta(min_length=1, description="the folder, relative to `config.toml`, absolute or below `~` (required)")
    ]
    releases: Annotated[
        int,
        Meta(
            ge=0,
            description="releases that are kept in `releases/`, with the link `current` to the newest; "
            "0 brings the files into the folder itself",
        ),
    ] = 5
    compress: Encodings = ("gzip",)


class Sftp(_Common, frozen=True, tag="sftp", kw_only=True):
    """`kind = "sftp"`: a folder of a server, over SSH."""

    server: Annotated[str, Meta(min_length=1, description="name or address of the server (required)")]
    path: Annotated[str, Meta(min_length=1, description="the folder there (required)")]
    user: Annotated[str, Meta(description="name to log in with; that of `~/.ssh/config` or yours unless given")] = ""
    port: Annotated[
        int, Meta(ge=0, le=65535, description="port of the server; 0 for that of `~/.ssh/config` or 22")
    ] = 0
    identity: Annotated[str, Meta(description="file of a private key; agents and the usual files unless given")] = ""
    known_hosts: Annotated[str, Meta(description="file of keys of servers; `~/.ssh/known_hosts` unless given")] = ""
    compress: Encodings = ("gzip",)


class Rsync(_Common, frozen=True, tag="rsync", kw_only=True):
    """`kind = "rsync"`: what the program rsync can write to, over SSH or to a daemon."""

    to: Annotated[
        str, Meta(min_length=1, description="`user@server:/folder/` or `rsync://server/module/folder/` (required)")
    ]
    ssh: Annotated[str, Meta(description="the command that connects, with its options")] = "ssh"
    compress: Encodings = ("gzip",)


class S3(_Common, frozen=True, tag="s3", kw_only=True):
    """`kind = "s3"`: a bucket of Amazon S3 or of what speaks like it."""

    bucket: Annotated[str, Meta(min_length=1, description="name of the bucket (required)")]
    prefix: Annotated[str, Meta(description="what comes before every key, a folder")] = ""
    region: Annotated[str, Meta(description="region of the bucket; that of the environment unless given")] = ""
    endpoint: Annotated[str, Meta(description="URL of a service other than Amazon's")] = ""


class Gcs(_Common, frozen=True, tag="gcs", kw_only=True):
    """`kind = "gcs"`: a bucket of Google Cloud Storage."""

    bucket: Annotated[str, Meta(min_length=1, description="name of the bucket (required)")]
    prefix: Annotated[str, Meta(description="what comes before every name, a folder")] = ""
    endpoint: Annotated[str, Meta(description="URL of a service other than Google's")] = ""


class Azure(_Common, frozen=True, tag="azure", kw_only=True):
    """`kind = "azure"`: a container of Azure Blob Storage; `$web` is the one of a static website."""

    container: Annotated[str, Meta(min_length=1, description="name of the container (required)")]
    account: Annotated[str, Meta(description="name of the account; that of the environment unless given")] = ""
    prefix: Annotated[str, Meta(description="what comes before every name, a folder")] = ""
    endpoint: Annotated[str, Meta(description="URL of a service other than Microsoft's")] = ""


class Git(_Common, frozen=True, tag="git", kw_only=True):
    """`kind = "git"`: a branch of a repository, as GitHub, GitLab and Codeberg Pages serve it."""

    remote: Annotated[
        str, Meta(min_length=1, description="URL of the repository, or the name of a remote of this one (required)")
    ]
    branch: Annotated[str, Meta(min_length=1, description="the branch, made where it is absent")] = "gh-pages"
    folder: Annotated[str, Meta(description="folder of the branch; its root unless given")] = ""
    history: Annotated[
        Literal["keep", "squash"], Meta(description="whether the branch keeps its commits, or has one only")
    ] = "keep"


Target = Folder | Sftp | Rsync | S3 | Gcs | Azure | Git

KINDS: dict[str, type[Struct]] = {
    "folder": Folder,
    "sftp": Sftp,
    "rsync": Rsync,
    "s3": S3,
    "gcs": Gcs,
    "azure": Azure,
    "git": Git,
}
"""The kinds of targets, by what `kind` says."""

_SECRET_KEY = re.compile(
    r"pass(word|phrase|wd)?$|secret|token|credential|access_?key|api_?key|private_?key|account_?key|sas", re.IGNORECASE
)
_SECRET_VALUE = re.compile(
    r"-----BEGIN|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|AccountKey=|[?&]sig=|\bxox[abp]-|\b(nfp|sk)_\w{20,}"
)


_NOT_IN_HOSTS = re.compile(r'[\s"<>\\^`{|}]')
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def has_controls(text: str) -> bool:
    """Whether a text has control characters, which no name of a file or a host has."""
    return _CONTROLS.search(text) is not None


def is_web_address(url: str) -> bool:
    """Whether a text is an absolute URL of the web, with a host and perhaps a port that can be."""
    try:
        parts = urlsplit(url)
        port = parts.port  # raises where it is no number, or one too high
    except ValueError:
        return False
    is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    # What `urlsplit` leaves out without a word counts too: it would be in the pages.
    return is_whole and not _NOT_IN_HOSTS.search(parts.netloc) and not has_controls(url)


def secret_in(key: str, value: Any) -> bool:  # noqa: ANN401 - TOML values
    """Whether a key of a target, or its value, looks like a secret."""
    if _SECRET_KEY.search(key) and value not in ("", None):
        return True
    if not isinstance(value, str):
        return False
    if _SECRET_VALUE.search(value):
        return True
    try:
        return "://" in value and bool(urlsplit(value).password)
    except ValueError:
        return False


def target_problems(name: str, target: Target) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Find what types cannot say about a target: message, place and hint of each finding."""
    at = ("publish", name)
    for key in ("address", "endpoint"):
        value = getattr(target, key, "")
        if value and not is_web_address(value):
            yield (f"{key} “{value}” is not an absolute URL", (*at, key), "for example `https://example.org/`")
    for key in ("prefix", "folder"):
        value = getattr(target, key, "")
        is_odd = {"..", ".", ".git"}.intersection(value.lower().split("/"))
        if is_odd or "\\" in value or value.startswith("/") or "//" in value:
            yield (f"{key} “{value}” is not the path of a folder", (*at, key), f'for example `{key} = "archive"`')
    for key in ("server", "to", "remote", "user", "branch"):
        value = getattr(target, key, "")
        if value.startswith("-") or any(character in value for character in "\0\n\r"):
            yield (f"{key} “{value}” is no name of one", (*at, key), "")
    for key in ("path", "identity", "known_hosts", "ssh", "bucket", "container", "account", "region"):
        if has_controls(getattr(target, key, "")):
            yield (f"{key} has control characters", (*at, key), "remove them")
