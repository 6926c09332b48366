"""Single values of a front matter: from the text as written to what a key of its kind holds.

Each function takes the text and the key, and returns the value or raises `ValueProblem` (or
`DateProblem`, which looks the same). None of them guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from sitegen.articles.dates import EdtfDate, parse_date
from sitegen.articles.keys import Key, Kind
from sitegen.diagnostics import nearest
from sitegen.language_tags import tag_problem
from sitegen.slugs import is_slug, slugify

__all__ = ["SCALARS", "ValueProblem", "clean"]

URL_SCHEMES = ("http", "https", "mailto")

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"\s*\n\s*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NOT_IN_PATH = re.compile(r"[?#\\\s]")


class ValueProblem(ValueError):  # noqa: N818 - the problem of a user's text, which becomes a finding
    """Why a text is not a value of its key."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        """Say what is wrong and what to write instead."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def clean(text: str) -> str:
    """Return a text without blanks around it.

    Raises `ValueProblem` for control characters, which no page may carry; tabs and line feeds are none.
    """
    if not text.isprintable() and (found := _CONTROL.search(text)):
        raise ValueProblem("bad-value", f"the control character U+{ord(found[0]):04X} in a text", "remove it")
    return text.strip()


def _line(text: str, _key: Key) -> str:
    return _BREAK.sub(" ", text) if "\n" in text else text


def _text(text: str, _key: Key) -> str:
    return text


def _date(text: str, _key: Key) -> EdtfDate:
    return parse_date(text)


def _flag(text: str, key: Key) -> bool:
    flag = _FLAGS.get(text.casefold())
    if flag is None:
        raise ValueProblem("wrong-type", f"`{key.name}` should be `true` or `false`, not “{text[:60]}”")
    return flag


def _choice(text: str, key: Key) -> str:
    word = text.casefold()
    if word in key.choices:
        return word
    near = nearest(word, key.choices)
    allowed = ", ".join(f"`{choice}`" for choice in key.choices)
    hint = f"did you mean `{near}`?" if near else f"allowed: {allowed}"
    raise ValueProblem("bad-value", f"unknown {key.name} “{text[:60]}”", hint)


def _slug(text: str, _key: Key) -> str:
    if is_slug(text):
        return text
    proposal = slugify(text)
    hint = f"write `{proposal}`" if proposal else "use lower-case letters a–z, digits and single hyphens"
    raise ValueProblem("bad-slug", f"“{text[:60]}” is not a slug", hint)


def _id(text: str, _key: Key) -> str:
    if all(is_slug(part) for part in text.split("/")):
        return text
    proposal = "/".join(filter(None, map(slugify, text.split("/"))))
    hint = f"write `{proposal}`" if proposal else "use slugs joined by single slashes, such as `business/gift`"
    raise ValueProblem("bad-slug", f"“{text[:60]}” is not an id", hint)


def _language(text: str, _key: Key) -> str:
    if problem := tag_problem(text):
        raise ValueProblem("bad-value", *problem)
    return text.replace("_", "-")


def _url(text: str, key: Key) -> str:
    # Browsers drop tabs and line feeds before they look for the scheme (WHATWG URL, 4.4).
    url = text.replace("\n", "").replace("\t", "")
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in URL_SCHEMES:
        raise ValueProblem(
            "unsafe-url",
            f"the URL of `{key.name}` begins with “{scheme[0][:60]}” and is left out",
            "use `https:`, `http:`, `mailto:` or a relative path",
        )
    return url


def _path(text: str, _key: Key) -> str:
    path = text if text.startswith("/") else f"/{text}"
    parts = [unquote(part) for part in path[1:].split("/")]
    empty = "" in parts[:-1]
    climbing = any(part in (".", "..") or "/" in part or "\\" in part for part in parts)
    hidden = any(_CONTROL.search(part) for part in parts)
    if empty or climbing or hidden or _SCHEME.match(text) or _NOT_IN_PATH.search(path):
        raise ValueProblem(
            "bad-value",
            f"“{text[:60]}” is not a path of this site",
            "write it from the root of the site, such as `/blog/old-name/`, without `..`, `?`, `#` and blanks",
        )
    return path


def _argument(text: str, _key: Key) -> str:
    argument = text.removeprefix("#")
    if not argument or any(sign.isspace() for sign in argument):
        raise ValueProblem(
            "bad-value", f"“{text[:60]}” is not the id of an argument", "write one id, such as `gift-horse`"
        )
    return argument


SCALARS: Mapping[Kind, Callable[[str, Key], Any]] = {
    "line": _line,
    "text": _text,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "slug": _slug,
    "id": _id,
    "language": _language,
    "url": _url,
    "path": _path,
    "argument": _argument,
}
"""How the text of each kind of single value is read. The text is clean and not empty."""
