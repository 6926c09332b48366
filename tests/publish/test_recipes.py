"""The recipes of the guide, as far as they can be followed without the hosts; `test_cloudfront.py` has that of S3."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from handbook import Handbook
from harness import Site
from publish.git_server import Bare, git

from sitegen.targets import Git

GUIDE = Handbook.read("docs/guides/publishing-to-hosts.md")
TABLES = {block.text.partition("]")[0].removeprefix("[publish."): block.text for block in GUIDE.of("toml")}
WORKFLOWS = {block.title: block.text for block in GUIDE.of("yaml")}


def commands(text: str) -> list[list[str]]:
    """Return the commands of sitegen in a block."""
    return [line.split() for line in re.findall(r"sitegen (publish .*)$", text, re.MULTILINE)]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_can_be_read(name: str) -> None:
    """They are YAML, keep `.sitegen/`, and publish to a target that the guide has."""
    read = yaml.safe_load(WORKFLOWS[name])
    assert isinstance(read, dict)
    assert ".sitegen/" in WORKFLOWS[name]
    assert [target for _, target, _ in commands(WORKFLOWS[name]) if target not in TABLES] == []
    assert commands(WORKFLOWS[name])


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"s3"}))
def test_targets_do_what_is_said(name: str, site: Site, tmp_path: Path) -> None:
    """With each table the command of the guide brings the site where it belongs."""
    bare = Bare(tmp_path / "site.git")
    git(site.folder, "init", "--quiet")
    git(site.folder, "remote", "add", "origin", f"file://{bare.folder}")
    table = TABLES[name].replace("git@codeberg.org:desk/archive.git", f"file://{bare.folder}")
    site.configure(table).article()
    shown = "\n".join(block.text for block in GUIDE.of("yaml", "sh"))
    said = [*commands(shown), ["publish", "codeberg", "--build"]]
    run = next(it for it in said if it[1] == name)
    site.run(*run).expect(0)
    pages = {path for path in site.tree() if path.endswith(".html")}
    target = site.run("publish", name, "--dry-run", "--json").expect(0).json
    assert target["added"] == target["changed"] == target["removed"] == []
    if target["kind"] == Git.__struct_config__.tag:
        assert pages <= bare.names("pages" if name == "codeberg" else "gh-pages")
    else:
        there = {file.relative_to(site.folder / "public").as_posix() for file in (site.folder / "public").rglob("*")}
        assert pages <= there
        assert ("_headers" in there) == (name in ("netlify", "cloudflare"))
        assert (".nojekyll" in there) == (name == "artifact")
        assert any(path.endswith(".html.gz") for path in there) == (name == "gitlab")
