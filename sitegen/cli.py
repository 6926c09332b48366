"""The command line: what each command takes, and which exit code it ends with.

Exit codes: 0 fine; 1 errors in content, configuration, templates or output, warnings under `--strict`,
and a question that has no answer; 2 wrong usage, also where there is no configuration file; 3 built
with pieces kept back; 130 interrupted. Imports that a command does not need are made inside it, so
that `sitegen --version` starts at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import click

from sitegen import __version__
from sitegen.errors import SitegenError, UsageError

if TYPE_CHECKING:
    from sitegen.build.engine import Job
    from sitegen.config import Config
    from sitegen.report import Console

__all__ = ["main", "sitegen"]

FINE, ERRORS, USAGE, KEPT_BACK, INTERRUPTED = 0, 1, 2, 3, 130


class Project:
    """The site that a command works on, as the global options say; its configuration is read when asked for."""

    def __init__(self, config: Path, console: Callable[[bool], Console]) -> None:
        """Point at a configuration file."""
        self.config_path = config
        self.folder = config.absolute().parent
        self.console = console

    def config(self, base_url: str | None = None) -> Config:
        """Return the configuration, with a base URL of the command line in its place.

        Raises `UsageError` where there is no such file or URL, `ConfigError` for what is in the file.
        """
        from msgspec import structs

        from sitegen.config import load

        if not self.config_path.exists():
            raise UsageError(
                f"there is no {self.config_path}",
                hint="run sitegen in the folder of the site, name the file with `--config`, "
                "or make a new site with `sitegen init DIR`",
            )
        config = load(self.config_path)
        if not base_url:
            return config
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise UsageError(f"“{base_url}” is not an absolute URL", hint="for example `https://example.org/archive/`")
        return structs.replace(config, base_url=base_url)


class Outcome(NamedTuple):
    """How a command ended: the facts that `--json` prints, and the exit code."""

    document: dict[str, Any]
    code: int = FINE


def command(function: Callable[..., Outcome]) -> Callable[..., None]:
    """Turn what a command returns or raises into its document and exit code, and show its errors."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever click passes
        context = click.get_current_context()
        as_json = kwargs.pop("as_json")
        console = context.obj.console(as_json)
        try:
            with console:
                outcome = function(console, *args, **kwargs)
        except SitegenError as error:
            from sitegen.report.documents import failure_document

            console.failure(error)
            outcome = Outcome(failure_document(error), USAGE if isinstance(error, UsageError) else ERRORS)
        except KeyboardInterrupt:
            # Not through the console: interrupted within a print, it would say the same again.
            if not console.quiet:
                click.echo("interrupted", err=True)
            context.exit(INTERRUPTED)
        if as_json:
            name = context.command_path.partition(" ")[2]
            console.document(name, outcome.code, outcome.document)
        context.exit(outcome.code)

    return run


json_option = click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON document.")


