"""A finding about the user's files: what, where, how grave, and what to do.

Every finding has a code from `CODES`; `[checks]` in `config.toml` raises or silences one by that
name. Positions are as in compilers: lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

__all__ = ["CODES", "Code", "Diagnostic", "Severity", "nearest", "ordered"]


class Severity(StrEnum):
    """How grave a finding is: a fatal stops the build, an error fails it, a warning is only told."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


class Code(msgspec.Struct, frozen=True):
    """A kind of finding: its severity unless `[checks]` says otherwise, and what it means."""

    severity: Severity
    meaning: str


MANY = 200
"""Words above which `nearest` looks only at those that are alike at one end."""


def _codes(severity: Severity, **meanings: str) -> dict[str, Code]:
    return {name.replace("_", "-"): Code(severity, text) for name, text in meanings.items()}


CODES: Mapping[str, Code] = {
    **_codes(
        Severity.FATAL,
        config="`config.toml` is missing, cannot be read, or has an unknown key or a wrong value",
        url_collision="two sources ask for one URL, also when they differ only in case",
        foreign_file="a file that sitegen did not write stands where a page must go",
        output_path="a path that the output folder cannot have, or that would be a file and a folder",
        search="the index of the search page could not be made",
        stale_output="a file of the output that a clean build makes otherwise, found by `--verify`",
        template="a template cannot be parsed, found or rendered",
    ),
    **_codes(
        Severity.ERROR,
        front_matter_syntax="the YAML or TOML of the front matter cannot be parsed",
        front_matter_unclosed="the front matter has no closing delimiter",
        missing_key="a required key is missing",
        wrong_type="a value has the wrong type",
        bad_date="a date that does not exist or cannot be read",
        ambiguous_date="a date that can be read in two ways",
        bad_value="a value that is not one of those allowed",
        not_text="a file named `.md` that is not UTF-8 text",
        empty_file="an article without any content",
        too_large="a file larger than sitegen reads",
        unreadable="a file that cannot be read",
        outside_content="a path or symbolic link that leads out of `content/`",
        bad_path="a file at a place in `content/` where it means nothing",
        reserved_slug="a slug that the site itself needs",
        bad_slug="a slug that is empty or has characters a URL part may not have",
        duplicate_id="two articles or two arguments with one id",
        ambiguous_reference="a reference that could mean several articles",
        missing_reference="a relation, link or claim whose target does not exist",
        unknown_notice="a standards notice that does not exist",
        notice_not_in_force="a notice named by an article older than its first version",
        bad_mark="a mark `{: … }` with an unknown or wrong key, or that would be left visible",
        misplaced_mark="a mark at a place where it means nothing",
        nested_argument="an argument inside another",
        unclosed_fence="a `:::` fence that is never closed",
        too_deep="a text that is nested too deep to be read",
        identical_arguments="two arguments of an article with the same text",
        shared_slug="two names that give one slug; a file with a `slug` is needed",
        shared_name="two files of `sections/`, `authors/` or `tags/` that answer to one name",
        permalink_part="the permalink pattern needs a part that the date lacks",
    ),
    **_codes(
        Severity.WARNING,
        unknown_key="a key of the front matter that sitegen does not know",
        conflicting_keys="two spellings of one key with different values",
        duplicate_key="a key that stands twice",
        yaml_tab="a tab in YAML, read as blanks",
        byte_order_mark="a byte order mark at the start of a file",
        loose_front_matter="front matter that strict readers would not find",
        mixed_line_ends="a file that mixes line ends of different systems",
        unknown_folder="a file or folder directly in `content/` that sitegen does not read",
        removed_html="HTML that was removed by sanitising",
        foreign_markup="template tags of another generator, left as text",
        faint_colour="letters in a colour of `[design]` that is too near to that of the paper",
        missing_alt="an image without an `alt` text",
        missing_image="an image that does not exist",
        bad_image="an image that is damaged, too large, or not what its name says",
        missing_page="a root-relative or relative link that resolves to nothing",
        missing_fragment="a link to a place that its page does not have",
        unlinked_reference="a reference to a piece that is left out of this build",
        unheard_mark="a mark that says something of an argument, at a block that is none",
        version_unknown="a partial date within which the notice changed",
        list_needs_blank_line="a list that follows text without a blank line",
        shallow_indent="a block of a list item that is indented by less than four blanks",
        unknown_bullet="a line that begins like an item of a list, with a sign that makes none in Markdown",
        unknown_fence="a `:::` block that sitegen does not know",
        unsafe_url="a URL whose scheme is not allowed",
        foreign_files="files in the output folder that sitegen did not write",
    ),
}
"""Every code there is, with its default severity and meaning."""


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding.

    `path` is relative to the project, with slashes; `line`, `column` count from 1 and are 0 where
    unknown; `length` is the number of characters to mark; `excerpt` is the line of source.
    """

    code: str
    message: str
    severity: Severity
    path: str = ""
    line: int = 0
    column: int = 0
    length: int = 0
    excerpt: str = ""
    hint: str = ""

    @classmethod
    def of(  # noqa: PLR0913 - a finding has this many independent parts
        cls,
        code: str,
        message: str,
        *,
        path: str = "",
        line: int = 0,
        column: int = 0,
        length: int = 0,
        excerpt: str = "",
        hint: str = "",
    ) -> Diagnostic:
        """Make a finding with the severity of its code.

        Raises `KeyError` for a code that is not in `CODES`: that is a mistake of ours.
        """
        return cls(
            code=code,
            message=message,
            severity=CODES[code].severity,
            path=path,
            line=line,
            column=column,
            length=length,
            excerpt=excerpt[:400],
            hint=hint,
        )

    @property
    def fails(self) -> bool:
        """Whether the finding fails a build."""
        return self.severity in (Severity.ERROR, Severity.FATAL)

    def at(self, path: str) -> Diagnostic:
        """Return the same finding in the file at `path`."""
        return msgspec.structs.replace(self, path=path)

    def judged(self, checks: Mapping[str, Severity]) -> Diagnostic:
        """Return the finding with the severity that `[checks]` gives its code.

        A fatal finding stays fatal: nothing sensible can be built after it.
        """
        severity = checks.get(self.code)
        if severity is None or self.severity is Severity.FATAL:
            return self
        return msgspec.structs.replace(self, severity=severity)


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return findings without repetition, by file, line and column; those switched off are left out."""
    kept = {d for d in diagnostics if d.severity is not Severity.OFF}
    return tuple(sorted(kept, key=lambda d: (d.path, d.line, d.column, d.code, d.message)))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like `word`, or an empty string.

    The measure is `difflib`'s ratio, with its usual cutoff of 0.6. Of more than `MANY` words only those
    are compared that begin or end like `word` and are about as long: an archive has thousands of ids,
    and a finding must not cost more than the article that it speaks of.
    """
    words = list(known)
    if len(words) > MANY:
        begin, end, length = word[:3], word[-3:], len(word)
        words = [
            other
            for other in words
            if abs(len(other) - length) <= length // 4 + 1 and (other.startswith(begin) or other.endswith(end))
        ][:MANY]
    found = difflib.get_close_matches(word, words, n=1)
    return found[0] if found else ""
