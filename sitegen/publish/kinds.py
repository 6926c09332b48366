"""From what `config.toml` says of a target to one that can be connected to; libraries are imported where needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sitegen.build.job import STATE
from sitegen.errors import PublishError
from sitegen.publish.target import Opened
from sitegen.publish.uploading import Uploading
from sitegen.targets import S3, Azure, Folder, Gcs, Rsync, Sftp, Target

__all__ = ["opened"]


def opened(target: Target, project: Path, output: Path, waiting: Callable[[str], None]) -> Opened:
    """Return the target of a project whose output folder is `output`, not yet connected.

    `waiting` is told in words when another publish has to end first. Raises `PublishError` where a library or
    program is missing that its kind needs.
    """
    memory = project / STATE
    if isinstance(target, Folder):
        try:
            folder = project / Path(target.path).expanduser()
        except RuntimeError as error:
            raise PublishError(f"{target.path}: there is no such user", hint="give the whole path") from error
        _refuse_own(folder, project, output, target.path)
        if target.releases:
            from sitegen.publish.releases import Releases

            return Releases(folder, target.path, target.releases, waiting, target.compress)
        from sitegen.publish.folder import FolderStore

        return Uploading(FolderStore(folder, target.path), memory, waiting, target.compress)
    if isinstance(target, S3 | Gcs | Azure):
        from sitegen.publish.buckets import bucket_store

        return Uploading(bucket_store(target), memory, waiting)
    if isinstance(target, Sftp):
        with _needing("sftp"):
            from sitegen.publish.sftp import SftpStore
        return Uploading(SftpStore(target, project), memory, waiting, target.compress)
    if isinstance(target, Rsync):
        from sitegen.publish.rsync import RsyncStore

        return Uploading(RsyncStore(target, memory / "rsync"), memory, waiting, target.compress)
    from sitegen.publish.branch import Branch

    return Branch(target, project, waiting)


@contextmanager
def _needing(extra: str) -> Iterator[None]:
    """Raise `PublishError` where a library of an extra is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise PublishError(
            f"publishing to this kind of target needs a library ({error.name})", hint=f"pip install 'sitegen[{extra}]'"
        ) from None


def _refuse_own(folder: Path, project: Path, output: Path, name: str) -> None:
    """Raise `PublishError` for a folder that holds the project or lies in what belongs to it."""
    real, home = folder.resolve(), project.resolve()
    own = [*(home / part for part in ("content", "templates", STATE, ".git")), output.resolve()]
    if real == home or real in home.parents or any(real == it or it in real.parents for it in own):
        raise PublishError(f"the folder {name} belongs to the site itself", hint="publish to a folder of its own")
