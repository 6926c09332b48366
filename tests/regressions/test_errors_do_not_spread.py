"""One piece's error is never told as another's, and never keeps another back."""

from __future__ import annotations

from harness import Site

POINT = "* One argues that it is so. {: .argument #p }\n"
ANSWER = "See [it](one.md).\n\n* One argues that it is not. {: .argument rebuts=one#p }\n"


def test_who_names_a_broken_piece_is_not_wrong(site: Site) -> None:
    """A wrong date is one error; a link and a relation to that piece are none."""
    site.article("a/one", POINT, date="2010-02-30").article("a/two", ANSWER)

    assert ["bad-date"] == [finding.code for finding in site.fail().findings if finding.severity == "error"]


def test_keep_going_keeps_only_the_broken_piece_back(site: Site) -> None:
    """With `--keep-going` the piece that names a broken one is published, without the link."""
    site.article("a/one", POINT, date="2010-02-30").article("a/two", ANSWER)
    run = site.fail("--keep-going", code=3)

    run.missing("/a/one/").page("/a/two/").has("p", "See it.").lacks("a", "it.")


def test_errors_that_only_the_archive_sees(site: Site) -> None:
    """The same holds for a piece whose error shows beside others: an unknown notice."""
    site.article("a/one", POINT, standards="nobody").article("a/two", ANSWER)
    site.fail("--keep-going", code=3).missing("/a/one/").page("/a/two/").has("p", "See it.")
