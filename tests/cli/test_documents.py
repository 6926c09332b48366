"""`--json`: one document, every key there, each described in the reference."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from harness import Site

REFERENCE = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "json.md"


def documented(title: str) -> set[str]:
    """Return the keys that a part of the reference describes."""
    parts = re.split(r"^## ", REFERENCE.read_text(), flags=re.MULTILINE)
    part = next(part for part in parts if part.splitlines()[0] == title)
    rows = [row.split("|")[1] for row in part.splitlines() if row.startswith("| `")]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def rebuilt(site: Site) -> Site:
    """Build again: something was made since."""
    site.build()
    return site


def published_twice(site: Site) -> Site:
    """Publish once more, something else."""
    site.article("business/second").run("publish", "--build").expect(0)
    return site


ALWAYS = {"command", "ok", "exit_code"}


def test_every_key_is_in_the_reference(site: Site, tmp_path: Path) -> None:
    """And the reference describes no other."""
    site.article(colour="red").configure(f'[publish.live]\nkind = "folder"\npath = "{tmp_path}/www"\n')
    folder = str(tmp_path / "desk")
    documents: dict[str, Any] = {
        "`build`": site.build("--json").json,
        "`explain`": site.run("explain", "/business/gift/", "--json").json,
        "`new article`": site.run("new", "article", "One", "--json").json,
        "`init`": site.run("init", folder, "--json").json,
        "`clean`": site.run("clean", "--json").json,
        "`publish`": rebuilt(site).run("publish", "--json").expect(0).json,
        "`publish --rollback`": published_twice(site).run("publish", "--rollback", "--json").expect(0).json,
        "Where a command fails": site.run("explain", "/nowhere/", "--json").json,
    }

    for title, document in documents.items():
        assert set(document) == documented(title) | ALWAYS, title
    assert set(documents["`build`"]["diagnostics"][0]) == documented("A finding")


def test_findings_of_a_failure_are_complete(site: Site) -> None:
    """Also the usual severity is written out; the first error speaks for all."""
    told = site.article(date="2009-02-30").run("build", "--json").expect(1).json

    assert (told["command"], told["ok"], told["exit_code"]) == ("build", False, 1)
    assert told["error"] == told["diagnostics"][0]["message"]
    assert told["diagnostics"][0]["severity"] == "error"
    assert told["diagnostics"][0]["excerpt"] == "date: 2009-02-30"
