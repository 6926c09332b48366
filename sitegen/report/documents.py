"""The documents of `--json`: the same facts as on the console, every key always there.

`docs/reference/json.md` describes each; a test holds it to them. Keys are added, never renamed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import structs, to_builtins

from sitegen.build.output import Written
from sitegen.build.report import BuildReport
from sitegen.diagnostics import Diagnostic
from sitegen.errors import Failed, SitegenError

if TYPE_CHECKING:
    from sitegen.build.explain import Explanation

__all__ = ["build_document", "clean_document", "explain_document", "failure_document", "init_document", "new_document"]

Document = dict[str, Any]


def build_document(report: BuildReport) -> Document:
    """Return what a build did."""
    return {
        **{name: getattr(report, name) for name in _FIGURES},
        "seconds": round(report.seconds, 3),
        "warnings": report.warnings,
        "omissions": [structs.asdict(omission) for omission in report.omissions],
        "pages": list(report.pages),
        "kept": [structs.asdict(kept) for kept in report.kept],
        "findings": report.by_code,
        "diagnostics": _findings(report.diagnostics),
        "notes": list(report.notes),
    }


_FIGURES = (
    "output",
    "articles",
    "arguments",
    "parsed",
    "rendered",
    "reused",
    "files",
    "written",
    "unchanged",
    "pruned",
    "pictures",
    "search",
)


def clean_document(written: Written, folder: str) -> Document:
    """Return what `clean` removed, and what of others it left alone."""
    return {
        "output": folder,
        "removed": list(written.pruned),
        "foreign": list(written.foreign),
        "diagnostics": _findings(written.diagnostics),
    }


def explain_document(explanation: Explanation) -> Document:
    """Return what something is."""
    told: Document = to_builtins(structs.replace(explanation, findings=()))
    del told["findings"]
    return {**told, "diagnostics": _findings(explanation.findings)}


def new_document(path: Path, url: str) -> Document:
    """Return where a new article stands."""
    return {"path": str(path), "url": url}


def init_document(folder: Path, files: tuple[str, ...]) -> Document:
    """Return what a new site is made of."""
    return {"folder": str(folder), "files": list(files)}


def failure_document(error: SitegenError) -> Document:
    """Return why a run failed."""
    findings = error.diagnostics if isinstance(error, Failed) else ()
    return {"error": error.message, "hint": error.hint, "diagnostics": _findings(findings)}


def _findings(findings: tuple[Diagnostic, ...]) -> list[Document]:
    """Return findings with every key, also where the value is the usual one."""
    return [{**structs.asdict(finding), "severity": finding.severity.value} for finding in findings]
