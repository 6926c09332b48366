"""The benchmarks compare like with like: one corpus everywhere, sites that build, a report of what was."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from serving import listening

from benchmarks import preview_report
from benchmarks.census import KINDS, Census, kind_of, take
from benchmarks.comparison import BARE, COLD, EVERYTHING, ROWS, START, TENFOLD, Comparison, Results, Rounds
from benchmarks.corpus import SECTIONS, Corpus
from benchmarks.installation import file_system
from benchmarks.measure import Failure, Run, measure
from benchmarks.preview import BEGUN, FIRST, HIGHEST, WARM, Seen
from benchmarks.preview import Results as PreviewResults
from benchmarks.previewed import BODY, SHEET, TITLE, Previewed, hugo_preview, saves, sitegen_preview
from benchmarks.previewed import ROWS as SAVES
from benchmarks.reader import Reader
from benchmarks.report import render
from benchmarks.serving import Serving
from benchmarks.tools import Tool, sitegen, sitegen_with_everything

ROOT = Path(__file__).resolve().parent.parent


def digest(corpus: Corpus) -> str:
    """Return a digest of everything that a corpus says."""
    return hashlib.sha256("".join(map(repr, corpus)).encode()).hexdigest()


def results(rows: dict[str, dict[str, list[Run]]]) -> Results:
    """Return results of a thousand pieces with a census of three files."""
    census = Census({"articles": 2, "feeds": 1}, {"articles": 9_000, "feeds": 21_000_000})
    return Results(
        size=1_000,
        machine="a machine",
        versions={"sitegen": "1.0", "Hugo": "2.0"},
        source_bytes=3_400_000,
        runs=rows,
        censuses={"sitegen": census, "Hugo": census, "sitegen, everything on": census},
    )


def measured(
    *,
    body: float,
    title: float = 0.1,
    start: float = 1.0,
    memory: int = 10,
    rebuild: float = 2.0,
    tools: tuple[str, ...] = ("sitegen", "Hugo"),
    tenfold: dict[str, list[float]] | None = None,
) -> PreviewResults:
    """Return what was measured of previews of a thousand pieces."""
    numbers = {"sitegen": (body, title, start, memory), "Hugo": (2.0, 2.0, 5.0, 100)}
    return PreviewResults(
        size=1_000,
        machine="a machine",
        versions=dict.fromkeys(tools, "1.0"),
        starts={WARM: {name: [1e-3, numbers[name][2], 99] for name in tools}},
        saves={
            row: {name: [Seen(numbers[name][at], rebuild if name == "Hugo" else 0)] * 3 for name in tools}
            for at, row in enumerate((BODY, TITLE))
        },
        memory={moment: {name: int(numbers[name][3] * 1e6) for name in tools} for moment in (BEGUN, HIGHEST)},
        tenfold=tenfold or {},
    )


def previews(folder: Path) -> list[Previewed]:
    """Return the two previews; of Hugo only what has been laid out is wanted."""
    binary = folder / "venv" / "lib" / "python3" / "site-packages" / "hugo" / "binaries" / "hugo"
    binary.parent.mkdir(parents=True)
    binary.touch()
    return [sitegen_preview(folder / "sitegen"), hugo_preview(folder / "hugo", folder / "venv")]


def written(tool: Tool) -> str:
    """Return all that is written in the files of a site."""
    return "\n".join(file.read_text() for file in sorted(tool.folder.rglob("*")) if file.is_file())


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class TestCorpus:
    """A corpus depends on its seed alone."""

    def test_same_bytes_for_the_same_seed(self) -> None:
        """Every machine and version of Python builds the same pieces; a new digest means new results."""
        assert digest(Corpus(30)) == "c36784fa7753cdb40508f348d5b9027bc374d18b5d39f5780915d55b762271ff"
        assert digest(Corpus(30, seed=1)) != digest(Corpus(30))

    def test_a_small_corpus_is_the_beginning_of_a_large_one(self) -> None:
        """So a piece can be made by its number alone."""
        assert list(Corpus(5)) == [Corpus(1_000).piece(number) for number in range(5)]

    def test_newest(self) -> None:
        """The latest dates of all, the latest first: those are on the home page."""
        pieces = list(Corpus(300))
        dates = sorted((piece.date for piece in pieces), reverse=True)

        assert [piece.date for piece in Corpus(300).newest(5)] == dates[:5]

    def test_pieces_are_as_promised(self) -> None:
        """450 words or so, five points, three tags, each address once, and a few tags on most pieces."""
        pieces = list(Corpus(300))
        words = [len(piece.body.split()) for piece in pieces]
        tags = Counter(tag for piece in pieces for tag in piece.tags).most_common()

        assert 430 < sum(words) / len(words) < 470
        assert {piece.body.count("\n\n5.  **") for piece in pieces} == {1}
        assert {len(set(piece.tags)) for piece in pieces} == {3}
        assert len({piece.path for piece in pieces}) == 300
        assert {piece.section for piece in pieces} == set(SECTIONS)
        assert tags[0][1] > 60
        assert tags[len(tags) // 2][1] < 5


class TestSites:
    """Our two sites of the comparison."""

    @pytest.mark.parametrize(("make", "size"), [(sitegen, 30), (sitegen_with_everything, 5)])
    def test_builds_without_findings(self, make: Callable[[Path], Tool], size: int, tmp_path: Path) -> None:
        """What is measured is a build that has nothing to tell."""
        tool = make(tmp_path / "site")
        tool.prepare(Corpus(size))
        program = [sys.executable, "-m", "sitegen", "build", "--strict", "--json"]
        done = subprocess.run(program, cwd=tool.folder, check=False, capture_output=True, text=True)
        told = json.loads(done.stdout)

        assert (done.returncode, told["diagnostics"]) == (0, [])
        assert (told["articles"], told["arguments"]) == (size, 5 * size)

    def test_edits_change_what_they_say(self, tmp_path: Path) -> None:
        """A title, a body, and a template that only tag pages use."""
        tool, corpus = sitegen(tmp_path / "site"), Corpus(2)
        tool.prepare(corpus)
        piece = corpus.piece(0)
        file = tool.folder / tool.articles / piece.path
        tool.edit_title(piece, 4)
        tool.edit_body(piece, 4)
        tool.edit_tag_template(4)

        assert f"\ntitle: {piece.title} 4\n" in file.read_text()
        assert file.read_text().endswith("\n\nSeen again, for the 4th time.\n")
        assert "edition 4" in (tool.folder / tool.tag_template).read_text()

    def test_peers_are_pinned(self) -> None:
        """`constraints.txt` has exact versions and nothing else."""
        lines = (ROOT / "benchmarks" / "constraints.txt").read_text().splitlines()

        assert [line for line in lines if line.count("==") != 1 and not line.startswith("#")] == []
        assert {"hugo", "pelican"} <= {line.split("==")[0] for line in lines}

    def test_the_three_sites_are_alike(self) -> None:
        """Chunks of a listing, and entries of a feed, are as many in each."""
        peers = ROOT / "benchmarks" / "peers"
        theirs = tomllib.loads((peers / "hugo" / "hugo.toml").read_text())["pagination"]["pagerSize"]
        settings = (peers / "pelican" / "settings.py").read_text()

        assert theirs == 50
        assert "DEFAULT_PAGINATION = 50\n" in settings
        assert "FEED_MAX_ITEMS = 20\n" in settings


class TestMeasuring:
    """Runs, rounds and the census."""

    def test_memory_of_all_processes_together(self, tmp_path: Path) -> None:
        """Two processes of 60 MB each, at the same time, are more than one of them."""
        hold = "b = bytearray(60_000_000)\nimport sys, time\n"
        child = f"{hold}sys.stdin.read()"
        code = (
            "import subprocess, sys, time\n"
            f"p = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n{hold}"
            "time.sleep(0.8)\np.communicate()\n"
        )
        run = measure([sys.executable, "-c", code], tmp_path, tmp_path / "log")

        assert 120e6 < run.memory < 220e6
        assert run.processes == 2
        assert run.wall > 0.8 > run.cpu

    def test_failure_says_what_the_program_said(self, tmp_path: Path) -> None:
        """A build that fails is no measurement."""
        with pytest.raises(Failure, match=r"ended with 3:\nno such thing"):
            measure(
                [sys.executable, "-c", "import sys; print('no such thing'); sys.exit(3)"], tmp_path, tmp_path / "log"
            )

    def test_a_slow_tool_sits_out(self) -> None:
        """Until its runs of a row have taken longer than the patience, and never more than the runs."""
        rounds = Rounds(runs=3, patience=10)

        assert rounds.wants([], 0)
        assert rounds.wants([Run(9, 9, 1)], 1)
        assert not rounds.wants([Run(11, 9, 1)], 1)
        assert not rounds.wants([Run(1, 1, 1)] * 3, 3)

    def test_a_comparison_runs_everything(self, tmp_path: Path) -> None:
        """Every row once, the floor under them, and what was made."""
        ours = sitegen(tmp_path / "sitegen")
        told: list[str] = []
        comparison = Comparison([ours], Corpus(3), Rounds(runs=1), told.append)
        comparison.run(edits=False)
        comparison.run_bare(ours)

        assert {row: len(tools["sitegen"]) for row, tools in comparison.runs.items()} == {START: 1, COLD: 1, BARE: 1}
        assert comparison.censuses["sitegen"].files["articles"] == 3
        assert told[-1].startswith("sitegen: the same bytes read and written, run 1")

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("index.html", "home and indexes"),
            ("tags/index.html", "home and indexes"),
            ("law/a-piece-3/index.html", "articles"),
            ("law/a-piece-3/a-point/index.html", "argument pages"),
            ("law/index.html", "listings of sections"),
            ("law/page/2/index.html", "listings of sections"),
            ("tags/linux/page/2/index.html", "listings of tags"),
            ("authors/mara-ivers/index.html", "listings of authors"),
            ("archive/page/2/index.html", "listing of all"),
            ("archive/2009/07/index.html", "listings of years and months"),
            ("arguments/index.html", "listings of arguments"),
            ("law/feed.json", "feeds"),
            ("tags/linux/rss.xml", "feeds"),
            ("sitemap-1.xml", "sitemaps"),
            ("corrections/index.html", "other"),
            ("404.html", "other"),
        ],
    )
    def test_kinds(self, path: str, kind: str) -> None:
        """A file is counted by its address, which the three tools share."""
        assert kind_of(path) == kind
        assert kind in KINDS

    def test_census(self, tmp_path: Path) -> None:
        """Files and bytes by kind, and each file with its length."""
        (tmp_path / "law").mkdir()
        (tmp_path / "law" / "feed.xml").write_text("abc")
        (tmp_path / "404.html").write_text("a")

        assert take(tmp_path) == (
            Census({"other": 1, "feeds": 1}, {"other": 1, "feeds": 3}),
            [(1, "404.html"), (3, "law/feed.xml")],
        )


class TestReport:
    """`RESULTS.md` from fixed numbers."""

    def test_medians_and_ratios(self) -> None:
        """Middle runs, ratios of the rounds that both have run, and blanks for what was not run."""
        text = render(
            results(
                {
                    START: {"sitegen": [Run(0.05, 0.05, 1)], "Hugo": [Run(0.1, 0.1, 1)]},
                    COLD: {
                        "sitegen": [Run(9, 8, 50_000_000), Run(3, 4, 70_000_000), Run(4, 5, 60_000_000)],
                        "Hugo": [Run(2, 3, 120_000_000), Run(2, 3, 120_000_000)],
                    },
                    ROWS[1]: {"sitegen": [Run(0.25, 0.2, 1)]},
                }
            ),
            30,
        )

        assert "| a cold build | 4.0 s | 2.0 s | 3 |\n" in text
        assert "| nothing changed | 250 ms |  |  |\n" in text
        assert "| processor time of a cold build | 5.0 s | 3.0 s | 2 |\n" in text
        assert "| peak memory of a cold build, all processes | 60 MB | 120 MB | 0.5 |\n" in text
        assert "| `--version` | 50 ms | 100 ms | 0.5 |\n" in text
        assert "| feeds | 1 (21 MB) | 1 (21 MB) |\n" in text
        assert "| a cold build, sitegen | 9.00, 3.00, 4.00 | 8.00, 4.00, 5.00 | 50, 70, 60 | 1 |\n" in text
        assert "1,000 pieces, 3.4 MB of Markdown" in text
        assert "## Everything on" not in text

    def test_parts_that_were_asked_for(self) -> None:
        """The floor, everything on, and ten times the pieces."""
        text = render(
            results(
                {
                    COLD: {"sitegen": [Run(4, 5, 60_000_000)], "Hugo": [Run(2, 3, 120_000_000)]},
                    BARE: {"sitegen": [Run(0.5, 0.5, 1)]},
                    EVERYTHING: {"sitegen, everything on": [Run(10, 5, 90_000_000)]},
                    TENFOLD: {"sitegen": [Run(44, 5, 180_000_000)], "Hugo": [Run(18, 3, 240_000_000)]},
                }
            ),
            30,
        )

        assert "takes 500 ms in\nPython: a cold build with sitegen takes 8 times as long." in text
        assert "| cold build | 4.0 s | 10.0 s | 2.5 |\n" in text
        assert "### 10,000 pieces against 1,000" in text
        assert "| Hugo | 18.0 s | 9 | 240 MB | 2 |\n" in text


PROGRAM = """
import http.server, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which who runs the tests may have switched off
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print("Built in 40 ms", flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html></html>")
try:
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
except KeyboardInterrupt:
    print("Ended", flush=True)
"""


class TestPreviews:
    """Previews that run, and what is saved for them."""

    def test_a_preview_is_started_and_ended(self, tmp_path: Path) -> None:
        """The first page, what it has said, what it takes, and Ctrl-C at the end."""
        log = tmp_path / "log"
        serving = Serving([sys.executable, "-c", PROGRAM], tmp_path, log)
        serving.rest(0.1)
        held = serving.memory
        serving.end()

        assert 0 < serving.seconds
        assert serving.rebuilds(r"Built in (\d+) ms") == [40]
        assert 5e6 < held <= serving.peak * 1.5
        assert log.read_text().endswith("\nEnded\n")

    def test_a_preview_that_fails_says_why(self, tmp_path: Path) -> None:
        """One that ends before it has served a page is no measurement."""
        with pytest.raises(Failure, match=r"it has ended; it said:\nno such thing"):
            Serving([sys.executable, "-c", "print('no such thing')"], tmp_path, tmp_path / "log")

    @pytest.mark.parametrize("row", SAVES)
    def test_the_same_is_saved_for_both(self, row: str, tmp_path: Path) -> None:
        """Both tools are asked the same, and each save writes what it awaits and nothing that was there."""
        tools = previews(tmp_path)
        corpus = Corpus(20)
        for each in tools:
            each.prepare(corpus)
        mine, theirs = (list(saves(row, each, corpus, 3)) for each in tools)

        assert [(it.address, it.awaited) for it in mine] == [(it.address, it.awaited) for it in theirs]
        for each, found in zip(tools, (mine, theirs), strict=True):
            for save in found:
                awaited = f"--bench: {save.awaited[2:]}" if row == SHEET else save.awaited
                assert awaited not in written(each.tool)
                save.write()
                assert awaited in written(each.tool)

    def test_a_reader_notes_when_something_is_there(self, browser: Browser, tmp_path: Path) -> None:
        """A text that is put into the page, one of another page in its place, and a value of a style sheet."""
        (tmp_path / "index.html").write_text("<!doctype html><p>one</p>")
        (tmp_path / "three.html").write_text("<!doctype html><p>three</p>")
        (tmp_path / "a.css").write_text(":root { --bench: 4; }")
        link = "Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'a.css' })"
        context = browser.new_context()
        with listening(partial(Quiet, directory=str(tmp_path))) as url:
            reader = Reader(context)
            reader.open(f"{url}/index.html")
            tab = context.pages[0]
            waited = []
            for awaited, change in [
                ("two", "document.querySelector('p').firstChild.data = 'two'"),
                ("three", "location.assign('three.html')"),
                ("--4", f"document.head.append({link})"),
            ]:
                reader.awaits(awaited)
                begun = time.time()
                tab.evaluate(f"() => {{ {change} }}")
                waited.append(reader.seen() - begun)
        context.close()

        assert all(-0.002 < seconds < 20 for seconds in waited)

    @pytest.mark.long
    def test_saves_are_seen_in_a_browser(self, chromium: Path, tmp_path: Path) -> None:
        """The preview of a small archive, with one save of each kind; a process of its own, as Playwright wants."""
        code = f"""
import json
from pathlib import Path
from benchmarks.corpus import Corpus
from benchmarks.preview import Preview
from benchmarks.previewed import ROWS, sitegen_preview
each = Preview([sitegen_preview(Path({str(tmp_path / "sitegen")!r}))], Corpus(15), {str(chromium)!r}, 2, str)
each.run(dict.fromkeys(ROWS, 1))
print(json.dumps([each.starts, {{row: found["sitegen"][0].seconds for row, found in each.saves.items()}}, each.memory]))
"""
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
        assert "" == done.stderr
        starts, seen, memory = json.loads(done.stdout)

        assert {FIRST: 1, WARM: 2} == {kind: len(tools["sitegen"]) for kind, tools in starts.items()}
        assert list(SAVES) == list(seen)
        assert all(0 < seconds < 20 for seconds in seen.values())
        assert [BEGUN, *SAVES, HIGHEST] == list(memory)
        assert all(20e6 < sizes["sitegen"] <= memory[HIGHEST]["sitegen"] * 1.1 for sizes in memory.values())


class TestPreviewReport:
    """The part of `RESULTS.md` about the preview, from fixed numbers."""

    def test_bars_are_met_or_missed(self) -> None:
        """Medians against the bars; a body must be within a tenth of Hugo's rebuild too."""
        text = preview_report.render(measured(body=0.09, title=0.2, start=1.6, memory=19, rebuild=1.2))

        assert (
            "| 90 ms, 0.075 × | 2.0 s | 1.2 s | 200 ms and 0.1 × Hugo's rebuild | 100 ms | met, the aim too |" in text
        )
        assert "| 200 ms | 2.0 s | 1.2 s | 300 ms | 150 ms | met |" in text
        assert "| 1.6 s | 5.0 s |  | 1.5 s | 700 ms | **missed** |" in text
        assert "| 19 MB, 0.19 × | 100 MB |  | 0.2 × Hugo's |  | met |" in text
        assert "| memory after the start | 19 MB | 100 MB |  |  | 0.19 |" in text
        assert "0,000 pieces |" not in text

    def test_a_tenth_of_the_rebuild(self) -> None:
        """A rebuild of Hugo that is quick makes the bar lower."""
        assert "| **missed** |" in preview_report.render(measured(body=0.09, rebuild=0.8)).split("\n| a title")[0]

    def test_ten_times_the_pieces(self) -> None:
        """A ratio of medians, where it was asked for."""
        text = preview_report.render(measured(body=0.1, tenfold={BODY: [0.4, 0.5, 0.6], WARM: [3.0]}))

        assert "among 10,000 pieces | 500 ms, 5 × |  |  | 6 × | 3 × | met |" in text
        assert f"| a start, {WARM}, 10,000 pieces | 3.0 s |" in text

    def test_without_hugo(self) -> None:
        """Its columns are empty, and what is no ratio is compared all the same."""
        text = preview_report.render(measured(body=0.15, tools=("sitegen",)))

        assert "| 150 ms |  |  | 200 ms and 0.1 × Hugo's rebuild | 100 ms | met |" in text

    def test_the_rest_of_a_report_stays(self) -> None:
        """The part is put in its place, and again in the same place."""
        before = render(results({COLD: {"sitegen": [Run(4, 5, 6)], "Hugo": [Run(2, 3, 4)]}}), 30)
        part = preview_report.render(measured(body=0.1))
        once = preview_report.replaced(before, part)
        again = preview_report.replaced(once, part.replace("100 ms", "101 ms"))

        assert once.replace(f"{part}\n\n", "") == before
        assert once.index("## The same site") < once.index(preview_report.HEADING) < once.index("## What was made")
        assert again == once.replace(part, part.replace("100 ms", "101 ms"))
        assert preview_report.replaced("# Benchmarks\n\n", part) == f"# Benchmarks\n\n{part}\n"


def test_the_file_system_is_named(tmp_path: Path) -> None:
    """Results say where the sites lay: in memory or on a disk."""
    assert file_system(Path("/proc/self")) == "proc"
    assert file_system(tmp_path).isalnum()
