"""Buckets as targets: S3 as moto has it, Azure as Azurite has it, and Google's in the manner of its documentation."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from bucket_servers import Bucket, Service, azure_service, google_service, s3_service, store_of
from extent import later
from harness import Site
from publishing import assets_missing, desk, of_site, plain

from sitegen.media_types import media_type
from sitegen.publish import objects
from sitegen.publish.claim import CLAIM
from sitegen.publish.headers import FOR_EVER, REVALIDATE, cache_control
from sitegen.publish.published import RECORD

ROOT = Path(__file__).resolve().parents[2]
Find = Callable[[str], Path]


@pytest.fixture(scope="module", params=["s3", *later("azure", "gcs")])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """Yield each of the services."""
    if request.param == "azure":
        node = request.getfixturevalue("system_tool")("node")
        tool = request.getfixturevalue("npm_tool")("azurite-blob")
        with azure_service(node, tool) as running:
            yield running
    else:
        with (s3_service if request.param == "s3" else google_service)() as running:
            yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a desk, built."""
    return desk(tmp_path_factory.mktemp("desk") / "site", "")


@pytest.fixture
def bucket(service: Service, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Return an empty bucket, with the credentials for it in the environment."""
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    return service.bucket()


@pytest.fixture
def site(built: Site, bucket: Bucket, tmp_path: Path) -> Site:
    """Return a copy of the desk that publishes to the bucket, where nothing is yet."""
    return built.copy(tmp_path / "site").configure(bucket.toml)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the sample archive of the checkout, built."""
    folder = tmp_path_factory.mktemp("sample") / "site"
    shutil.copytree(ROOT / "content", folder / "content")
    site = Site(folder, (ROOT / "config.toml").read_text("utf-8"))
    site.build()
    return site


def publish(site: Site, *options: str) -> dict[str, object]:
    """Publish, and return the facts."""
    return site.run("publish", "--json", *options).expect(0).json


@pytest.mark.long
def test_every_object_is_there(site: Site, bucket: Bucket) -> None:
    """What is published is the output, byte for byte, and each object carries what readers' browsers need."""
    publish(site)

    there = bucket.files()
    assert of_site(site) == plain(there)
    assert not [path for path in there if path.endswith(".gz") and path != RECORD]
    assert not list(assets_missing(there))
    assert CLAIM not in there
    style = next(path for path in there if re.fullmatch(r"assets/style\..*\.css", path))
    carried = {
        "index.html": ("text/html; charset=utf-8", REVALIDATE),
        "sitemap.xml": ("application/xml; charset=utf-8", REVALIDATE),
        style: ("text/css; charset=utf-8", FOR_EVER),
        RECORD: ("application/octet-stream", "no-store"),
    }
    assert carried == {
        path: tuple(map(bucket.headers(path).get, ("Content-Type", "Cache-Control"))) for path in carried
    }


def test_nothing_changed_is_one_request(site: Site, bucket: Bucket) -> None:
    """The record is read, and that is all."""
    publish(site)
    bucket.asked.clear()
    done = publish(site)

    assert ([], [], []) == (done["added"], done["changed"], done["removed"])
    assert [("GET", (RECORD,))] == [(one.method, one.paths) for one in bucket.asked]


def test_only_what_changed_travels(site: Site, bucket: Bucket) -> None:
    """After a change, a rename and a deletion, these and what lists them are sent, and nothing else."""
    publish(site)
    before = of_site(site)
    bucket.asked.clear()
    site.rename("content/articles/law/piece-0.md", "content/articles/law/piece-9.md")
    site.delete("content/articles/law/piece-2.md")
    site.article("business/piece-1", "1. Another point entirely, with words.\n", title="Piece 1", arguments="none")
    site.build()
    publish(site, "--yes")

    after = of_site(site)
    assert after == plain(bucket.files())
    assert {path for path, data in after.items() if before.get(path) != data} == bucket.written() - {RECORD, CLAIM}
    assert "law/piece-9/index.html" in bucket.written()
    assert {path for path in before if path not in after} == bucket.removed() - {CLAIM}
    assert {"law/piece-0/index.html", "law/piece-2/index.html"} <= bucket.removed()


def test_a_dry_run_writes_nothing(site: Site, bucket: Bucket) -> None:
    """It says what would be done, and only reads."""
    done = publish(site, "--dry-run")

    assert "index.html" in done["added"]
    assert not bucket.files()
    assert not [one for one in bucket.asked if one.writes]


def test_files_of_others_stay(site: Site, bucket: Bucket) -> None:
    """What sitegen did not put there is there afterwards."""
    theirs = {
        ".htaccess": b"Deny from none\n",
        "CNAME": b"example.org\n",
        "law/notes.html": b"mine",
        "own/a é.txt": b"a",
    }
    for path, data in theirs.items():
        bucket.put(path, data)
    publish(site)
    for number in (0, 2, 4):
        site.delete(f"content/articles/law/piece-{number}.md")
    site.build()
    publish(site, "--yes")

    there = bucket.files()
    assert theirs == {path: there.pop(path) for path in theirs}
    assert of_site(site) == plain(there)


@pytest.mark.long
def test_an_object_of_others_in_the_way(site: Site, bucket: Bucket) -> None:
    """It is named before anything is sent; one with the same bytes is taken over."""
    bucket.put("business/piece-1/index.html", b"mine")
    bucket.put("business/piece-3/index.html", of_site(site)["business/piece-3/index.html"])
    before = bucket.files()

    said = site.run("publish").expect(1).err
    assert "business/piece-1/index.html" in said
    assert "piece-3" not in said
    assert before == bucket.files()
    assert bucket.written() <= {CLAIM}

    bucket.remove("business/piece-1/index.html")
    publish(site)
    assert of_site(site) == plain(bucket.files())


def test_full_finds_what_was_damaged(site: Site, bucket: Bucket) -> None:
    """The record says nothing of an object that somebody damaged or removed; looking at every one does."""
    publish(site)
    bucket.put("index.html", b"damaged")
    bucket.remove("sitemap.xml")
    assert [] == publish(site)["changed"]

    assert {"index.html", "sitemap.xml"} == set(publish(site, "--full")["changed"])
    assert of_site(site) == plain(bucket.files())


@pytest.mark.long
def test_below_a_prefix(site: Site, bucket: Bucket) -> None:
    """With a prefix everything comes below it, the record too, and what stands beside it is another's."""
    bucket.put("index.html", b"the root")
    bucket.put("archive-2/index.html", b"another")
    site.configure(f'{bucket.toml}prefix = "archive/"\n')
    publish(site)
    publish(site, "--full")

    there = bucket.files()
    assert b"the root" == there.pop("index.html")
    assert b"another" == there.pop("archive-2/index.html")
    assert of_site(site) == plain({path.removeprefix("archive/"): data for path, data in there.items()})
    assert all(path.startswith("archive/") for path in there)


def test_of_many_who_claim_one_succeeds(bucket: Bucket) -> None:
    """The service itself decides who was first."""

    async def race() -> list[bool]:
        async with store_of(bucket) as store:
            return list(await asyncio.gather(*(store.create(CLAIM, b"%d" % number) for number in range(8))))

    assert 1 == asyncio.run(race()).count(True)


def test_many_removals(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go in few requests where the service can, and one that is gone already stops none of the others."""
    monkeypatch.setattr(objects, "AT_ONCE", 40)
    paths = [f"a/{number} é%20.html" for number in range(100)]
    done: list[str] = []

    async def remove() -> tuple[int, set[str], set[str]]:
        async with store_of(bucket) as store:
            for path in paths[1:]:
                await store.write(path, b"x")
            bucket.asked.clear()
            await store.remove_all(paths[10:], done.append)
            count = len(bucket.asked)
            few = await store.there([*paths, "a"])
            monkeypatch.setattr(objects, "FEW", 1)
            many = await store.there([*paths, "a"])
            await store.remove_all(paths[:10], done.append)
            await store.remove("a/none")
            assert await store.read("a/none") is None
            return count, few, many

    count, few, many = asyncio.run(remove())
    assert count == (90 if bucket.service.kind == "gcs" else 3)
    assert set(paths[1:10]) == few == many
    assert sorted(paths) == sorted(done)
    assert not bucket.files()


@pytest.mark.long
def test_the_sample_archive(sample: Site, bucket: Bucket, tmp_path: Path) -> None:
    """All of it comes back byte for byte; from S3 as browsers fetch it, with what they are to be told."""
    site = sample.copy(tmp_path / "site")
    config = (site.folder / "config.toml").read_text("utf-8")
    site.write("config.toml", f"{config}\n{bucket.toml}").build()
    publish(site)
    files = of_site(site)
    if bucket.service.kind != "s3":
        assert files == plain(bucket.files())
        return

    allow_everyone(bucket)
    names = bucket.names()
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(names, pool.map(partial(fetch, bucket), names), strict=True))
    assert files == plain({path: answer.data for path, answer in answers.items()})
    assert {path: (media_type(path), cache_control(path)) for path in files} == {
        path: (answers[path].media_type, answers[path].cache_control) for path in files
    }


class Answer(NamedTuple):
    """What a browser is sent for an object."""

    data: bytes
    media_type: str | None
    cache_control: str | None


def fetch(bucket: Bucket, path: str) -> Answer:
    """Fetch an object as a browser does, without credentials."""
    with urllib.request.urlopen(f"{bucket.service.address}/{bucket.name}/{quote(path)}") as answer:  # noqa: S310 - ours
        return Answer(answer.read(), answer.headers["Content-Type"], answer.headers["Cache-Control"])


def allow_everyone(bucket: Bucket) -> None:
    """Let everyone read a bucket of S3, as one does that serves a site."""
    name = f"arn:aws:s3:::{bucket.name}/*"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": name}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    url = f"{bucket.service.address}/{bucket.name}?policy"
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, policy, headers, method="PUT")):  # noqa: S310 - ours
        pass
