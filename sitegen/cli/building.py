"""The commands about the finished site: to build it, to explain it, and to remove it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sitegen.cli.program import ERRORS, FINE, KEPT_BACK, Outcome, Project, command, example, json_option

if TYPE_CHECKING:
    from sitegen.build.engine import Job
    from sitegen.build.report import BuildReport
    from sitegen.report import Console

__all__ = ["build_and_tell", "build_command", "clean_command", "explain_command", "make_job"]


@click.command(
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
    from sitegen.report.documents import build_document

    job = make_job(project, **choices)
    if clean:
        forget(job, console.note)
    report = build_and_tell(console, job, verify=verify)
    if verify:
        but = " besides the index of the search page" if report.search else ""
        console.result(f"verified: a clean build makes the same files{but}")
    code = KEPT_BACK if report.kept else ERRORS if strict and report.warnings else FINE
    return Outcome(build_document(report), code)


def build_and_tell(console: Console, job: Job, *, verify: bool = False) -> BuildReport:
    """Build, and sum it up on the console; raises what the build raises."""
    from sitegen.build.engine import build

    if verify:
        from sitegen.build.verify import verify as build
    report = build(job, progress=console.progress, waiting=console.note)
    if job.notes:
        from msgspec import structs

        report = structs.replace(report, notes=(*report.notes, *job.notes))
    console.built(report)
    return report


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


def forget(job: Job, waiting: Callable[[str], None]) -> None:
    """Remove the state of earlier builds; what the output folder holds is known from its own manifest."""
    from sitegen.build.archive_file import remove_archives
    from sitegen.build.lock import build_lock
    from sitegen.build.state import DATABASE, remove_state

    with build_lock(job.memory, waiting):
        remove_state(job.memory / DATABASE)
        remove_archives(job.memory)


@click.command(
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


@click.command("clean")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder to clean.")
@json_option
@click.pass_obj
@command
def clean_command(console: Console, project: Project, *, output: Path | None) -> Outcome:
    """Remove what sitegen wrote: its files in the output folder, and .sitegen/."""
    import shutil

    from sitegen.build.archive_file import remove_archives
    from sitegen.build.darkroom import FOLDER
    from sitegen.build.engine import STATE, output_folder
    from sitegen.build.lock import build_lock
    from sitegen.build.output import clean
    from sitegen.build.state import DATABASE, remove_state
    from sitegen.preview.remembered import forget_previews
    from sitegen.report.documents import clean_document

    config = project.config()
    folder = output_folder(project.folder, config, output)
    state = project.folder / STATE
    with build_lock(state, console.note):
        written = clean(folder, state / "stage")
        remove_state(state / DATABASE)
        remove_archives(state)
        shutil.rmtree(state / FOLDER, ignore_errors=True)
        forget_previews(state)
    console.findings(written.diagnostics)
    count = len(written.pruned)
    console.result(f"removed {count} {'file' if count == 1 else 'files'} from {folder.name}/")
    return Outcome(clean_document(written, folder.name))
