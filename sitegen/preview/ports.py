"""Where the preview listens: an address of this machine, and a port that is free."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from sitegen.errors import UsageError

__all__ = ["TRIES", "address_of", "is_public", "listen"]

TRIES = 20
"""Ports that are tried, one after another."""

_LAST = 65535
_BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at a host, at the port or the first free one after it; 0 stands for any.

    Raises `UsageError` where that cannot be.
    """
    family, address = _resolved(host)
    last = min(port + TRIES - 1, _LAST) if port else 0
    for candidate in range(port, last + 1):
        try:
            return socket.create_server((address, candidate), family=family, backlog=_BACKLOG)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            reason = (error.strerror or str(error)).lower()
            hint = "ports below 1024 belong to the system" if error.errno == errno.EACCES else ""
            raise UsageError(f"cannot listen at {host}:{candidate}: {reason}", hint=hint) from None
    raise UsageError(f"the ports from {port} to {last} of {host} are taken", hint="name another one with `--port`")


def address_of(listening: socket.socket) -> str:
    """Return the URL of a socket that listens, without a last slash; of all addresses, the machine's own."""
    host, port = listening.getsockname()[:2]
    here = ip_address(host)
    if here.is_unspecified:
        here = ip_address("127.0.0.1" if here.version == 4 else "::1")  # noqa: PLR2004 - of the protocol
    return f"http://[{here}]:{port}" if ":" in str(here) else f"http://{here}:{port}"


def is_public(listening: socket.socket) -> bool:
    """Whether other machines can reach it."""
    return not ip_address(listening.getsockname()[0]).is_loopback


def _resolved(host: str) -> tuple[socket.AddressFamily, str]:
    """Return the kind and the address of a host, that of IPv4 where it has both."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"there is no host “{host}”", hint="for example `--host 127.0.0.1`") from None
    family, _, _, _, address = min(found, key=lambda it: it[0] != socket.AF_INET)
    return family, str(address[0])
