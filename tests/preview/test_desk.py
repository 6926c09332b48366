"""What the desk makes of a change: as little as it can, told as it is; and what it answers meanwhile."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs
from preview.rooms import GIFT, NOON, Room, state, text

from sitegen.articles.clock import Clock
from sitegen.preview.desk import Desk


@pytest.mark.parametrize(
    ("change", "is_whole"),
    [
        (("It pulls.", "It pulls hard."), False),
        (("title: A gift", "title: A loan"), False),
        (("A gift is a hook", "A loan is a hook"), False),
        (("So [beware](../business/second.md).", "So be it."), False),
        (("So [", "So see [all](/tags/it/), and ["), False),
        (("So [", "So see [none](/tags/no/), and ["), True),
        (("#debt", "#owed"), True),
        (("tags: [it]", "tags: [that]"), True),
        (("tags: [it]", "tags: [it]\nunheard: of"), True),
    ],
)
def test_a_change_costs_what_it_is(room: Room, change: tuple[str, str], *, is_whole: bool) -> None:
    """Edits of texts, claims and links leave the archive and the plan as they are."""
    desk = room.desk()
    desk.answer("/")
    before = desk.edition
    room.edit(GIFT, change)

    assert [it["path"] for it in state(desk, GIFT)["changed"]] == [GIFT]
    assert (desk.edition.stored is not before.stored) == is_whole
    assert (
        change[1].partition("](")[0].partition("[")[0].strip("#")[:5] in text(desk.answer("/business/gift/"))
        or is_whole
    )


def test_nothing_changed(room: Room) -> None:
    """A file that was saved as it was, or touched, or is none of ours, changes nothing."""
    desk = room.desk()
    room.site.write(GIFT, (room.site.folder / GIFT).read_bytes())
    room.site.write("notes.txt", "Mine.")

    assert desk.refresh({GIFT}) is None
    assert desk.refresh({"notes.txt"}) is None
    assert desk.refresh(None) is None
    assert desk.number == 1


def test_an_error_keeps_what_was_good(room: Room) -> None:
    """A broken piece is shown as it was, the error is told until it is mended, and others go on."""
    desk = room.desk()
    good = (room.site.folder / GIFT).read_text("utf-8")
    room.edit(GIFT, ("date:", "date: 31.2.2010 #"))
    told = state(desk, GIFT)
    assert (told["failing"], [it["path"] for it in told["findings"]]) == (1, [GIFT])
    assert told["findings"][0]["excerpt"]
    assert "It pulls." in text(desk.answer("/business/gift/"))

    room.edit("content/articles/business/second.md", ("Another text.", "Quite another text."))
    assert state(desk, "content/articles/business/second.md")["failing"] == 1
    assert "Quite another" in text(desk.answer("/business/second/"))

    room.site.write(GIFT, good)
    change = desk.refresh({GIFT})
    assert change is not None
    assert (change.is_mended, change.state["findings"]) == (True, [])


def test_nothing_to_show_yet(room: Room) -> None:
    """A site that is wrong as a whole is told so, and shown as soon as it is mended."""
    good = (room.site.folder / GIFT).read_text("utf-8")
    room.site.article("business/copy", good, title="A copy", slug="gift")
    room.site.write("content/sections/x.md", "---\nname: [\n---\n")
    desk = room.desk()
    assert desk.state()["failing"] >= 1
    assert desk.answer("/").status == 500
    assert desk.look("/archive/", "")["findings"]

    room.site.delete("content/sections/x.md").delete("content/articles/business/copy.md")
    assert state(desk)["failing"] == 0
    assert desk.answer("/").status == 200


def test_the_configuration(room: Room) -> None:
    """A mistake in `config.toml` is told while the site stays; a change reaches every page, and the base path."""
    desk = room.desk()
    good = (room.site.folder / "config.toml").read_text("utf-8")
    room.site.write("config.toml", f"{good}\nnonsense = 1\n")
    told = state(desk, "config.toml")
    assert [it["path"] for it in told["findings"]] == ["config.toml"]
    assert desk.answer("/").status == 200
    room.edit(GIFT, ("It pulls.", "It pulls hard."))
    assert desk.refresh({GIFT}) is None

    room.site.write("config.toml", good.replace("/archive/", "/").replace('title = "', 'title = "New '))
    assert state(desk, "config.toml")["findings"] == []
    assert desk.base_path == "/"
    assert "New " in text(desk.answer("/"))
    assert "It pulls hard." in text(desk.answer("/business/gift/"))


def test_templates(room: Room) -> None:
    """A template is read anew; a mistake in one is told at once, and the page stays as it was."""
    desk = room.desk()
    before = text(desk.answer("/business/gift/"))
    room.site.write("templates/article.html", "<p>{{ article.card.title }}</p>")
    assert state(desk, "templates/article.html")["changed"][0]["path"] == "templates/article.html"
    assert text(desk.answer("/business/gift/")) == "<p>A gift</p>"

    room.site.write("templates/article.html", "<p>{{ article.card.title </p>")
    assert [it["path"] for it in state(desk, "templates/article.html")["findings"]] == ["templates/article.html"]
    shown = desk.answer("/business/gift/")
    assert (shown.status, text(shown)) == (500, "<p>A gift</p>")
    assert desk.look("/archive/business/gift/", "")["findings"][0]["path"] == "templates/article.html"
    assert desk.answer("/business/second/").status == 500
    assert desk.answer("/").status == 200

    room.site.delete("templates/article.html")
    assert state(desk, "templates/article.html")["findings"] == []
    assert text(desk.answer("/business/gift/")) == before


def test_a_style_sheet(room: Room) -> None:
    """Another style sheet has another address, and the old one is there no more."""
    desk = room.desk()
    old = next(path for path in desk.edition.files if path.endswith(".css") and "/style." in path)
    room.site.write("templates/assets/style.css", "body { color: red }")
    state(desk, "templates/assets/style.css")
    new = next(path for path in desk.edition.files if path.endswith(".css") and "/style." in path)

    assert new != old
    assert (desk.answer(f"/{old}").status, desk.answer(f"/{new}").status) == (404, 200)
    assert new in text(desk.answer("/"))


def test_answers_of_a_static_host(room: Room) -> None:
    """Folders without their slash are redirected to, what is not there has the site's page, types are told."""
    room.site.write("content/files/robots-and-men.txt", "Both.").write("content/files/sub/index.html", "<p>Sub</p>")
    desk = room.desk()

    assert (desk.answer("/business/gift").status, desk.answer("/business/gift").location) == (301, "gift/")
    assert desk.answer("/sub").location == "sub/"
    assert desk.answer("/sub/").status == 200
    assert desk.answer("/nowhere/").status == 404
    assert "<html" in text(desk.answer("/nowhere/"))
    assert desk.answer("/feed.xml").media_type == "application/xml; charset=utf-8"
    assert desk.answer("/robots-and-men.txt").media_type == "text/plain; charset=utf-8"
    for path in ("//", "/../config.toml", "/business//gift/", "/./", "/content/articles/business/gift.md", "/\0"):
        assert desk.answer(path).status == 404, path


