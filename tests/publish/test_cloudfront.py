"""The recipe for S3 behind CloudFront: the rights that it gives suffice and are needed, its function finds the files."""

from __future__ import annotations

import json
import re
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
from handbook import Handbook
from harness import Site
from publishing import desk, of_site, plain

GUIDE = Handbook.read("docs/guides/publishing-to-hosts.md")
POLICIES = {block.title: block.text for block in GUIDE.of("json")}
RIGHTS = json.loads(POLICIES["rights of the role"])
ACTIONS = [action for statement in RIGHTS["Statement"] for action in statement["Action"]]
FUNCTION = next(block.text for block in GUIDE.of("js"))
USER = "publisher"
LARGE = 9 << 20
"""Bytes of a file that goes in parts."""


@pytest.fixture(scope="module")
def s3() -> Iterator[Service]:
    """Yield moto."""
    with s3_service() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """Return a desk with a file that goes in parts, and the same after edits and removals."""
    folder = tmp_path_factory.mktemp("desk")
    first = desk(folder / "first", "")
    first.write("content/files/large.bin", bytes(LARGE)).build()
    second = first.copy(folder / "second")
    second.delete("content/articles/law/piece-0.md").article("law/new", "Something new.", title="New")
    second.build()
    return first, second


@pytest.fixture
def bucket(s3: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Yield an empty bucket with the credentials of a user, whose requests are checked from now on."""
    bucket = s3.bucket()
    iam = manager(s3)
    iam.create_user(UserName=USER)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    yield bucket
    iam.delete_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=USER, PolicyName=USER)
    iam.delete_user(UserName=USER)


def manager(service: Service) -> Any:
    """Return a client that manages who may do what."""
    keys = {"aws_access_key_id": "test-key", "aws_secret_access_key": "test"}
    return boto3.client("iam", endpoint_url=service.address, region_name="us-east-1", **keys)


@contextmanager
def allowed(bucket: Bucket, without: str = "") -> Iterator[None]:
    """Let the user do what the guide says, without one action, and nothing else."""
    policy = json.loads(json.dumps(RIGHTS).replace("desk-archive", bucket.name))
    for statement in policy["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action != without]
        # moto takes the removal of many objects for something that is done to the bucket.
        statement["Resource"] = [statement["Resource"], statement["Resource"].removesuffix("/*")]
    manager(bucket.service).put_user_policy(UserName=USER, PolicyName=USER, PolicyDocument=json.dumps(policy))
    checked(bucket.service, "0")
    try:
        yield
    finally:
        checked(bucket.service, "inf")


def checked(service: Service, after: str) -> None:
    """Let moto check every request after some."""
    url, headers = f"{service.address}/moto-api/reset-auth", {"Content-Type": "text/plain"}
    with urllib.request.urlopen(urllib.request.Request(url, after.encode(), headers)):  # noqa: S310 - ours
        pass


def test_the_rights_suffice(built: tuple[Site, Site], bucket: Bucket, tmp_path: Path) -> None:
    """With them a site is published, changed, compared and made smaller."""
    for number, site in enumerate(built):
        copied = site.copy(tmp_path / str(number)).configure(bucket.toml)
        with allowed(bucket):
            copied.run("publish", "--yes").expect(0)
            copied.run("publish", "--full").expect(0)
        assert of_site(copied) == plain(bucket.files())
