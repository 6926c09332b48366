"""The command line: what each command takes, and which exit code it ends with.

Exit codes: 0 fine; 1 errors in content, configuration, templates or output, and warnings under
`--strict`; 2 wrong usage; 3 built with pieces kept back; 130 interrupted. Imports that a command does
not need are made inside it, so that `sitegen --version` starts at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import structs

from sitegen import __version__
from sitegen.config import Config, load
from sitegen.errors import Failed, SitegenError, UsageError

if TYPE_CHECKING:
    from sitegen.build.engine import Job
    from sitegen.report import Console

__all__ = ["main"]

FINE, ERRORS, USAGE, KEPT_BACK, INTERRUPTED = 0, 1, 2, 3, 130


class Project:
    """The site that a command works on, as the global options say; its configuration is read when asked for."""

    def __init__(self, config: Path, console: Callable[[bool], Console]) -> None:
        """Point at a configuration file."""
        self.config_path = config
        self.folder = config.absolute().parent
        self.console = console

    def config(self, base_url: str | None = None) -> Config:
        """Return the configuration, with a base URL of the command line in its place."""
        config = load(self.config_path)
        return structs.replace(config, base_url=base_url) if base_url else config


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit code, and show its errors."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever click passes
        context = click.get_current_context()
        as_json = bool(kwargs.get("as_json"))
        console = context.obj.console(as_json)
        try:
            with console:
                code = function(console, *args, **kwargs) or FINE
        except SitegenError as error:
            console.failure(error)
            if as_json:
                console.document(_failure(error))
            code = USAGE if isinstance(error, UsageError) else ERRORS
        except KeyboardInterrupt:
            console.note("interrupted")
            code = INTERRUPTED
        context.exit(code)

    return run


def _failure(error: SitegenError) -> dict[str, object]:
    diagnostics = error.diagnostics if isinstance(error, Failed) else ()
    return {"ok": False, "error": error.message, "hint": error.hint, "diagnostics": diagnostics}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="Configuration of the site; its folder is the project.",
)
@click.option("-q", "--quiet", is_flag=True, help="Tell only errors.")
@click.option("-v", "--verbose", is_flag=True, help="Show every finding in full.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR in the environment does the same.")
@click.version_option(__version__, "--version", prog_name="sitegen")
@click.pass_context
def sitegen(context: click.Context, *, config: Path, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Publish an editorial archive, argument by argument."""

    def console(as_json: bool) -> Console:  # noqa: FBT001 - the only argument
        from sitegen.report import Console

        return Console(quiet=quiet, verbose=verbose, colour=not no_color, json=as_json)

    context.obj = Project(config, console)


@sitegen.command("build")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to write.")
@click.option("-D", "--drafts", is_flag=True, help="Show drafts too.")
@click.option("--future", is_flag=True, help="Show pieces of a later date too.")
@click.option("--as-of", metavar="DATE", default="", help="Build as on this day.")
@click.option("-b", "--base-url", metavar="URL", help="Absolute URL of the site, instead of the configured one.")
@click.option("--clean", is_flag=True, help="Forget what earlier builds left in .sitegen/.")
@click.option("--keep-going", is_flag=True, help="Publish the rest where pieces have errors (exit code 3).")
@click.option("--strict", is_flag=True, help="Exit with 1 where there are warnings.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON document.")
@click.pass_obj
@command
def build_command(
    console: Console,
    project: Project,
    *,
    strict: bool,
    as_json: bool,
    clean: bool,
    **choices: Any,  # noqa: ANN401 - click's options
) -> int:
    """Build the site into its output folder."""
    from sitegen.build.engine import build

    job = make_job(project, **choices)
    if clean:
        forget(job)
    report = build(job, progress=console.progress, waiting=console.note)
    console.built(report)
    if as_json:
        console.document({"ok": True, **structs.asdict(report), "warnings": report.warnings})
    if report.kept:
        return KEPT_BACK
    return ERRORS if strict and report.warnings else FINE


def make_job(
    project: Project,
    *,
    output: Path | None = None,
    drafts: bool = False,
    future: bool = False,
    as_of: str = "",
    base_url: str | None = None,
    keep_going: bool = False,
) -> Job:
    """Return the job that options describe; raises `UsageError` where they cannot be met."""
    from sitegen.articles.assemble import Clock
    from sitegen.build.clock import now
    from sitegen.build.engine import Job, output_folder

    config = project.config(base_url)
    return Job(
        project=project.folder,
        config=config,
        clock=Clock(now(config, as_of, os.environ), drafts=drafts, future=future),
        output=output_folder(project.folder, config, output),
        keep_going=keep_going,
    )


def forget(job: Job) -> None:
    """Remove the state of earlier builds; what the output folder holds is known from its own manifest."""
    from sitegen.build.engine import STATE

    (job.project / STATE / "state.sqlite").unlink(missing_ok=True)


@sitegen.command("clean")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to clean.")
@click.pass_obj
@command
def clean_command(console: Console, project: Project, *, output: Path | None) -> int:
    """Remove what sitegen wrote: its files in the output folder, and .sitegen/."""
    from sitegen.build.engine import STATE, output_folder
    from sitegen.build.lock import build_lock
    from sitegen.build.output import clean

    config = project.config()
    folder = output_folder(project.folder, config, output)
    state = project.folder / STATE
    with build_lock(state, console.note):
        written = clean(folder, state / "stage")
        (state / "state.sqlite").unlink(missing_ok=True)
    console.findings(written.diagnostics)
    console.result(f"removed {len(written.pruned)} files from {folder.name}/")
    return FINE


def main() -> None:
    """Run the command line."""
    try:
        sitegen(prog_name="sitegen")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(ERRORS)
