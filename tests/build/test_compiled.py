"""Compiled templates are used again where their source and what compiles them are the same, and only there."""

from __future__ import annotations

import marshal
import os
from pathlib import Path

import jinja2
import pytest
from harness import CONFIG, Site

from sitegen.build.compiled import Compiled, compiled
from sitegen.build.fingerprints import _installed
from sitegen.config import parse
from sitegen.pages.filters import Filters
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.templates import environment

MODULE = "{% macro f(x) %}{{ x }}{{ site }}{% endmacro %}"
PAGE = '{% import "m.html" as m %}{{ m.f("/x/" | absolute) }}'


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's folder for caches, an empty one."""
    folder = tmp_path / "caches"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def rendered(
    monkeypatch: pytest.MonkeyPatch,
    engine: str = "one",
    host: str = "a.example",
    page: str = PAGE,
    module: str = MODULE,
) -> tuple[str, list[str]]:
    """Render a page in a new environment; return its text, and which templates were compiled for it."""
    asked: list[str] = []
    compile_ = jinja2.Environment.compile

    def noting(env: jinja2.Environment, source: str, name: str, filename: str) -> object:
        asked.append(name)
        return compile_(env, source, name, filename)

    config = parse(f'title = "T"\nbase_url = "https://{host}"\n'.encode())
    filters = Filters(config, lambda _: NotImplemented).by_name()
    files = {"page.html": TemplateFile("page.html", page), "m.html": TemplateFile("m.html", module)}
    with monkeypatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", noting)
        env = environment(Snapshot(files, {}), filters, None, compiled(engine))
        return env.get_template("page.html").render(site="!"), asked


def test_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled before is not compiled again, what was edited is, and each has its own text."""
    assert rendered(monkeypatch) == ("https://a.example/x/!", ["page.html", "m.html"])
    assert rendered(monkeypatch) == ("https://a.example/x/!", [])
    assert rendered(monkeypatch, page=PAGE + "?") == ("https://a.example/x/!?", ["page.html"])
    assert rendered(monkeypatch, module=MODULE.replace("{{ x }}", "")) == ("!", ["page.html", "m.html"])


def test_another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code of another sitegen, or of other libraries, is not used."""
    rendered(monkeypatch)
    assert rendered(monkeypatch, engine="two") == ("https://a.example/x/!", ["page.html", "m.html"])


@pytest.mark.parametrize("form", ["dist-info", "egg-info"])
def test_another_jinja(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str) -> None:
    """A library is told by its version, also where a distribution installed it, as Debian does."""
    monkeypatch.syspath_prepend(tmp_path)
    known = set()
    for name in ("Jinja2-3.1.2", "Jinja2-3.1.6"):
        (tmp_path / f"{name}.{form}").mkdir()
        known.add(tuple(_installed()))
        (tmp_path / f"{name}.{form}").rmdir()

    assert len(known) == 2


def test_another_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code is that of any site: what a filter makes of a constant is not in it."""
    rendered(monkeypatch)
    assert rendered(monkeypatch, host="b.example") == ("https://b.example/x/!", [])


def test_escaping_as_a_site_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is with what decides whether values are escaped, which Jinja would settle while it compiles."""
    page = '{% autoescape ("/" | absolute) == "https://a.example/" %}{{ "<" }}{% endautoescape %}{{ 1 }}{{ "<" }}'
    page += '{% autoescape false %}{{ "<" }}{% endautoescape %}'

    assert rendered(monkeypatch, page=page) == ("&lt;1&lt;<", ["page.html"])
    assert rendered(monkeypatch, host="b.example", page=page) == ("<1&lt;<", [])


def test_damaged_within(monkeypatch: pytest.MonkeyPatch, caches: Path) -> None:
    """What can be read, and is not what was written, is not run."""
    rendered(monkeypatch)
    for file in (caches / "sitegen").iterdir():
        data = file.read_bytes()
        file.write_bytes(data[: data.index(b"\xe3")] + marshal.dumps(5))

    assert rendered(monkeypatch) == ("https://a.example/x/!", ["page.html", "m.html"])
    for file in (caches / "sitegen").iterdir():
        file.write_bytes(file.read_bytes().replace(b"absolute", b"obsolete"))
    assert rendered(monkeypatch) == ("https://a.example/x/!", ["page.html"])


