"""Templates see nothing but their page's inputs, and what is wrong with one is told with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest

from sitegen.archive.cards import NamedLink
from sitegen.diagnostics import Diagnostic
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.templates import environment, problem


def snapshot(**templates: str) -> Snapshot:
    """Return a snapshot of templates, by name without `.html`."""
    return Snapshot({f"{n}.html": TemplateFile(f"templates/{n}.html", text) for n, text in templates.items()}, {})


def render(page: str, /, context: dict[str, Any] | None = None, **parts: str) -> str | Diagnostic:
    """Render a template beside others; return the text, or what is wrong."""
    files = snapshot(page=page, **parts)
    env = environment(files, {"upper_first": lambda text: text[0].upper() + text[1:]})
    try:
        return env.get_template("page.html").render(context or {})
    except Exception as error:  # noqa: BLE001 - as the renderer does
        return problem(error, files, "/a/")


def wrong(page: str, /, context: dict[str, Any] | None = None, **parts: str) -> Diagnostic:
    """Render a template that must fail."""
    found = render(page, context, **parts)
    assert isinstance(found, Diagnostic), found
    return found


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("one\n{% if x %}", 2, "Unexpected end of template"),
        ("{{ 1 | gone }}", 1, "No filter named 'gone'."),
        ("{% macro f() %}{% endmacro %}\n{{ 1 | gone }}", 2, "No filter named 'gone'."),
        ("one\n\n{{ gone }}", 3, "there is no `gone` here"),
        ("\n{{ articl }}", 2, "there is no `articl` here; did you mean `article`?"),
        ("{{ link.nme }}", 1, "a NamedLink has no `nme`; did you mean `name`?"),
        ("{{ link.zzzzz }}", 1, "a NamedLink has no `zzzzz`"),
        ("{{ [1][3] }}", 1, "list object has no element 3"),
        ("{{ 1 / 0 }}", 1, "ZeroDivisionError: division by zero"),
        ('{{ "" | upper_first }}', 1, "IndexError: string index out of range"),
        ('{% include "gone.html" %}', 1, "there is no template “gone.html”"),
        ('{% include "pgae.html" %}', 1, "there is no template “pgae.html”"),
        ('{% extends "gone.html" %}', 1, "there is no template “gone.html”"),
        ('{% import "gone.html" as m %}', 1, "there is no template “gone.html”"),
        ("{{ none }}", 1, "a template can print text and numbers, not None"),
        ("x\n{{ true }}", 2, "a template can print text and numbers, not True"),
        ("{{ link }}", 1, "a template can print text and numbers, not a NamedLink"),
        ("{{ [1] }}", 1, "a template can print text and numbers, not a list"),
        ("{{ link.__class__.__mro__ }}", 1, "access to attribute '__class__' of 'NamedLink' object is unsafe."),
        ("{{ [1].append(2) }}", 1, "access to attribute 'append' of 'list' object is unsafe."),
        ("{{ shared.update(a=1) }}", 1, "access to attribute 'update' of 'dict' object is unsafe."),
        ("{{ [1] | random }}", 1, "No filter named 'random'."),
        ("{{ lipsum() }}", 1, "there is no `lipsum` here"),
    ],
)
def test_problem(template: str, line: int, message: str) -> None:
    """Every kind of mistake names the template, the line, what is wrong, and the page."""
    found = wrong(template, {"link": NamedLink("a", "/"), "shared": {}})

    assert found.message.startswith(message)
    assert found.message.endswith("while rendering /a/")
    assert (found.code, found.path, found.line) == ("template", "templates/page.html", line)
    assert found.excerpt == template.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("page", "part"),
    [
        ('{% include "part.html" %}', "\n{{ gone }}"),
        ('{% import "part.html" as p %}{{ p.f() }}', "{% macro f() %}\n{{ gone }}{% endmacro %}"),
        ('{% from "part.html" import f %}{{ f() }}', "{% macro f() %}\n{{ gone }}{% endmacro %}"),
        ('{% extends "part.html" %}', "\n{{ gone }}"),
        ('{% include "part.html" %}', "\n{% if %}"),
    ],
)
def test_problem_in_a_part(page: str, part: str) -> None:
    """A mistake in an include, a macro or a parent is told at its own line."""
    found = wrong(page, part=part)

    assert (found.path, found.line, found.excerpt) == ("templates/part.html", 2, part.splitlines()[1])


def test_problem_hints() -> None:
    """A hint tells what to do."""
    assert wrong('{% include "parts.html" %}', part="").hint == "did you mean `part.html`?"
    assert "reference of the template API" in wrong("{{ gone }}").hint
    assert "make a new list" in wrong("{{ [].append(1) }}").hint


def test_problem_without_a_place() -> None:
    """An error outside every template is told too."""
    found = problem(jinja2.TemplateNotFound("x.html"), snapshot(), "")

    assert (found.message, found.path, found.line, found.excerpt) == ("there is no template “x.html”", "", 0, "")
    assert problem(ValueError(), snapshot()).message == "ValueError: ValueError"


def test_imports_see_each_page() -> None:
    """A module of macros never replays one page's values on another."""
    env = environment(
        snapshot(
            one='{% import "m.html" as m %}{{ m.here() }}{{ m.kept }}',
            two='{% from "m.html" import here, kept %}{{ here() }}{{ kept }}{% include "part.html" %}',
            m="{% set kept = page %}{% macro here() %}{{ page }}{% endmacro %}",
            part="{{ page }}",
        ),
        {},
    )
    rendered = [env.get_template(f"{name}.html").render(page=page) for page in ("a", "b") for name in ("one", "two")]

    assert rendered == ["aa", "aaa", "bb", "bbb"]


