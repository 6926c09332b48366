"""Bad configuration, templates and output folders: told at their place, and nothing that stands is harmed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from harness import CONFIG, Site, as_nobody, snapshot

NEIGHBOUR = "content/articles/business/neighbour.md:5:1"

CONFIGS: dict[str, tuple[str | bytes, list[tuple[str, str, str]]]] = {
    "unknown keys": (
        CONFIG + 'tilte = "x"\n[archive]\npage_siz = 3\n[archve]\n',
        [
            ("config.toml:4:1", "unknown key “tilte” at the top level", "did you mean `title`?"),
            ("config.toml:6:1", "unknown key “page_siz” in [archive]", "did you mean `page_size`?"),
            ("config.toml:7:2", "unknown key “archve” at the top level", "did you mean `archive`?"),
        ],
    ),
    "wrong types": (
        CONFIG + 'language = 3\n[archive]\npage_size = "x"\n[markdown]\nraw_html = "trust"\n',
        [
            ("config.toml:4:1", "language: Expected str, got int", ""),
            ("config.toml:6:1", "archive.page_size: Expected int, got str", ""),
            ("config.toml:8:1", "markdown.raw_html: Invalid enum value 'trust'", "one of sanitize, allow, escape"),
        ],
    ),
    "wrong values": (
        (
            'title = "x"\nbase_url = "/archive/"\ntimezone = "Mars/Olympus"\nlanguage = "e n"\noutput = "content/x"\n'
            '[archive]\npermalink = "/{sction}/{slug}/"\n[checks]\nmissing-pge = "off"\n'
        ),
        [
            ("config.toml:2:1", "base_url “/archive/” is not an absolute URL", "for example `https://"),
            ("config.toml:3:1", "unknown time zone “Mars/Olympus”", "use a name such as `Europe/Berlin`"),
            ("config.toml:4:1", "“e n” is not a language tag", "use a BCP 47 tag"),
            ("config.toml:5:1", "output “content/x” would overwrite sources", "output"),
            ("config.toml:7:1", "unknown part {sction} in the permalink pattern", "did you mean `{section}`?"),
            ("config.toml:9:1", "unknown code “missing-pge” in [checks]", "did you mean `missing-page`?"),
        ],
    ),
    "permalink without a slug": (
        CONFIG + '[archive]\npermalink = "/{year}/"\n',
        [("config.toml:5:1", "the permalink pattern needs {slug}", 'for example `permalink = "/{section}/{slug}/"`')],
    ),
    "permalink that leads out": (
        CONFIG + '[archive]\npermalink = "/../{slug}/"\n',
        [("config.toml:5:1", "permalink “/../{slug}/” must begin and end with a slash", "for example")],
    ),
    "an editor that is none": (
        CONFIG + '[preview]\neditor = "javascript:{pth}"\n',
        [
            ("config.toml:5:1", "editor “javascript:{pth}” is not a URL that opens an editor", "for example `editor ="),
            ("config.toml:5:1", "unknown part {pth} in `editor`", "did you mean `{path}`?"),
        ],
    ),
    "unknown extension": (
        CONFIG + '[markdown]\nextensions = ["footnots"]\n',
        [("config.toml", "the Markdown extension “footnots” cannot be loaded", "did you mean `footnotes`?")],
    ),
    "no host, or none that can be": (
        'title = "x"\nbase_url = "http://[x"\n[publish.live]\nkind = "folder"\npath = "x"\naddress = "http://x y/"\n',
        [
            ("config.toml:2:1", "base_url “http://[x” is not an absolute URL", "for example `https://"),
            ("config.toml:6:1", "address “http://x y/” is not an absolute URL", "for example `https://"),
        ],
    ),
    "control characters": (
        CONFIG + 'output = "/abs/\\u0000"\n[publish.live]\nkind = "folder"\npath = "a\\u0000b"\n',
        [
            ("config.toml:4:1", "output has control characters", 'for example `output = "output"`'),
            ("config.toml:7:1", "path has control characters", "remove them"),
        ],
    ),
    "too long a number": (
        f"{CONFIG}[extra]\nn = 9223372036854775807\nm = [9223372036854775808]\n",
        [("config.toml:6:1", "a number is too long", "64 bits")],
    ),
    "too long a number to be read": (
        f"{CONFIG}[extra]\nn = {'9' * 5000}\n",
        [("config.toml", "a number is too long", "64 bits")],
    ),
    "too deep": (
        f"{CONFIG}[extra]\na = 1\nn = {'[' * 50}{']' * 50}\n",
        [("config.toml:6:1", "lists and tables are nested too deeply", "at most 50")],
    ),
    "too deep to be read": (
        f"{CONFIG}[extra]\nn = {'[' * 20_000}{']' * 20_000}\n",
        [("config.toml", "lists and tables are nested too deeply", "at most 50")],
    ),
    "too deep by dots": (
        f"{CONFIG}{'.'.join(['extra'] * 2_000)} = 1\n",
        [("config.toml:4:1", "lists and tables are nested too deeply", "at most 50")],
    ),
    "no TOML": ('title = "x"\nbase_url =\n', [("config.toml:2:11", "not valid TOML: Invalid value", "")]),
    "no text": (b"\xff\xfet\0", [("config.toml", "not UTF-8 text", "")]),
    "empty": (
        "",
        [
            ("config.toml", "missing key “base_url”", "at the top"),
            ("config.toml", "missing key “title”", "at the top"),
        ],
    ),
}


@pytest.mark.parametrize("text", ["raise RuntimeError('not today')\n", "1 +\n"])
def test_an_extension_whose_package_fails(
    published: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """However it fails, and however far above the module that is named, it is an extension that cannot be loaded."""
    (tmp_path / "failing").mkdir()
    (tmp_path / "failing/__init__.py").write_text(text)
    (tmp_path / "failing/sub.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    published.configure('[markdown]\nextensions = ["failing.sub"]\n')

    run = published.fail()

    message, hint = "the Markdown extension “failing.sub” cannot be loaded", "is it installed?"
    run.finds("fatal", "config.toml", "config", message=message, hint=hint)


@pytest.mark.parametrize("name", CONFIGS)
def test_configuration(published: Site, name: str) -> None:
    """Every mistake of `config.toml` is fatal and told at once, in the order of its lines."""
    text, expected = CONFIGS[name]
    published.write("config.toml", text)
    before = snapshot(published.folder)

    run = published.fail()

    assert [finding.place for finding in run.findings] == [place for place, _, _ in expected]
    for finding, (_, message, hint) in zip(run.findings, expected, strict=True):
        assert (finding.severity, finding.code) == ("fatal", "config")
        assert message in finding.message
        assert hint in finding.hint
    assert snapshot(published.folder) == before


def test_no_configuration(published: Site) -> None:
    """Where there is no `config.toml` that is wrong usage; the hint says what to do, and the folder is left alone."""
    published.delete("config.toml")
    before = snapshot(published.folder)

    run = published.run("build").expect(2)

    run.says("error: there is no ", "config.toml", "hint: run sitegen in the folder of the site", "`sitegen init DIR`")
    assert snapshot(published.folder) == before


def test_no_content(published: Site) -> None:
    """Where there is no `content/` nothing is built, least of all an empty site over a full one."""
    shutil.rmtree(published.folder / "content")
    before = snapshot(published.output)

    run = published.fail()

    run.finds("error", "content", "bad-path", message="there is no folder `content/`", hint="beside `config.toml`")
    assert snapshot(published.output) == before


def test_an_empty_site(site: Site) -> None:
    """A site without any article is a site: it has its fixed pages."""
    run = site.build()

    run.page("/").has("h1", "The Test Desk")
    assert "0 articles, 0 arguments in output/" in run.out


TEMPLATES = {
    "syntax": (
        "article.html",
        '{% extends "base.html" %}\n{% block main %}\n{% if article %}\n{% endblock %}\n',
        "4:1",
        "Encountered unknown tag 'endblock'",
    ),
    "undefined variable": (
        "article.html",
        '{% extends "base.html" %}\n{% block main %}\n<p>{{ artcle.card.title }}</p>\n{% endblock %}\n',
        "3:1",
        "there is no `artcle` here; did you mean `article`?",
    ),
    "unknown field": (
        "_about.html",
        "\n\n{{ article.card.titel }}\n",
        "3:1",
        "a Card has no `titel`; did you mean `title`?",
    ),
    "unknown filter": ("_about.html", "{{ article.card.title | shout }}\n", "1:1", "No filter named 'shout'"),
    "missing parent": ("article.html", '{% extends "bse.html" %}\n', "1:1", "there is no template “bse.html”"),
    "missing include": ("_about.html", '\n{% include "nope.html" %}\n', "2:1", "there is no template “nope.html”"),
    "recursion": ("_about.html", '\n{% include "_about.html" %}\n', "2:1", "maximum recursion depth exceeded"),
    "an object": ("_about.html", "{{ article }}\n", "1:1", "can print text and numbers, not a ArticleView"),
    "a date": ("_about.html", "{{ article.card.date }}\n", "1:1", "not a EdtfDate (use `| date`)"),
    "a wrong type": ("_about.html", "{{ 1 + 'a' }}\n", "1:1", "unsupported operand"),
    "a division": ("_about.html", "\n{{ 1 / 0 }}\n", "2:1", "ZeroDivisionError"),
    "missing asset": ("_about.html", '{{ "nope.css" | asset }}\n', "1:1", "there is no asset “nope.css”"),
    "wrong argument": ("_about.html", "{{ archive.articles(sectoin='a') | length }}\n", "1:1", "sectoin"),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_template(published: Site, name: str) -> None:
    """What is wrong with a template is fatal, told once at its line with a page, and content findings are shown too."""
    template, text, place, message = TEMPLATES[name]
    published.write(f"templates/{template}", text)
    before = snapshot(published.folder)

    run = published.fail()

    finding = run.finds("fatal", f"templates/{template}:{place}", "template", message=message)
    assert "while rendering /business/gift/" in finding.message
    assert finding.excerpt == text.splitlines()[int(place.split(":")[0]) - 1]
    run.finds("warning", NEIGHBOUR, "unknown-key")
    assert len(run.findings) == 2
    assert snapshot(published.folder) == before


@pytest.mark.parametrize(("folder", "mode"), [("templates", 0), ("templates/parts", 0), ("templates/parts", 0o400)])
def test_templates_that_may_not_be_read(built_once: Site, folder: str, mode: int) -> None:
    """A folder of templates without permission, to list it or to open what is in it, is fatal and told at its path."""
    with as_nobody(built_once) as site:
        site.write("templates/parts/note.html", "a note")
        before = snapshot(site.output)
        (site.folder / folder).chmod(mode)

        run = site.fail()

        place = f"{folder}/note.html" if mode else folder
        message, hint = "cannot be read: permission denied", "check its permissions"
        run.finds("fatal", place, "template", message=message, hint=hint)
        assert snapshot(site.output) == before
        (site.folder / folder).chmod(0o700)
        site.build()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{{{{ {'[' * 3000}{']' * 3000} }}}}", "are nested too deeply"),
        (f"{'{% if site %}' * 900}{'{% endif %}' * 900}", "are nested too deeply"),
        (f"{{{{ {'1 + ' * 5000} 1 }}}}", "are nested too deeply"),
        (f"{'{% for a in [1] %}' * 30}{'{% endfor %}' * 30}", "too many statically nested blocks"),
        (f"{{{{ {'9' * 5000} }}}}", "a number is too long"),
    ],
    ids=["brackets", "conditions", "sum", "loops", "number"],
)
def test_a_template_that_is_too_much(published: Site, text: str, message: str) -> None:
    """What cannot be compiled for its size is told at its line, like any mistake."""
    published.write("templates/_about.html", f"\n\n{text}\n")
    before = snapshot(published.folder)

    run = published.fail()

    run.finds("fatal", "templates/_about.html:3:1", "template", message=message)
    assert len(run.findings) == 2
    assert snapshot(published.folder) == before


def test_two_templates(published: Site) -> None:
    """The mistakes of several templates are told in one run."""
    published.write("templates/section.html", "{{ a }}\n").write("templates/tag.html", "{{ b }}\n")
    published.write("templates/home.html", "{{ c }}\n")

    run = published.fail()

    run.finds("fatal", "templates/home.html:1:1", "template", message="there is no `c` here, while rendering /")
    run.finds("fatal", "templates/section.html:1:1", "template", message="there is no `a` here")


def test_what_templates_may_not_do(published: Site) -> None:
    """No chance, no filler and no way to Python: each is an error and not another page in every build."""
    for text in ("{{ [1, 2] | random }}", "{{ lipsum() }}", "{{ ''.__class__.__mro__ }}"):
        published.write("templates/_about.html", text)

        published.fail().finds("fatal", "templates/_about.html:1:1", "template")


@pytest.mark.parametrize("folder", ["content", "content/site", "templates", ".", "..", ".sitegen/x", ".git"])
def test_output_over_the_sources(published: Site, folder: str) -> None:
    """`-o` at the project, at a folder above it or in its sources is wrong usage."""
    before = snapshot(published.folder)

    run = published.run("build", "-o", str(published.folder / folder)).expect(2)

    run.says("would overwrite the site's sources", "hint: choose another folder")
    assert snapshot(published.folder) == before


def test_output_that_is_a_link(site: Site, tmp_path: Path) -> None:
    """One that came with the project leads nowhere else, unless the user says so; within the project it may."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    site.article("law/code")
    site.output.symlink_to(elsewhere)
    for command in ("build", "clean", "serve"):
        site.run(command).expect(2).says("is a link that leads out of the project", f"-o {elsewhere}")
    assert not list(elsewhere.iterdir())
    site.run("build", "-o", str(site.output)).expect(0)
    assert (elsewhere / "index.html").exists()
    site.output.unlink()
    (site.folder / "public").mkdir()
    site.output.symlink_to("public")
    site.run("build").expect(0)


