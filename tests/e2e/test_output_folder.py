"""What becomes of the output folder over several builds: nothing of others is harmed, nothing of ours is left."""

from __future__ import annotations

import subprocess
import sys

import pytest
from harness import Site, snapshot

GIFT = "business/gift/index.html"


def test_a_second_build_writes_nothing(published: Site) -> None:
    """What is right already is not touched, not even its time."""
    before = {file: file.stat().st_mtime_ns for file in published.output.rglob("*")}

    facts = published.build("--json").json

    assert (facts["written"], facts["pruned"]) == (0, 0)
    assert facts["unchanged"] == facts["reused"] + facts["files"] == len(published.tree()) - 1
    assert {file: file.stat().st_mtime_ns for file in published.output.rglob("*")} == before


def test_one_edit_writes_what_shows_it(published: Site) -> None:
    """A new dek changes the article and the lists that show it; other files keep their bytes."""
    before = published.tree()
    published.article("business/neighbour", title="The neighbour", dek="A new line")

    published.build().page("/business/neighbour/").has(".sg-dek", "A new line")

    changed = {path for path, data in published.tree().items() if before.get(path) != data}
    assert "business/neighbour/index.html" in changed
    assert "business/gift/horse/index.html" not in changed
    assert "standards/editorial/index.html" not in changed


def test_renamed_articles(published: Site) -> None:
    """After a rename the old page is gone, with its folders; the new one is there."""
    published.rename("content/articles/business/gift.md", "content/articles/economy/present.md")

    run = published.build()

    run.missing("/business/gift/").page("/economy/present/").has("h1", "The gift")
    assert not (published.output / "business/gift").exists()
    published.rename("content/articles/business/neighbour.md", "content/articles/economy/neighbour.md").build()
    assert not (published.output / "business").exists()


@pytest.mark.parametrize("damage", ["delete", "empty", "other"])
def test_own_files_heal(published: Site, damage: str) -> None:
    """A page that was deleted, emptied or edited in the output is as it should be after the next build."""
    before = published.tree()
    file = published.output / GIFT
    if damage == "delete":
        file.unlink()
        file.parent.joinpath("horse/index.html").unlink()
    else:
        file.write_text("" if damage == "empty" else "something else")

    published.build()

    assert published.tree() == before


def test_foreign_files_survive(published: Site) -> None:
    """Builds, prunes and `clean` leave alone what sitegen did not write, and say so."""
    mine = {"business/gift/notes.txt": b"mine", "CNAME": b"example.org", ".well-known/x": b"y", "top.txt": b"mine"}
    for path, data in mine.items():
        file = published.output / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    published.delete("content/articles/business/gift.md")

    run = published.build()

    run.missing("/business/gift/")
    run.finds("warning", "output", "foreign-files", message="2 files here are not sitegen’s")
    assert {path: published.tree()[path] for path in mine} == mine
    published.run("clean").expect(0)
    assert published.tree() == mine


def test_clean(published: Site) -> None:
    """`clean` removes every file of sitegen's and its state; the next build is a first one."""
    before = published.tree()
    memory = published.folder / ".sitegen"
    for kept in ("pictures/x", "preview/state.sqlite"):
        published.write(f".sitegen/{kept}", "x")

    run = published.run("clean").expect(0)

    assert not {"pictures", "preview", "state.sqlite"} & {it.name for it in memory.iterdir()}
    assert run.out == f"removed {len(before) - 1} files from output/\n"
    assert snapshot(published.output) == {}
    published.build()
    assert published.tree() == before


def test_a_folder_that_was_never_ours(site: Site) -> None:
    """`clean` removes nothing of a folder that sitegen never wrote into."""
    site.write("output/index.html", "mine").write("output/a/b.html", "mine")

    assert "removed 0 files" in site.run("clean").expect(0).out
    assert len(site.tree()) == 2


def test_an_identical_foreign_file(published: Site) -> None:
    """Without its record a folder is nobody's; where the files are those that would be written they are adopted."""
    before = published.tree()
    (published.output / ".sitegen-manifest.json").unlink()

    published.build()

    assert published.tree() == before


def test_a_page_becomes_a_folder_and_back(published: Site) -> None:
    """A file of the site may give way to a folder of the same name, and the other way round."""
    published.write("content/files/extra", "a file").build()
    published.delete("content/files/extra").write("content/files/extra/a.txt", "a file in a folder")

    published.build()

    assert published.tree()["extra/a.txt"] == b"a file in a folder"
    published.delete("content/files/extra/a.txt")
    (published.folder / "content/files/extra").rmdir()
    published.write("content/files/extra", "a file").build()
    assert published.tree()["extra"] == b"a file"


def test_two_builds_at_once(published: Site) -> None:
    """Two processes that build the same site both end well, one after the other, and the site is whole."""
    for number in range(30):
        published.article(f"business/new-{number}", f"The text of {number}.", title=f"New {number}")
    command = [sys.executable, "-m", "sitegen", "-c", str(published.folder / "config.toml"), "build"]

    builds = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    results = [(*build.communicate(timeout=120), build.returncode) for build in builds]

    assert [code for *_, code in results] == [0, 0], results
    tree = published.tree()
    published.build()
    assert published.tree() == tree
    assert len(list(published.output.glob("business/new-*/index.html"))) == 30
    assert {path.name for path in (published.folder / ".sitegen").iterdir()} >= {"state.sqlite"}
    assert not (published.folder / ".sitegen/stage").exists()
