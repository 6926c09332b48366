"""A room: a small site, and the desks that preview it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from harness import Site

from sitegen.articles.clock import Clock
from sitegen.build.job import Job
from sitegen.config import load
from sitegen.preview.answer import Answer
from sitegen.preview.desk import Desk

__all__ = ["BODY", "GIFT", "NOON", "Room", "state", "text"]

BODY = """
1. **A gift is a hook.** It pulls. {: #hook }
2. **A gift is a debt.** It is called in. {: #debt }

So [beware](../business/second.md).
"""
GIFT = "content/articles/business/gift.md"
NOON = dt.datetime(2012, 7, 1, 12, tzinfo=dt.UTC)


class Room:
    """A site, and how it is previewed; `now` is the time of its clock."""

    def __init__(self, site: Site) -> None:
        """Preview nothing yet."""
        self.site = site
        self.now = NOON
        self.desks: list[Desk] = []

    def job(self) -> Job:
        """Return what is previewed now."""
        return Job(
            project=self.site.folder,
            config=load(self.site.folder / "config.toml"),
            clock=Clock(self.now, drafts=True, future=True),
            output=self.site.output,
        )

    def desk(self) -> Desk:
        """Begin a preview."""
        desk = Desk(self.job)
        self.desks.append(desk)
        return desk

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        """Replace texts in a file."""
        text = (self.site.folder / path).read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.site.write(path, text)


def text(told: Answer) -> str:
    """Return the text of an answer."""
    assert isinstance(told.body, bytes)
    return told.body.decode()


def state(desk: Desk, *paths: str) -> dict[str, Any]:
    """Let a desk look at paths, and return what it tells."""
    change = desk.refresh(paths or None)
    assert change is not None
    return change.state
