"""What goes wrong between a publish and a bucket is borne, or told in words that help and hold no secret."""

from __future__ import annotations

import asyncio
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from bucket_servers import (
    ACCOUNT_KEY,
    SECRET,
    Bucket,
    Service,
    azure_service,
    google_service,
    s3_service,
    store_of,
)
from extent import later
from harness import Run, Site
from obstore.exceptions import GenericError
from publishing import RECORDS, assets_missing, desk, edited, of_site, plain, start_publish
from spoiling import CUT, LOST, Answer, Asked

from sitegen.errors import PublishError
from sitegen.publish import bucket_trouble, buckets, patience
from sitegen.publish.claim import CLAIM, Claim
from sitegen.publish.patience import Hiccup

Find = Callable[[str], Path]
PATIENCE = 30.0


@pytest.fixture(scope="module")
def s3() -> Iterator[Service]:
    """Yield moto."""
    with s3_service() as running:
        yield running


@pytest.fixture(scope="module")
def azure(system_tool: Find, npm_tool: Find) -> Iterator[Service]:
    """Yield Azurite."""
    with azure_service(system_tool("node"), npm_tool("azurite-blob")) as running:
        yield running


@pytest.fixture(scope="module")
def gcs() -> Iterator[Service]:
    """Yield what answers as Google's does."""
    with google_service() as running:
        yield running


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Return a desk, and the same after edits that touch every page, its style sheet and its pieces."""
    folder = tmp_path_factory.mktemp("desk")
    first = desk(folder / "first", "")
    return first, edited(first, folder / "second")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no credentials of this machine be found."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AZURE_STORAGE_ACCOUNT_KEY", "GOOGLE_BEARER_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[[Service], Bucket]:
    """Return a function that gives an empty bucket, with the credentials for it in the environment."""

    def bucket(service: Service) -> Bucket:
        for name, value in service.environment.items():
            monkeypatch.setenv(name, value)
        return service.bucket()

    return bucket


def secretive(run: Run) -> Run:
    """Expect that a message gives away no secret, nor where the library is."""
    for secret in (SECRET, ACCOUNT_KEY, "test-key", "Signature=", "Debug source", "Traceback"):
        run.silent_about(secret)
        assert secret not in run.out
    return run


@pytest.mark.long
@pytest.mark.parametrize("kind", ["s3", "azure"])
def test_a_bad_day(
    kind: str,
    request: pytest.FixtureRequest,
    opened: Callable[[Service], Bucket],
    states: tuple[Site, Site],
    tmp_path: Path,
) -> None:
    """Of all requests a tenth is refused, cut, lost or late: everything is there in the end."""
    bucket = opened(request.getfixturevalue(kind))
    chance = random.Random(11)  # noqa: S311 - no secret
    kinds = (Answer(500, "InternalError"), Answer(503, "SlowDown"), Answer(429, "TooManyRequests"), CUT, LOST, 0.05)

    def fault(_: Asked) -> Answer | float | str | None:
        return chance.choice(kinds) if chance.random() < 0.1 else None

    with bucket.spoilt(fault):
        for number, state in enumerate(states):
            site = state.copy(tmp_path / str(number)).configure(bucket.toml)
            site.run("publish", "--yes").expect(0)
            assert of_site(site) == plain(bucket.files())
    assert CLAIM not in bucket.files()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["s3", "azure"])
def test_a_service_that_goes_away(
    kind: str,
    request: pytest.FixtureRequest,
    opened: Callable[[Service], Bucket],
    states: tuple[Site, Site],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From some request on nothing is answered: that is told, and the next publish finishes."""
    monkeypatch.setattr(buckets, "RETRIES", 0)
    monkeypatch.setattr(patience.random, "uniform", lambda *_: 0.01)
    bucket = opened(request.getfixturevalue(kind))
    sites = [state.copy(tmp_path / str(number)).configure(bucket.toml) for number, state in enumerate(states)]
    sites[0].run("publish").expect(0)
    whole = of_site(sites[0]).items() | of_site(sites[1]).items()
    for instant in (8, 30):
        first = len(bucket.asked)
        with bucket.spoilt(lambda one, first=first, instant=instant: CUT if one.number >= first + instant else None):
            said = secretive(sites[1].run("publish", "--yes").expect(1))
        said.says("cannot be reached", "publish again")
        there = bucket.files()
        assert {path: data for path, data in there.items() if path not in RECORDS}.items() <= whole
        assert not list(assets_missing(there))
    sites[1].run("publish", "--yes").expect(0)
    assert of_site(sites[1]) == plain(bucket.files())


