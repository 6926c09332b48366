"""Publishers are killed, cut off, refused and in each other's way, and their servers killed: no reader is harmed by it.

The publishers are processes, and the servers real. A reader asks for a page, and at once for everything that it shows.
"""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
from bucket_servers import Bucket, Service, azure_service, google_service, s3_service
from extent import WHOLE, later
from harness import Site
from publishing import Reader, assets_missing, desk, edited, from_folder, of_site, plain, start_publish, tree
from spoiling import CUT, LOST, Answer, Asked
from ssh_servers import Place, SshServer, served

from sitegen.build.atomic import is_temporary
from sitegen.publish.claim import CLAIM
from sitegen.publish.published import RECORD

Find = Callable[[str], Path]
Publishing = subprocess.Popen[str]
Fault = Callable[[Publishing], None]
"""Does its harm to a publish that has just been started, or to the server that it speaks with."""

PATIENCE = 60.0
ROUNDS = 3 if WHOLE else 1
AWAY = 1.0
"""Seconds for which a server is not there."""


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Return a desk, and the same after edits that touch every page, its style sheet and its pieces."""
    folder = tmp_path_factory.mktemp("desk")
    first = desk(folder / "first", "")
    return first, edited(first, folder / "second")


@pytest.fixture
def chance() -> random.Random:
    """Return what chooses the instants."""
    return random.Random(5)  # noqa: S311 - instants of kills are no secret


@pytest.fixture(params=["s3", *later("azure", "gcs")])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """Yield a service of buckets."""
    if request.param == "azure":
        find: Mapping[str, Find] = {it: request.getfixturevalue(it) for it in ("system_tool", "npm_tool")}
        with azure_service(find["system_tool"]("node"), find["npm_tool"]("azurite-blob")) as running:
            yield running
        return
    with s3_service() if request.param == "s3" else google_service() as running:
        yield running


@pytest.fixture
def bucket(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Return an empty bucket, with the credentials for it alone in the environment."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    return service.bucket()


@pytest.fixture(params=["sftp", *later("rsync", "daemon")])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Yield a folder that a server serves."""
    ssh = SshServer(tmp_path / "ssh")
    try:
        with served(request.param, ssh.start(), tmp_path) as found:
            yield found
    finally:
        ssh.kill()


class Desk:
    """A project that is now in one state and now in another, both built."""

    def __init__(self, states: Sequence[Site], toml: str, folder: Path) -> None:
        """Begin with the first of two states."""
        self.site, self._other = (
            state.copy(folder / name).configure(toml) for state, name in zip(states, ("site", "other"), strict=True)
        )

    def turn(self) -> None:
        """Become the other state, in the same folder, with what a project keeps of the claims that it made."""
        aside = self.site.folder.with_name("aside")
        self.site.folder.rename(aside)
        self._other.folder.rename(self.site.folder)
        aside.rename(self._other.folder)
        for claim in (self._other.folder / ".sitegen").glob("claim-*"):
            claim.rename(self.site.folder / ".sitegen" / claim.name)

    def publish(self, files: Callable[[], dict[str, bytes]]) -> None:
        """Publish undisturbed, and expect that to bring the target to what the output is."""
        self.site.run("publish", "--yes").expect(0)
        assert of_site(self.site) == plain(files())


def endure(
    desk: Desk,
    states: Sequence[Site],
    faults: Sequence[Fault],
    read: Callable[[str], bytes | None],
    files: Callable[[], dict[str, bytes]],
) -> None:
    """Publish one state and the other in turn, each time with a fault, while somebody reads.

    A publish that was not killed ends well in spite of it; after those that were, the next ones mend everything.
    """
    desk.publish(files)
    ends = []
    with Reader(states, read):
        for fault in faults:
            desk.turn()
            process = start_publish(desk.site, "--yes")
            fault(process)
            _, said = process.communicate(timeout=PATIENCE)
            assert process.returncode in (0, -signal.SIGKILL), said
            if process.returncode == 0:
                assert of_site(desk.site) == plain(files())
            ends.append(process.returncode)
        desk.publish(files)
        desk.turn()
        desk.publish(files)
    assert {0, -signal.SIGKILL} == {*ends}
    assert CLAIM not in files()


@pytest.mark.long
def test_a_bucket(bucket: Bucket, states: tuple[Site, Site], chance: random.Random, tmp_path: Path) -> None:
    """The publisher is killed, requests are refused, cut, lost or late, and the service is away for a while."""

    def instant() -> int:
        return len(bucket.asked) + chance.randrange(3, 60)

    def killed(process: Publishing) -> None:
        at = instant()

        def fault(one: Asked) -> str | None:
            if one.number < at:
                return None
            process.kill()
            return LOST

        with bucket.spoilt(fault):
            process.wait(PATIENCE)

    def refused(process: Publishing) -> None:
        kinds = (Answer(500, "InternalError"), Answer(503, "SlowDown"), Answer(429, "TooManyRequests"), CUT, LOST, 0.3)
        with bucket.spoilt(lambda _: chance.choice(kinds) if chance.random() < 0.15 else None):
            process.wait(PATIENCE)

    def away(process: Publishing) -> None:
        at, until = instant(), 0.0

        def fault(one: Asked) -> str | None:
            nonlocal until
            if one.number < at:
                return None
            until = until or time.monotonic() + AWAY
            return chance.choice((CUT, LOST)) if time.monotonic() < until else None

        with bucket.spoilt(fault):
            process.wait(PATIENCE)
        assert until

    desk = Desk(states, bucket.toml, tmp_path)
    endure(desk, states, [killed, refused, killed, killed, away] * ROUNDS, bucket.read, bucket.files)


