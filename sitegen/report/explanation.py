"""An explanation in words: what something is, then its values with their origins, then what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from sitegen.build.explain.explanation import ArgumentFacts, Explanation, PageFacts
from sitegen.report.findings import finding_text, hanging
from sitegen.report.printable import printable

__all__ = ["explanation_lines"]

MANY = 12
"""Pages, links and listings that are named; the rest are counted."""

_PASSIVE = {"supports": "supported by", "rebuts": "rebutted by", "undercuts": "undercut by"}


def explanation_lines(told: Explanation, columns: int, *, everything: bool) -> Iterator[Text]:
    """Yield the lines of an explanation, broken at `columns` (0: nowhere); `everything` shortens no list."""
    yield from _head(told, columns)
    if told.facts:
        yield Text()
        yield from _facts(told, columns)
    if told.mode_reason:
        yield Text()
        yield from _arguments(told, columns)
    links = [f"line {link.line:<4} {link.target} → {link.url or 'no link'}" for link in told.links]
    for title, lines in (("Links", links), ("Pages", _pages(told.pages)), ("Listed on", list(told.listings))):
        if lines:
            yield from _section(title, lines, columns, len(lines) if everything else MANY)
    if told.findings:
        yield Text("\nFindings", style="bold")
        yield from (finding_text(finding, columns) for finding in told.findings)


def _head(told: Explanation, columns: int) -> Iterator[Text]:
    if told.path:
        yield Text(printable(told.path), style="bold")
    summary = Text(printable(told.summary))
    if told.left_out:
        summary.append(": ").append(told.left_out, style="bold yellow")
    elif told.url:
        summary.append(" at ").append(told.url, style="bold")
    yield hanging(summary, 2, columns)
    if told.hint:
        yield hanging(Text.assemble(("  hint: ", "green"), told.hint), 8, columns)


def _facts(told: Explanation, columns: int) -> Iterator[Text]:
    width = max(len(fact.name) for fact in told.facts)
    for fact in told.facts:
        line = Text(f"  {fact.name:<{width}}  ", style="").append(printable(fact.value))
        if fact.origin:
            line.append(f"  ({fact.origin})", style="dim")
        yield hanging(line, width + 4, columns)


def _arguments(told: Explanation, columns: int) -> Iterator[Text]:
    head = Text("Arguments", style="bold")
    found = len(told.arguments)
    how = f": {found} found as `{told.mode}`, because {told.mode_reason}"
    if told.kind == "argument" or not found:
        how = f": `{told.mode}`, because {told.mode_reason}"
    yield hanging(head.append(how, style="not bold"), 2, columns)
    for argument in told.arguments:
        yield from _argument(argument, columns)


def _argument(argument: ArgumentFacts, columns: int) -> Iterator[Text]:
    line = Text(f"  {argument.number:>2}  ")
    line.append(f"#{argument.id}", style="bold")
    line.append("  (written)" if argument.explicit_id else "  (made from its text)", style="dim")
    yield hanging(line, 6, columns)
    claim = Text(f"      {printable(argument.claim)}")
    claim.append(f"  ({_TITLES[argument.title]}, line {argument.line})", style="dim")
    yield hanging(claim, 6, columns)
    if argument.stance or argument.claim_id:
        stance = " ".join(part for part in (argument.stance, argument.claim_id) if part)
        yield hanging(Text(f"      {stance}").append(_by(argument.stance_by), style="dim"), 8, columns)
    for relation in argument.relations:
        verb = relation.kind if relation.direction == "out" else _PASSIVE[relation.kind]
        text = Text(f"      {verb} {printable(relation.other)}").append(_by(relation.by), style="dim")
        yield hanging(text, 8, columns)


_TITLES = {"heading": "a heading", "lead": "a bold lead-in", "sentence": "the first sentence"}


def _by(editor: str) -> str:
    return f"  (says {printable(editor)})" if editor else ""


def _pages(pages: tuple[PageFacts, ...]) -> list[str]:
    lines = []
    for page in pages:
        target = page.parameters.get("target")
        lines.append(f"{page.url} → {target}" if target else f"{page.url}  ({page.template})")
    return lines


def _section(title: str, lines: list[str], columns: int, limit: int) -> Iterator[Text]:
    yield Text(f"\n{title}", style="bold")
    for line in lines[:limit]:
        yield hanging(Text(f"  {printable(line)}"), 4, columns)
    if len(lines) > limit:
        yield Text(f"  … and {len(lines) - limit} more (`sitegen -v explain` names them)", style="dim")
