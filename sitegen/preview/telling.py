"""What browsers are told, as plain values for JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import structs

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.digest import digest
from sitegen.preview.edition import Edition
from sitegen.preview.editors import editor_link

__all__ = ["found", "saved", "unpublished"]


def found(finding: Diagnostic, config: Config, project: Path) -> dict[str, Any]:
    """Return a finding with the link that opens its file in the editor."""
    return {
        **structs.asdict(finding),
        "fails": finding.fails,
        "editor": editor_link(config, project, finding.path, finding.line, finding.column),
    }


def saved(edition: Edition, path: str, base_path: str) -> dict[str, Any]:
    """Return a source that has changed, with its page; `url` is empty where it has none."""
    url = edition.url_of(path)
    kind, _ = edition.archive.files.get(path, ("file", ""))
    return {
        "path": path,
        "kind": kind,
        "title": edition.title_of(path),
        "url": base_path + url[1:] if url else "",
    }


def unpublished(edition: Edition | None, base_path: str) -> dict[str, Any]:
    """Return the pieces of an edition that no reader sees yet, and a digest of the list."""
    pieces = [
        {
            "url": base_path + url[1:],
            "badge": it.badge,
            "title": edition.title_of(it.path),
            "until": it.until,
        }
        for it in (edition.unpublished if edition else ())
        if edition and (url := edition.url_of(it.path))
    ]
    return {"digest": digest(pieces), "pieces": pieces}
