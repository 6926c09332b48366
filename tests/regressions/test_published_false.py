"""A piece that its author holds back never gets out because another generator says so in other words."""

from __future__ import annotations

import pytest
from harness import Site, article


def test_published_false_is_a_draft(site: Site) -> None:
    """`published: false` holds a piece back as `draft: true` does; with `--drafts` it is shown and told."""
    site.write("content/articles/business/gift.md", article(published="false"))
    run = site.build()

    assert "1 draft" in run.missing("/business/gift/").out
    [finding] = site.build("--drafts").findings
    assert ("unknown-key", "write `draft: true`") == (finding.code, finding.hint)


def test_publish_date_as_hugo_writes_it(site: Site) -> None:
    """`publishDate` holds a piece back as `publish_date` does."""
    site.write("content/articles/business/gift.md", article(publishDate="2999-01-01"))
    site.write("content/articles/business/other.md", article())

    assert not (site.build().site.output / "business/gift/index.html").exists()


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("categories", "[news, web]", "`tags`"),
        ("permalink", "/2012/gift.html", "`aliases`"),
        ("layout", "post", "kind"),
    ],
)
def test_keys_without_counterpart(site: Site, key: str, value: str, hint: str) -> None:
    """Keys that mean nothing here are told with what to write instead, not with a name that merely looks alike."""
    site.write("content/articles/business/gift.md", article(**{key: value}))

    [finding] = site.build().findings
    assert "unknown-key" == finding.code
    assert hint in finding.hint