def test_a_file_is_not_sent_from_outside(room: Room, tmp_path: Path) -> None:
    """What became a link out of `content/` after it was read is not sent."""
    (tmp_path / "secret.txt").write_text("Mine.")
    room.site.write("content/files/open.txt", "Ours.")
    desk = room.desk()
    file = room.site.folder / "content" / "files" / "open.txt"
    file.unlink()
    file.symlink_to(tmp_path / "secret.txt")

    assert desk.answer("/open.txt").status == 404


def test_a_piece_moves(room: Room) -> None:
    """Who looks at a page whose piece was renamed, or given another slug, is told where it is now."""
    desk = room.desk()
    room.site.rename(GIFT, "content/articles/business/present.md")
    told = state(desk, GIFT, "content/articles/business/present.md")
    assert told["moved"] == [{"from": "/archive/business/gift/", "to": "/archive/business/present/"}]
    assert desk.look("/archive/business/gift/", "")["status"] == 404

    room.edit("content/articles/business/present.md", ("title: A gift", "title: A gift\nslug: box"))
    told = state(desk, "content/articles/business/present.md")
    assert told["moved"] == [{"from": "/archive/business/present/", "to": "/archive/business/box/"}]
    assert told["changed"][0]["url"] == "/archive/business/box/"


def test_unpublished_pieces(room: Room) -> None:
    """Drafts and pieces of a later day are shown, and known as such."""
    room.site.article("business/draft", title="A draft", draft="true")
    room.site.article("business/later", title="Later", date="2013-01-01")
    desk = room.desk()
    told = desk.unpublished()

    assert [(it["url"], it["badge"], it["until"]) for it in told["pieces"]] == [
        ("/archive/business/draft/", "draft", ""),
        ("/archive/business/later/", "future", "2013-01-01"),
    ]
    assert told["digest"] == desk.state()["unpublished"]
    assert desk.panel("/archive/business/draft/")["badge"] == "draft"
    assert desk.answer("/business/later/").status == 200