def test_output_over_the_sources_by_a_link(published: Site) -> None:
    """A link to the project is the project."""
    (published.folder.parent / "elsewhere").symlink_to(published.folder)

    published.run("build", "-o", str(published.folder.parent / "elsewhere")).expect(2)


def test_output_is_a_file(site: Site) -> None:
    """A file where the output folder should be is an error in words; it stays."""
    site.article().write("output", "mine")

    run = site.fail()

    run.says("error: output: cannot be written (not a directory)", "hint:")
    assert (site.folder / "output").read_text() == "mine"


def test_a_file_in_the_way_of_the_output(site: Site) -> None:
    """The same holds for a file above the output folder."""
    site.article().write("out", "mine")

    site.fail("-o", str(site.folder / "out/site")).says("cannot be written (not a directory)")

    assert (site.folder / "out").read_text() == "mine"


def test_a_file_in_the_way_of_the_state(site: Site) -> None:
    """A file named `.sitegen` is an error in words."""
    site.article().write(".sitegen", "mine")

    site.fail().says("error: .sitegen: cannot be written")


def test_output_that_may_not_be_written(built_once: Site) -> None:
    """An output folder without permission is an error in words, and what stands in it stays."""
    with as_nobody(built_once) as site:
        before = snapshot(site.output)
        site.article("business/new")
        site.output.chmod(0o500)

        run = site.fail()

        run.says("may not be written (permission denied)", "hint: check who owns the folder")
        assert snapshot(site.output) == before
        site.output.chmod(0o700)
        site.build().page("/business/new/")


