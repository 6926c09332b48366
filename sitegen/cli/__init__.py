"""The command line: one module for the program as a whole, and one for each kind of command.

Imports that a command does not need are made inside it, so that `sitegen --version` starts at once.
"""

from sitegen.cli import building, serving, starting
from sitegen.cli.program import main, sitegen

__all__ = ["building", "main", "serving", "sitegen", "starting"]
