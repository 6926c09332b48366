"""A branch of a git repository as a target: what comes to stand there, and what is left alone."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from harness import Run, Site
from publish.git_server import Bare, Counted, git

from sitegen.errors import PublishError
from sitegen.publish.branch import Branch
from sitegen.publish.git import without_credentials
from sitegen.publish.published import RECORD, Published
from sitegen.publish.remote import resolved
from sitegen.publish.repository import Repository
from sitegen.targets import Git

OWN = {RECORD, ".nojekyll"}
NOTE = "content/files/note.txt"
"""What changes where it does not matter what: no page has to be made for it."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the sample archive, built."""
    folder = tmp_path_factory.mktemp("sample") / "site"
    folder.mkdir()
    shutil.copytree(ROOT / "content", folder / "content")
    return Site(folder, (ROOT / "config.toml").read_text("utf-8")).build().site


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a small site, built."""
    site = Site(tmp_path_factory.mktemp("small") / "site")
    site.write(NOTE, "A note.")
    for name in ("gift", "loan", "debt"):
        site.article(f"business/{name}", title=f"The {name}")
    return site.build().site


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    """Return an empty repository."""
    return Bare(tmp_path / "site.git")


@pytest.fixture
def site(small: Site, tmp_path: Path, bare: Bare) -> Site:
    """Return the small site, with a target that is the repository."""
    return targeted(small.copy(tmp_path / "site"), f"file://{bare.folder}")


def targeted(site: Site, remote: str, more: str = "") -> Site:
    """Give a site a target."""
    text = (site.folder / "config.toml").read_text("utf-8").partition("[publish.")[0]
    return site.write("config.toml", f'{text}\n[publish.live]\nkind = "git"\nremote = "{remote}"\n{more}\n')


def publish(site: Site, *options: str, code: int = 0, env: dict[str, str] | None = None) -> Run:
    """Build and publish."""
    site.build()
    return site.run("publish", *options, env=env).expect(code)


@pytest.mark.long
def test_sample(sample: Site, tmp_path: Path) -> None:
    """The sample archive is there byte for byte; then only a change, a rename and a deletion travel."""
    bare = Bare(tmp_path / "site.git")
    site = targeted(sample.copy(tmp_path / "site"), f"file://{bare.folder}")
    publish(site)
    output = {path: data for path, data in site.tree().items() if path not in (".sitegen-manifest.json", ".gitignore")}
    there = bare.tree()
    assert there.keys() - output.keys() == OWN
    assert {path: there[path] for path in output} == output
    assert publish(site).out.count("nothing to do") == 1
    assert len(bare.commits()) == 1

    article = next((site.folder / "content/articles/technology").rglob("*.md"))
    article.write_text(article.read_text("utf-8").rstrip() + "\n\nOne more sentence.\n", "utf-8")
    before = there
    publish(site)
    assert len(bare.commits()) == 2
    now = bare.tree()
    assert bare.changes() == {
        *(f"M {path}" for path in now.keys() & before.keys() if now[path] != before[path]),
        *(f"A {path}" for path in now.keys() - before.keys()),
        *(f"D {path}" for path in before.keys() - now.keys()),
    }
    output = {path: data for path, data in site.tree().items() if path not in (".sitegen-manifest.json", ".gitignore")}
    assert {path: now[path] for path in output} == output


def test_only_changes_travel(site: Site, bare: Bare, tmp_path: Path) -> None:
    """Nothing changed is one request and no commit; a change, a rename and a deletion are one commit each."""
    counted = Counted(tmp_path)
    targeted(site, f"ssh://localhost{bare.folder}")
    env = counted.environment
    publish(site, env=env)
    assert counted.asked() == ["git-upload-pack", "git-receive-pack"]
    publish(site, env=env)
    assert counted.asked() == ["git-upload-pack"]
    assert len(bare.commits()) == 1

    site.article("business/gift", "Other text.", title="The gift")
    publish(site, env=env)
    assert counted.asked() == ["git-upload-pack", "git-receive-pack"]
    assert "M business/gift/index.html" in bare.changes()
    assert not {"M business/loan/index.html", "M robots.txt", "M .nojekyll"} & bare.changes()

    site.rename("content/articles/business/loan.md", "content/articles/business/lease.md")
    publish(site, env=env)
    assert {"A business/lease/index.html", "D business/loan/index.html"} <= bare.changes()

    site.delete("content/articles/business/debt.md")
    publish(site, env=env)
    assert "D business/debt/index.html" in bare.changes()
    assert bare.names() - OWN == site.tree().keys() - {".sitegen-manifest.json", ".gitignore"}


def test_dry_run(site: Site, bare: Bare) -> None:
    """A dry run tells, and changes nothing."""
    assert "a dry run" in publish(site, "--dry-run").out
    assert bare.refs() == ""
    publish(site)
    refs = bare.refs()
    site.write(NOTE, "Other text.")
    assert "note.txt" in publish(site, "--dry-run").out
    assert bare.refs() == refs


def test_what_is_not_ours_stays(site: Site, bare: Bare) -> None:
    """Files of others on the branch, other branches and tags are there afterwards, whatever bytes their names have."""
    theirs = {"CNAME": b"example.org\n", "README.md": b"# Read\r\n", ".htaccess": b"x", "other/page.html": b"y"}
    bare.put(theirs)
    bare.put({"src/a": b"1"}, "main")
    git(bare.folder, "tag", "v1", "main")
    index = git(bare.folder, "ls-tree", "-z", "gh-pages")
    odd = git(bare.folder, "hash-object", "-w", "--stdin", feed=b"odd").strip()
    extra = b"100755 blob %s\ttool.sh\x00120000 blob %s\tcaf\xe9\nlink\x00" % (odd, odd)
    tree = git(bare.folder, "mktree", "-z", feed=index + extra).decode().strip()
    commit = git(bare.folder, "commit-tree", "-p", "gh-pages", "-m", "odd", tree).decode().strip()
    git(bare.folder, "update-ref", "refs/heads/gh-pages", commit)
    others = {line for line in bare.refs().splitlines() if "gh-pages" not in line}

    for number in range(2):
        site.write(NOTE, f"Text {number}.")
        publish(site)
        listed = git(bare.folder, "ls-tree", "-rz", "gh-pages")
        assert b"120000 blob %s\tcaf\xe9\nlink\0" % odd in listed
        assert b"100755 blob %s\ttool.sh\0" % odd in listed
        for path, data in theirs.items():
            assert git(bare.folder, "cat-file", "blob", f"gh-pages:{path}") == data
        assert {line for line in bare.refs().splitlines() if "gh-pages" not in line} == others
    assert bare.commits()[-2:] == [commit, git(bare.folder, "rev-parse", f"{commit}^").decode().strip()]


@pytest.mark.parametrize("path", ["business/gift/index.html", "business", "robots.txt/x", "index.html"])
def test_files_in_the_way(site: Site, bare: Bare, path: str) -> None:
    """What somebody else has put where a file is to be is named, and nothing is sent; the same bytes are adopted."""
    bare.put({path: b"theirs"})
    refs = bare.refs()
    assert path in publish(site, "--dry-run").out.partition("a publish would stop")[2]
    publish(site, code=1).says("stand in the way", path)
    assert bare.refs() == refs
    if "." in path.rpartition("/")[2]:
        bare.put({path: (site.output / path).read_bytes()})
        publish(site)


def test_bytes_stay_as_they_are(site: Site, bare: Bare, tmp_path: Path) -> None:
    """Whatever the user has told git about line ends, filters, hooks and signatures: the bytes of the output travel."""
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    ran = tmp_path / "ran"
    for name in ("pre-push", "reference-transaction", "commit-msg", "post-index-change"):
        (home / "hooks" / name).write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
        (home / "hooks" / name).chmod(0o755)
    (home / "attributes").write_text("* text eol=crlf filter=upper working-tree-encoding=UTF-16\n")
    (home / ".gitconfig").write_text(
        f"[core]\nautocrlf = true\nhooksPath = {home}/hooks\nattributesFile = {home}/attributes\n"
        '[filter "upper"]\nclean = tr a-z A-Z\nsmudge = tr a-z A-Z\n'
        "[commit]\ngpgSign = true\n[push]\nfollowTags = true\ngpgSign = if-asked\n[gpg]\nprogram = /bin/false\n"
        "[user]\nname = Mara Ivers\nemail = mara@example.org\n[i18n]\ncommitEncoding = latin1\n"
    )
    odd = {
        "crlf.txt": b"a\r\nb\n",
        ".gitattributes": b"* text eol=crlf\n",
        ".gitignore": b"*\n",
        "naïve é.txt": b"\0\xff",
    }
    for path, data in odd.items():
        site.write(f"content/files/{path}", data)
    targeted(site, f"ssh://localhost{bare.folder}")
    publish(site, env=Counted(tmp_path).environment | {"HOME": str(home), "XDG_CONFIG_HOME": str(home)})
    there = bare.tree()
    ours = Published.decode(there[RECORD], "there").files
    assert {path: there[path] for path in ours if path != ".nojekyll"} == {
        path: (site.output / path).read_bytes() for path in ours if path != ".nojekyll"
    }
    assert not ran.exists()
    assert bare.message().startswith("Mara Ivers <mara@example.org>\nPublish https://example.org/archive/: ")


def test_the_repository_of_the_project(site: Site, bare: Bare, tmp_path: Path) -> None:
    """Index, stash, refs, objects and files of the user are as before, also where the environment leads there."""
    git(site.folder, "init", "--quiet", "-b", "main")
    git(site.folder, "add", "content", "config.toml")
    git(site.folder, "commit", "--quiet", "-m", "sources")
    git(site.folder, "remote", "add", "origin", str(bare.folder))
    targeted(site, "origin")
    (site.folder / "content/articles/business/gift.md").touch()
    site.build()
    before = everything(site.folder / ".git")
    leading = {
        "GIT_DIR": str(site.folder / ".git"),
        "GIT_WORK_TREE": str(site.folder),
        "GIT_INDEX_FILE": str(site.folder / ".git/index"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "nowhere"),
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_EXTERNAL_DIFF": "/bin/false",
    }
    site.run("publish", env=leading).expect(0)
    assert everything(site.folder / ".git") == before
    assert not (tmp_path / "trace").exists()
    head = git(site.folder, "rev-parse", "HEAD").decode().strip()
    assert f"Sources: {head}" in bare.message()


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return all files below a folder, with the time of their last change."""
    return {
        str(file.relative_to(folder)): (file.stat().st_mtime_ns, file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_folder_of_a_branch(site: Site, bare: Bare) -> None:
    """A folder of the branch is ours, the rest is not."""
    targeted(site, f"file://{bare.folder}", 'branch = "main"\nfolder = "docs/archive"\nhost = "gitlab-pages"')
    bare.put({"docs/other.html": b"theirs", "index.html": b"theirs"}, "main")
    publish(site)
    assert {"docs/archive/index.html", f"docs/archive/{RECORD}", "docs/other.html", "index.html"} <= bare.names("main")
    assert bare.tree("main")["index.html"] == b"theirs"
    assert "docs/archive/.nojekyll" not in bare.names("main")
    assert "nothing to do" in publish(site).out
    site.delete(NOTE)
    publish(site)
    assert "docs/archive/note.txt" not in bare.names("main")


def test_squash(site: Site, bare: Bare) -> None:
    """With `history = "squash"` the branch has one commit always, files of others among its files."""
    bare.put({"CNAME": b"example.org"})
    targeted(site, f"file://{bare.folder}", 'history = "squash"')
    for number in range(3):
        site.write(NOTE, f"Text {number}.")
        publish(site)
        assert len(bare.commits()) == 1
        assert bare.tree()["CNAME"] == b"example.org"
        assert f"Text {number}." in bare.tree()["note.txt"].decode()
    site.run("publish", "--rollback").expect(1).says("keeps no history", "hint:")


def test_full(site: Site, bare: Bare) -> None:
    """With `--full` what somebody has changed or removed at the branch is mended."""
    publish(site)
    bare.put({"index.html": b"defaced", "robots.txt": None})
    assert "nothing to do" in publish(site).out
    publish(site, "--full")
    assert bare.changes() >= {"M index.html", "A robots.txt"}
    assert bare.tree()["index.html"] == (site.output / "index.html").read_bytes()


def test_another_machine(site: Site, bare: Bare) -> None:
    """A checkout that has never published goes on where another was; only records and trees are fetched for it."""
    git(bare.folder, "config", "uploadpack.allowFilter", "true")
    publish(site)
    shutil.rmtree(site.folder / ".sitegen/publish")
    assert "nothing to do" in publish(site).out
    site.write(NOTE, "Other text.")
    publish(site)
    assert "M note.txt" in bare.changes()
    store = next((site.folder / ".sitegen/publish").glob("*/git"))
    listed = git(store, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)").decode()
    blobs = {line.split()[0] for line in listed.splitlines() if line.endswith("blob")}
    untouched = git(bare.folder, "rev-parse", "gh-pages:business/loan/index.html").decode().strip()
    assert untouched not in blobs


@pytest.mark.parametrize("history", ["keep", "squash"])
def test_nothing_is_fetched_to_be_sent_back(site: Site, bare: Bare, tmp_path: Path, history: str) -> None:
    """From another machine a change costs a look, trees and record, and the push: never the files there."""
    git(bare.folder, "config", "uploadpack.allowFilter", "true")
    counted = Counted(tmp_path)
    targeted(site, f"ssh://localhost{bare.folder}", f'history = "{history}"')
    publish(site, env=counted.environment)
    shutil.rmtree(site.folder / ".sitegen/publish")
    counted.asked()
    site.write(NOTE, "Other text.")
    publish(site, env=counted.environment)
    assert counted.asked() == ["git-upload-pack"] * 3 + ["git-receive-pack"]


def test_broken_store(site: Site, bare: Bare) -> None:
    """Our own repository may be broken, or gone in part: it is made anew."""
    publish(site)
    store = next((site.folder / ".sitegen/publish").glob("*/git"))
    for file in store.rglob("*"):
        if file.is_file() and "objects" in file.parts:
            file.chmod(0o644)
            file.write_bytes(b"broken")
    site.write(NOTE, "Other text.")
    publish(site)
    assert "M note.txt" in bare.changes()
    (store.parent / "seen").write_bytes(b"broken")
    (store / "shallow.lock").touch()
    assert "nothing to do" in publish(site).out


@pytest.mark.parametrize("way", ["config", "commondir", "file"])
def test_store_of_somebody_else(site: Site, bare: Bare, tmp_path: Path, way: str) -> None:
    """A repository that a project brings runs no command: one that is not as we make it is made anew."""
    publish(site)
    store = next((site.folder / ".sitegen/publish").glob("*/git"))
    command = f'[remote "target"]\n\tuploadpack = touch {tmp_path / "ran"}; git-upload-pack\n'
    config = (store / "config").read_text("utf-8") + command
    if way == "config":
        (store / "config").write_text(config, "utf-8")
    else:
        other = store.rename(store.with_name("other"))
        (other / "config").write_text(config, "utf-8")
        if way == "file":
            store.write_text("gitdir: other\n", "utf-8")
        else:
            shutil.copytree(other, store)
            (store / "config").write_text(config.removesuffix(command), "utf-8")
            (store / "commondir").write_text("../other\n", "utf-8")
    (store.parent / "seen").unlink()
    site.write(NOTE, "Other text.")
    publish(site)
    assert "M note.txt" in bare.changes()
    assert not (tmp_path / "ran").exists()


def test_store_stays_small(site: Site, bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept for the next publish is thrown away where it has grown."""
    monkeypatch.setattr("sitegen.publish.repository.MOST", 10)
    publish(site)
    folder = next((site.folder / ".sitegen/publish").iterdir())
    assert {file.name for file in folder.iterdir()} == {"seen", "lock"}
    site.write(NOTE, "Other text.")
    publish(site)
    assert len(bare.commits()) == 2


def test_names_of_the_other_hash(tmp_path: Path, site: Site) -> None:
    """A repository with SHA-256 names is published to as well, where it has the branch already."""
    bare = Bare(tmp_path / "other.git", "--object-format=sha256")
    bare.put({"CNAME": b"example.org"})
    targeted(site, f"file://{bare.folder}")
    publish(site)
    assert len(bare.tip()) == 64
    assert bare.tree()["CNAME"] == b"example.org"


def test_rollback(site: Site, bare: Bare) -> None:
    """Each rollback is a new commit with the state one further back; what others changed meanwhile stays."""
    trees = []
    for number in range(3):
        site.write(NOTE, f"Text {number}.")
        site.write(f"content/files/new-{number}.txt", "New")
        publish(site)
        trees.append({path: data for path, data in bare.tree().items() if path != "CNAME"})
        bare.put({"CNAME": f"{number}".encode()})
    shutil.rmtree(site.folder / ".sitegen/publish")
    for count, wanted in enumerate((trees[1], trees[0]), 1):
        out = site.run("publish", "--rollback").expect(0).out
        assert "is back at commit" in out
        assert bare.tree() == wanted | {"CNAME": b"2"}
        assert len(bare.commits()) == 6 + count
        assert "Sitegen-Rollback: " in bare.message()
    refs = bare.refs()
    site.run("publish", "--rollback").expect(1).says("nothing was published", "hint:")
    assert bare.refs() == refs
    publish(site)
    assert {path: data for path, data in bare.tree().items() if path not in ("CNAME", RECORD)} == {
        path: data for path, data in trees[2].items() if path != RECORD
    }
    site.run("publish", "--rollback").expect(0)
    assert bare.tree() == trees[0] | {"CNAME": b"2"}


def test_rollback_far_back(site: Site, bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits of others in between are gone past, however many: more of the history is fetched then."""
    monkeypatch.setattr("sitegen.publish.branch.DEPTHS", (2, 4, 0))
    publish(site)
    first = bare.tree()
    site.write(NOTE, "Other text.")
    publish(site)
    for number in range(6):
        bare.put({"CNAME": b"%d" % number})
    site.run("publish", "--rollback").expect(0)
    assert bare.tree() == first | {"CNAME": b"5"}


@pytest.mark.long
def test_somebody_else_pushes_meanwhile(site: Site, bare: Bare, monkeypatch: pytest.MonkeyPatch) -> None:
    """A push that comes second is planned again on what is there then; it is told where that does not end."""
    publish(site)
    commit = Repository.commit
    count, most = 0, 2

    async def late(self: Repository, *arguments: object) -> str:
        nonlocal count
        made = await commit(self, *arguments)  # type: ignore[arg-type]
        if count < most:
            count += 1
            bare.put({f"theirs-{count}": b"x"})
        return made

    monkeypatch.setattr(Repository, "commit", late)
    site.write(NOTE, "Other text.")
    publish(site)
    assert {"theirs-1", "theirs-2"} <= bare.names()
    assert "Other text." in bare.tree()["note.txt"].decode()
    assert len(bare.commits()) == 4

    targeted(site, f"file://{bare.folder}", 'history = "squash"')
    site.write(NOTE, "Squashed text.")
    count, most = 0, 1
    bare.put({"theirs-1": None})
    publish(site)
    assert {"theirs-1", "theirs-2"} <= bare.names()
    assert len(bare.commits()) == 1

    count, most = 0, 99
    site.write(NOTE, "Never there.")
    publish(site, code=1).says("again and again", "hint:")
    assert "Never there." not in bare.tree()["note.txt"].decode()


def test_environment_of_the_checkout(site: Site, bare: Bare) -> None:
    """How git connects from the checkout holds here too: a CI keeps there what proves who it is."""
    git(site.folder, "init", "--quiet")
    (site.folder / "more").write_text(f'[url "file://{bare.folder}"]\ninsteadOf = https://pages.example/\n')
    git(site.folder, "config", "include.path", str(site.folder / "more"))
    targeted(site, "https://pages.example/")
    publish(site)
    assert bare.tip()


@pytest.mark.parametrize(
    ("remote", "said"),
    [
        ("ext::sh -c touch% /tmp/no", "would run a command"),
        ("fd::3", "would run a command"),
        ("git://example.org/x.git", "not protected on its way"),
        ("http://example.org/x.git", "not protected on its way"),
        ("ftp://example.org/x.git", "not protected on its way"),
        ("ssh://-oProxyCommand=touch/x", "is no URL"),
        ("-oProxyCommand=touch:x", "is no URL"),
        ("nowhere", "has no remote"),
        ("./nowhere", "has no remote"),
    ],
)
def test_remotes_that_are_refused(tmp_path: Path, remote: str, said: str) -> None:
    """What runs commands, goes unprotected or is no repository is refused before anything is asked."""
    with pytest.raises(PublishError, match=said):
        asyncio.run(resolved(remote, tmp_path))


def test_name_of_a_remote_that_leads_to_a_command(site: Site) -> None:
    """What the configuration of the repository calls a remote is looked at too."""
    git(site.folder, "init", "--quiet")
    git(site.folder, "remote", "add", "origin", "ext::sh -c true")
    targeted(site, "origin")
    publish(site, code=1).says("would run a command")


@pytest.mark.parametrize("branch", ["a..b", "a b", "x.lock", "@{-1}", "a:b"])
def test_names_of_branches(tmp_path: Path, branch: str) -> None:
    """What cannot be a branch is told."""

    async def connect() -> None:
        async with Branch(Git(remote="x", branch=branch), tmp_path, print):
            pass

    with pytest.raises(PublishError, match="is not the name of a branch"):
        asyncio.run(connect())


def test_no_git(site: Site, tmp_path: Path) -> None:
    """Without the program git there is a message that says so."""
    publish(site, code=1, env={"PATH": str(tmp_path)}).says("needs the program git", "hint:")


def test_old_git(site: Site, tmp_path: Path) -> None:
    """So there is with one that is too old."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text("#!/bin/sh\necho git version 2.20.1\n")
    (tmp_path / "bin/git").chmod(0o755)
    publish(site, code=1, env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}).says(
        "git version 2.20.1 is too old"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fatal: 'https://me:s3cr3t@host/x' no", "fatal: 'https://host/x' no"),
        ("https://ghp_abc@host/x", "https://host/x"),
        ("ssh://git@host/x", "ssh://git@host/x"),
        ("ssh://git:s3cr3t@host/x", "ssh://git@host/x"),
        ("git@host:x", "git@host:x"),
    ],
)
def test_no_credentials_are_shown(text: str, shown: str) -> None:
    """URLs are shown without what opens them."""
    assert without_credentials(text) == shown


def test_whole_and_sound(site: Site, bare: Bare) -> None:
    """What is there can be cloned by anybody, and git finds nothing wrong with it."""
    for number in range(2):
        site.write(NOTE, f"Text {number}.")
        publish(site)
    subprocess.run(["git", "-C", bare.folder, "fsck", "--strict", "--full"], check=True, capture_output=True)
