"""Language tags (BCP 47), which the configuration and the front matter are held to alike."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["tag_problem"]

_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*")
_SHORT = 2
# The commonest need no library that takes as long to load as all the rest of the configuration.
_COMMON = frozenset({"ar", "de", "en", "es", "fr", "it", "nl", "pt"})
_HINT = "use a BCP 47 tag such as `en` or `pt-BR`"


@lru_cache(maxsize=256)
def tag_problem(tag: str) -> tuple[str, str] | None:
    """Return what is wrong with a language tag, and a hint; nothing where it can be used.

    Two letters must be a language of ISO 639-1: those of a country often are none, and a page in `jp`
    would be set by the rules of another language. Longer codes are too many to be known, and are let pass.
    """
    if not _TAG.fullmatch(tag):
        return f"“{tag[:60]}” is not a language tag", _HINT
    code = re.split(r"[-_]", tag)[0].lower()
    if len(code) != _SHORT or code in _COMMON:
        return None
    # Dear to import, and most pieces name no language.
    from babel import Locale
    from babel.core import get_global

    if code in Locale("en").languages or code in get_global("language_aliases"):
        return None
    spoken = get_global("likely_subtags").get(f"und_{code.upper()}", "").partition("_")[0]
    hint = f"did you mean `{spoken}`? `{code}` is a country's" if len(spoken) == _SHORT else _HINT
    return f"“{tag}” is the tag of no language", hint
