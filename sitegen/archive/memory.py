"""Where values lie in memory: what is looked at together is put together.

A forked process shares the memory of the one that it comes from, and copies four kilobytes of it for whatever it looks
at, because CPython counts references in the object. What was made while much else was read lies among what no page
asks for: fifty cards of a listing lie in a hundred such pieces of memory, where five would hold them.
"""

from __future__ import annotations

__all__ = ["anew"]


def anew(text: str) -> str:
    """Return a copy of a text, beside what is made now."""
    return text.encode().decode()