def example(*lines: str) -> str:
    """Return the end of a help page: lines that are shown as they are."""
    return "\b\n" + "\n".join(lines)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="\n\n".join(
        [
            example("Begin:", "  sitegen init desk && cd desk && sitegen build"),
            example(
                "Exit codes:",
                "  0 fine                    1 errors (with --strict also warnings)",
                "  2 wrong usage             3 built, with pieces kept back",
                "  130 interrupted",
            ),
            example(
                "Complete commands and options with Tab, in bash, zsh or fish:",
                '  eval "$(_SITEGEN_COMPLETE=bash_source sitegen)"      # in ~/.bashrc',
                '  eval "$(_SITEGEN_COMPLETE=zsh_source sitegen)"       # in ~/.zshrc',
                "  _SITEGEN_COMPLETE=fish_source sitegen | source       # in config.fish",
            ),
        ]
    ),
)
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="Configuration of the site; its folder is the project.",
)
@click.option("-q", "--quiet", is_flag=True, help="Tell only errors.")
@click.option("-v", "--verbose", is_flag=True, help="Show every finding in full, and name what is else counted.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR in the environment does the same.")
@click.version_option(__version__, "--version", prog_name="sitegen")
@click.pass_context
def sitegen(context: click.Context, *, config: Path, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Publish an editorial archive, argument by argument.

    A folder of Markdown articles becomes a site to browse: `content/` and `config.toml` go in, the
    finished pages come out in `output/`.
    """

    def console(as_json: bool) -> Console:  # noqa: FBT001 - the only argument
        from sitegen.report import Console

        return Console(quiet=quiet, verbose=verbose, colour=not no_color, json=as_json)

    context.obj = Project(config, console)


@sitegen.command(
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
            "  sitegen build",
            "  python3 -m http.server --directory output    # and open http://localhost:8000/",
        ]
    )
    return Outcome(init_document(folder, files))


@sitegen.group("new")
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


@sitegen.command(
    "build",
    epilog=example(
        "Examples:",
        "  sitegen build",
        "  sitegen build --drafts -o /tmp/preview",
        "  sitegen build --strict --json > report.json",
    ),
)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@click.option("-D", "--drafts", is_flag=True, help="Show drafts too.")
@click.option("--future", is_flag=True, help="Show pieces of a later date too.")
@click.option("--as-of", metavar="DATE", default="", help="Build as on this day.")
@click.option("-b", "--base-url", metavar="URL", help="Absolute URL of the site, instead of the configured one.")
@click.option(
    "-j", "--jobs", type=click.IntRange(0), metavar="N", default=0, help="Worker processes; 1 for none, 0 for the best."
)
@click.option("--verify", is_flag=True, help="Then build clean beside it and compare every byte.")
@click.option("--clean", is_flag=True, help="Forget what earlier builds left in .sitegen/.")
@click.option("--keep-going", is_flag=True, help="Publish the rest where pieces have errors (exit code 3).")
@click.option("--no-search", is_flag=True, help="Leave out the search page and its index.")
@click.option("--strict", is_flag=True, help="Exit with 1 where there are warnings.")
@json_option
@click.pass_obj
@command
def build_command(
    console: Console,
    project: Project,
    *,
    strict: bool,
    clean: bool,
    verify: bool,
    **choices: Any,  # noqa: ANN401 - click's options
) -> Outcome:
    """Build the site into its output folder.

    Either everything is right and the folder becomes exactly the site, or nothing of it is touched
    and all that is wrong is told. Files there that sitegen did not write are left alone.
    """
    from sitegen.build.engine import build
    from sitegen.report.documents import build_document

    job = make_job(project, **choices)
    if clean:
        forget(job)
    if verify:
        from sitegen.build.verify import verify as build
    report = build(job, progress=console.progress, waiting=console.note)
    if job.notes:
        from msgspec import structs

        report = structs.replace(report, notes=(*report.notes, *job.notes))
    console.built(report)
    if verify:
        but = " besides the index of the search page" if report.search else ""
        console.result(f"verified: a clean build makes the same files{but}")
    code = KEPT_BACK if report.kept else ERRORS if strict and report.warnings else FINE
    return Outcome(build_document(report), code)


def make_job(  # noqa: PLR0913 - one for each option
    project: Project,
    *,
    output: Path | None = None,
    drafts: bool = False,
    future: bool = False,
    as_of: str = "",
    base_url: str | None = None,
    keep_going: bool = False,
    jobs: int = 0,
    no_search: bool = False,
) -> Job:
    """Return the job that options describe; raises `UsageError` where they cannot be met."""
    from sitegen.articles.clock import Clock
    from sitegen.build.clock import now
    from sitegen.build.engine import Job, output_folder
    from sitegen.build.engines import NO_SEARCH, with_engine

    asked = project.config(base_url)
    config = with_engine(asked, wanted=not no_search)
    is_missing = asked.has_search and not config.has_search and not no_search
    return Job(
        project=project.folder,
        config=config,
        clock=Clock(now(config, as_of, os.environ), drafts=drafts, future=future),
        output=output_folder(project.folder, config, output),
        keep_going=keep_going,
        jobs=jobs,
        notes=(NO_SEARCH,) if is_missing else (),
    )


def forget(job: Job) -> None:
    """Remove the state of earlier builds; what the output folder holds is known from its own manifest."""
    from sitegen.build.engine import STATE
    from sitegen.build.state import remove_state

    remove_state(job.project / STATE / "state.sqlite")


@sitegen.command(
    "explain",
    epilog=example(
        "Examples:",
        "  sitegen explain content/articles/business/gift-horse.md",
        "  sitegen explain /business/gift-horse/",
        "  sitegen explain https://example.org/archive/business/gift-horse/#trojan",
    ),
)
# A path for the shell's completion; a URL is taken as it is.
@click.argument("asked", metavar="PATH-OR-URL", type=click.Path())
@json_option
@click.pass_obj
@command
def explain_command(console: Console, project: Project, *, asked: str) -> Outcome:
    """Say what a source or a page is, and where its values come from.

    Takes the path of a file, the URL of a page (also with a fragment), or a reference such as
    `section/slug`. Tells why a piece is left out, how its arguments were found, and what is wrong
    with it. Works also while other files have errors, and writes nothing.
    """
    from sitegen.build.engine import read
    from sitegen.build.explain import explain
    from sitegen.report.documents import explain_document

    job = make_job(project)
    explanation = explain(asked, job, read(job, console.progress), Path.cwd())
    console.finish()
    console.explained(explanation)
    return Outcome(explain_document(explanation))


@sitegen.command("clean")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to clean.")
@json_option
@click.pass_obj
@command
def clean_command(console: Console, project: Project, *, output: Path | None) -> Outcome:
    """Remove what sitegen wrote: its files in the output folder, and .sitegen/."""
    from sitegen.build.engine import STATE, output_folder
    from sitegen.build.lock import build_lock
    from sitegen.build.output import clean
    from sitegen.build.state import remove_state
    from sitegen.report.documents import clean_document

    config = project.config()
    folder = output_folder(project.folder, config, output)
    state = project.folder / STATE
    with build_lock(state, console.note):
        written = clean(folder, state / "stage")
        remove_state(state / "state.sqlite")
    console.findings(written.diagnostics)
    count = len(written.pruned)
    console.result(f"removed {count} {'file' if count == 1 else 'files'} from {folder.name}/")
    return Outcome(clean_document(written, folder.name))


def _shown(path: Path) -> Path:
    """Return a path as it can be typed where the user stands."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _quoted(path: Path) -> str:
    from shlex import quote

    return quote(str(path))


def _mended(error: click.ClickException) -> click.ClickException:
    """Return the error that says more where an option of sitegen itself stands behind a command."""
    if isinstance(error, click.NoSuchOption) and any(error.option_name in known.opts for known in sitegen.params):
        option = error.option_name
        return click.UsageError(f"{option} stands before the command, as in “sitegen {option} build”.", error.ctx)
    return error


def main() -> None:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A path or title that the terminal's encoding lacks is shown with a mark, never a traceback.
            stream.reconfigure(errors="replace")
    try:
        code = sitegen.main(prog_name="sitegen", standalone_mode=False)
    except click.ClickException as error:
        _mended(error).show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read has seen enough. What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ERRORS
    sys.exit(code)
