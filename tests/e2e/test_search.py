"""The index of the search page is made when something that it is made of has changed, and leaves nothing behind."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from extent import later
from harness import CONFIG, SEARCHED, Site

from sitegen.build import engines, pagefind

INDEX = "assets/pagefind/"
GIFT = "content/articles/business/gift.md"
BODY = "The opening.\n\n- A gift is never free. {: .argument #horse }\n"
ANSWERS = "#!/bin/sh\nhead -c 1 >/dev/null\nprintf %s, \"$(printf %s 'ANSWER' | base64 -w0)\"\nsleep 60\n"
"""A program that gives this answer to whatever it is asked."""
ABOUT = "---\ntitle: About\n---\n\nUs.\n"


def index(site: Site) -> dict[str, bytes]:
    """Return the files of the index."""
    return {path: data for path, data in site.tree().items() if path.startswith(INDEX)}


@pytest.fixture(scope="module")
def searched_once(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site with a search page, built."""
    site = Site(tmp_path_factory.mktemp("searched") / "site", SEARCHED)
    site.article("business/gift", BODY, title="The gift").article("business/other", "Other.", title="The other")
    site.write("content/pages/about.md", ABOUT)
    site.build()
    return site


@pytest.fixture
def searched(searched_once: Site, tmp_path: Path) -> Site:
    """Return a copy of that site, with its output and its state, to be changed."""
    return searched_once.copy(tmp_path / "site")


def became(site: Site, *options: str) -> tuple[str, int]:
    """Build, and return what became of the index, and how many pages were rendered."""
    report = site.build("--json", *options).json
    return report["search"], report["rendered"]


def test_what_there_is(searched: Site) -> None:
    """The page stands in the menu and has its own assets; only files that it loads are published."""
    page = searched.build().page("/search/").has("form[role=search]").has("link[rel=stylesheet]")
    kinds = {"filter", "fragment", "index", "made-of.txt", "pagefind-entry.json", "pagefind.js", "wasm.en.pagefind"}

    assert "../search/" in set(page.links())
    assert kinds == {
        path.removeprefix(INDEX).partition("/")[0] for path in index(searched) if not path.endswith(".pf_meta")
    }
    entry = json.loads(index(searched)[f"{INDEX}pagefind-entry.json"])
    assert entry["languages"]["en"]["page_count"] == 4
    assert not any(
        "search" in element.attributes.get("src", "") for element in searched.build().page("/").all("script")
    )


def test_made_only_where_something_changed(searched: Site) -> None:
    """A build with nothing to do keeps it, and so does one of other things, by the whole line and by the shortcut."""
    before = index(searched)
    assert became(searched) == ("kept", 0)
    searched.write("templates/_head.html", "<!-- hello -->\n")
    assert became(searched)[0] == "kept"
    searched.write("content/authors/mara-ivers.md", "---\nname: Mara Ivers\n---\n\nA biography.\n")
    assert became(searched)[0] == "kept"
    assert became(searched, "--clean")[0] == "kept"

    assert before == index(searched)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (GIFT, "The opening.", "The overture."),
        (GIFT, "title: The gift", "title: The present"),
        (GIFT, "#horse }", "#horse stance=con }"),
        (GIFT, "author: Mara Ivers", "author: Ada Berg"),
        (GIFT, "---\n\nThe", "status: withdrawn\n---\n\nThe"),
        ("content/pages/about.md", "Us.", "Them."),
    ],
)
def test_made_where_something_changed(searched: Site, path: str, old: str, new: str) -> None:
    """A word, a title, a stance, an author, a page: each is found as it is now, and old files are gone."""
    text = (searched.folder / path).read_text("utf-8")
    assert old in text
    before = index(searched)

    searched.write(path, text.replace(old, new))

    assert became(searched)[0] == "made"
    assert before != index(searched)
    languages = json.loads(index(searched)[f"{INDEX}pagefind-entry.json"])["languages"]
    fragments = [path for path in index(searched) if "/fragment/" in path]
    assert len(fragments) == languages["en"]["page_count"]
    assert "verified" in searched.build("--verify").out
    assert became(searched) == ("kept", 0)


def test_pieces_that_come_and_go(searched: Site) -> None:
    """A new piece is found, one that is deleted is not."""
    searched.article("business/new", "Fresh.", title="New")
    assert became(searched)[0] == "made"
    assert len([path for path in index(searched) if "/fragment/" in path]) == 5

    searched.delete("content/articles/business/new.md").delete(GIFT)

    assert became(searched)[0] == "made"
    assert len([path for path in index(searched) if "/fragment/" in path]) == 2


