"""The recipe for S3 behind CloudFront: its rights suffice and are all needed, its function finds every file."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from bucket_servers import Bucket, Service, s3_service
from handbook import ROOT, Handbook
from harness import Site
from publishing import desk, of_site, plain
from spoiling import Answer, Asked, Fault

from sitegen.publish import objects

GUIDE = Handbook.read("docs/guides/publishing-to-hosts.md")
TABLE = next(block.text for block in GUIDE.of("toml") if block.text.startswith("[publish.s3]"))
RIGHTS = next(block.text for block in GUIDE.of("json") if block.title == "rights of the role")
ACTIONS = [action for statement in json.loads(RIGHTS)["Statement"] for action in statement["Action"]]
FUNCTION = next(block.text for block in GUIDE.of("js"))
LARGE = "content/files/large.bin"


@pytest.fixture(scope="module")
def s3() -> Iterator[Service]:
    """Yield moto."""
    with s3_service() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a desk with a file that goes in parts."""
    return desk(tmp_path_factory.mktemp("desk") / "site", "").write(LARGE, bytes(9 << 20)).build().site


@pytest.fixture
def bucket(s3: Service, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Return an empty bucket, with the credentials of a user of the same name in the environment."""
    bucket = s3.bucket()
    iam = manager(s3)
    iam.create_user(UserName=bucket.name)
    key = iam.create_access_key(UserName=bucket.name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    return bucket


@pytest.fixture
def site(built: Site, bucket: Bucket, tmp_path: Path) -> Site:
    """Return a copy of the desk that publishes to the bucket as the guide says."""
    table = TABLE.replace("desk-archive", bucket.name)
    address = f"http://127.0.0.1:{bucket.service.proxy.port}"
    return built.copy(tmp_path / "site").configure(f'{table}endpoint = "{address}"\n')


def manager(service: Service) -> Any:
    """Return a client that says who may do what."""
    keys = {"aws_access_key_id": "test-key", "aws_secret_access_key": "test"}
    return boto3.client("iam", endpoint_url=service.address, region_name="us-east-1", **keys)


@contextmanager
def allowed(bucket: Bucket, without: str = "") -> Iterator[None]:
    """Let the user do what the guide says, without one action, and nothing else, for as long as a block runs."""
    policy = json.loads(RIGHTS.replace("desk-archive", bucket.name))
    for statement in policy["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action != without]
        # moto takes the removal of many objects for something that is done to the bucket.
        statement["Resource"] = [statement["Resource"], statement["Resource"].removesuffix("/*")]
    policy["Statement"] = [statement for statement in policy["Statement"] if statement["Action"]]
    text = json.dumps(policy)
    manager(bucket.service).put_user_policy(UserName=bucket.name, PolicyName="publish", PolicyDocument=text)
    check(bucket.service, "0")
    try:
        yield
    finally:
        check(bucket.service, "inf")


def check(service: Service, after: str) -> None:
    """Let moto check all requests but some first ones."""
    url, headers = f"{service.address}/moto-api/reset-auth", {"Content-Type": "text/plain"}
    with urllib.request.urlopen(urllib.request.Request(url, after.encode(), headers)):  # noqa: S310 - ours
        pass


def failing_parts(times: int) -> Fault:
    """Return a fault by which parts of the large file fail some times."""
    left = [times]

    def fault(asked: Asked) -> Answer | None:
        if asked.method != "PUT" or asked.paths != ("large.bin",) or not left[0]:
            return None
        left[0] -= 1
        return Answer(503, "SlowDown")

    return fault


def edited(site: Site) -> Site:
    """Edit the desk, so that objects are to be changed and removed."""
    return site.delete("content/articles/law/piece-0.md").article("law/new", "Words.", title="New").build().site


@pytest.mark.long
def test_the_rights_suffice(site: Site, bucket: Bucket) -> None:
    """With them a site is published on a bad day too, compared, changed and made smaller."""
    with allowed(bucket), bucket.spoilt(failing_parts(8)):
        site.run("publish", "s3").expect(0)
    assert of_site(site) == plain(bucket.files())
    edited(site)
    with allowed(bucket):
        site.run("publish", "s3", "--full").expect(0)
    assert of_site(site) == plain(bucket.files())


@pytest.mark.long
@pytest.mark.parametrize("action", ACTIONS)
def test_each_right_is_needed(action: str, site: Site, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of them is missing, that is told; what was begun is brought to its end when it is there."""
    monkeypatch.setattr(objects, "FEW", 1)
    with allowed(bucket, without=action), bucket.spoilt(failing_parts(8)):
        run = site.run("publish", "s3")
        if action == "s3:DeleteObject":  # the first publish removes nothing
            run = edited(site).run("publish", "s3")
        run.expect(1).says("may not be used with these credentials", action)
    with allowed(bucket):
        site.run("publish", "s3").expect(0)
    assert of_site(site) == plain(bucket.files())


@pytest.fixture(scope="module")
def ask(system_tool: Callable[[str], Path]) -> Callable[[list[str]], list[dict[str, Any]]]:
    """Return a function that gives what the function of the guide makes of addresses."""
    node = system_tool("node")

    def asked(addresses: list[str]) -> list[dict[str, Any]]:
        events = [{"request": {"method": "GET", "uri": uri, "headers": {}, "querystring": {}}} for uri in addresses]
        program = f"{FUNCTION}\nconsole.log(JSON.stringify({json.dumps(events)}.map(handler)));"
        run = subprocess.run([node, "-"], input=program, capture_output=True, text=True, check=True)
        found: list[dict[str, Any]] = json.loads(run.stdout)
        return found

    return asked


@pytest.mark.long
def test_every_address_leads_to_a_file(ask: Callable[[list[str]], list[dict[str, Any]]], tmp_path: Path) -> None:
    """Of the sample archive each file and folder is found, and a folder without its slash is sent to it."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    site = Site(tmp_path, (ROOT / "config.toml").read_text("utf-8"))
    site.build()
    paths = [quote(path) for path in of_site(site)]
    addresses = [
        f"/{path[: -len('index.html')] if path.rpartition('/')[2] == 'index.html' else path}" for path in paths
    ]
    assert [f"/{path}" for path in paths] == [found.get("uri") for found in ask(addresses)]
    assert "/" in addresses

    folders = [address for address in addresses if address.endswith("/") and address != "/"]
    assert len(folders) > 100
    moved = ask([folder.rstrip("/") for folder in folders])
    assert {301} == {found["statusCode"] for found in moved}
    assert folders == [found["headers"]["location"]["value"] for found in moved]


@pytest.mark.parametrize(
    ("address", "file", "location"),
    [
        ("/law/v1.2/", "/law/v1.2/index.html", ""),
        ("/law/v1.2", "/law/v1.2", ""),
        ("/law.d/gift", "", "/law.d/gift/"),
        ("/.well-known/security.txt", "/.well-known/security.txt", ""),
        ("//example.net/", "/example.net/index.html", ""),
        ("//example", "", "/example/"),
        ("/\\example", "", "/example/"),
    ],
)
def test_odd_addresses(
    ask: Callable[[list[str]], list[dict[str, Any]]], address: str, file: str, location: str
) -> None:
    """Dots count in the last part only, and no address leads to another host."""
    found = ask([address])[0]
    assert file == found.get("uri", "")
    assert location == found.get("headers", {}).get("location", {}).get("value", "")