def killing(process: subprocess.Popen[str], last: int, one: Asked) -> str | None:
    """Kill a publish at a request, which is done all the same."""
    if one.number < last:
        return None
    process.kill()
    return LOST


@pytest.mark.parametrize(("kind", "instants"), later(("s3", (3, 12, 30)), ("azure", (20,))))
def test_killed_at_any_request(
    kind: str,
    instants: tuple[int, ...],
    request: pytest.FixtureRequest,
    opened: Callable[[Service], Bucket],
    states: tuple[Site, Site],
    tmp_path: Path,
) -> None:
    """Whole files stand there after each kill, no page shows what is missing, and the next publish ends right."""
    for instant in instants:
        bucket = opened(request.getfixturevalue(kind))
        sites = [
            state.copy(tmp_path / f"{instant}-{number}").configure(bucket.toml) for number, state in enumerate(states)
        ]
        sites[0].run("publish").expect(0)
        first = len(bucket.asked)
        process = start_publish(sites[1], "--yes")
        with bucket.spoilt(partial(killing, process, first + instant)):
            process.communicate(timeout=PATIENCE)
        assert process.returncode == -signal.SIGKILL
        there = bucket.files()
        whole = of_site(sites[0]).items() | of_site(sites[1]).items()
        assert {path: data for path, data in there.items() if path not in RECORDS}.items() <= whole
        assert not list(assets_missing(there))

        sites[1].run("publish", "--yes").expect(0)
        there = bucket.files()
        assert of_site(sites[1]) == plain(there)
        assert CLAIM not in there


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(400, "ExpiredToken"), ("have expired", "AWS_SESSION_TOKEN")),
        (Answer(401, "Unauthorized"), ("are not accepted", "AWS_ACCESS_KEY_ID")),
        (Answer(403, "SignatureDoesNotMatch"), ("are not accepted", "AWS_ACCESS_KEY_ID")),
        (Answer(403, "RequestTimeTooSkewed"), ("the time of this machine", "set the clock")),
        (Answer(403, "AccessDenied"), ("may not be used with these credentials", "s3:ListBucket")),
        (Answer(301, "PermanentRedirect"), ("in another region", "region =")),
        (Answer(400, "AuthorizationHeaderMalformed"), ("in another region", "region =")),
        (Answer(501, "NotImplemented"), ("does not know what it was asked for", "AWS_DISABLE_BULK_DELETE")),
        (Answer(400, "SomethingElse"), ("cannot be used (400 SomethingElse)",)),
    ],
)
def test_refusals_are_told(
    answer: Answer,
    words: tuple[str, ...],
    s3: Service,
    opened: Callable[[Service], Bucket],
    states: tuple[Site, Site],
    tmp_path: Path,
) -> None:
    """What asking again does not help is told at once, with what does."""
    bucket = opened(s3)
    site = states[0].copy(tmp_path / "site").configure(bucket.toml)
    with bucket.spoilt(lambda one: answer if one.number >= 1 else None):
        secretive(site.run("publish").expect(1)).says(*words)
    with bucket.spoilt(lambda _: answer):
        bucket.asked.clear()
        secretive(site.run("publish").expect(1)).says(*words)
    assert len(bucket.asked) == (1 if answer.status < 500 else 1 + buckets.RETRIES)


@pytest.mark.parametrize(("code", "kind"), [("SlowDown", Hiccup), ("AccessDenied", PublishError)])
def test_one_of_many_removals(code: str, kind: type[Exception]) -> None:
    """What an answer of 200 says of one object counts as if it were asked for alone."""
    error = GenericError(f"Generic S3 error: DeleteObjects request failed for key a/index.html: words (code: {code})")
    told = bucket_trouble.trouble(error, "s3://archive", bucket_trouble.S3)
    assert type(told) is kind
    assert code in str(told)


@pytest.mark.parametrize("kind", ["s3", *later("azure", "gcs")])
def test_no_such_bucket(
    kind: str,
    request: pytest.FixtureRequest,
    opened: Callable[[Service], Bucket],
    states: tuple[Site, Site],
    tmp_path: Path,
) -> None:
    """A bucket that is not there is not made, and told."""
    bucket = opened(request.getfixturevalue(kind))
    site = states[0].copy(tmp_path / "site").configure(bucket.toml.replace(bucket.name, "no-such-one"))
    secretive(site.run("publish").expect(1)).says("there is no", "make it first")


