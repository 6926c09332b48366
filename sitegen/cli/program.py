"""The program: its global options, the site that it works on, and which exit code a command ends with.

Exit codes: 0 fine; 1 errors in content, configuration, templates or output, warnings under `--strict`,
and a question that has no answer; 2 wrong usage, also where there is no configuration file; 3 built
with pieces kept back; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sitegen import __version__
from sitegen.errors import SitegenError, UsageError

if TYPE_CHECKING:
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

        from sitegen.config import is_base_url, load

        if not os.path.exists(self.config_path):  # noqa: PTH110 - a path may be too long to be asked for
            raise UsageError(
                f"there is no {self.config_path}",
                hint="run sitegen in the folder of the site, name the file with `--config`, "
                "or make a new site with `sitegen init DIR`",
            )
        config = load(self.config_path)
        if not base_url:
            return config
        if not is_base_url(base_url):
            raise UsageError(f"“{base_url}” is not an absolute URL", hint="for example `https://example.org/archive/`")
        return structs.replace(config, base_url=base_url)


class Outcome(NamedTuple):
    """How a command ended: the facts that `--json` prints, and the exit code."""

    document: dict[str, Any]
    code: int = FINE


def _refused(error: OSError) -> SitegenError:
    """Return what the system refuses, where nothing nearer has words for it."""
    where = f"{error.filename}: " if error.filename else ""
    return SitegenError(
        f"{where}the system refuses it ({(error.strerror or str(error)).lower()})",
        hint="look at what stands there, and whose it is; then run the same command again",
    )


def command(function: Callable[..., Outcome]) -> Callable[..., None]:
    """Turn what a command returns or raises into its document and exit code, and show its errors."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever click passes
        context = click.get_current_context()
        as_json = kwargs.pop("as_json", False)
        console = context.obj.console(as_json)
        try:
            with console:
                outcome = function(console, *args, **kwargs)
        except SitegenError as error:
            from sitegen.report.documents import failure_document

            console.failure(error)
            outcome = Outcome(failure_document(error), USAGE if isinstance(error, UsageError) else ERRORS)
        except BrokenPipeError:
            raise
        except OSError as error:
            from sitegen.report.documents import failure_document

            refused = _refused(error)
            console.failure(refused)
            outcome = Outcome(failure_document(refused), ERRORS)
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


class _Program(click.Group):
    """A group with other names for some of its commands."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name."""
        return super().get_command(ctx, _ALIASES.get(cmd_name, cmd_name))


_ALIASES = {"deploy": "publish", "preview": "serve"}


@click.group(
    cls=_Program,
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
