"""Tables of TOML become structs, and whatever is wrong with them findings.

TOML 1.0 is read by the standard library; it gives no positions, so the line of a wrong key is found by looking for
the key in its table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from sitegen.diagnostics import Diagnostic, nearest
from sitegen.targets import KINDS, Target, secret_in

__all__ = ["Tables", "syntax_problem"]


def syntax_problem(message: str, text: str, name: str) -> Diagnostic:
    """Return what is wrong with a text that is no TOML, as the library says it, at its place."""
    where = re.search(r"\(at line (\d+), column (\d+)\)", message)
    line, column = (int(where[1]), int(where[2])) if where else (len(text.splitlines()), 1)
    lines = text.splitlines()
    return Diagnostic.of(
        "config",
        f"not valid TOML: {re.sub(r' *[(]at .*[)]$', '', message)}",
        path=name,
        line=line,
        column=column,
        excerpt=lines[line - 1] if 0 < line <= len(lines) else "",
    )


class Tables:
    """Converts tables key by key, so that one wrong key does not hide another.

    `findings` are gathered in the order in which they are found.
    """

    def __init__(self, text: str, name: str) -> None:
        """Look for lines in the text of the file, which findings call `name`."""
        self.lines = text.splitlines()
        self.name = name
        self.findings: list[Diagnostic] = []

    def find(self, message: str, at: tuple[str, ...], hint: str = "") -> None:
        """Add a finding about the key at a path of tables."""
        line = self.line_of(at)
        excerpt = self.lines[line - 1] if line else ""
        column = excerpt.find(at[-1].split(".")[-1]) + 1 if at and line else 0
        self.findings.append(
            Diagnostic.of(
                "config",
                message,
                path=self.name,
                line=line,
                column=max(column, 1) if line else 0,
                length=len(at[-1]) if column else 0,
                excerpt=excerpt,
                hint=hint,
            )
        )

    def line_of(self, at: tuple[str, ...]) -> int:
        """Return the line where the key at this path is written, or 0."""
        table: tuple[str, ...] = ()
        for number, line in enumerate(self.lines, 1):
            if header := re.match(r"\s*\[\[?([^\]]+)\]", line):
                table = tuple(part.strip(" \"'") for part in header[1].split("."))
                if table == at:
                    return number
            elif entry := re.match(r"\s*([\w.\-\"' ]+?)\s*=", line):
                key = table + tuple(part.strip(" \"'") for part in entry[1].split("."))
                if key[: len(at)] == at or key == at[:-1]:  # the second where a table stands in one line
                    return number
        return 0

    def table(self, raw: Mapping[str, Any], kind: type[Struct], at: tuple[str, ...]) -> Struct | None:
        """Convert one table; return `None` where a key is wrong or missing."""
        hints = get_type_hints(kind, include_extras=True)
        values: dict[str, Any] = {}
        before = len(self.findings)
        for key, value in raw.items():
            if key not in hints:
                known = nearest(key, hints)
                where = f"in [{'.'.join(at)}]" if at else "at the top level"
                self.find(
                    f"unknown key “{key}” {where}",
                    (*at, key),
                    f"did you mean `{known}`?" if known else f"known keys: {', '.join(sorted(hints))}",
                )
                continue
            values[key] = self._value(value, hints[key], (*at, key))
        for name in _required(kind):
            if name not in raw:
                where = f"in [{'.'.join(at)}]" if at else "at the top"
                self.find(f"missing key “{name}”", (*at, name), f'add `{name} = "…"` {where}')
        return kind(**values) if len(self.findings) == before else None

    def _value(self, value: Any, hint: Any, at: tuple[str, ...]) -> Any:  # noqa: ANN401 - TOML values
        bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        if isinstance(value, dict) and isinstance(bare, type) and issubclass(bare, Struct):
            return self.table(value, bare, at)
        args = get_args(bare)
        if bare == dict[str, Target] and isinstance(value, dict):
            return {key: self.target(item, (*at, key)) for key, item in value.items()}
        of_tables = get_origin(bare) is dict and isinstance(args[1], type) and issubclass(args[1], Struct)
        if of_tables and isinstance(value, dict):
            return {key: self._value(item, args[1], (*at, key)) for key, item in value.items()}
        try:
            return msgspec.convert(value, hint)
        except msgspec.ValidationError as error:
            message = str(error).replace("`", "").replace(" - at $", " at ")
            self.find(f"{'.'.join(at)}: {message}", at, _choice_hint(value, hint))
            return value

    def target(self, raw: Any, at: tuple[str, ...]) -> Struct | None:  # noqa: ANN401 - a TOML value
        """Convert a table of `[publish]`, of the struct that its `kind` names; secrets are found before all else."""
        if not isinstance(raw, dict):
            hint = 'a target has a name of your choice: for example `[publish.live]` with `kind = "folder"`'
            self.find(f"{'.'.join(at)} is not a table", at, hint)
            return None
        if secrets := [key for key, value in raw.items() if secret_in(key, value)]:
            for key in secrets:
                self.secret((*at, key))
            return None
        kind = raw.get("kind")
        if kind not in KINDS:
            near = nearest(str(kind), KINDS) if kind else None
            hint = f"did you mean `{near}`?" if near else f"one of {', '.join(KINDS)}"
            told = f"unknown kind “{kind}” of target" if kind else "missing key “kind”"
            self.find(f"{told} in [{'.'.join(at)}]", (*at, "kind"), hint)
            return None
        return self.table({key: value for key, value in raw.items() if key != "kind"}, KINDS[kind], at)

    def secret(self, at: tuple[str, ...]) -> None:
        """Tell of a secret, without showing it."""
        self.findings.append(
            Diagnostic.of(
                "config",
                f"{'.'.join(at)} looks like a secret, which does not belong in a file that is shared",
                path=self.name,
                line=self.line_of(at),
                column=1,
                hint="remove it here, make a new one, and give that in the environment: "
                "the guide of publishing names the variables of each kind of target",
            )
        )


def _choice_hint(value: Any, kind: Any) -> str:  # noqa: ANN401 - TOML values
    """Return what may stand in the place of a word that is none of those a key takes."""
    known = _choices(kind)
    every = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    wrong = next((word for word in every if isinstance(word, str) and word not in known), "")
    if not (known and wrong):
        return ""
    near = nearest(wrong, known)
    return f"did you mean `{near}`?" if near else f"one of {', '.join(known)}"


def _choices(kind: Any) -> list[str]:  # noqa: ANN401 - type hints
    if get_origin(kind) is Literal:
        return [word for word in get_args(kind) if word]
    return [word for part in get_args(kind) for word in _choices(part)]


def _required(kind: type[Struct]) -> list[str]:
    return [f.name for f in msgspec.structs.fields(kind) if f.required]
