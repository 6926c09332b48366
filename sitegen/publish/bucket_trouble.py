"""What goes wrong with buckets, in plain words: from an error of obstore to one that a user can mend.

The text of such an error may hold addresses with signatures and answers with keys. So nothing of it is shown but
the status and the code of an answer.
"""

from __future__ import annotations

import re

from msgspec import Struct

from sitegen.errors import PublishError
from sitegen.publish.store import Hiccup

__all__ = ["AZURE", "GCS", "S3", "Service", "is_bucket_missing", "no_credentials", "trouble"]


class Service(Struct, frozen=True, kw_only=True):
    """How a service calls its things.

    `credentials` says where credentials are taken from, `rights` which ones a publish needs.
    """

    bucket: str
    credentials: str
    rights: str


S3 = Service(
    bucket="bucket",
    credentials=(
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN where there is one), "
        "or AWS_PROFILE for a profile of ~/.aws, which needs `pip install boto3`"
    ),
    rights=(
        "s3:ListBucket of the bucket, and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload "
        "of what is in it"
    ),
)
GCS = Service(
    bucket="bucket",
    credentials=(
        "set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, run "
        "`gcloud auth application-default login`, or give an access token as GOOGLE_BEARER_TOKEN"
    ),
    rights="the role “Storage Object User” on the bucket",
)
AZURE = Service(
    bucket="container",
    credentials=(
        "set AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, or AZURE_TENANT_ID, AZURE_CLIENT_ID and "
        "AZURE_CLIENT_SECRET, or run `az login`"
    ),
    rights="the role “Storage Blob Data Contributor” on the container",
)

_STATUS = re.compile(r"\bstatus(?: code)?: ([1-5]\d\d)\b|\(code: ([1-5]\d\d)\)")
# The second form is that of one object among many that were to be removed.
_CODE = re.compile(r"<Code>\s*([A-Za-z.]{1,60})\s*</Code>|\(code: ([A-Za-z.]{1,60})\)")
# Addresses at which machines of a provider are told who they are: asked when nothing else says it.
_MACHINE = re.compile(r"/latest/api/token|/latest/meta-data/|/computeMetadata/|/metadata/identity/")
_TOKEN = "Error performing token request"  # noqa: S105 - words of an error

_NO_BUCKET = {"NoSuchBucket", "ContainerNotFound"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
_SKEWED = {"RequestTimeTooSkewed"}
_REFUSED = {
    "AuthenticationFailed",
    "AuthorizationFailure",
    "InvalidAccessKeyId",
    "InvalidAuthenticationInfo",
    "InvalidToken",
    "NoAuthenticationInformation",
    "SignatureDoesNotMatch",
}
_ELSEWHERE = {"AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect"}
_DENIED = {"AccessDenied", "AuthorizationPermissionMismatch", "InsufficientAccountPermissions"}
_BUSY = {"InternalError", "OperationAborted", "RequestTimeout", "ServerBusy", "ServiceUnavailable", "SlowDown"}
_BUSY_STATUS = {408, 429, 500, 502, 503, 504}
_UNAUTHENTICATED, _FORBIDDEN = 401, 403
_UNKNOWN = {405, 501}
_NO_CONTAINER = "container does not exist"


class _Answer(Struct, frozen=True):
    """What an error says of the answer of a service: status and code, both only where there are any."""

    text: str
    status: int
    code: str

    @classmethod
    def of(cls, error: Exception) -> _Answer:
        text = str(error)
        status = _STATUS.search(text)
        code = _CODE.search(text)
        return cls(text, int(status[1] or status[2]) if status else 0, code[1] or code[2] if code else "")

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.status or ""), self.code)))


def trouble(error: Exception, place: str, service: Service) -> Hiccup | PublishError:
    """Return what to raise instead of an error of obstore: `Hiccup` where it may pass."""
    answer = _Answer.of(error)
    told = _refused(answer, place, service) or _elsewhere(answer, place, service) or _busy(answer)
    return told or PublishError(
        f"{place} cannot be used ({str(answer) or type(error).__name__})",
        hint=f"check what [publish] says of the {service.bucket}, its `endpoint` and the credentials",
    )


def is_bucket_missing(error: FileNotFoundError) -> bool:
    """Whether an error says that the bucket is not there, and not only an object of it."""
    answer = _Answer.of(error)
    return answer.code in _NO_BUCKET or _NO_CONTAINER in answer.text


def no_credentials(place: str, service: Service) -> PublishError:
    """Return the error of a place for which no credentials were found."""
    return PublishError(f"no credentials for {place} were found", hint=service.credentials)


def _refused(answer: _Answer, place: str, service: Service) -> PublishError | None:
    """Return what is wrong with the credentials, if it is that."""
    code, status = answer.code, answer.status
    if _MACHINE.search(answer.text):
        return no_credentials(place, service)
    if code in _EXPIRED:
        return PublishError(f"the credentials for {place} have expired", hint=f"get new ones: {service.credentials}")
    if code in _SKEWED:
        return PublishError(
            f"{place} does not accept the time of this machine", hint="set the clock: it is minutes off"
        )
    is_token = _TOKEN in answer.text and status in (400, 403)
    if code in _REFUSED or status == _UNAUTHENTICATED or is_token:
        return PublishError(
            f"the credentials for {place} are not accepted ({answer})",
            hint=f"they may be mistyped, withdrawn or expired; {service.credentials}",
        )
    if code in _DENIED or (status == _FORBIDDEN and code not in _ELSEWHERE):
        return PublishError(
            f"{place} may not be used with these credentials ({answer})", hint=f"a publish needs {service.rights}"
        )
    return None


def _elsewhere(answer: _Answer, place: str, service: Service) -> PublishError | None:
    """Return what is wrong with the address, if it is that."""
    if answer.code in _NO_BUCKET or _NO_CONTAINER in answer.text:
        return PublishError(
            f"there is no {service.bucket} for {place}",
            hint=f"make it first, or name another `{service.bucket}` in config.toml",
        )
    if answer.code in _ELSEWHERE or "redirect without LOCATION" in answer.text:
        return PublishError(f"{place} is in another region", hint='name it, for example `region = "eu-central-1"`')
    if answer.status in _UNKNOWN:
        return PublishError(
            f"{place} does not know what it was asked for ({answer})",
            hint="for a store that takes no removals of many at once set AWS_DISABLE_BULK_DELETE=true",
        )
    if "HTTP error: " in answer.text and "ertificate" in answer.text:
        return PublishError(
            f"{place} cannot be reached safely: its certificate is not trusted",
            hint="check `endpoint`, and that this machine knows who signed the certificate",
        )
    return None


def _busy(answer: _Answer) -> Hiccup | None:
    """Return what may be over in a moment, if it is that."""
    if answer.code in _BUSY or answer.status in _BUSY_STATUS:
        return Hiccup(f"it answers {answer}")
    if "HTTP error: " in answer.text and "builder error" not in answer.text:
        return Hiccup("the connection was lost" if "kind: Interrupted" in answer.text else "it does not answer")
    return None
