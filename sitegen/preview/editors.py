"""Links that open a file in the editor, at a line."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from sitegen.config import Config

__all__ = ["editor_link"]


def editor_link(config: Config, project: Path, path: str, line: int = 0, column: int = 0) -> str:
    """Return the link that `[preview] editor` describes, empty where that is not set, or there is no such file."""
    pattern = config.preview.editor
    if not pattern or not path or not (project / path).exists():
        return ""
    places = {"path": quote(str(project / path)), "line": str(max(line, 1)), "column": str(max(column, 1))}
    for name, value in places.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern
