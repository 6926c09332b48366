"""What hosts allow and what they want: limits before anything is sent, and the files that we add for them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from harness import Site

from sitegen.digest import digest_bytes
from sitegen.publish.headers import is_fingerprinted
from sitegen.publish.hosted import HEADERS, NOJEKYLL, RULES, hosted
from sitegen.publish.limits import LIMITS, Limits, exceeded
from sitegen.publish.live import chosen
from sitegen.publish.plan import plan
from sitegen.publish.published import Published
from sitegen.publish.shipment import Item, Shipment
from sitegen.stamps import Stamped
from sitegen.targets import Folder, Git, Target


def shipment(folder: Path, sizes: dict[str, int], contents: dict[str, bytes] | None = None) -> Shipment:
    """Return a shipment of files that have these sizes and take no room."""
    for path, size in sizes.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            opened.truncate(size)
    files = {path: Stamped("") for path in sizes}
    for path, data in (contents or {}).items():
        (folder / path).write_bytes(data)
        files[path] = Stamped(digest_bytes(data))
    return Shipment.of(folder, "https://example.org/", files, ())


def words(found: Shipment, limits: Limits) -> list[str]:
    """Return what exceeds, in words."""
    return [it.words for it in exceeded(found, limits)]


GIB = 1 << 30


@pytest.mark.parametrize(
    ("host", "sizes", "said"),
    [
        ("github-pages", {"a": 500_000_000, "b": 500_000_001}, "it has 1,000 MB, and 1,000 MB may be"),
        ("github-pages", {"scan.pdf": 100 * 2**20 + 1}, "scan.pdf has more than 100 MiB"),
        ("gitlab-pages", {"a": GIB}, "it has 1,074 MB, and 1,000 MB may be"),
        ("cloudflare-pages", {"a": 25 * 2**20 + 1, "b": 26 * 2**20}, "a and 1 more has more than 25 MiB"),
    ],
)
def test_sizes(tmp_path: Path, host: str, sizes: dict[str, int], said: str) -> None:
    """The limits of sizes, at files that are as large."""
    found = words(shipment(tmp_path, sizes), LIMITS[host])
    assert said in found


@pytest.mark.parametrize(
    ("host", "sizes"),
    [
        ("github-pages", {"scan.pdf": 100 * 2**20}),
        ("github-pages", {f"{number}": 10**8 for number in range(10)}),
        ("cloudflare-pages", {"a": 25 * 2**20}),
        ("netlify", {"a": 5 * GIB}),
    ],
)
def test_what_is_just_allowed(tmp_path: Path, host: str, sizes: dict[str, int]) -> None:
    """What a limit names is allowed still."""
    assert words(shipment(tmp_path, sizes), LIMITS[host]) == []


@pytest.mark.parametrize(
    ("host", "count", "said"),
    [
        ("cloudflare-pages", 20_000, ""),
        ("cloudflare-pages", 20_001, "it has 20,001 files, and 20,000 may be"),
        ("netlify", 54_000, ""),
        ("netlify", 54_001, "the folder p has 54,001 files, and 54,000 may be"),
        ("gitlab-pages", 199_999, ""),
        ("gitlab-pages", 200_000, "it has 200,001 files and folders, and 200,000 may be"),
    ],
)
def test_counts(tmp_path: Path, host: str, count: int, said: str) -> None:
    """The limits of counts; GitLab counts folders too."""
    item = Item(path="p/0", source="p/0", digest="", made=b"")
    items = dict.fromkeys((f"p/{number}" for number in range(count)), item)
    many = Shipment(folder=tmp_path, base_url="https://example.org/", items=items)
    assert words(many, LIMITS[host]) == ([said] if said else [])


@pytest.mark.parametrize(
    ("host", "data", "said"),
    [
        ("gitlab-pages", b"/a /b\n" * 1_000, ""),
        ("gitlab-pages", b"# note\n\n" + b"/a /b\n" * 1_001, "1,001 rules, and 1,000 are read"),
        ("gitlab-pages", b"/a /" + b"b" * 65_536, "65,540 bytes, and 65,536 are read"),
        ("cloudflare-pages", b"/a /b\n" * 2_101, "2,101 rules, and 2,100 are read"),
        ("cloudflare-pages", b"/a/* /b\n" * 50 + b"/:x /b\n" * 51, "101 rules with `*` or `:`, and 100 are read"),
        ("cloudflare-pages", b"/a https://example.org/b\n" * 200, ""),
        ("github-pages", b"/a /b\n" * 5_000, ""),
    ],
)
def test_redirects(tmp_path: Path, host: str, data: bytes, said: str) -> None:
    """The rules of a file `_redirects` that hosts read."""
    found = words(shipment(tmp_path, {}, {"_redirects": data}), LIMITS[host])
    assert found == ([f"_redirects has {said}"] if said else [])


def test_refused_before_anything_is_sent(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that is too large for its host is refused with the settings that would help, and nothing is there."""
    monkeypatch.setitem(LIMITS, "cloudflare-pages", Limits(name="Cloudflare Pages", files=3, file_size=5, rules=1))
    site.configure(f"""
        [publish.live]
        kind = "folder"
        path = "{tmp_path}/www"
        host = "cloudflare-pages"
    """)
    site.article().write("content/files/_redirects", "/a /b\n/c /d\n").build()
    run = site.run("publish").expect(1).says("Cloudflare Pages does not take this site: it has ", "files, and 3 may be")
    run.says("`argument_pages = false`", "`aliases` need none", "a smaller version of it")
    assert not (tmp_path / "www").exists()


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (Git(remote="x"), {NOJEKYLL}),
        (Git(remote="x", host="github-pages"), {NOJEKYLL}),
        (Git(remote="x", host="gitlab-pages"), set()),
        (Git(remote="x", host="netlify"), {HEADERS}),
        (Folder(path="x", host="github-pages"), {NOJEKYLL}),
        (Folder(path="x", host="cloudflare-pages"), {HEADERS}),
        (Folder(path="x"), set()),
    ],
)
def test_files_for_hosts(target: Target, wanted: set[str]) -> None:
    """Each host gets what it reads, and no other."""
    assert dict(hosted(target, ["index.html", "assets/a.0123456789.css"])).keys() == wanted


def test_rules_of_headers(site: Site) -> None:
    """Files whose names change with their bytes match one rule each, all others none."""
    output = site.article().build().site.tree()
    paths = [*output, "assets/p/a.0123456789.webp", "assets/p/q/b.0123456789.webp", "assets/r/c.0123456789.js"]
    paths += ["assets/r/plain.js", "assets/pagefind/pagefind.js", "assets/pagefind/fragment/en_1.pf_fragment"]
    text = dict(hosted(Folder(path="x", host="netlify"), paths))[HEADERS].decode()
    rules = re.findall(r"^(/\S+)\n  Cache-Control: public, max-age=31536000, immutable$", text, re.MULTILINE)
    assert "/assets/p/*" in rules
    for path in paths:
        matching = [rule for rule in rules if fnmatchcase(f"/{path}", rule)]
        assert len(matching) == (1 if is_fingerprinted(path) else 0), path
    many = [f"assets/a{number}.0123456789.svg" for number in range(300)]
    text = dict(hosted(Folder(path="x", host="netlify"), ["assets/x.js", *many, "assets/b.0123456789.css"]))[
        HEADERS
    ].decode()
    assert text.count("Cache-Control") == RULES
    assert text.startswith("/assets/b.0123456789.css\n")


def test_made_files_are_items(tmp_path: Path) -> None:
    """A file that is made for a host has bytes, a size and a version, and gives way to one of the site's own."""
    (tmp_path / "_headers").write_bytes(b"own")
    own = {"_headers": Stamped(digest_bytes(b"own"))}
    made = Shipment.of(tmp_path, "https://example.org/", own, ("gzip",), lambda _: [("_headers", b"x"), ("n", b"made")])
    assert {path: made.load(item) for path, item in made.items.items()} == {"_headers": b"own", "n": b"made"}
    assert made.size(made.items["n"]) == 4
    record = Published(files={path: item.version for path, item in made.items.items()})
    assert plan(made, record).is_empty
    other = Shipment.of(tmp_path, "https://example.org/", own, (), lambda _: [("n", b"other")])
    assert plan(other, record).changed == ("n",)
    assert plan(Shipment.of(tmp_path, "https://example.org/", own, ()), record).removed == ("n",)
    assert [item.path for item in chosen(made.items.values(), (), "seed")] == ["n"]


def test_headers_are_published(site: Site, tmp_path: Path) -> None:
    """The file comes to stand beside the pages, is in the record, and goes where the host is another."""
    table = f'[publish.live]\nkind = "folder"\npath = "{tmp_path}/www"\nreleases = 0\n'
    site.configure(f'{table}host = "netlify"\n').article().build()
    site.run("publish").expect(0)
    assert b"immutable" in (tmp_path / "www/_headers").read_bytes()
    assert "nothing to do" in site.run("publish").expect(0).out
    site.configure(table).build()
    site.run("publish").expect(0)
    assert not (tmp_path / "www/_headers").exists()
