"""What stands before a publish: an output that is not fit, a target that is not there, a secret where none belongs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import CONFIG, Site
from photographs import encoded, photograph
from publishing import desk, of_site

from sitegen.publish.ready import is_example

LIVE = '[publish.live]\nkind = "folder"\npath = "../www"\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a desk that publishes into a folder."""
    return desk(tmp_path_factory.mktemp("desk") / "site", LIVE, pieces=1)


@pytest.fixture
def site(built: Site, tmp_path: Path) -> Site:
    """Return a copy of it."""
    return built.copy(tmp_path / "site")


def refused(site: Site, *texts: str, options: tuple[str, ...] = ()) -> None:
    """Expect that nothing is published, because of that."""
    site.run("publish", *options).expect(1).says("not fit to be published", *texts)
    assert not (site.folder.parent / "www").exists()


def test_without_a_build(site: Site) -> None:
    """An output of which nothing is known is not published."""
    site.run("clean").expect(0)
    refused(site, "nothing is known of a build", "--build")


def test_stale(site: Site) -> None:
    """Sources that changed after the build, and files of the output that were changed, are seen."""
    site.article("business/late", title="Late")
    refused(site, "content/articles/business/late.md has changed since it was built")
    site.delete("content/articles/business/late.md")
    site.run("publish", "--dry-run").expect(0)
    (site.output / "index.html").write_text("mine")
    refused(site, "files of the output have changed since it was built")
    site.build()
    site.write("templates/assets/own.css", "body {}\n")
    refused(site, "settings, templates or sitegen itself have changed since it was built")
    names = [f"content/articles/business/{name}.md" for name in "abcd"]
    for name in names:
        site.write(name, "A piece.\n")
    refused(site, f"{', '.join(names[:3])} and 1 more have changed since it was built")


@pytest.mark.parametrize("anew", ["content", "."])
def test_a_copy(site: Site, anew: str, tmp_path: Path) -> None:
    """Where only stamps are new, as after a checkout beside a cache or in a copy, the bytes are looked at."""
    site.write("content/articles/business/shown.jpg", encoded(photograph(40, 30)))
    site.article("business/shown", "![A photograph](shown.jpg)\n", title="Shown")
    files = ("articles/business/shown.jpg", "articles/business/plan.svg", "articles/law/unused.svg", "files/notes.txt")
    site.write(f"content/{files[2]}", "<svg xmlns='http://www.w3.org/2000/svg'></svg>")
    site.write(f"content/{files[3]}", "Some notes\n").build()
    copied = site.copy(tmp_path / "copied")
    shutil.rmtree(copied.folder / anew)
    shutil.copytree(site.folder / anew, copied.folder / anew, copy_function=shutil.copyfile)

    facts = copied.run("publish", "--dry-run", "--json").expect(0).json
    assert set(facts["added"]) == of_site(site).keys()
    for file in files:
        was = (copied.folder / "content" / file).read_bytes()
        copied.write(f"content/{file}", was.swapcase())
        refused(copied, f"content/{file} has changed since it was built")
        copied.write(f"content/{file}", was).run("publish", "--dry-run").expect(0)
    copied.run("publish").expect(0)


def test_failed(site: Site) -> None:
    """After a build that failed the output is that of the one before, and not published."""
    site.write("content/articles/business/bad.md", "---\ntitle: [\n---\n").fail()
    refused(site, "content/articles/business/bad.md has changed since it was built")


@pytest.mark.parametrize(("option", "told"), [("--drafts", "with drafts"), ("--future", "with later pieces")])
def test_drafts(site: Site, option: str, told: str) -> None:
    """An output with drafts or pieces of a later date is for editors."""
    site.build(option)
    refused(site, told)


def test_another_day(site: Site) -> None:
    """An output as on another day is not what readers should see today."""
    site.build("--as-of", "2030-01-01")
    refused(site, "as on 2030-01-01")


def test_another_address(site: Site) -> None:
    """An output for another address would have wrong links everywhere."""
    site.build("--base-url", "https://staging.example.org/")
    refused(site, "built for https://staging.example.org/")


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:80", "desk.localhost"])
def test_this_machine(site: Site, host: str) -> None:
    """An address of this machine is no place for readers."""
    site.write("config.toml", CONFIG.replace("example.org", host) + LIVE).build()
    refused(site, "only this machine knows")


def test_another_folder(site: Site) -> None:
    """A build that went elsewhere says nothing of this output."""
    site.build("-o", str(site.folder / "elsewhere"))
    refused(site, "went to elsewhere/")


