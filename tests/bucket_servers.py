"""Services of buckets on this machine, for tests: moto (S3), Azurite (Azure), and a small one in Google's manner.

Between sitegen and each stands a proxy, see `spoiling.py`.
"""

from __future__ import annotations

import asyncio
import base64
import email.utils
import hashlib
import hmac
import json
import socket
import subprocess
import sys
import threading
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, unquote, urlsplit
from uuid import uuid4

import obstore
from obstore.store import AzureStore, GCSStore, S3Store
from spoiling import Asked, Fault, Handler, Proxy, Server, serving

from sitegen.publish.buckets import bucket_store
from sitegen.publish.objects import ObjectStore
from sitegen.targets import KINDS

__all__ = ["ACCOUNT_KEY", "SECRET", "Bucket", "Service", "azure_service", "google_service", "s3_service", "store_of"]

ACCOUNT = "devstoreaccount1"
# The account of development that every copy of Azurite has; its documentation names it.
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
SECRET = "test-secret-of-nobody"  # noqa: S105 - it opens nothing
PATIENCE = 60.0

Client = S3Store | AzureStore | GCSStore


class Bucket:
    """A bucket of a service, empty at first."""

    def __init__(self, service: Service, name: str) -> None:
        """Begin; the bucket is there already."""
        self.service = service
        self.name = name
        self._client = service.client(name)

    @property
    def toml(self) -> str:
        """The table of the configuration that publishes here."""
        return self.service.table(self.name, f"http://127.0.0.1:{self.service.proxy.port}")

    @property
    def asked(self) -> list[Asked]:
        """All requests of sitegen's up to now, or since the list was cleared."""
        return self.service.proxy.asked.setdefault(self.name, [])

    @contextmanager
    def spoilt(self, fault: Fault) -> Iterator[None]:
        """Let something go wrong meanwhile."""
        self.service.proxy.faults[self.name] = fault
        try:
            yield
        finally:
            del self.service.proxy.faults[self.name]

    def written(self) -> set[str]:
        """Return the paths that were written since the log was cleared."""
        return {path for one in self.asked if one.method == "PUT" for path in one.paths}

    def removed(self) -> set[str]:
        """Return the paths that were removed since the log was cleared."""
        return {path for one in self.asked if one.method in ("POST", "DELETE") for path in one.paths}

    def put(self, path: str, data: bytes) -> None:
        """Put an object there, as others do."""
        obstore.put(self._client, path, data)

    def remove(self, path: str) -> None:
        """Remove an object, as others do."""
        obstore.delete(self._client, path)

    def read(self, path: str) -> bytes | None:
        """Return what a reader gets, who has no credentials and asks the service itself; `None` where nothing is."""
        try:
            with urllib.request.urlopen(f"{self.service.address}/{self.name}/{quote(path)}") as answer:  # noqa: S310 - ours
                data: bytes = answer.read()
                return data
        except HTTPError as error:
            with error:
                if error.code == HTTPStatus.NOT_FOUND:
                    return None
                raise

    def names(self) -> list[str]:
        """Return the paths of all objects."""
        return [it["path"] for some in obstore.list(self._client, chunk_size=1000) for it in some]

    def files(self) -> dict[str, bytes]:
        """Return all objects."""
        names = self.names()

        async def one(path: str) -> bytes:
            return bytes(await (await obstore.get_async(self._client, path)).bytes_async())

        async def all_of() -> list[bytes]:
            return await asyncio.gather(*map(one, names))

        return dict(zip(names, asyncio.run(all_of()), strict=True))

    def headers(self, path: str) -> dict[str, str]:
        """Return what an object carries."""
        return dict(obstore.get(self._client, path).attributes)


