"""Logging in to a server over SSH: its key is one that is known, ours come from agents and files.

No key of a server is ever taken on trust, and no password is asked for or kept: one that the environment has is used.
"""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.known_hosts import SSHKnownHosts
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs

from sitegen.errors import PublishError
from sitegen.publish.store import Hiccup
from sitegen.targets import Sftp

__all__ = ["PASSWORD", "Login"]

PASSWORD = "SITEGEN_SFTP_PASSWORD"  # noqa: S105 - the name of a variable, not what it holds
"""The variable of the environment that may hold a password."""

TIMEOUT = 20.0
"""Seconds for a connection, and again for the login."""

KEEPALIVE = 10.0
"""Seconds of silence after which the server is asked whether it is there; the third time unanswered is the last."""

SSH = 22
"""The port of SSH."""

Keys = Sequence[asyncssh.SSHKey]

_USUAL = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
_OF_SYSTEM = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")


class Login:
    """Who logs in where: what a target says, before what `~/.ssh/config` says."""

    def __init__(self, target: Sftp, project: Path) -> None:
        """Be ready; files that the target names are relative to the project."""
        self._target = target
        self._identity = str(project / Path(target.identity).expanduser()) if target.identity else ""
        self._known_hosts = str(project / Path(target.known_hosts).expanduser()) if target.known_hosts else ""

    async def connection(self) -> asyncssh.SSHClientConnection:
        """Return a new connection.

        Raises `Hiccup` where the server does not answer, and `PublishError` where it is not to be trusted, does not
        let us in, or what is configured cannot be used.
        """
        options = self._options()
        server = _Server(_read(self._files(options)))
        try:
            return await asyncssh.connect(
                self._target.server,
                self._target.port or (),
                options=options,
                client_factory=lambda: server,
                # Given here, because the library would check nothing where `~/.ssh/config` names no file.
                known_hosts=server.known,
                server_host_key_algs=server.algorithms(options.host_key_alias or options.host, options.port),
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._distrust(server) from error
        except asyncssh.KeyExchangeFailed as error:
            if server.trusted:
                raise self._distrust(server) from error
            raise PublishError(
                f"{self._target.server} and this machine have no way of encryption in common",
                hint="the server is too old, or its settings are too narrow: tell who runs it",
            ) from error
        except asyncssh.PermissionDenied as error:
            raise self._refused(options.username) from error
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise Hiccup("the name of the server is not found just now") from error
            raise PublishError(
                f"there is no server {options.host}", hint="check `server` in config.toml, and the network"
            ) from error
        except TimeoutError as error:
            raise Hiccup("the server does not answer") from error
        except OSError as error:
            raise Hiccup(os.strerror(error.errno).lower() if error.errno else "no connection") from error
        except asyncssh.Error as error:
            raise Hiccup("the server ended the connection") from error

    def _options(self) -> asyncssh.SSHClientConnectionOptions:
        told: dict[str, Any] = {"password": os.environ.get(PASSWORD) or None}
        if self._target.user:
            told["username"] = self._target.user
        if self._identity:
            told |= {"client_keys": [self._identity], "ignore_encrypted": True}
            # Of an agent, that key only: servers turn away who offers many.
            told |= {"agent_identities": self._public()}
        try:
            return asyncssh.SSHClientConnectionOptions(
                host=self._target.server,
                port=self._target.port or (),
                # As for a connection: `~/.ssh/config`.
                config=(),
                connect_timeout=TIMEOUT,
                login_timeout=TIMEOUT,
                keepalive_interval=KEEPALIVE,
                keepalive_count_max=3,
                **told,
            )
        except asyncssh.ConfigParseError as error:
            raise PublishError(f"`~/.ssh/config` cannot be used: {error}", hint="mend it there") from error
        except (OSError, asyncssh.KeyImportError, ValueError) as error:
            named = self._target.identity or "a key that `~/.ssh/config` names"
            reason = error.strerror if isinstance(error, OSError) else "it is no key, or an encrypted one"
            raise PublishError(
                f"{named} cannot be used to log in: {(reason or '').lower()}",
                hint="name the file of a private key as `identity`, or add the key to your agent with `ssh-add`",
            ) from error

    def _public(self) -> list[str] | None:
        return [self._identity] if Path(f"{self._identity}.pub").is_file() else None

    def _files(self, options: asyncssh.SSHClientConnectionOptions) -> list[str]:
        """Return the files of known hosts; that `~/.ssh/config` names none still leaves those of the system."""
        if self._known_hosts:
            if not Path(self._known_hosts).is_file():
                raise PublishError(
                    f"there is no file {self._target.known_hosts}, which `known_hosts` names",
                    hint=f"make it with `{self._scan(self._target.server, self._target.port or SSH)}`, "
                    "after comparing the key with what who runs the server says",
                )
            return [self._known_hosts]
        config = options.config
        own = config.get("UserKnownHostsFile")
        of_system = config.get("GlobalKnownHostsFile")
        names = [
            *(own if isinstance(own, list) else _USUAL),
            *(of_system if isinstance(of_system, list) else _OF_SYSTEM),
        ]
        return [str(Path(name).expanduser()) for name in names]

    def _scan(self, host: str, port: int) -> str:
        file = shlex.quote(self._known_hosts) if self._known_hosts else "~/.ssh/known_hosts"
        return f"ssh-keyscan -p {port} {shlex.quote(host)} >> {file}"

    def _distrust(self, server: _Server) -> PublishError:
        key = server.offered
        if key is None and not server.trusted:
            return PublishError(
                f"the server on the way to {self._target.server} has a key that is not known",
                hint="log in to it once with `ssh`, which shows the key and asks whether it is the right one",
            )
        shown = f"{key.algorithm.decode()} {key.get_fingerprint()}" if key else "of another kind"
        if server.trusted:
            known = ", ".join(sorted(f"{it.algorithm.decode()} {it.get_fingerprint()}" for it in server.trusted))
            return PublishError(
                f"THE KEY OF {server.host} HAS CHANGED: it is {shown} now, and was {known}. "
                "Somebody may be between you and the server; nothing was sent",
                hint="ask who runs the server whether its key was changed; only if it was, remove the old one with "
                f"`ssh-keygen -R {shlex.quote(server.name)}` and log in once with `ssh`",
            )
        return PublishError(
            f"the key of {server.host} is not known: it is {shown}",
            hint="compare it with what who runs the server says; if it is the same, add it with "
            f"`{self._scan(server.host, server.port)}`, or log in once with `ssh`",
        )

    def _refused(self, user: str) -> PublishError:
        tried = f"the password of {PASSWORD} is wrong, or the server takes none" if os.environ.get(PASSWORD) else ""
        keys = f"that it knows the key {self._target.identity}" if self._target.identity else "that it knows your key"
        return PublishError(
            f"{self._target.server} does not let {user} in{': ' if tried else ''}{tried}",
            hint=f"check `user`, and {keys} (`ssh-add -l` lists those of your agent); "
            f"or set {PASSWORD} in the environment",
        )


class _Server(asyncssh.SSHClient):
    """What is known of the server, and what it offers."""

    def __init__(self, known: SSHKnownHosts) -> None:
        self._known = known
        self.trusted: list[asyncssh.SSHKey] = []
        self.offered: asyncssh.SSHKey | None = None
        self.host = ""
        self.port = SSH

    @property
    def name(self) -> str:
        """What files of known hosts call it."""
        return self.host if self.port == SSH else f"[{self.host}]:{self.port}"

    def known(self, host: str, addr: str, port: int | None) -> tuple[Keys, Keys, Keys]:
        """Return the keys that are known of a host: its own, those of authorities, and those that count no more."""
        own, authorities, revoked, *_ = self._known.match(host, addr, port)
        self.host, self.port, self.trusted = host, port or SSH, [*own]
        return own, authorities, revoked

    def algorithms(self, host: str, port: int) -> list[str]:
        """Return the kinds of keys that the server is asked for: those that are known first, then all.

        Were only the known ones asked for, a server that has changed its kind of key could not show the new one.
        """
        own, authorities, *_ = self._known.match(host, "", port if port != SSH else None)
        kinds = [kind for key in own for kind in key.sig_algorithms]
        if authorities or not own:
            kinds = [*get_default_certificate_algs(), *kinds]
        return [kind.decode() for kind in dict.fromkeys((*kinds, *get_default_public_key_algs()))]

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Keep the key of the server for the message: only a known one is let pass, and that was looked up before."""
        del addr
        self.host, self.port, self.offered = host, port, key
        return False


def _read(files: list[str]) -> SSHKnownHosts:
    try:
        return asyncssh.read_known_hosts([file for file in files if os.access(file, os.R_OK)])
    except (ValueError, OSError) as error:
        raise PublishError(
            f"the file of known hosts cannot be used: {error}", hint="mend or remove the line that it names"
        ) from error
