"""From what `config.toml` says of a bucket to a store: its service, its address, and where credentials come from.

Credentials come from the environment and the places where the tools of a service keep them, never from the
configuration. The library finds most of them itself, and asks at last the machine that it runs on; what it does
not know is found here.
"""

from __future__ import annotations

import os
import shutil
import socket
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sitegen import __version__
from sitegen.errors import PublishError
from sitegen.publish import bucket_trouble
from sitegen.publish.bucket_trouble import no_credentials
from sitegen.targets import S3, Azure, Gcs

if TYPE_CHECKING:
    from obstore.store import (
        AzureConfig,
        AzureStore,
        ClientConfig,
        GCSConfig,
        GCSStore,
        RetryConfig,
        S3Config,
        S3CredentialProvider,
        S3Store,
    )

    from sitegen.publish.objects import ObjectStore

__all__ = ["bucket_store"]

TIMEOUT = timedelta(seconds=120)
"""What one request may take, whose body has some megabytes at most."""

CONNECTING = timedelta(seconds=5)
RETRIES = 3
"""Tries of one request after the first; after them it is the publish that asks again, after longer pauses."""

MACHINE = ("169.254.169.254", 80)
"""Where machines of all three providers are told who they are."""

_PROBE = 1.0
_WELL_KNOWN = "gcloud/application_default_credentials.json"


def bucket_store(target: S3 | Gcs | Azure) -> ObjectStore:
    """Return the store of a target, not yet connected; raises `PublishError` where the library is missing."""
    try:
        from sitegen.publish.objects import ObjectStore
    except ModuleNotFoundError:
        raise PublishError("publishing to a bucket needs a library", hint="pip install 'sitegen[buckets]'") from None
    folder = "/".join(filter(None, target.prefix.split("/")))
    tail = f"/{folder}" if folder else ""
    if isinstance(target, S3):
        place = f"s3://{target.bucket}{tail}"
        return ObjectStore(place, bucket_trouble.S3, partial(_s3, target, folder, place))
    if isinstance(target, Gcs):
        place = f"gs://{target.bucket}{tail}"
        return ObjectStore(place, bucket_trouble.GCS, partial(_gcs, target, folder, place))
    place = f"azure://{target.container}{tail}"
    return ObjectStore(place, bucket_trouble.AZURE, partial(_azure, target, folder, place))


def _s3(target: S3, prefix: str, place: str) -> S3Store:
    from obstore.store import S3Store

    config: S3Config = {}
    if target.endpoint:
        # Given twice: the second is what an environment may name, and that must not win.
        config |= {"endpoint": target.endpoint, "aws_endpoint_url_s3": target.endpoint}
    provider = None
    if not _has(
        "AWS_ACCESS_KEY_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_SKIP_SIGNATURE",
    ):
        if _has_profile():
            provider, region = _profile(place)
            config |= {"region": region} if region and not _has("AWS_REGION", "AWS_DEFAULT_REGION") else {}
        elif not _has("AWS_METADATA_ENDPOINT"):
            _ask_machine(no_credentials(place, bucket_trouble.S3))
    if target.region:
        config["region"] = target.region
    return S3Store(
        target.bucket,
        prefix=prefix or None,
        config=config,
        client_options=_client(target.endpoint),
        retry_config=_retries(),
        credential_provider=provider,
    )


def _gcs(target: Gcs, prefix: str, place: str) -> GCSStore:
    from obstore.store import GCSStore

    given = (
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_SERVICE_ACCOUNT",
        "GOOGLE_SERVICE_ACCOUNT_PATH",
        "GOOGLE_SERVICE_ACCOUNT_KEY",
        "GOOGLE_BEARER_TOKEN",
        "GOOGLE_SKIP_SIGNATURE",
    )
    if not _has(*given) and not any(path.is_file() for path in _google_files()):
        _ask_machine(no_credentials(place, bucket_trouble.GCS))
    config: GCSConfig = {"base_url": target.endpoint} if target.endpoint else {}
    return GCSStore(
        target.bucket,
        prefix=prefix or None,
        config=config,
        client_options=_client(target.endpoint),
        retry_config=_retries(),
    )


