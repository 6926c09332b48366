"""The benchmarks compare like with like: one corpus everywhere, sites that build, a report of what was."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.census import KINDS, Census, kind_of, take
from benchmarks.comparison import BARE, COLD, EVERYTHING, ROWS, START, TENFOLD, Comparison, Results, Rounds
from benchmarks.corpus import SECTIONS, Corpus
from benchmarks.installation import file_system
from benchmarks.measure import Failure, Run, measure
from benchmarks.report import render
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


class TestCorpus:
    """A corpus depends on its seed alone."""

    def test_same_bytes_for_the_same_seed(self) -> None:
        """Every machine and version of Python builds the same pieces; a new digest means new results."""
        assert digest(Corpus(30)) == "c36784fa7753cdb40508f348d5b9027bc374d18b5d39f5780915d55b762271ff"
        assert digest(Corpus(30, seed=1)) != digest(Corpus(30))

    def test_a_small_corpus_is_the_beginning_of_a_large_one(self) -> None:
        """So a piece can be made by its number alone."""
        assert list(Corpus(5)) == [Corpus(1_000).piece(number) for number in range(5)]

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


def test_the_file_system_is_named(tmp_path: Path) -> None:
    """Results say where the sites lay: in memory or on a disk."""
    assert file_system(Path("/proc/self")) == "proc"
    assert file_system(tmp_path).isalnum()