def test_a_place_of_another_site(site: Site, tmp_path: Path) -> None:
    """Two sites at one place would remove each other's files; a site that has moved says so."""
    site.run("publish").expect(0)
    other = desk(tmp_path / "other", LIVE, pieces=1)
    other.write("config.toml", CONFIG.replace("/archive/", "/elsewhere/") + LIVE).build()
    other.run("publish").expect(1).says("holds the site of https://example.org/archive/", "--yes")
    facts = other.run("publish", "--dry-run", "--json").expect(0).json
    assert [it["message"] for it in facts["objections"] if "holds the site of" in it["message"]]
    assert not other.run("publish", "--dry-run", "--json", "--yes").expect(0).json["objections"]
    other.run("publish", "--yes").expect(0)


def test_build_first(site: Site) -> None:
    """`--build` builds, and publishes only what went well."""
    site.article("business/late", title="Late")
    site.run("publish", "--build").expect(0)
    assert (site.folder.parent / "www/current/business/late/index.html").is_file()
    site.write("content/articles/business/bad.md", "---\ntitle: [\n---\n")
    site.run("publish", "--build").expect(1).says("bad.md")


def test_pieces_kept_back_are_told(site: Site) -> None:
    """A site that was built with pieces kept back can be published, and it is said."""
    site.write("content/articles/business/bad.md", "---\ntitle: [\n---\n").run("build", "--keep-going").expect(3)
    site.run("publish").expect(0).says("1 piece kept back")


def test_targets(site: Site) -> None:
    """The only target needs no name; several do, and a wrong one is mended."""
    site.run("publish", "lve").expect(2).says("did you mean `live`")
    site.run("publish", "spare").expect(2).says("known targets: live")
    site.write("config.toml", CONFIG + LIVE + LIVE.replace("live", "spare")).build()
    site.run("publish").expect(2).says("more than one target", "live, spare")
    site.write("config.toml", CONFIG).build()
    site.run("publish").expect(2).says("names no target", "[publish.live]")
    site.run("deploy").expect(2).says("names no target")
    site.write("config.toml", f'{CONFIG}[publish]\nkind = "folder"\n').run("publish").expect(1).says("[publish.live]")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('kind = "ftp"', "unknown kind “ftp”"),
        ('kind = "folders"', "did you mean `folder`"),
        ('path = "x"', "missing key “kind”"),
        ('kind = "folder"', "missing key “path”"),
        ('kind = "folder"\npath = "x"\nhost = "github"', "did you mean `github-pages`"),
        ('kind = "folder"\npath = "x"\nhost = "apache"', "one of github-pages, cloudflare-pages"),
        ('kind = "folder"\npath = "x"\ncompress = ["gz"]', "did you mean `gzip`"),
        ('kind = "s3"\nbucket = "b"\nprefix = "../up"', "is not the path of a folder"),
        ('kind = "s3"\nbucket = "b"\nregoin = "eu"', "did you mean `region`"),
        ('kind = "git"\nremote = "--upload-pack=x"', "is no name of one"),
        ('kind = "folder"\npath = "x"\naddress = "example.org"', "is not an absolute URL"),
    ],
)
def test_targets_that_are_wrong(site: Site, line: str, told: str) -> None:
    """What is wrong with a target is told with its line."""
    site.write("config.toml", f"{CONFIG}[publish.live]\n{line}\n")
    site.run("publish").expect(1).says(told, "config.toml:")


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ('password = "hunter2"', "hunter2"),
        ('secret_access_key = "wJalrXUtnFEMI"', "wJalrXUtnFEMI"),
        ('bucket = "AKIAIOSFODNN7EXAMPLE"', "AKIAIOSFODNN7EXAMPLE"),
        ('remote = "https://user:hunter2@example.org/x.git"', "hunter2"),
        ('endpoint = "https://x.example.org/?sig=abcdef"', "abcdef"),
        ('token = "glpat-abcdefghijklmnopqrst"', "glpat-abcdefghijklmnopqrst"),
    ],
)
def test_secrets(site: Site, line: str, secret: str) -> None:
    """A secret in config.toml is an error of every command, and is not shown."""
    site.write("config.toml", f'{CONFIG}[publish.live]\nkind = "s3"\n{line}\n')
    for command in ("publish", "build"):
        run = site.run(command).expect(1).says("looks like a secret", "config.toml:", "environment")
        assert secret not in run.err + run.out


@pytest.mark.parametrize(
    ("url", "is_so"),
    [
        ("https://example.org/archive/", True),
        ("https://www.example.com/", True),
        ("https://desk.example/", True),
        ("https://EXAMPLE.NET/", True),
        ("https://example.org.uk/", False),
        ("https://myexample.org/", False),
        ("https://counterexample/", False),
    ],
)
def test_a_name_for_examples(url: str, *, is_so: bool) -> None:
    """An address that `init` wrote, and nobody changed, is published with a note."""
    assert is_example(url) == is_so


def test_a_name_for_examples_is_told(site: Site) -> None:
    """The note says what it does."""
    notes = site.run("publish", "--dry-run", "--json").expect(0).json["notes"]
    assert [it for it in notes if "a name for examples" in it]
