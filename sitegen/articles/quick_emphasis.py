"""Python-Markdown's emphasis made quicker: the next delimiter, and a plain emphasis, found by an expression.

Part of `quicken`, which says when this class may stand in for Python-Markdown's own.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import DelimiterProcessor

__all__ = ["QuickDelimiterProcessor"]


class QuickDelimiterProcessor(DelimiterProcessor):
    """Finds the next delimiter with an expression, and a plain emphasis as a whole.

    Plain is an emphasis that opens and closes with the same one or two signs, without any delimiter inside.
    """

    _plain: dict[str, re.Pattern[str]] | None = None  # by delimiter

    def add(self, token: str, tags: str, smart: bool = False, double: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Add a delimiter, for `strong,em` or for one tag."""
        self._plain = None
        super().add(token, tags, smart, double)

    def remove(self, token: str) -> None:
        """Remove a delimiter."""
        self._plain = None
        super().remove(token)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element | None, int | None, int | None]:  # type: ignore[override]  # noqa: N802 - the library's name
        """Return the element that begins at a match, and where it begins and ends."""
        if not self.regions:
            expression = self.plain.get(m[0])
            if expression is not None and (found := expression.match(data, m.start())):
                element = Element(self.delimiters[m[0]].tags[len(found[1]) == 1])
                element.text = found[2]
                return element, found.start(), found.end()
        outcome: tuple[Element | None, int | None, int | None] = super().handleMatch(m, data)
        return outcome

    def search(self, data: str, start: int) -> re.Match[str] | None:
        """Return the next delimiter."""
        if any(len(token) != 1 for token in self.tokens):
            return super().search(data, start)
        for sign in self.compiled_re.finditer(data, start):
            delimiter = self.delimiters[sign[0]]
            found = delimiter.boundary.match(data, sign.start())
            if found is not None and (delimiter.stack or found.lastgroup != "end"):
                return found
        return None

    @property
    def plain(self) -> dict[str, re.Pattern[str]]:
        """The expression of each delimiter for a plain emphasis; its groups are the signs and what stands inside."""
        if self._plain is None:
            self._plain = _plain_expressions(self)
        return self._plain


def _plain_expressions(delimiters: DelimiterProcessor) -> dict[str, re.Pattern[str]]:
    """Return the expression of each delimiter for an emphasis of one or two signs without a delimiter inside."""
    if any(len(token) != 1 for token in delimiters.tokens):
        return {}
    inside = f"([^{re.escape(''.join(delimiters.tokens))}]++)"
    found = {}
    for token, delimiter in delimiters.delimiters.items():
        sign = re.escape(token)
        if delimiter.tag_count != 2:  # noqa: PLR2004 - strong and em
            continue
        if delimiter.smart:
            found[token] = rf"(?<![\w{sign}])({sign}{{1,2}})(?=\w){inside}(?<=\w)\1(?![\w{sign}])"
        else:
            found[token] = rf"({sign}{{1,2}})(?![\s{sign}]){inside}(?<!\s)\1(?!{sign})"
    return {token: re.compile(expression) for token, expression in found.items()}
