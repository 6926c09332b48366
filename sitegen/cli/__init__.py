"""The command line: one module for the program as a whole, and one for each kind of command.

Imports that a command does not need are made inside it, so that `sitegen --version` starts at once.
"""

from sitegen.cli.building import build_command, clean_command, explain_command
from sitegen.cli.program import main, sitegen
from sitegen.cli.publishing import publish_command
from sitegen.cli.serving import serve_command
from sitegen.cli.starting import init_command, new

__all__ = ["main", "sitegen"]

for _command in (init_command, new, build_command, serve_command, publish_command, explain_command, clean_command):
    sitegen.add_command(_command)