def test_printing() -> None:
    """Text and numbers are printed, text is escaped, and loops keep their own state."""
    assert render("{{ 1 }} {{ 1.5 }} {{ '<' }} {{ '<b>' | safe }}") == "1 1.5 &lt; <b>"
    assert render("{% for x in [1, 2] %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{% endfor %}") == "1a2b"
    assert render("{% set n = namespace(i=1) %}{% set n.i = n.i + 1 %}{{ n.i }}{{ ([1] + [2]) | length }}") == "22"
    assert render("{{ '{}'.format('x') }}") == "x"
    assert render("{% if gone is defined %}x{% endif %}") == ""


def test_text_files_are_not_escaped() -> None:
    """`robots.txt` and JSON are no HTML; JSON is made by `tojson`, with its letters readable."""
    texts = {"a.txt": "{{ '<' }}", "a.json": "{{ '<é' | tojson }}", "a.xml": "{{ '<' }}"}
    files = Snapshot({name: TemplateFile(name, text) for name, text in texts.items()}, {})
    env = environment(files, {})

    assert [env.get_template(name).render() for name in files.templates] == ["<", '"\\u003cé"', "&lt;"]


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_override(tmp_path: Path) -> None:
    """The site's templates and assets replace the packaged ones file by file, and findings tell them apart."""
    theme = write(
        tmp_path / "theme", {"a.html": b"theme", "b.html": b"theme", "assets/x.css": b"t", "assets/y.css": b"t"}
    )
    site = write(tmp_path / "site", {"b.html": b"site", "c/d.html": b"site", "assets/y.css": b"s"})
    found = Snapshot.read(site, theme)

    assert found == Snapshot(
        {
            "a.html": TemplateFile("sitegen/templates/a.html", "theme"),
            "b.html": TemplateFile("templates/b.html", "site"),
            "c/d.html": TemplateFile("templates/c/d.html", "site"),
        },
        {"x.css": b"t", "y.css": b"s"},
    )
    assert Snapshot.read(tmp_path / "gone", tmp_path / "gone") == Snapshot({}, {})


def test_links(tmp_path: Path) -> None:
    """Links are followed, to folders too; one that leads to a folder above it ends there."""
    shared = write(tmp_path / "shared", {"x.css": b"x", "deep/y.css": b"y"})
    site = write(tmp_path / "site", {"a.html": b"a"})
    (site / "assets").symlink_to(shared)
    (site / "b.html").symlink_to(site / "a.html")
    (shared / "again").symlink_to(site)
    (shared / "deep" / "up").symlink_to(shared)
    found = Snapshot.read(site, tmp_path / "none")

    assert sorted(found.templates) == ["a.html", "b.html"]
    assert sorted(found.assets) == ["deep/y.css", "x.css"]
    assert found.findings == ()


def test_unreadable(tmp_path: Path) -> None:
    """What cannot be read is a finding, each, and what is hidden is not looked at."""
    site = write(
        tmp_path / "site",
        {
            "a.html": b"one\n\xff",
            "logo.png": b"\x89PNG",
            ".git/x.html": b"\xff",
            ".hidden.html": b"\xff",
            "b\nc.html": b"",
        },
    )
    (site / "gone.html").symlink_to(tmp_path / "nowhere")
    found = Snapshot.read(site, tmp_path / "none").findings

    assert [(f.code, f.path, f.line, f.message) for f in found] == [
        ("template", "templates/a.html", 2, "not UTF-8 text"),
        ("template", "", 0, "the name of templates/b\\nc.html is not printable text"),
        ("template", "templates/gone.html", 0, "this is no file, or a link that leads nowhere"),
        ("template", "templates/logo.png", 1, "not UTF-8 text"),
    ]
    assert all(f.hint for f in found)


def test_forbidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that may not be read is a finding with the system's reason."""
    site = write(tmp_path / "site", {"a.html": b""})

    def refuse(_file: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (found,) = Snapshot.read(site, tmp_path / "none").findings

    assert (found.path, found.message) == ("templates/a.html", "cannot be read: permission denied")


def test_byte_order_mark(tmp_path: Path) -> None:
    """A byte order mark does not reach the page."""
    site = write(tmp_path / "site", {"a.html": b"\xef\xbb\xbf<!doctype html>"})

    assert Snapshot.read(site, tmp_path / "none").templates["a.html"].text == "<!doctype html>"