class Service(NamedTuple):
    """A service of buckets.

    `table` gives the configuration for a bucket and an address, `client` one that asks the service itself,
    `environment` the credentials. `make` makes a bucket.
    """

    kind: str
    proxy: Proxy
    address: str
    environment: Mapping[str, str]
    table: Callable[[str, str], str]
    client: Callable[[str], Client]
    make: Callable[[str], None]

    def bucket(self, name: str = "") -> Bucket:
        """Return a new bucket."""
        name = name or f"archive-{uuid4().hex[:12]}"
        self.make(name)
        return Bucket(self, name)


@contextmanager
def s3_service() -> Iterator[Service]:
    """Yield moto as a service."""
    port = _free_port()
    program = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    address = f"http://127.0.0.1:{port}"

    def make(name: str) -> None:
        allowed = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]}).encode()
        for what, data in (("", None), ("?policy", policy)):
            headers = {"Content-Type": "application/json"}
            request = urllib.request.Request(f"{address}/{name}{what}", data, headers, method="PUT")  # noqa: S310 - ours
            with urllib.request.urlopen(request):  # noqa: S310 - ours
                pass

    with _running(program, port), _before(port, 1) as proxy:
        yield Service(
            "s3",
            proxy,
            address,
            {"AWS_ACCESS_KEY_ID": "test-key", "AWS_SECRET_ACCESS_KEY": SECRET},
            lambda name, url: f'[publish.live]\nkind = "s3"\nbucket = "{name}"\nendpoint = "{url}"\n',
            lambda name: S3Store(
                name,
                endpoint=address,
                access_key_id="test-key",
                secret_access_key=SECRET,
                client_options={"allow_http": True},
            ),
            make,
        )


@contextmanager
def azure_service(node: Path, azurite: Path) -> Iterator[Service]:
    """Yield Azurite as a service."""
    port = _free_port()
    program = [str(node), str(azurite), "--silent", "--skipApiVersionCheck", "--loose", "--inMemoryPersistence"]
    program += ["--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    address = f"http://127.0.0.1:{port}/{ACCOUNT}"

    def make(name: str) -> None:
        date = email.utils.formatdate(usegmt=True)
        head = f"x-ms-blob-public-access:blob\nx-ms-date:{date}\nx-ms-version:2021-08-06\n"
        text = "PUT" + "\n" * 12 + f"{head}/{ACCOUNT}/{ACCOUNT}/{quote(name)}\nrestype:container"
        signed = hmac.new(base64.b64decode(ACCOUNT_KEY), text.encode(), hashlib.sha256).digest()
        headers = {
            "x-ms-blob-public-access": "blob",
            "x-ms-date": date,
            "x-ms-version": "2021-08-06",
            "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(signed).decode()}",
        }
        url = f"{address}/{quote(name)}?restype=container"
        with urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=headers)):  # noqa: S310 - ours
            pass

    with _running(program, port), _before(port, 2) as proxy:
        yield Service(
            "azure",
            proxy,
            address,
            {"AZURE_STORAGE_ACCOUNT_KEY": ACCOUNT_KEY},
            lambda name, url: (
                f'[publish.live]\nkind = "azure"\ncontainer = "{name}"\naccount = "{ACCOUNT}"\n'
                f'endpoint = "{url}/{ACCOUNT}"\n'
            ),
            lambda name: AzureStore(
                name,
                endpoint=address,
                account_name=ACCOUNT,
                account_key=ACCOUNT_KEY,
                client_options={"allow_http": True},
            ),
            make,
        )