@pytest.mark.parametrize(
    ("foreign", "place", "message"),
    [
        ("business/new/index.html", "output/business/new/index.html", "was not written by sitegen"),
        ("business/new", "output/business/new", "stands where a folder is needed for business/new/index.html"),
        ("business/new/index.html/mine.txt", "output/business/new/index.html", "is a folder where a page must go"),
    ],
)
def test_foreign_things_in_the_way(published: Site, foreign: str, place: str, message: str) -> None:
    """What sitegen did not write is never replaced: where it stands in a page's way the build stops."""
    published.article("business/new", title="New")
    file = published.output / foreign
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine")
    before = snapshot(published.output)

    run = published.fail()

    run.finds("fatal", place, "foreign-file", message=message, hint="move it away, or put it into `content/files/`")
    run.finds("warning", NEIGHBOUR, "unknown-key")
    assert snapshot(published.output) == before


def test_a_foreign_folder_beside(published: Site) -> None:
    """A folder in the output that is in nobody's way stays and is told; the build goes well."""
    (published.output / "mine").mkdir()
    (published.output / "mine/notes.txt").write_text("mine")

    run = published.build()

    run.finds("warning", "output", "foreign-files", message="mine/notes.txt", hint="`content/files/`")
    assert (published.output / "mine/notes.txt").read_text() == "mine"


