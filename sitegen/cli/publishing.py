"""The command that brings the finished site to its readers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.building import build_and_tell, make_job
from sitegen.cli.program import ERRORS, FINE, Outcome, Project, command, example, json_option
from sitegen.errors import UsageError

if TYPE_CHECKING:
    from sitegen.build.job import Choices, Job
    from sitegen.report import Console

__all__ = ["publish_command"]


def _targets(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a target."""
    del param
    from sitegen.config import load
    from sitegen.errors import SitegenError

    try:
        names = load(ctx.find_root().params.get("config") or Path("config.toml")).publish
    except SitegenError:
        return []
    return [name for name in names if name.startswith(incomplete)]


@click.command(
    "publish",
    epilog=example(
        "Examples:",
        "  sitegen publish --dry-run",
        "  sitegen publish live --build --check",
        "  sitegen publish live --rollback",
    ),
)
@click.argument("target", default="", shell_complete=_targets)
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--build", "builds", is_flag=True, help="Build first.")
@click.option("--full", "is_full", is_flag=True, help="Compare with the files there, not with their record.")
@click.option("--max-delete", "most", type=click.IntRange(0), metavar="N", help="Remove up to N files there.")
@click.option("-y", "--yes", "anything", is_flag=True, help="Remove any number of files, also of a former address.")
@click.option("--check", is_flag=True, help="Then fetch changed pages and a sample from the live address.")
@click.option("--rollback", "goes_back", is_flag=True, help="Bring back what was published before.")
@json_option
@click.pass_obj
@command
def publish_command(
    console: Console, project: Project, *, target: str, builds: bool, goes_back: bool, **wishes: bool | int | None
) -> Outcome:
    """Bring the built site to a target of config.toml: only what changed, in an order that breaks no page.

    TARGET is the name of a table `[publish.TARGET]`, and may be left out where there is only one. Files
    there that sitegen did not put there are never touched. Also called `deploy`.
    """
    from sitegen.publish.publish import Wish, publish, roll_back
    from sitegen.report.publishing import publish_document, published, rollback_document

    config = project.config()
    if goes_back:
        if builds or any(wishes.values()):
            raise UsageError("`--rollback` goes with no other option", hint="roll back first, then publish")
        place, release = roll_back(config, project.folder, target, waiting=console.note)
        console.result(f"{place} is back at {release}")
        return Outcome(rollback_document(place, release))
    if builds:
        build_and_tell(console, make_job(project))
    report = publish(
        partial(_job, project),
        config,
        target,
        Wish(**wishes),  # type: ignore[arg-type]
        progress=console.progress,
        waiting=console.note,
    )
    console.finish()
    published(console, report)
    return Outcome(publish_document(report), ERRORS if report.wrong else FINE)


def _job(project: Project, choices: Choices) -> Job:
    return make_job(
        project,
        drafts=choices.drafts,
        future=choices.future,
        keep_going=choices.keep_going,
        no_search=not choices.searched,
    )
