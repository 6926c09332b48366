"""What the rendering of a template can read of templates: itself, what it extends, includes and imports.

References are found in the source, so they are known before anything is rendered. One that is computed
can be any template. One that is not there counts too: it may appear.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

import jinja2
from jinja2 import meta

from sitegen.digest import fingerprint
from sitegen.pages.snapshot import Snapshot
from sitegen.pages.templates import environment

__all__ = ["References", "closures", "references"]

References = tuple[str | None, ...]
"""The names that a template refers to, sorted; `None` stands for a reference that is computed."""


@lru_cache(maxsize=512)
def references(text: str) -> References:
    """Return what the text of a template refers to; nothing where it cannot be parsed, so cannot be rendered.

    What is nested too deeply to be searched may refer to any.
    """
    try:
        found = set(meta.find_referenced_templates(_grammar().parse(text)))
    except jinja2.TemplateSyntaxError:
        return ()
    except RecursionError:
        return (None,)
    return tuple(sorted(found, key=lambda name: (name is None, name or "")))


@cache
def _grammar() -> jinja2.Environment:
    """Return an environment that knows the syntax; it renders nothing."""
    return environment(Snapshot({}, {}), {})


def closures(snapshot: Snapshot, referred: Mapping[str, References]) -> dict[str, bytes]:
    """Return the digest of everything that each template reads; `referred` has the references of each."""
    digests = {name: fingerprint(file.text) for name, file in snapshot.templates.items()}
    everything = fingerprint(sorted(digests.items()))
    closed = {}
    for name in digests:
        reached: set[str] = set()
        waiting: list[str | None] = [name]
        is_open = False
        while waiting:
            following = waiting.pop()
            if following is None:
                is_open = True
            elif following not in reached:
                reached.add(following)
                waiting += referred.get(following, ())
        closed[name] = everything if is_open else fingerprint([(it, digests.get(it)) for it in sorted(reached)])
    return closed