@pytest.mark.long
def test_a_wrong_key(
    azure: Service,
    opened: Callable[[Service], Bucket],
    states: tuple[Site, Site],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service that checks signatures does not take one that was made with another key."""
    site = states[0].copy(tmp_path / "site").configure(opened(azure).toml)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "AAAA")
    secretive(site.run("publish").expect(1)).says("are not accepted", "AZURE_STORAGE_ACCOUNT_KEY")


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("s3", "AWS_ACCESS_KEY_ID"),
        ("azure", "AZURE_STORAGE_ACCOUNT_KEY"),
        ("gcs", "GOOGLE_APPLICATION_CREDENTIALS"),
    ],
)
def test_no_credentials(
    kind: str,
    named: str,
    request: pytest.FixtureRequest,
    states: tuple[Site, Site],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a machine that is no provider's it is told soon where credentials are looked for."""
    bucket = request.getfixturevalue(kind).bucket()
    site = states[0].copy(tmp_path / "site").configure(bucket.toml)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(buckets, "MACHINE", taken.getsockname())
        began = time.monotonic()
        site.run("publish").expect(1).says("no credentials for", named)
        assert time.monotonic() - began < 5
    assert not bucket.asked


def test_a_machine_that_has_no_role(
    s3: Service, states: tuple[Site, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service of the machine that gives no credentials leaves none."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_METADATA_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        site = states[0].copy(tmp_path / "site").configure(s3.bucket().toml)
        secretive(site.run("publish").expect(1)).says("no credentials for", "AWS_ACCESS_KEY_ID")


@pytest.mark.long
def test_a_profile(s3: Service, states: tuple[Site, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of a profile of ~/.aws are read with boto3; without it that is told, and what else would do."""
    bucket = s3.bucket()
    site = states[0].copy(tmp_path / "site").configure(bucket.toml)
    (tmp_path / ".aws").mkdir()
    file = tmp_path / ".aws" / "credentials"
    file.write_text(f"[desk]\naws_access_key_id = test-key\naws_secret_access_key = {SECRET}\n")
    monkeypatch.setenv("AWS_PROFILE", "desk")
    site.run("publish").expect(0)
    assert of_site(site) == plain(bucket.files())

    monkeypatch.setenv("AWS_PROFILE", "nobody")
    secretive(site.run("publish").expect(1)).says("the profile of ~/.aws gives no credentials", "AWS_PROFILE")
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "obstore.auth.boto3", raising=False)
    site.run("publish").expect(1).says("pip install boto3", "AWS_ACCESS_KEY_ID")


def test_an_account_that_is_not_named(azure: Service, states: tuple[Site, Site], tmp_path: Path) -> None:
    """Where neither the configuration nor the environment names the account, both are told."""
    toml = "\n".join(line for line in azure.bucket().toml.splitlines() if not line.startswith("account"))
    site = states[0].copy(tmp_path / "site").configure(toml)
    site.run("publish").expect(1).says("the account of", "AZURE_STORAGE_ACCOUNT_NAME")


def test_without_the_library(
    s3: Service, states: tuple[Site, Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one command that installs it is told."""
    site = states[0].copy(tmp_path / "site").configure(s3.bucket().toml)
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.delitem(sys.modules, "sitegen.publish.objects", raising=False)
    site.run("publish").expect(1).says("pip install 'sitegen[buckets]'")


@pytest.mark.parametrize("kind", ["s3", *later("azure", "gcs")])
def test_one_at_a_time(
    kind: str, request: pytest.FixtureRequest, opened: Callable[[Service], Bucket], tmp_path: Path
) -> None:
    """Of two publishers to a bucket one waits; it goes on when the other has ended."""
    bucket = opened(request.getfixturevalue(kind))
    order: list[str] = []
    begun = asyncio.Event()

    async def publisher(name: str, seconds: float) -> None:
        memory = tmp_path / name
        async with store_of(bucket) as store, Claim(store, memory, order.append, gone=PATIENCE, renewed=0.05) as claim:
            order.append(f"{name} begins")
            begun.set()
            await asyncio.sleep(seconds)
            await claim.check()
            order.append(f"{name} ends")

    async def both() -> None:
        first = asyncio.create_task(publisher("first", 0.5))
        await begun.wait()
        await asyncio.gather(first, publisher("second", 0))

    asyncio.run(both())
    told = order.pop(1)
    assert "waiting for another publish" in told
    assert ["first begins", "first ends", "second begins", "second ends"] == order
    assert not bucket.files()
