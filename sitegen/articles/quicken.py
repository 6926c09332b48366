"""Python-Markdown made quicker, with the same output: the one place that reaches into its insides.

Most of its time goes into trying every pattern on every text. `quicken` lets an engine skip an attempt
that cannot succeed, because the text lacks a literal that each match would hold, and do at once what is
plain. `quick_engine` and its neighbours hold what does so, by stage. Nothing else is changed, and nothing at
all on a version for which equality with stock Python-Markdown has not been tested; see
`docs/decisions/quicker-markdown.md`.
"""

from __future__ import annotations

import markdown
from markdown import Markdown

__all__ = ["TESTED", "quicken"]

TESTED = frozenset({"3.11.3"})
"""The versions of Python-Markdown with which `tests/articles/test_quicken.py` has found no difference."""


def quicken(md: Markdown) -> None:
    """Let an engine whose extensions are loaded skip what cannot change its output.

    Its parts keep their identity and their state and are given a subclass of their class. Parts whose class
    is not exactly Python-Markdown's own are left alone, and so is everything on a version not in `TESTED`.
    """
    if markdown.__version__ not in TESTED:
        return
    from sitegen.articles.quick_engine import refit  # another version may lack what this imports

    refit(md)
