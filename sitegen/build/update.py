"""Which pages have to be rendered, and that they are; all others are shown to be as they should be.

A page is rendered where its trace does not hold, or where its file is not what was written. Both are found
out before the first is rendered.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, structs

from sitegen.build.ledger import Ledger, Trace, why_outdated
from sitegen.build.output import Output
from sitegen.build.rendering import Scene, Task, rendering
from sitegen.build.workers import Crew
from sitegen.diagnostics import Diagnostic
from sitegen.digest import fingerprint
from sitegen.pages.closure import closures, references

__all__ = ["Update", "update"]

_DAMAGED = ("its file in the output folder was not as it was written",)


class Update(Struct, frozen=True):
    """What was done: the ledger of the new pages, the URLs of those rendered, and what their templates have wrong."""

    ledger: Ledger
    rendered: tuple[str, ...]
    findings: tuple[Diagnostic, ...]


def update(
    scene: Scene, ledger: Ledger, settings: bytes, output: Output, crew: Crew, progress: Callable[[int, int], None]
) -> Update:
    """Bring the pages of a scene up to date: stage what differs, and accept what stands.

    `ledger` is that of the last build, and `settings` what every page depends on now.
    """
    recorder = scene.recorder()
    closed = _closures(scene, ledger)
    same = ledger.settings == settings
    after = ledger if same else Ledger(settings, ledger.references)
    after.look(recorder.window.digest)
    changed = ledger.changed(recorder.again) if same else {}
    begun: dict[int, Trace] = {}
    tasks = []
    for place, page in enumerate(scene.pages):
        path = page.path
        trace = ledger.traces.get(path)
        closure = closed.get(page.template, b"")
        why = why_outdated(trace, page, closure, changed, same_settings=same)
        there = output.there(path)
        if trace is not None and not why and there != trace.digest:
            why = _DAMAGED
        if trace is None or why:
            begun[place] = Trace(page, "", closure, (), why)
            tasks.append(Task(place, there))
        else:
            output.accept(path, trace.digest, is_staged=False)
    findings = _render(scene, tasks, output, after, begun, crew, progress)
    planned = {page.path for page in scene.pages}
    for path in after.traces.keys() - planned:
        del after.traces[path]
    rendered = sorted(scene.pages[task.place].url for task in tasks)
    return Update(after, tuple(rendered), findings)


def _closures(scene: Scene, ledger: Ledger) -> dict[str, bytes]:
    """Return what each template reads of templates; only those that are new are searched for references."""
    templates = scene.snapshot.templates
    texts = {name: fingerprint(file.text) for name, file in templates.items()}
    new = [name for name in templates if texts[name] not in ledger.references]
    if new:
        found = {texts[name]: references(templates[name].text) for name in new}
        ledger.references = {key: it for key, it in ledger.references.items() if key in texts.values()} | found
    return closures(scene.snapshot, {name: ledger.references[text] for name, text in texts.items()})


def _render(
    scene: Scene,
    tasks: list[Task],
    output: Output,
    ledger: Ledger,
    begun: dict[int, Trace],
    crew: Crew,
    progress: Callable[[int, int], None],
) -> tuple[Diagnostic, ...]:
    """Render pages, and complete the traces that are `begun`; return what templates have wrong."""
    findings: list[Diagnostic] = []
    positions: dict[bytes, list[int]] = {}
    for batch in crew.run(rendering(scene), tasks, lambda done: progress(done, len(tasks))):
        known = positions.setdefault(batch.worker, [])
        known += ledger.take(batch.questions)
        for it in batch.pages:
            if it.finding is not None:
                findings.append(it.finding)
                continue
            path, trace = scene.pages[it.place].path, begun.pop(it.place)
            output.accept(path, it.digest, is_staged=it.is_staged)
            asked = tuple([known[position] for position in it.questions])
            ledger.traces[path] = structs.replace(trace, digest=it.digest, questions=asked)
    return _first_of_each(findings)


def _first_of_each(findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Keep one finding for each place in a template: the same slip fails on every page."""
    first: dict[tuple[str, int], Diagnostic] = {}
    counts: dict[tuple[str, int], int] = {}
    for finding in sorted(findings, key=lambda finding: finding.message):
        place = (finding.path, finding.line)
        first.setdefault(place, finding)
        counts[place] = counts.get(place, 0) + 1
    return tuple(
        structs.replace(finding, message=f"{finding.message} and {_more(counts[place] - 1)}")
        if counts[place] > 1
        else finding
        for place, finding in first.items()
    )


def _more(number: int) -> str:
    return "1 more page" if number == 1 else f"{number} more pages"
