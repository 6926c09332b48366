"""`build --verify` proves what it says, and finds what is not as a clean build makes it."""

from __future__ import annotations

from typing import Any

import pytest
from harness import Site

from sitegen.build import retouch
from sitegen.build.ledger import Ledger

GIFT = "content/articles/business/gift.md"


def test_verified(published: Site) -> None:
    """An honest output is verified, also after edits, and nothing of the proof is left behind."""
    published.write(GIFT, (published.folder / GIFT).read_text("utf-8") + "\nOne more word.\n")

    run = published.build("--verify")

    assert "verified: a clean build makes the same" in run.out
    assert not (published.folder / ".sitegen" / "verify").exists()


def forgetful(ledger: Ledger, again: Any, real: Any = Ledger.changed) -> dict[int, Any]:
    """Take note of what is seen now, and say that nothing is answered otherwise."""
    real(ledger, again)
    return {}


@pytest.mark.parametrize("edit", ["\nOne more word.\n", "\n- A new point, long enough to be one of its own here.\n"])
def test_a_fault_is_found(published: Site, monkeypatch: pytest.MonkeyPatch, edit: str) -> None:
    """Where a build would keep what is out of date, the file is named and the run fails."""
    published.write(GIFT, (published.folder / GIFT).read_text("utf-8") + edit)
    with monkeypatch.context() as patch:
        patch.setattr(retouch, "retouch", lambda *_: None)
        patch.setattr(Ledger, "changed", forgetful)
        published.build()

    run = published.fail("--verify")

    run.finds("fatal", "output/business/gift/index.html", "stale-output")


def test_not_with_pieces_kept_back(published: Site) -> None:
    """There is no clean build with last good versions, and that is said."""
    published.write(GIFT, "---\ntitle: A\ndate: 2009-02-30\nauthor: Ada\n---\nx")

    published.run("build", "--keep-going", "--verify").expect(2).says("no clean build to compare with")


@pytest.mark.parametrize(
    "edit",
    [
        "\n- A point more, and a long one too.\n",
        "\nSee [another](article:business/other).\n",
        "\n## A heading\n",
        "\n![](gone.png)\n",
    ],
)
def test_more_than_words(published: Site, edit: str) -> None:
    """What other pages could tell, or what there is to tell of, goes through the whole line, with the same result."""
    path = published.folder / "content/articles/business/gift.md"
    published.article("business/other", title="The other").build()
    path.write_text(path.read_text("utf-8") + edit, "utf-8")

    published.build("--verify")


@pytest.mark.parametrize("url", ["/business/gift/", "/business/", "/business/feed.xml"])
def test_explain_says_why_a_page_was_rendered(published: Site, url: str) -> None:
    """The question whose answer changed is named, for the page of an article as for any other."""
    published.write(GIFT, (published.folder / GIFT).read_text("utf-8").replace("title: ", "title: Not "))
    published.build()

    assert "answered differently" in published.run("explain", url).expect(0).out