@pytest.mark.parametrize("damage", [b"", b"j2", b"x" * 500, None], ids=["empty", "cut", "foreign", "half"])
def test_damaged(monkeypatch: pytest.MonkeyPatch, caches: Path, damage: bytes | None) -> None:
    """What cannot be read is compiled, and mended with it."""
    rendered(monkeypatch)
    for file in (caches / "sitegen").iterdir():
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2] if damage is None else damage)

    assert rendered(monkeypatch) == ("https://a.example/x/!", ["page.html", "m.html"])
    assert rendered(monkeypatch) == ("https://a.example/x/!", [])


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, caches: Path) -> None:
    """Everything works without it, and with one that goes away."""
    caches.write_text("a file")
    assert compiled("one") is None
    assert rendered(monkeypatch)[0] == "https://a.example/x/!"

    env = environment(Snapshot({"t.html": TemplateFile("t.html", "T")}, {}), {}, None, Compiled(caches / "gone", "one"))
    assert env.get_template("t.html").render() == "T"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs owners and modes of files")
@pytest.mark.parametrize("way", ["writable by all", "a link", "of somebody else"])
def test_a_folder_that_others_can_write_to(monkeypatch: pytest.MonkeyPatch, caches: Path, way: str) -> None:
    """No code is taken from it."""
    folder = caches / "sitegen"
    folder.mkdir(parents=True, mode=0o700)
    if way == "writable by all":
        folder.chmod(0o777)
    elif way == "a link":
        folder.rename(caches / "elsewhere")
        folder.symlink_to("elsewhere")
    else:
        monkeypatch.setattr("os.geteuid", lambda: folder.stat().st_uid + 1)

    assert compiled("one") is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs owners of files")
@pytest.mark.parametrize("is_there", [True, False], ids=["there", "to be made"])
def test_a_home_of_somebody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, is_there: bool) -> None:
    """Who became root and kept the home takes no code from there, and leaves no folder of root's behind."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CACHE_HOME")
    if is_there:
        (home / ".cache").mkdir()
    before = sorted(home.rglob("*"))
    somebody = os.geteuid() + 1
    stat_ = os.stat

    def owned(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = stat_(path, follow_symlinks=follow_symlinks)
        is_theirs = Path(path) in (home, home / ".cache")
        return os.stat_result([*found[:4], somebody, *found[5:]]) if is_theirs else found

    monkeypatch.setattr("os.stat", owned)
    assert compiled("one") is None
    assert sorted(home.rglob("*")) == before


def test_a_home_that_is_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home that is relative would be in whatever project is built."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", ".")
    monkeypatch.setenv("USERPROFILE", ".")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)

    assert compiled("one") is None
    assert not list(tmp_path.iterdir())


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caches: Path) -> None:
    """In the user's folder for caches; a relative one does not count."""
    assert compiled("one")
    assert list(caches.iterdir()) == [caches / "sitegen"]

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert compiled("one")
    assert (tmp_path / "home/.cache/sitegen").stat().st_mode & 0o777 == 0o700


def test_same_bytes(tmp_path: Path, caches: Path) -> None:
    """A site is the same, built with what was compiled for another, with nothing, and with no folder for it."""
    first, second, third = (Site(tmp_path / name, CONFIG) for name in ("first", "second", "third"))
    for site in (first, second, third):
        site.article("business/gift", "1. A point of so many words that it is one.\n2. And another one of them.\n")
    first.build()
    assert list((caches / "sitegen").iterdir())
    second.build()
    for file in (caches / "sitegen").iterdir():
        file.unlink()
    (caches / "sitegen").rmdir()
    (caches / "sitegen").write_text("no folder")
    third.build()

    assert first.tree() == second.tree() == third.tree()
