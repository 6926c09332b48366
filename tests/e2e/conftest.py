"""A site that is already published, to which the tests do something."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Site

NOTICE = "---\ntitle: Editorial standards\n---\n\nWe check.\n"


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site with two articles and its output: one is in order, one has a warning."""
    site = Site(tmp_path_factory.mktemp("published") / "site")
    site.article(
        "business/gift", "- A gift is never free of what its giver wants. {: .argument #horse }\n", title="The gift"
    )
    site.article("business/neighbour", "Some text.", title="The neighbour", colour="red")
    site.write("content/standards/editorial/2009-01-01.md", NOTICE)
    site.build()
    return site


@pytest.fixture
def published(built_once: Site, tmp_path: Path) -> Site:
    """Return a copy of that site, with its output and its state, to be changed."""
    return built_once.copy(tmp_path / "site")
