"""What a person chooses for a run: strictness, drafts, the day, severities, quiet or JSON."""

from __future__ import annotations

import json

import pytest
from harness import Site

NEIGHBOUR = "content/articles/business/neighbour.md:5:1"


def test_strict(published: Site) -> None:
    """`--strict` ends with 1 where there are warnings, 0 where there are none; the site is built both times."""
    published.article("business/new", title="The new")

    published.fail("--strict", code=1).page("/business/new/")

    published.article("business/neighbour", title="The neighbour")
    published.build("--strict")


def test_checks_silence_and_raise(published: Site) -> None:
    """`[checks]` silences a warning, makes it an error, or makes an error a warning."""
    published.configure("[checks]\nunknown-key = 'off'\n")
    assert published.build("--strict").findings == []

    published.configure("[checks]\nunknown-key = 'error'\n")
    published.fail().finds("error", NEIGHBOUR, "unknown-key")

    published.configure("[checks]\nunknown-key = 'off'\nmissing-reference = 'warning'\n")
    published.article("business/answer", "- One two. {: .argument rebuts=nope#x }")
    published.build().finds("warning", "content/articles/business/answer.md:7:32", "missing-reference")


def test_checks_cannot_lower_what_is_fatal(published: Site) -> None:
    """Two sources at one URL stay fatal: nothing sensible can be built."""
    published.configure("[checks]\nurl-collision = 'off'\n").article("business/2009/gift")

    published.fail().finds("fatal", "content/articles/business/gift.md", "url-collision")


@pytest.fixture
def timely(site: Site) -> Site:
    """Return a site with pieces before, in and after their time."""
    site.article("business/now", "See [that](draft.md) and [this](article:business/future).", title="Now")
    site.article("business/draft", title="Draft", draft="true")
    site.article("business/future", title="Future", date="2031-05-01")
    site.article("business/embargo", title="Embargo", publish_date="2031-05-01T12:00:00Z")
    site.article("business/expired", title="Expired", expiry_date="2010-01-01")
    return site


def urls(site: Site) -> set[str]:
    """Return the slugs of the articles that are there."""
    return {page.parent.name for page in site.output.glob("business/*/index.html")}


def test_what_is_left_out_is_counted(timely: Site) -> None:
    """Drafts, pieces to come and expired ones are left out, counted by reason, and listed in JSON."""
    run = timely.build("--as-of", "2020-01-01")

    assert urls(timely) == {"now"}
    assert "left out  1 draft, 2 due later, 1 expired" in run.out
    reasons = {it["path"]: it["reason"] for it in timely.build("--as-of", "2020-01-01", "--json").json["omissions"]}
    assert reasons == {
        "content/articles/business/draft.md": "a draft",
        "content/articles/business/embargo.md": "due on 2031-05-01T12:00:00+00:00",
        "content/articles/business/expired.md": "expired on 2010-01-01",
        "content/articles/business/future.md": "due on 2031-05-01",
    }


def test_links_to_what_is_left_out(timely: Site) -> None:
    """Such a link is told as a warning, and its text stands without a link."""
    run = timely.build("--as-of", "2020-01-01")

    run.finds("warning", "content/articles/business/now.md:7:12", "unlinked-reference", message="leads to “Draft”")
    run.finds("warning", "content/articles/business/now.md:7:33", "unlinked-reference", message="leads to “Future”")
    page = run.page("/business/now/").has("main", "See that and this.")
    assert all("draft" not in link and "future" not in link for link in page.links())


def test_drafts_and_future(timely: Site) -> None:
    """`--drafts` and `--future` show what they name; what has expired stays away."""
    timely.build("--as-of", "2020-01-01", "--drafts")
    assert urls(timely) == {"now", "draft"}

    timely.build("--as-of", "2020-01-01", "--future")
    assert urls(timely) == {"now", "future", "embargo"}

    run = timely.build("--as-of", "2020-01-01", "--drafts", "--future")
    assert urls(timely) == {"now", "draft", "future", "embargo"}
    assert run.findings == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2009-07-19", set()),
        ("2009-07-20", {"now", "expired"}),
        ("2009-12-31", {"now", "expired"}),
        ("2010-01-01", {"now"}),
        ("2031-04-30", {"now"}),
        ("2031-05-01T00:00:00Z", {"now", "future"}),
        ("2031-05-01", {"now", "future", "embargo"}),
    ],
)
def test_as_of(timely: Site, day: str, expected: set[str]) -> None:
    """A site can be built as on any day; a day stands for its last second, a moment for itself."""
    timely.build("--as-of", day)

    assert urls(timely) == expected


def test_source_date_epoch(timely: Site) -> None:
    """`SOURCE_DATE_EPOCH` stands for now; `--as-of` goes before it."""
    timely.run("build", env={"SOURCE_DATE_EPOCH": "1935403200"}).expect(0)  # 1 May 2031, 12:00
    assert urls(timely) == {"now", "future", "embargo"}

    timely.run("build", "--as-of", "2020-01-01", env={"SOURCE_DATE_EPOCH": "1935403200"}).expect(0)
    assert urls(timely) == {"now"}


def test_today_is_in_the_zone_of_the_site(site: Site) -> None:
    """A piece of 1 May 2031 is there once that day has come where the site is."""
    site.article("business/future", date="2031-05-01")
    epoch = {"SOURCE_DATE_EPOCH": "1935316800"}  # 30 April 2031, 12:00 UTC: 1 May in Kiritimati
    site.run("build", env=epoch).expect(0).missing("/business/future/")

    site.configure('timezone = "Pacific/Kiritimati"')

    site.run("build", env=epoch).expect(0).page("/business/future/")


def test_an_unfinished_draft_fails_no_build(site: Site) -> None:
    """What is wrong with a draft is not told until drafts are asked for."""
    site.article("business/draft", "{: .argument }", draft="true", title=None, standards="nope")

    assert site.build().findings == []
    site.fail("--drafts").finds("error", "content/articles/business/draft.md:1:1", "missing-key")


def test_base_url(published: Site) -> None:
    """`-b` replaces the absolute addresses; links between pages stay relative."""
    before = published.build().page("/business/gift/")

    after = published.build("-b", "https://preview.example/x/").page("/business/gift/")

    assert list(before.links()) == list(after.links())
    after.has("link[rel=canonical][href=https://preview.example/x/business/gift/]")


def test_another_output_folder(published: Site) -> None:
    """`-o` writes elsewhere, also outside the project, and leaves the usual folder alone."""
    elsewhere = published.folder.parent / "elsewhere"
    before = published.tree()

    published.build("-o", str(elsewhere))

    assert (elsewhere / "business/gift/index.html").is_file()
    assert published.tree() == before


def test_json(published: Site) -> None:
    """`--json` prints one document on stdout with what the summary says, and findings on stderr."""
    run = published.build("--json")
    facts = json.loads(run.out)

    assert (facts["ok"], facts["articles"], facts["arguments"], facts["written"], facts["warnings"]) == (
        True,
        2,
        1,
        0,
        1,
    )
    assert [(it["severity"], it["code"], it["line"], it["column"]) for it in facts["diagnostics"]] == [
        ("warning", "unknown-key", 5, 1)
    ]
    assert len(run.findings) == 1
