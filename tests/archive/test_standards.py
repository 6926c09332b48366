"""Standards notices."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.articles.meta import Place


@pytest.fixture(scope="module")
def noticed(site: Any) -> Any:
    """Return a maker of sites with two versions of one notice."""

    def make(config: str = "") -> Any:
        made = site(config).record("notice", "editorial", date="1998-01-01", name="Editorial rules")
        return made.record("notice", "editorial", date="2009-01-01", name="Editorial standards", description="New.")

    return make


@pytest.mark.parametrize(
    ("date", "version"),
    [
        ("1998-01-01", "1998-01-01"),
        ("2008-12-31T23:59:59-11:00", "1998-01-01"),
        ("2009-01-01", "2009-01-01"),
        ("2008", "1998-01-01"),
        ("2009", "2009-01-01"),
        ("2020-02", "2009-01-01"),
    ],
)
def test_version_in_force(noticed: Any, date: str, version: str) -> None:
    """An article shows the version in force on its date, by the day as written there."""
    made = noticed().article("a/x", date, standards="editorial").make()
    standards = made.ask.article("a/x").standards

    assert made.codes == []
    assert (standards.status, str(standards.version)) == ("in-force", version)
    assert standards.url == f"/standards/editorial/{version}/"
    assert standards.title == {"1998-01-01": "Editorial rules", "2009-01-01": "Editorial standards"}[version]


def test_change_within_a_partial_date(noticed: Any) -> None:
    """Where versions differ within a partial date none is chosen; a pin is asked for."""
    site = noticed().record("notice", "editorial", date="2009-07-15")
    made = site.article("a/x", "2009-07", standards="editorial", places={"standards": Place(5, 12, 9)}).make()
    finding = made.one("version-unknown")
    standards = made.ask.article("a/x").standards

    assert (finding.fails, finding.line, finding.column, finding.length) == (False, 5, 12, 9)
    assert "`editorial@2009-01-01` or `editorial@2009-07-15`" in finding.hint
    assert (standards.status, standards.version, standards.url) == (
        "not-determinable",
        None,
        "/standards/editorial/",
    )


def test_first_version_within_a_partial_date(noticed: Any) -> None:
    """A year in which the first version began is not determinable either."""
    made = noticed().record("notice", "review", date="2012-06-01").article("a/x", "2012", standards="review").make()

    assert made.one("version-unknown").hint.endswith("`review@2012-06-01`")
    assert made.ask.article("a/x").standards.status == "not-determinable"


def test_pin(noticed: Any) -> None:
    """`notice@date` names the version itself."""
    made = noticed().record("notice", "editorial", date="2009-07-15")
    made = made.article("a/x", "2009", standards="editorial@2009-07-15").make()

    assert (made.codes, str(made.ask.article("a/x").standards.version)) == ([], "2009-07-15")


@pytest.mark.parametrize(
    ("origin", "codes"), [("default", []), ("article", ["notice-not-in-force"])], ids=["default", "article"]
)
@pytest.mark.parametrize("standards", ["editorial", "editorial@1998-01-01"])
def test_older_than_the_first_version(noticed: Any, origin: str, codes: list[str], standards: str) -> None:
    """An older piece is not recorded where the notice is a default; where it names it, that is an error."""
    made = noticed().article("a/x", "1997-12-31", standards=standards, origin=origin).make()

    assert made.codes == codes
    assert made.ask.article("a/x").standards.status == "not-recorded"
    assert made.ask.articles(standards="editorial") == ()


def test_unknown_notice(noticed: Any) -> None:
    """An unknown notice is told with the nearest one, and where notices live."""
    made = noticed().article("a/x", standards="editorail", places={"standards": Place(6, 12, 9)}).make()
    finding = made.one("unknown-notice")

    assert finding.message == "unknown standards notice “editorail”"
    assert finding.hint == "did you mean `editorial`? Notices live in content/standards/"
    assert (finding.line, finding.column, finding.length) == (6, 12, 9)


def test_unknown_version(noticed: Any) -> None:
    """A pin to a day on which no version begins lists those that do."""
    finding = noticed().article("a/x", standards="editorial@2009-02-01").make().one("unknown-notice")

    assert "1998-01-01, 2009-01-01" in finding.hint


def test_unknown_default_is_told_once(noticed: Any) -> None:
    """A default that names no notice is one finding of the configuration, not one for each article."""
    made = noticed('[defaults]\nstandards = "editorail"')
    made = made.article("a/x", standards="editorail", origin="default")
    made = made.article("a/y", standards="editorail", origin="default").make()

    assert made.one("unknown-notice").path == "config.toml"
    assert made.ask.article("a/x").standards.status == "none"


def test_two_versions_of_one_day(noticed: Any) -> None:
    """Two versions that begin on one day are an error at the second file."""
    made = noticed().record("notice", "editorial", date="2009", path="content/standards/editorial/2009.md").make()

    assert made.one("duplicate-id").path == "content/standards/editorial/2009.md"


def test_notices_as_pages(noticed: Any) -> None:
    """A notice shows its versions newest first, each to the next one's date, with the articles under it."""
    made = noticed().article("a/x", "1999", standards="editorial").article("a/y", "2010", standards="editorial")
    ask = made.article("a/z", "2011", standards="editorial").make().ask
    notice = ask.notice("editorial")

    assert (notice.title, notice.count, notice.description) == ("Editorial standards", 3, "New.")
    assert [(str(v.date), v.until and str(v.until), v.count) for v in notice.versions] == [
        ("2009-01-01", None, 2),
        ("1998-01-01", "2009-01-01", 1),
    ]
    assert [card.id for card in ask.articles(standards="editorial@2009-01-01")] == ["a/z", "a/y"]
    assert ask.standards() == (notice,)
    assert ask.notice("nope") is None


days = st.dates().map(str)


@settings(deadline=None, max_examples=50)
@given(versions=st.sets(days, min_size=1, max_size=5), date=days)
def test_version_is_the_last_that_began(site: Any, versions: set[str], date: str) -> None:
    """For a full date the version is the last one that began on or before it, whatever the dates."""
    made = site()
    for version in versions:
        made.record("notice", "n", date=version)
    standards = made.article("a/x", date, standards="n", origin="default").make().ask.article("a/x").standards
    expected = max((version for version in versions if version <= date), default=None)

    assert (standards.version and str(standards.version)) == expected