@pytest.mark.parametrize("link", ["index.html", "business"])
def test_a_link_in_the_output(published: Site, tmp_path: Path, link: str) -> None:
    """A symbolic link in the output is never followed or replaced: nothing is written where it leads."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("mine")
    target = published.output / link
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    target.symlink_to(outside / link if link == "index.html" else outside)
    before = snapshot(outside)

    run = published.fail()

    run.finds("fatal", f"output/{link}", "foreign-file", message="is a symbolic link")
    assert snapshot(outside) == before


def test_wrong_usage(site: Site) -> None:
    """An option or a command that does not exist, and a date that cannot be read, end with 2."""
    site.article()
    site.run("build", "--nope").expect(2)
    site.run("biuld").expect(2)
    site.run("build", "--as-of", "2009-02-30").expect(2).says("--as-of: “2009-02-30” is not a date that exists")
    site.run("build", env={"SOURCE_DATE_EPOCH": "today"}).expect(2).says("SOURCE_DATE_EPOCH “today”")
    site.run("build", env={"SOURCE_DATE_EPOCH": "-62135596800"}).expect(2).says("is before the year 1000")
    site.run("-c", "x" * 5000, "build").expect(2).says("error: there is no xxx", "hint: run sitegen in the folder")


@pytest.mark.parametrize(
    "url",
    ["example.org", "http://[x", "http://x y/", "http://x\ny/", "http://x:99999999/", "http://x:y/", "http://:80/"],
)
def test_a_base_url_that_is_none(site: Site, url: str) -> None:
    """On the command line that is wrong usage."""
    site.article().run("build", "-b", url).expect(2).says("is not an absolute URL", "hint: for example")


@pytest.mark.parametrize("url", ["http://[::1]:8000/", "https://büro.example/a b/", "http://localhost:65535"])
def test_a_base_url_that_is_unusual(site: Site, url: str) -> None:
    """What can be a host is one."""
    site.article().build("-b", url)
