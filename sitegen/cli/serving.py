"""The command that shows the site while it is being written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from sitegen.cli.building import make_job
from sitegen.cli.program import Outcome, Project, command, example
from sitegen.errors import UsageError

if TYPE_CHECKING:
    from sitegen.report import Console

__all__ = ["serve_command"]

_WITHOUT = ("anyio", "h11", "starlette", "uvicorn")


@click.command(
    "serve",
    epilog=example(
        "Examples:",
        "  sitegen serve --open",
        "  sitegen serve --as-of 2027-01-01",
        "  sitegen serve --host 0.0.0.0 --poll     # in a container or on a mount",
    ),
)
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=8000,
    show_default=True,
    help="Port, or the next one that is free; 0 for any.",
)
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="Name or address to listen at.")
@click.option("-O", "--open", "opens", is_flag=True, help="Open the site in a browser.")
@click.option("--poll", is_flag=True, help="Look at all files every second, where the system tells of no changes.")
@click.option("--as-of", metavar="DATE", default="", help="Show the site as on this day.")
@click.pass_obj
@command
def serve_command(
    console: Console, project: Project, *, port: int, host: str, opens: bool, poll: bool, as_of: str
) -> Outcome:
    """Preview the site in a browser: pages change there when files are saved.

    Drafts and pieces of a later date are shown too. Nothing is written to the output folder. Also
    called `preview`. Ctrl-C ends it.
    """
    try:
        from sitegen.preview.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _WITHOUT:
            raise
        raise UsageError("the preview needs Starlette and uvicorn: pip install 'sitegen[preview]'") from None
    from sitegen.preview.desk import Desk
    from sitegen.report.serving import Serving

    job = partial(make_job, project, drafts=True, future=True, as_of=as_of, keep_going=True)
    job()  # what is asked for wrongly is told before anybody listens
    voice = Serving(console)
    serve(
        lambda: Desk(job, console.progress),
        project.config_path.absolute(),
        voice,
        host=host,
        port=port,
        poll=poll,
        opens=_open if opens else None,
    )
    return Outcome({})


def _open(address: str) -> None:
    """Open an address in a browser, without waiting for it."""
    import webbrowser
    from threading import Thread

    Thread(target=webbrowser.open, args=(address,), daemon=True).start()
