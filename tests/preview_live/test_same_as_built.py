"""What the preview shows is what `build` writes: every URL, over HTTP, of the sample and of a real archive."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from extent import part
from harness import CONFIG, Site
from previewing import Preview

from sitegen.build.manifest import MANIFEST_NAME

ROOT = Path(__file__).resolve().parents[2]
PATTERN = '[archive]\npermalink = "/{section}/{year}/{month}/{slug}/"\n'


@pytest.fixture
def sample(tmp_path: Path) -> Site:
    """Return the sample of this repository, without what builds have left in it."""
    folder = tmp_path / "sample"
    shutil.copytree(ROOT / "content", folder / "content")
    return Site(folder, (ROOT / "config.toml").read_text("utf-8"))


@pytest.fixture
def real(tmp_path: Path, corpus_18f: Path) -> Site:
    """Return the 509 articles of 18F's blog, or every third of them."""
    site = Site(tmp_path / "real", CONFIG + PATTERN)
    for file in part(sorted(corpus_18f.glob("*.md"))):
        site.write(f"content/articles/posts/{file.name}", file.read_bytes())
    return site


@pytest.mark.long
@pytest.mark.parametrize("name", ["sample", "real"])
def test_every_url(name: str, request: pytest.FixtureRequest) -> None:
    """The served page without its script tag equals the built file, and nothing is written to the output folder."""
    site: Site = request.getfixturevalue(name)
    with Preview(site.folder) as preview:
        served = {}
        assert not site.output.exists()
        site.build("--drafts", "--future", "--no-search") if name == "real" else site.build("--drafts", "--future")
        built = {path: data for path, data in site.tree().items() if path != MANIFEST_NAME and "/pagefind/" not in path}
        for path in built:
            served[path] = preview.page(path.removesuffix("index.html"))

    wrong = {path: (answer.status, len(answer.body)) for path, answer in served.items() if answer.body != built[path]}
    assert len(built) > 400
    assert wrong == {}
    assert {answer.status for answer in served.values()} == {200}
    tagged = {path for path, answer in served.items() if answer.digest}
    assert tagged == {path for path in built if path.endswith(".html")}