def test_look(room: Room) -> None:
    """A page is sent only to who does not have it."""
    desk = room.desk()
    first = desk.look("/archive/business/gift/", "")
    again = desk.look("/archive/business/gift/", first["digest"])

    assert (first["status"], first["html"].encode()) == (200, desk.answer("/business/gift/").body)
    assert (again["status"], again["digest"]) == (200, first["digest"])
    assert "html" not in again
    assert desk.look("/archive/business/gift", "")["location"] == "gift/"
    assert desk.look("/elsewhere/", "")["status"] == 404


def test_panel(room: Room) -> None:
    """The panel tells what stands behind a page, and why it is another one."""
    room.edit(GIFT, ("So [", "See ![](a.png) and [all](/none/). So ["))
    room.site.configure('[preview]\neditor = "code://{path}:{line}"')
    desk = room.desk()
    told = desk.panel("/archive/business/gift/")

    assert (told["path"], told["kind"], told["template"], told["title"]) == (GIFT, "article", "article.html", "A gift")
    assert [(it["number"], it["id"]) for it in told["arguments"]] == [(1, "hook"), (2, "debt")]
    assert told["editor"] == f"code://{room.site.folder / GIFT}:1"
    assert told["arguments"][0]["url"] == "/archive/business/gift/#hook"
    assert {it["target"] for it in told["links"]} == {"a.png", "/none/"}
    assert {it["code"] for it in told["findings"]} >= {"missing-image", "missing-page"}
    facts = {it["name"]: it["value"] for it in told["facts"]}
    assert (facts["status"], facts["title"], int(facts["words"]) > 10) == ("published", "A gift", True)
    assert told["rendered"] == []

    room.edit(GIFT, ("It pulls.", "It pulls hard."))
    desk.answer("/business/gift/")
    state(desk, GIFT)
    assert desk.panel("/archive/business/gift/")["rendered"] == ["`article(business/gift)` answered differently"]
    assert desk.panel("/archive/tags/it/")["template"] == "tag.html"
    assert desk.panel("/archive/nowhere/") == {"number": desk.number}


def test_the_day(room: Room) -> None:
    """The desk knows when to look again by itself, and the day that pages say."""
    room.site.article("business/short", title="Short", expiry_date="2012-07-01T18:00:00Z")
    desk = room.desk()
    assert desk.due() is None  # the time of this site stands
    room.now = NOON + dt.timedelta(hours=7)
    assert state(desk)["failing"] == 0
    assert desk.answer("/business/short/").status == 404
    assert desk.edition.until is None

    real = Desk(lambda: structs.replace(room.job(), clock=Clock(dt.datetime.now(dt.UTC), drafts=True, future=True)))
    room.desks.append(real)
    due = real.due()
    assert due is not None
    assert 0 <= due <= 24 * 3600


def test_the_next_start(room: Room) -> None:
    """What was read is recalled, changes that nobody watched are seen, and a second preview has its own memory."""
    first = room.desk()
    first.refresh(None)
    second = room.desk()
    assert second.answer("/business/gift/").body == first.answer("/business/gift/").body
    first.close()
    room.desks.clear()
    second.close()
    room.edit(GIFT, ("It pulls.", "It pulls hard."))
    room.site.article("business/third", title="A third")
    third = room.desk()

    assert "It pulls hard." in text(third.answer("/business/gift/"))
    assert third.answer("/business/third/").status == 200
    assert third.state()["number"] == 1


