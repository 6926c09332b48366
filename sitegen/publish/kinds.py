"""From what `config.toml` says of a target to one that can be connected to; libraries are imported where needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sitegen.errors import PublishError
from sitegen.publish.target import Opened
from sitegen.publish.uploading import Uploading
from sitegen.targets import Folder, Git, Target

__all__ = ["opened"]


def opened(target: Target, project: Path, waiting: Callable[[str], None]) -> Opened:
    """Return the target of a project, not yet connected.

    `waiting` is told in words when another publish has to end first. Raises `PublishError` where a library or
    program is missing that its kind needs.
    """
    if isinstance(target, Folder):
        folder = project / Path(target.path).expanduser()
        if target.releases:
            from sitegen.publish.releases import Releases

            return Releases(folder, target.path, target.releases, waiting, target.compress)
        from sitegen.publish.folder import FolderStore

        return Uploading(FolderStore(folder, target.path), str(project), waiting, target.compress)
    if isinstance(target, Git):
        from sitegen.publish.branch import Branch

        return Branch(target, project, waiting)
    raise PublishError("this kind of target is not there yet")
