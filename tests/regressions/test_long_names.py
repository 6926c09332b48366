"""Where words have no blanks between them, a name made of words stays short enough for a file system."""

from __future__ import annotations

from harness import Site, article

TEXT = "这是一个没有空格的长段落说明桥的历史与现状以及将来的可能性" * 6


def test_argument_without_blanks(site: Site) -> None:
    """The id of an argument in Chinese is a part of its text, not all of it."""
    site.write(
        "content/articles/business/bridge.md",
        article(f"* {TEXT}\n* {TEXT[::-1]}\n", arguments="list", language="zh"),
    )
    run = site.build()

    ids = [element.attributes["id"] for element in run.page("/business/bridge/").all("article.sg-argument")]
    assert 2 == len(ids)
    assert all(len(name) <= 80 for name in ids)


def test_names_of_terms_and_files(site: Site) -> None:
    """Very long tags, authors and file names give slugs that can be written."""
    site.write(f"content/articles/business/{'长' * 60}.md", article(tags=f"['{TEXT}', '{'w' * 300}']", author=TEXT))
    tree = site.build().site.tree()

    assert max(len(part) for path in tree for part in path.split("/")) <= 200


def test_tag_of_one_sign(site: Site) -> None:
    """What the hint proposes for a tag that gives no slug can be pasted into a file, and mends it."""
    site.write("content/articles/business/gift.md", article(tags="['!']"))
    [finding] = site.fail().findings
    proposed = finding.hint.split("`")[1]
    site.write("content/tags/bang.md", f"---\n{proposed}\nslug: bang\n---\n")

    assert ["!"] == site.build().page("/tags/bang/").texts("h1")