def test_words_are_recalled(room: Room) -> None:
    """A title that was saved before the first quiet moment is that of the next start too."""
    first = room.desk()
    room.edit(GIFT, ("title: A gift", "title: A loan"))
    assert first.refresh({GIFT})
    first.refresh(None)
    first.close()
    room.desks.clear()

    assert "A loan" in text(room.desk().answer("/"))


def test_memory_that_goes(room: Room) -> None:
    """Somebody may remove what the preview remembers while it runs."""
    desk = room.desk()
    desk.refresh(None)
    shutil.rmtree(room.site.folder / ".sitegen")
    room.edit(GIFT, ("It pulls.", "It pulls hard."))
    assert desk.refresh({GIFT})

    assert "It pulls hard." in text(desk.answer("/business/gift/"))
    assert desk.refresh(None) is None


def test_a_damaged_text(room: Room) -> None:
    """A text that cannot be read any more is made anew when its page is asked for."""
    desk = room.desk()
    with closing(sqlite3.connect(room.site.folder / ".sitegen" / "preview" / "state.sqlite")) as database, database:
        database.execute("UPDATE bodies SET text = x'00'")

    assert "It pulls." in text(desk.answer("/business/gift/"))
    assert desk.state()["failing"] == 0
    assert desk.panel("/archive/business/gift/")["title"] == "A gift"


def test_settings_in_templates(room: Room) -> None:
    """What a template has made of the configuration is made again when that changes."""
    room.site.write("templates/article.html", "{{ '/feed.xml' | absolute }}")
    desk = room.desk()
    assert text(desk.answer("/business/gift/")) == "https://example.org/archive/feed.xml"
    room.edit("config.toml", ("example.org", "example.com"))
    state(desk, "config.toml")

    assert text(desk.answer("/business/gift/")) == "https://example.com/archive/feed.xml"


def test_a_name_that_is_no_text(room: Room) -> None:
    """A file whose name is no UTF-8 is told of in words that browsers can read."""
    desk = room.desk()
    name = b"content/articles/business/caf\xe9.md"
    Path(os.fsdecode(os.fsencode(room.site.folder) + b"/" + name)).write_bytes(b"---\ntitle: X\ndate: 2010\n---\n")

    told = state(desk, os.fsdecode(name))
    assert json.dumps(told, ensure_ascii=False).encode()
    assert [it["path"].isascii() for it in told["changed"]] == [True]


def test_a_file_of_tomorrow(room: Room) -> None:
    """A file whose time lies ahead is no change each time that somebody looks."""
    room.site.write("content/files/x.txt", "x")
    ahead = time.time() + 86_400
    os.utime(room.site.folder / "content/files/x.txt", (ahead, ahead))
    desk = room.desk()

    assert desk.refresh(None) is None
    assert desk.refresh(None) is None


def test_a_picture_that_is_the_theme_s(room: Room) -> None:
    """A picture that is also an asset of the theme is still there when the theme's is another one."""
    room.site.write("templates/assets/logo.svg", "<svg/>").write("content/articles/business/logo.svg", "<svg/>")
    room.edit(GIFT, ("So [", "![A logo](logo.svg)\n\nSo ["))
    desk = room.desk()
    shown = re.findall(r"assets/logo\.\w+\.svg", text(desk.answer("/business/gift/")))
    assert desk.answer(f"/{shown[0]}").status == 200
    room.site.write("templates/assets/logo.svg", "<svg></svg>")
    state(desk, "templates/assets/logo.svg")

    shown = re.findall(r"assets/logo\.\w+\.svg", text(desk.answer("/business/gift/")))
    assert [desk.answer(f"/{path}").status for path in shown] == [200]


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"nonsense" * 1000),
        lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
        lambda file: file.unlink(),
    ],
    ids=["foreign", "cut", "gone"],
)
def test_damaged_memory(room: Room, damage: Callable[[Path], object]) -> None:
    """A state that cannot be read is made anew."""
    first = room.desk()
    first.refresh(None)
    page = text(first.answer("/business/gift/"))
    first.close()
    room.desks.clear()
    damage(room.site.folder / ".sitegen" / "preview" / "state.sqlite")

    assert text(room.desk().answer("/business/gift/")) == page
