"""What a build tells: results on stdout, the rest on stderr, every error at once, and an honest sum."""

from __future__ import annotations

import re

from harness import Site

PIECE = {"standards": "editorail"}


def test_a_good_build_tells_its_sum_and_nothing_else(site: Site) -> None:
    """Nothing on stderr where nothing is wrong."""
    run = site.article().build()

    assert run.err == ""
    assert re.sub(r"\d+\.\d s", "0.0 s", run.out).splitlines()[0] == "1 article, 0 arguments in output/ (0.0 s)"
    assert re.search(r"^  pages     \d+ rendered, 0 reused, \d+ files copied$", run.out, re.MULTILINE)
    assert re.search(r"^  output    \d+ written, 0 unchanged, 0 pruned$", run.out, re.MULTILINE)


def test_a_finding_of_the_archive_has_its_line(site: Site) -> None:
    """Also findings of rooms that hold no text show the line they speak of."""
    run = site.article(standards="editorail").fail()

    assert run.out == ""
    assert run.err.splitlines() == [
        "error: content/articles/business/gift.md:5:12: unknown standards notice “editorail” [unknown-notice]",
        "    5 | standards: editorail",
        "      |            ^^^^^^^^^",
        "  hint: there are none yet. Notices live in content/standards/",
        "failed: 1 error",
    ]


def test_at_most_twenty_findings_are_shown_in_full(site: Site) -> None:
    """The rest are counted by kind; `-v` shows each."""
    for number in range(25):
        site.article(f"business/piece-{number}", standards="editorail", title=f"Piece {number}")
    run = site.fail().says("… and 5 more: 5 unknown-notice", "failed: 25 errors")

    assert run.err.count("error: content/") == 20
    assert site.run("-v", "build").expect(1).err.count("error: content/") == 25


def test_quiet_leaves_only_errors(site: Site) -> None:
    """No sum, no warnings; errors still."""
    quiet = site.article(colour="red").run("-q", "build").expect(0)
    failed = site.article(standards="editorail", colour="red").run("-q", "build").expect(1)

    assert (quiet.out, quiet.err) == ("", "")
    assert "unknown-notice" in failed.err
    assert "unknown-key" not in failed.err


def test_what_is_left_out_is_counted_by_reason(site: Site) -> None:
    """Drafts, pieces that are due later, and expired ones."""
    site.article("business/one", draft="true").article("business/two", draft="true", title="Two")
    site.article("business/three", date="2999-01-01").article("business/four", expiry_date="2010-01-01")

    assert "  left out  2 drafts, 1 due later, 1 expired; `sitegen explain PATH` says why" in site.build().out


def test_strict_fails_for_a_warning(site: Site) -> None:
    """And the document says so too."""
    site.article(colour="red").build()
    told = site.run("build", "--strict", "--json").expect(1).json

    assert (told["ok"], told["exit_code"], told["findings"]) == (False, 1, {"unknown-key": 1})


def test_clean_says_what_it_removed(site: Site) -> None:
    """The number of files, and in the document their names."""
    site.article().build()
    told = site.run("clean", "--json").expect(0).json

    assert "business/gift/index.html" in told["removed"]
    assert (site.run("clean").expect(0).out, told["foreign"]) == ("removed 0 files from output/\n", [])


def test_where_there_is_no_configuration(site: Site) -> None:
    """Wrong usage: the folder or `--config` is the wrong one. What is wrong inside is an error of the site."""
    site.delete("config.toml").run("build").expect(2).says("there is no ", "config.toml", "sitegen init DIR")
    site.write("config.toml", "title = 1\n").run("build").expect(1).says("[config]")


def test_a_base_url_of_the_command_line_is_checked(site: Site) -> None:
    """As the one of the configuration is."""
    site.article().run("build", "-b", "example.org").expect(2).says("is not an absolute URL")