class _Google(Handler):
    """Answers for self.objects, which are kept with what they carry by bucket and path."""

    objects: dict[str, dict[str, tuple[bytes, dict[str, str]]]]
    lock: threading.Lock

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server asks for
        """Answer with an object or a listing."""
        bucket, path, query = self._named()
        if bucket not in self.objects:
            self._refuse(404, "NoSuchBucket")
        elif not path:
            start = query.get("prefix", "")
            keys = "".join(
                f"<Contents><Key>{key}</Key><LastModified>2026-11-23T10:00:00Z</LastModified>"
                f"<Size>{len(data)}</Size><ETag>&quot;{_tag(data)}&quot;</ETag></Contents>"
                for key, (data, _) in sorted(self.objects[bucket].items())
                if key.startswith(start)
            )
            self.answer(200, {}, f"<ListBucketResult>{keys}</ListBucketResult>".encode())
        elif path not in self.objects[bucket]:
            self._refuse(404, "NoSuchKey")
        else:
            data, headers = self.objects[bucket][path]
            self.answer(200, headers | {"ETag": f'"{_tag(data)}"', "Last-Modified": _MOMENT}, data)

    def do_HEAD(self) -> None:  # noqa: N802 - the name that http.server asks for
        """Answer without a body."""
        self.do_GET()

    def do_PUT(self) -> None:  # noqa: N802 - the name that http.server asks for
        """Keep an object."""
        data = self.body()
        bucket, path, _ = self._named()
        if self.headers.get("Authorization") != f"Bearer {SECRET}":
            self._refuse(401, "AuthenticationRequired")
            return
        with self.lock:
            taken = path in self.objects.get(bucket, {})
            if taken and self.headers.get("x-goog-if-generation-match") == "0":
                self._refuse(412, "PreconditionFailed")
                return
            kept = {name: self.headers.get(name, "") for name in ("Content-Type", "Cache-Control")}
            self.objects[bucket][path] = data, kept
        self.answer(200, {"ETag": f'"{_tag(data)}"', "x-goog-generation": "1"}, b"")

    def do_DELETE(self) -> None:  # noqa: N802 - the name that http.server asks for
        """Remove an object."""
        bucket, path, _ = self._named()
        with self.lock:
            if self.objects[bucket].pop(path, None) is None:
                self._refuse(404, "NoSuchKey")
                return
        self.answer(204, {}, b"")

    def _named(self) -> tuple[str, str, dict[str, str]]:
        parts = urlsplit(self.path)
        bucket, _, path = parts.path.lstrip("/").partition("/")
        return unquote(bucket), unquote(path), {name: it[0] for name, it in parse_qs(parts.query).items()}

    def _refuse(self, status: int, code: str) -> None:
        self.answer(status, {}, f"<Error><Code>{code}</Code></Error>".encode())


@contextmanager
def google_service() -> Iterator[Service]:
    """Yield a service that answers as Google documents its XML interface: no program does, so this shows less."""
    objects: dict[str, dict[str, tuple[bytes, dict[str, str]]]] = {}
    server = Server(("127.0.0.1", 0), type("Google", (_Google,), {"objects": objects, "lock": threading.Lock()}))
    port = server.server_address[1]
    with serving(server), _before(port, 1) as proxy:
        yield Service(
            "gcs",
            proxy,
            f"http://127.0.0.1:{port}",
            {"GOOGLE_BEARER_TOKEN": SECRET},
            lambda name, url: f'[publish.live]\nkind = "gcs"\nbucket = "{name}"\nendpoint = "{url}"\n',
            lambda name: GCSStore(
                name,
                base_url=f"http://127.0.0.1:{port}",
                bearer_token=SECRET,
                client_options={"allow_http": True},
            ),
            lambda name: objects.update({name: {}}),
        )


def store_of(bucket: Bucket) -> ObjectStore:
    """Return the store of a bucket, as a publish has it."""
    table = tomllib.loads(bucket.toml)["publish"]["live"]
    return bucket_store(KINDS[table.pop("kind")](**table))


_MOMENT = "Mon, 23 Nov 2026 10:00:00 GMT"


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _running(program: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + PATIENCE
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert process.poll() is None, f"{program[0]} ended"
                assert time.monotonic() < until, f"{program[0]} does not answer"
                time.sleep(0.02)
            yield
        finally:
            process.kill()


@contextmanager
def _before(port: int, depth: int) -> Iterator[Proxy]:
    proxy = Proxy(port, depth)
    with serving(proxy.server):
        yield proxy
