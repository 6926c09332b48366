"""`sitegen explain`: what a source or a URL is, why its page is here or absent, where its values come from.

It reads what a build reads, up to the plan of the pages, and writes nothing. `subject` finds what was
meant, `sources` and `pages` tell of it, `explanation` holds the values that are told.
"""

from sitegen.build.explain.explanation import Explanation
from sitegen.build.explain.subject import explain

__all__ = ["Explanation", "explain"]