@pytest.mark.parametrize("which", ["/fragment/", *later("pagefind.js", "made-of.txt", ".pf_meta")])
@pytest.mark.parametrize("is_gone", [True, False], ids=["deleted", "damaged"])
def test_damage_heals(searched: Site, which: str, *, is_gone: bool) -> None:
    """A file of the index that is deleted or changed brings a whole index back."""
    path = next(path for path in index(searched) if which in path)
    if is_gone:
        (searched.output / path).unlink()
    else:
        (searched.output / path).write_bytes(b"no")

    assert became(searched)[0] == "made"
    assert index(searched).get(path, b"") != b"no"
    assert became(searched) == ("kept", 0)


@pytest.mark.long
def test_whole_files(searched: Site) -> None:
    """However often an index is made, each of its files is whole."""
    for number in range(8):
        searched.article("business/new", f"Number {number}.")
        searched.build()
        for path, data in index(searched).items():
            if path.endswith((".pagefind", ".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta")):
                gzip.decompress(data)
        assert index(searched)[f"{INDEX}pagefind.js"].rstrip().endswith(b"search};")


@pytest.mark.parametrize("way", ["none", "--no-search"])
def test_switched_off(searched: Site, way: str) -> None:
    """Without a search there is neither page nor link nor index, as in a site that never had one; and back again."""
    options = [way] if way.startswith("-") else []
    if not options:
        searched.write("config.toml", CONFIG)

    run = searched.build(*options)
    assert index(searched) == {}
    assert not [path for path in searched.tree() if "search" in path]
    assert "search" not in "".join(run.missing("/search/").page("/").links())
    assert json.loads(searched.build("--json", *options).out)["search"] == ""

    searched.write("config.toml", SEARCHED)
    assert became(searched)[0] == "made"


def test_an_empty_archive(tmp_path: Path) -> None:
    """A site without anything to find is built too."""
    site = Site(tmp_path / "site", SEARCHED)

    assert became(site)[0] == "made"
    assert became(site) == ("kept", 0)


def test_not_installed(searched: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Pagefind there is no search page, and what to install is told; who wants none is not told of it."""
    searched.build().page("/search/")
    monkeypatch.setattr(engines, "PACKAGES", ("no_such_package",))

    run = searched.build()
    assert "pip install 'sitegen[search]'" in run.err
    run.missing("/search/")
    assert "agefind" not in searched.build("--no-search").err
    monkeypatch.undo()
    assert "agefind" not in searched.build().err
    searched.build().page("/search/")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("#!/bin/sh\nexit 3\n", "it ended after 0 of"),
        ("#!/bin/sh\necho 'out of memory' >&2\nexit 1\n", "out of memory"),
        ("#!/nowhere\n", "it cannot be started"),
        (ANSWERS.replace("ANSWER", '{"message_id":1,"payload":{"type":"Error","message":"too bad"}}'), "too bad"),
        (ANSWERS.replace("ANSWER", '{"odd":1}'), "cannot be understood"),
        ("#!/bin/sh\nhead -c 1 >/dev/null\nprintf 'no base64!,'\nsleep 60\n", "cannot be understood"),
    ],
    ids=["ends", "complains", "no program", "error", "another answer", "nonsense"],
)
def test_a_program_that_fails(
    searched: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    """However Pagefind fails, it is a finding with the reason, nothing is touched, and nothing is left behind."""
    file = tmp_path / "pagefind"
    file.write_text(program)
    file.chmod(0o755)
    monkeypatch.setattr(pagefind, "program", lambda: file)
    before = searched.tree()
    searched.article("business/new", "Fresh.")

    searched.fail().finds("fatal", "", "search", message=reason)

    assert before == searched.tree()


def test_a_file_in_the_way(searched: Site) -> None:
    """A file of the site's own in the folder of the index is a finding."""
    searched.write("content/files/assets/pagefind/pagefind.js", "mine")

    searched.fail().finds("fatal", "content/files/assets/pagefind/pagefind.js", "url-collision")


@pytest.mark.parametrize("delay", [0.02, *later(0.0, 0.05, 0.1)])
def test_killed(searched: Site, delay: float) -> None:
    """A build that is killed while it makes the index leaves nothing that the next one does not put right."""
    for number in range(30):
        searched.article(f"business/piece-{number}", f"Piece {number}.\n\n- One point. {{: .argument #one }}\n")
    command = [sys.executable, "-m", "sitegen", "-c", str(searched.folder / "config.toml"), "build", "-j1"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"CI": "true"}
    )
    staged = searched.folder / ".sitegen" / "stage" / "sitemap.xml"
    while process.poll() is None and not staged.exists():
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()

    searched.build()

    fragments = [path for path in index(searched) if "/fragment/" in path]
    assert len(fragments) == 64
    assert "foreign" not in searched.build("--verify").err
    assert became(searched) == ("kept", 0)
