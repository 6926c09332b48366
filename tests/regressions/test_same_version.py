"""A piece that is broken stays out, whatever the settings: the same bytes are no earlier version of themselves."""

from __future__ import annotations

from harness import CONFIG, Site


def test_other_settings_make_no_other_version(site: Site) -> None:
    """Settings that parsing depends on gave known bytes another key, so they stood in for themselves."""
    site.article("business/gift").article("science/star", author="Ada Berg")
    site.write("content/authors/ada-berg.md", "---\nname: Ada Berg\n---\n\nSee [it](article:gift).\n")
    site.build()
    site.article("science/gift", "See [it](article:gift).", title="Another gift")
    site.write("config.toml", f'{CONFIG}defaults.section = "law"\n')

    kept = site.run("build", "--keep-going", "--json").expect(3).json["kept"]
    assert [(it["path"], it["stands_in"]) for it in kept] == [
        ("content/articles/science/gift.md", False),
        ("content/authors/ada-berg.md", False),
    ]
