"""What a person or a script is told: the console, findings, explanations, and the documents of `--json`.

The last room before the command line; nothing but these two prints.
"""

from sitegen.report.console import Console

__all__ = ["Console"]
