"""The commands that begin something: a site, or a piece."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.program import Outcome, Project, command, example, json_option

if TYPE_CHECKING:
    from sitegen.report import Console

__all__ = ["init_command", "new"]


@click.command(
    "init",
    epilog=example("Example:", '  sitegen init desk --title "The Open Desk" --base-url https://example.org/'),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Name of the archive.")
@click.option("--base-url", metavar="URL", default="", help="Absolute URL under which it will be published.")
@json_option
@click.pass_obj
@command
def init_command(console: Console, _project: Project, *, folder: Path, title: str, base_url: str) -> Outcome:
    """Make a new site in DIR, which must be empty or not there yet.

    It has a configuration, an author, a standards notice and a first article that shows how
    arguments are marked. It builds as it is.
    """
    from sitegen.build.newsite import new_site
    from sitegen.report.documents import init_document

    files = new_site(folder, title=title, base_url=base_url)
    console.result(str(folder))
    console.advice(
        [
            "Next:",
            *([f"  cd {_quoted(folder)}"] if folder.resolve() != Path.cwd() else []),
            "  sitegen serve --open    # write, and see the page change",
            "  sitegen build           # pages into output/",
        ]
    )
    return Outcome(init_document(folder, files))


@click.group("new")
def new() -> None:
    """Begin a new piece."""


@new.command(
    "article",
    epilog=example(
        "Examples:",
        '  sitegen new article "Beware of vendors bearing gifts" --author "Mara Ivers"',
        '  $EDITOR "$(sitegen new article "Read the patch" --section technology)"',
    ),
)
@click.argument("title")
@click.option("-s", "--section", default="", help="Section; the one of [defaults] where absent.")
@click.option("-a", "--author", default="", help="Author, as a name or the id of a file in content/authors/.")
@click.option("--slug", default="", help="Last part of its URL; made from the title where absent.")
@click.option("-O", "--open", "edit", is_flag=True, help="Open it in $VISUAL or $EDITOR.")
@json_option
@click.pass_obj
@command
def new_article_command(console: Console, project: Project, *, edit: bool, **given: str) -> Outcome:
    """Begin an article: a draft, dated today, in the place where it belongs.

    Prints the path of the file. Never writes over another one.
    """
    from sitegen.build.clock import now
    from sitegen.build.newarticle import new_article, write_article
    from sitegen.report.documents import new_document

    config = project.config()
    title = given.pop("title")
    article = new_article(project.folder, config, title, now(config, "", os.environ).date(), **given)
    path = _shown(write_article(project.folder, article))
    console.result(str(path))
    if article.missing:
        console.note(article.missing)
    if edit:
        click.edit(filename=str(path))
    return Outcome(new_document(path, article.url))


def _shown(path: Path) -> Path:
    """Return a path as it can be typed where the user stands."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))