def _azure(target: Azure, prefix: str, place: str) -> AzureStore:
    from obstore.store import AzureStore

    config: AzureConfig = {}
    if target.endpoint:
        config["endpoint"] = target.endpoint
    # Names that Microsoft's own tools have for what the library calls otherwise.
    account = target.account or (os.environ.get("AZURE_STORAGE_ACCOUNT", "") if not _has(_ACCOUNT) else "")
    if account:
        config["account_name"] = account
    elif not _has(_ACCOUNT):
        raise PublishError(
            f"the account of {place} is not known",
            hint="give the target its `account`, or set AZURE_STORAGE_ACCOUNT_NAME",
        )
    given = (
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ACCESS_KEY",
        "AZURE_STORAGE_MASTER_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_STORAGE_SAS_KEY",
        "AZURE_STORAGE_TOKEN",
        "AZURE_CLIENT_ID",
        "AZURE_STORAGE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_USE_AZURE_CLI",
        "AZURE_SKIP_SIGNATURE",
        "AZURE_MSI_ENDPOINT",
        "AZURE_IDENTITY_ENDPOINT",
    )
    if not _has(*given):
        if _has("AZURE_STORAGE_KEY"):
            config["account_key"] = os.environ["AZURE_STORAGE_KEY"]
        elif shutil.which("az") and Path("~/.azure").expanduser().is_dir():
            config["use_azure_cli"] = True
        else:
            _ask_machine(no_credentials(place, bucket_trouble.AZURE))
    return AzureStore(
        target.container,
        prefix=prefix or None,
        config=config,
        client_options=_client(target.endpoint),
        retry_config=_retries(),
    )


_ACCOUNT = "AZURE_STORAGE_ACCOUNT_NAME"


def _client(endpoint: str) -> ClientConfig:
    return {
        "allow_http": urlsplit(endpoint).scheme == "http",
        "connect_timeout": CONNECTING,
        "timeout": TIMEOUT,
        "user_agent": f"sitegen/{__version__}",
    }


def _retries() -> RetryConfig:
    return {
        "max_retries": RETRIES,
        "retry_timeout": TIMEOUT,
        "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=2), "base": 2},
    }


def _has(*names: str) -> bool:
    """Whether the environment has one of these variables."""
    return any(os.environ.get(name) for name in names)


def _ask_machine(absent: PublishError) -> None:
    """Raise an error where no provider's machine answers: the library would take minutes to find that out."""
    try:
        socket.create_connection(MACHINE, _PROBE).close()
    except OSError:
        raise absent from None


def _has_profile() -> bool:
    names = (("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"), ("AWS_CONFIG_FILE", "~/.aws/config"))
    return _has("AWS_PROFILE", "AWS_DEFAULT_PROFILE") or any(
        Path(os.environ.get(name) or usual).expanduser().is_file() for name, usual in names
    )


def _profile(place: str) -> tuple[S3CredentialProvider, str]:
    """Return what gives the credentials of a profile in ~/.aws, and its region."""
    try:
        from obstore.auth.boto3 import Boto3CredentialProvider
    except ModuleNotFoundError:
        raise PublishError(
            f"the credentials for {place} are in a profile of ~/.aws, which needs a library to be read",
            hint=f"pip install boto3; or {bucket_trouble.S3.credentials.partition(', or')[0]}",
        ) from None
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        provider = Boto3CredentialProvider()
        provider()
    except ValueError:
        raise no_credentials(place, bucket_trouble.S3) from None
    except (BotoCoreError, ClientError) as error:
        raise PublishError(
            f"the profile of ~/.aws gives no credentials for {place} ({type(error).__name__})",
            hint="check AWS_PROFILE; where you log in for it, `aws sso login` does so again",
        ) from None
    return provider, str(provider.config.get("region", ""))


def _google_files() -> tuple[Path, ...]:
    places = (os.environ.get("CLOUDSDK_CONFIG", ""), os.environ.get("APPDATA", ""), "~/.config")
    names = ("application_default_credentials.json", _WELL_KNOWN, _WELL_KNOWN)
    return tuple(Path(place, name).expanduser() for place, name in zip(places, names, strict=True) if place)
