"""From front matter to values: every key and alias, every kind of mistake, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sitegen.articles.dates import EdtfDate
from sitegen.articles.fields import ARTICLE_KEYS, RECORD_KEYS, article_meta, record_fields
from sitegen.articles.frontmatter import read
from sitegen.articles.keys import EXPECTED
from sitegen.articles.meta import (
    Annotation,
    Correction,
    Credit,
    Disclosure,
    Image,
    Meta,
    Original,
    Place,
    Reference,
    Rights,
)
from sitegen.articles.records import Record, RecordKind, WebLink
from sitegen.diagnostics import Diagnostic

FULL = """---
Title: "Gift: a horse"
date: 2009-07-20 10:00:31 -0400
authors:
- Ada Berg
- {name: mara-ivers, role: Contributor}
section: Business
standards: editorial@2009-01-01
id: business/gift
dek: Look it
  in the mouth
description: |
  Two
  lines
kicker: Opinion
tags: linux, C++ , linux,,
genre: Opinion
arguments: list
annotations:
- argument: "#gift-horse"
  stance: con
  claim: vendors
  supports: a#x b
  rebuts: [c#y]
  by: Ada Berg
  date: 2010
slug: gift-horse
aliases: [blog/old.html, /2009/gift/]
updated: 2010-02
draft: no
publish_date: 2009-07-20
expiryDate: 2039-01-01
status: retracted
original: {publisher: The Gazette, url: "https://example.org/x", date: 1998, page: 12, archived_url: http://a.example}
rights: {license: CC BY 4.0, holder: Ada, year: 2009, statement: All}
disclosures:
- {text: Shares, kind: funding, date: 2009-07}
corrections:
- {date: 2010-01-02, kind: clarification, text: "Not 3 but 4.", argument: gift-horse}
image: {src: horse.jpg, alt: A horse, credit: M. I., caption: Teeth}
language: no
extra: {weight: 3, ratio: 0.5, on: true, list: [a, 2], none: ~, tag: no}
---
"""


def meta(front: str) -> Meta:
    """Return the values of a front matter, which may be wrong."""
    return article_meta(read(f"---\ntitle: Gift\n{front}\n---\n".encode()))[0]


def findings(front: str) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a front matter that begins in line 3."""
    document = read(f"---\ntitle: Gift\n{front}\n---\n".encode())
    return document.findings + article_meta(document)[1]


def only(front: str) -> Diagnostic:
    """Return the one finding about a front matter."""
    found = findings(front)

    assert len(found) == 1

    return found[0]


def test_every_key() -> None:
    """A front matter with every key becomes a value with every field."""
    found, problems = article_meta(read(FULL.encode()))

    assert problems == ()
    assert msgspec.structs.replace(found, places={}) == Meta(
        title="Gift: a horse",
        date=EdtfDate("2009-07-20T10:00:31-04:00"),
        authors=(Credit("Ada Berg"), Credit("mara-ivers", "Contributor")),
        section="Business",
        standards="editorial@2009-01-01",
        id="business/gift",
        dek="Look it in the mouth",
        description="Two lines",
        kicker="Opinion",
        tags=("linux", "C++"),
        genre="opinion",
        arguments="list",
        annotations=(
            Annotation(
                argument="gift-horse",
                stance="con",
                claim=Reference("vendors", Place(22, 10, 7)),
                supports=(Reference("a#x", Place(23, 13, 5)), Reference("b", Place(23, 13, 5))),
                rebuts=(Reference("c#y", Place(24, 12, 3)),),
                by="Ada Berg",
                date=EdtfDate("2010"),
                place=Place(20, 3, 23),
            ),
        ),
        slug="gift-horse",
        aliases=("/blog/old.html", "/2009/gift/"),
        updated=EdtfDate("2010-02"),
        draft=False,
        publish_date=EdtfDate("2009-07-20"),
        expiry_date=EdtfDate("2039-01-01"),
        status="retracted",
        original=Original("The Gazette", "", "https://example.org/x", EdtfDate("1998"), "12", "http://a.example"),
        rights=Rights("CC BY 4.0", "Ada", "2009", "All"),
        disclosures=(Disclosure("Shares", "funding", EdtfDate("2009-07")),),
        corrections=(Correction("Not 3 but 4.", EdtfDate("2010-01-02"), "clarification", "gift-horse"),),
        image=Image("horse.jpg", "A horse", "M. I.", "Teeth"),
        language="no",
        extra={"weight": 3, "ratio": 0.5, "on": True, "list": ["a", 2], "none": None, "tag": "no"},
    )


def test_places() -> None:
    """Each value has its place, those of lists and tables too."""
    places = article_meta(read(FULL.encode()))[0].places

    assert places["title"] == Place(2, 8, 15)
    assert places["expiry_date"].line == 32
    assert places["annotations.0.argument"] == Place(20, 13, 13)
    assert places["annotations.0.rebuts.0"] == Place(24, 12, 3)
    assert places["aliases.1"].line == 28
    assert (places["corrections.0.argument"].line, places["image.src"].line) == (39, 40)
    assert {key.name for key in ARTICLE_KEYS} - set(places) == {"byline"}


def test_toml() -> None:
    """TOML gives the same values."""
    document = read(
        b'+++\ntitle = "Gift"\ndate = 2009-07-20T10:00:31.5-04:00\ndraft = true\ntags = ["a", "b"]\n'
        b'[[corrections]]\ndate = 2010-01-02\ntext = "x"\n+++\n'
    )
    found, problems = article_meta(document)

    assert problems == ()
    assert (found.date, found.draft, found.tags) == (EdtfDate("2009-07-20T10:00:31-04:00"), True, ("a", "b"))
    assert found.corrections == (Correction("x", EdtfDate("2010-01-02")),)


def test_declarations_match_the_values() -> None:
    """Every key has a field and every field a key; choices are those of the value's type."""
    made = [(Meta, ARTICLE_KEYS, {"places"})]
    made += [(key.makes, key.keys, {"place"}) for key in ARTICLE_KEYS if key.makes]  # type: ignore[misc]
    for struct, keys, ours in made:
        assert {key.name for key in keys} == set(struct.__struct_fields__) - ours
        hints = get_type_hints(struct)
        for key in keys:
            if key.choices:
                assert set(key.choices) == literals(hints[key.name])
    for keys in RECORD_KEYS.values():
        assert {key.field or key.name for key in keys} - {"extra"} <= set(Record.__struct_fields__)


def literals(hint: Any) -> set[str]:
    """Return the words that a type allows."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    return {word for part in get_args(hint) for word in literals(part)}


def test_declarations_are_documented() -> None:
    """Every key says in words what it holds and what it means."""
    for keys in (ARTICLE_KEYS, *RECORD_KEYS.values()):
        for key in (*keys, *(inner for outer in keys for inner in outer.keys)):
            assert key.doc
            assert EXPECTED[key.kind]


MODEL = {
    "title": ["headline"],
    "date": ["pubdate", "Date"],
    "authors": ["author"],
    "section": ["category"],
    "dek": ["standfirst", "subtitle", "deck"],
    "description": ["excerpt", "summary", "teaser"],
    "tags": ["topics", "keywords"],
    "aliases": ["redirect_from", "redirect-from"],
    "updated": ["lastmod", "modified"],
    "publish_date": ["publish-date"],
    "expiry_date": ["expirydate", "expiryDate"],
}


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name, found in MODEL.items() for alias in found])
def test_aliases(name: str, alias: str) -> None:
    """The spellings of other generators mean the same."""
    document = read(f"---\n{alias}: 2009\n---\n".encode())

    assert getattr(article_meta(document)[0], name)
    assert name in article_meta(document)[0].places


def test_conflicting_keys() -> None:
    """Of two spellings the canonical one counts, whichever comes first; equal ones and empty ones are no conflict."""
    finding = only("excerpt: one\ndescription: two")

    assert (finding.code, finding.line, finding.column) == ("conflicting-keys", 3, 1)
    assert meta("excerpt: one\ndescription: two").description == "two"
    assert meta("description: two\nexcerpt: one").description == "two"
    assert findings("excerpt: one\ndescription: one\nlastmod: 2009\nupdated:") == ()
    assert meta("lastmod: 2009\nupdated:").updated == EdtfDate("2009")


@pytest.mark.parametrize(
    ("front", "hint"),
    [
        ("standarts: x", "did you mean `standards`?"),
        ("tumblr_url: x", "keys of your own go into the table `extra`"),
        ("image_alt: x", "write it as `alt` in the table `image`"),
        ("rights: {licence: x}", "did you mean `license`?"),
        ("rights: {q: x}", "known keys: license, holder, year, statement"),
    ],
)
def test_unknown_key(front: str, hint: str) -> None:
    """An unknown key is a warning with the nearest known one."""
    finding = only(front)

    assert (finding.code, finding.line, finding.hint, finding.excerpt) == ("unknown-key", 3, hint, front)


def test_absent() -> None:
    """Null, nothing and blanks are the same as no key."""
    front = "\n".join(f"{key.name}:" for key in ARTICLE_KEYS if key.name != "title")

    assert msgspec.structs.replace(meta(front), places={}) == Meta(title="Gift")
    assert findings(front.replace(":", ": ' '")) == ()


def test_missing_title() -> None:
    """A missing title is told once, with what to write; not where nothing could be read."""
    with_front = article_meta(read(b"---\ndate: 2009\n---\n"))[1]
    without = article_meta(read(b"Text"))[1]
    broken = article_meta(read(b"---\ntitle: 'x\n---\n"))[1]

    assert [(it.code, it.line, it.column) for it in with_front + without] == [("missing-key", 1, 1)] * 2
    assert with_front[0].hint == "add `title: …` to the front matter"
    assert without[0].hint == "begin the file with a line `---`, a line `title: …`, and a line `---`"
    assert broken == ()


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("date: [2009]", "`date` should be a date, but is a list"),
        ("section: {a: b}", "`section` should be text, but is a table"),
        ("tags: {a: b}", "`tags` should be a list of texts, or one text with commas, but is a table"),
        ("tags: [{a: b}]", "`tags` should be a list of texts, or one text with commas, but is a table"),
        ("aliases: {a: b}", "`aliases` should be a list of paths, or one path, but is a table"),
        ("authors: [[a]]", "`authors` should be a name, or a list of names and tables, but is a list"),
        ("draft: maybe", "`draft` should be `true` or `false`, not “maybe”"),
        ("original: The Gazette", "`original` should be a table, but is a single value"),
        ("corrections: none", "`corrections` should be a list of tables, but is a single value"),
        ("image: [a.png]", "`image` should be a path or a table, but is a list"),
        ("extra: [a]", "`extra` should be a table, but is a list"),
        (
            "annotations: [{argument: a, supports: {b: c}}]",
            "`supports` should be references with blanks between, or a list of them, but is a table",
        ),
    ],
)
def test_wrong_type(front: str, message: str) -> None:
    """A value of the wrong type is an error that says what is expected and what was found."""
    finding = only(front)

    assert (finding.code, finding.line, finding.message) == ("wrong-type", 3, message)


@pytest.mark.parametrize(
    ("front", "code", "hint"),
    [
        ("date: 2010-02-30", "bad-date", "`2009-07-20`"),
        ("date: 03/04/2009", "ambiguous-date", "`2009-04-03`"),
        ("updated: soon", "bad-date", "`2009-07-20`"),
        ("genre: opinon", "bad-value", "did you mean `opinion`?"),
        ("status: gone", "bad-value", "allowed: `published`, `retracted`, `withdrawn`"),
        ("byline: staff", "bad-value", "allowed: `none`"),
        ("corrections: [{date: 2009, text: x, kind: clarify}]", "bad-value", "`clarification`"),
        ("slug: ../../etc/passwd", "bad-slug", "write `etc-passwd`"),
        ("slug: Gift Horse", "bad-slug", "write `gift-horse`"),
        ("slug: '!'", "bad-slug", "lower-case"),
        ("id: Business//Gift", "bad-slug", "write `business/gift`"),
        ("id: ../x", "bad-slug", "write `x`"),
        ("language: English!", "bad-value", "BCP 47"),
        ("aliases: /a/../b/", "bad-value", "from the root"),
        ("aliases: /a/%2E%2e/b/", "bad-value", "from the root"),
        ("aliases: /a%2fb/", "bad-value", "from the root"),
        ("aliases: /a%00/", "bad-value", "from the root"),
        ("aliases: //example.org/a", "bad-value", "from the root"),
        ("aliases: https://example.org/a", "bad-value", "from the root"),
        ("aliases: [/fine/, '/a?b']", "bad-value", "from the root"),
        ("aliases: '/a#b'", "bad-value", "from the root"),
        ("aliases: /a b/", "bad-value", "from the root"),
        ("aliases: 'C:\\x'", "bad-value", "from the root"),
        ('kicker: "a\\x00b"', "bad-value", "remove it"),
        ('tags: ["a\\eb"]', "bad-value", "remove it"),
        ('extra: {a: [{"b\\x01": c}]}', "bad-value", "remove it"),
        ("original: {url: 'javascript:alert(1)'}", "unsafe-url", "`https:`"),
        ('original: {archived_url: " JAVA\\tscript:alert(1)"}', "unsafe-url", "`https:`"),
        ("image: data:text/html,x", "unsafe-url", "`https:`"),
        ("rights: {license: 'vbscript:x'}", "unsafe-url", "`https:`"),
        ("annotations: [{stance: pro}]", "missing-key", "add `argument: …`"),
        ("annotations: [{argument: '#'}]", "bad-value", "one id"),
        ("annotations: [{argument: a, claim: b c}]", "bad-value", "name one"),
        ("annotations: [{argument: a, stance: for}]", "bad-value", "allowed"),
        ("corrections: [{date: 2009}]", "missing-key", "add `text: …`"),
        ("corrections: [{text: x}]", "missing-key", "add `date: …`"),
        ("authors: [{role: Editor}]", "missing-key", "add `name: …`"),
        ("image: {alt: x}", "missing-key", "add `src: …`"),
    ],
)
def test_bad_values(front: str, code: str, hint: str) -> None:
    """A value that cannot be used is one finding at its place, with what to write instead."""
    finding = only(front)

    assert (finding.code, finding.line, finding.excerpt) == (code, 3, front)
    assert hint in finding.hint
    assert finding.column > 1


def test_all_at_once() -> None:
    """One mistake hides no other, and what is right is kept."""
    corrections = "corrections:\n- {date: x, text: [y]}\n- {date: 2009, text: z}"
    front = f"date: 2010-02-30\nslug: A B\ngenre: x\ntags: [a]\n{corrections}"

    assert [it.code for it in findings(front)] == ["bad-date", "bad-slug", "bad-value", "bad-date", "wrong-type"]
    assert (meta(front).tags, meta(front).corrections) == (("a",), (Correction("z", EdtfDate("2009")),))


def test_unsafe_urls_are_dropped() -> None:
    """A URL that could run a script never reaches a page; harmless ones do as they are."""
    found = meta(
        "original: {url: 'javascript:alert(1)', archived_url: /copy}\n"
        "image: 'data:x'\nrights: {license: 'mailto:a@b.example'}"
    )

    assert found.original == Original(archived_url="/copy")
    assert (found.image, found.rights) == (None, Rights("mailto:a@b.example"))


def test_scalars_as_written() -> None:
    """What looks like a number or a truth value is text where text is expected."""
    document = read(b"---\ntitle: 2.10\nsection: 2009\nkicker: true\ntags: [1.0, no]\nlanguage: no\ndate: 1998\n---\n")
    found, problems = article_meta(document)

    assert problems == ()
    assert (found.title, found.section, found.kicker, found.tags) == ("2.10", "2009", "true", ("1.0", "no"))
    assert (found.language, found.date) == ("no", EdtfDate("1998"))


@pytest.mark.parametrize(
    ("front", "authors"),
    [
        ("authors: Ada Berg", (Credit("Ada Berg"),)),
        ("author: 'Berg, Ada'", (Credit("Berg, Ada"),)),
        ("authors:\n-\n- ada", (Credit("ada"),)),
        ("authors: {name: Ada, role: Editor}", (Credit("Ada", "Editor"),)),
        ("authors: []", ()),
        ("byline: none", None),
    ],
)
def test_authors(front: str, authors: tuple[Credit, ...] | None) -> None:
    """Authors are a name, a table, or a list of these."""
    assert (meta(front).authors, findings(front)) == (authors, ())


@pytest.mark.parametrize(
    ("word", "flag"), [("true", True), ("Yes", True), ("ON", True), ("false", False), ("off", False)]
)
def test_flags(word: str, flag: bool) -> None:  # noqa: FBT001 - the expected value
    """Truth has the words of YAML, old and new."""
    assert meta(f"draft: {word}").draft is flag


@pytest.mark.parametrize(
    ("kind", "front", "fields"),
    [
        (
            "author",
            """name: Ada
slug: ada
summary: Editor
aliases: [A. Berg, 'Berg, Ada']
image: a.jpg
links: [{name: Home, url: https://example.org}]
extra: {a: 1}""",
            {
                "name": "Ada",
                "slug": "ada",
                "description": "Editor",
                "aliases": ("A. Berg", "Berg, Ada"),
                "image": Image("a.jpg"),
                "links": (WebLink("Home", "https://example.org"),),
            },
        ),
        ("tag", "title: C++\naliases: cpp, the language", {"name": "C++", "aliases": ("cpp, the language",)}),
        ("section", "name: Business", {"name": "Business"}),
        ("notice", "title: Standards\nsummary: x", {"name": "Standards", "description": "x"}),
        ("claim", "title: A gift is a gift.", {"name": "A gift is a gift."}),
        (
            "page",
            "title: About\nslug: about\nlanguage: pt_BR\ndraft: yes",
            {"name": "About", "slug": "about", "language": "pt-BR", "draft": True},
        ),
    ],
)
def test_records(kind: RecordKind, front: str, fields: dict[str, object]) -> None:
    """Each kind of record has its keys, which give the fields of the record."""
    found, problems = record_fields(kind, read(f"---\n{front}\n---\n".encode()))
    places = found.pop("places")

    assert (found, problems) == (fields, ())
    assert Record(kind=kind, path="", id="", places=places, **found).kind == kind


def test_record_problems() -> None:
    """A page needs a title, an unsafe link is dropped, keys of articles mean nothing here."""
    _, untitled = record_fields("page", read(b"Text"))
    fields, problems = record_fields("author", read(b"---\ndate: 2009\nlinks: [{name: x, url: 'javascript:x'}]\n---\n"))

    assert [it.code for it in untitled] == ["missing-key"]
    assert [it.code for it in problems] == ["unknown-key", "unsafe-url"]
    assert fields["links"] == ()


KEYS = st.sampled_from([spelt for key in ARTICLE_KEYS for spelt in (key.name, *key.aliases)])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates().map(str)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from([part.name for key in ARTICLE_KEYS for part in key.keys] + ["other"]), inner, max_size=4
        ),
    ),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=8))
@settings(deadline=None)
def test_any_values(front: dict[str, object]) -> None:
    """Whatever stands under a key, the result is sound and survives a round trip through the cache."""
    encoded = msgspec.json.encode(front).decode()
    found, problems = article_meta(read(f"---\n{encoded}\n---\n".encode()))

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=Meta) == found
    assert all(1 <= finding.line <= 3 for finding in problems)


def test_no_spelling_means_two_keys() -> None:
    """Each spelling belongs to one key."""
    for keys in (ARTICLE_KEYS, *RECORD_KEYS.values()):
        spelt = [name for key in keys for name in (key.name, *key.aliases)]

        assert len(spelt) == len(set(spelt))


CORPUS = Path(__file__).parents[3] / "shared/corpora/18f/content"


def test_real_archive() -> None:
    """Every piece of a real archive is understood, where it is at hand."""
    files = sorted(CORPUS.glob("*.md")) if CORPUS.is_dir() else []
    failed = {}
    for file in files:
        document = read(file.read_bytes())
        found, problems = article_meta(document)
        if any(it.fails for it in (*document.findings, *problems)) or not (found.title and found.authors):
            failed[file.name] = problems

    assert failed == {}