@pytest.mark.long
def test_a_server(place: Place, states: tuple[Site, Site], chance: random.Random, tmp_path: Path) -> None:
    """The publisher is killed, its connections are, and the whole server, which comes back after a while."""

    def begun(process: Publishing) -> None:
        """Wait until files are being written, and then some."""
        record = place.folder / RECORD
        before, began = record.stat().st_ino, time.monotonic()
        while record.stat().st_ino == before:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.2))

    def killed(process: Publishing) -> None:
        begun(process)
        process.kill()

    def cut(process: Publishing) -> None:
        begun(process)
        place.server.kill_sessions()

    def away(process: Publishing) -> None:
        begun(process)
        place.server.kill()
        time.sleep(AWAY)
        place.server.start()

    def files() -> dict[str, bytes]:
        return {path: data for path, data in tree(place.folder).items() if not is_temporary(path)}

    desk = Desk(states, place.table, tmp_path)
    faults = [killed, cut, killed, killed, away]
    endure(desk, states, faults * ROUNDS, partial(from_folder, place.folder), files)


def meeting(
    states: Sequence[Site],
    toml: str,
    folder: Path,
    read: Callable[[str], bytes | None],
    pause: Callable[[Publishing], object],
    sign: str = CLAIM,
) -> tuple[Site, tuple[Publishing, Publishing], tuple[str, str]]:
    """Let two projects publish to one place: the second begins when the first has written some file, and is held there.

    The first may go on when `pause` returns. Returned are the second project, both publishers, which have ended, and
    what they said.
    """
    sites = [state.copy(folder / name).configure(toml) for state, name in zip(states, ("first", "second"), strict=True)]
    before = read(sign)
    first = start_publish(sites[0], "--yes")
    began = time.monotonic()
    while read(sign) == before:
        assert first.poll() is None, first.communicate()
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.001)
    first.send_signal(signal.SIGSTOP)
    second = start_publish(sites[1], "--yes")
    try:
        assert read(CLAIM) is not None
        pause(second)
    finally:
        first.send_signal(signal.SIGCONT)
        said = [process.communicate(timeout=PATIENCE)[1] for process in (first, second)]
    return sites[1], (first, second), (said[0], said[1])


def waits(second: Publishing) -> None:
    """Return when a publish says that it waits."""
    assert second.stderr is not None
    assert any("waiting for another publish" in line for line in second.stderr)


@pytest.mark.long
def test_two_to_a_bucket(bucket: Bucket, states: tuple[Site, Site], tmp_path: Path) -> None:
    """The second of two projects waits, then publishes; the target ends as its output, and readers saw both whole."""
    with Reader(states, bucket.read):
        site, ended, said = meeting(states, bucket.toml, tmp_path, bucket.read, waits)
    assert [0, 0] == [process.returncode for process in ended], said
    assert of_site(site) == plain(bucket.files())
    assert CLAIM not in bucket.files()


@pytest.mark.long
def test_two_to_a_server(place: Place, states: tuple[Site, Site], tmp_path: Path) -> None:
    """The second of two projects waits, then publishes; the target ends as its output, and readers saw both whole."""
    read = partial(from_folder, place.folder)
    with Reader(states, read):
        site, ended, said = meeting(states, place.table, tmp_path, read, waits)
    assert [0, 0] == [process.returncode for process in ended], said
    assert of_site(site) == plain(tree(place.folder))
    assert CLAIM not in tree(place.folder)


def overtakes(second: Publishing) -> None:
    """Return when a publish has ended, which took over from another that did not seem to go on."""
    second.wait(PATIENCE)


def taken_over(
    states: Sequence[Site],
    toml: str,
    folder: Path,
    read: Callable[[str], bytes | None],
    files: Callable[[], dict[str, bytes]],
) -> None:
    """Let a publish sleep in its midst until another has taken over and ended, and then go on.

    It ends and says why; what it may have written after the other is mended by the next publish, whosever that is.
    """
    states[1].copy(folder / "before").configure(toml).run("publish").expect(0)
    site, ended, said = meeting(states, toml, folder, read, overtakes, RECORD)
    assert [1, 0] == [process.returncode for process in ended], said
    assert "another publish to" in said[0]
    assert "has taken over" in said[0]
    assert not list(assets_missing(files()))
    site.run("publish", "--yes").expect(0)
    assert of_site(site) == plain(files())
    assert CLAIM not in files()


@pytest.mark.long
def test_taken_over_at_a_bucket(bucket: Bucket, states: tuple[Site, Site], tmp_path: Path) -> None:
    """A publish that sleeps for so long that another takes over does no harm when it wakes."""
    taken_over(states, bucket.toml, tmp_path, bucket.read, bucket.files)


@pytest.mark.long
def test_taken_over_at_a_server(place: Place, states: tuple[Site, Site], tmp_path: Path) -> None:
    """A publish that sleeps for so long that another takes over does no harm when it wakes."""
    read = partial(from_folder, place.folder)
    taken_over(states, place.table, tmp_path, read, partial(tree, place.folder))
