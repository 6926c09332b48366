"""Catalogues: complete in every language, laid over each other, and told with their line where they are wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from sitegen.pages.catalogues import Catalogues, placeholders, read_catalogue
from sitegen.pages.snapshot import Snapshot, TemplateFile
from sitegen.pages.words import ENGLISH, Tongues, Words
from sitegen.resources import locale_folder

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(file.parents[1].name for file in locale_folder().glob("*/LC_MESSAGES/sitegen.po"))
DROPPED = {"num"}
"""What a plural form may leave out: “one piece” needs no figure."""


def catalogue(file: Path, language: str | None = None) -> Catalog:
    """Return a catalogue as it stands."""
    with file.open("rb") as opened:
        return read_po(opened, locale=language, abort_invalid=True)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return what Babel finds in the templates and the code now."""
    found = tmp_path_factory.mktemp("messages") / "sitegen.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "sitegen/locale/babel.cfg"]
    subprocess.run([*command, "-k", "say", "-o", found, "."], check=True, cwd=ROOT)
    return catalogue(found)


def keys(found: Catalog) -> set[object]:
    """Return what messages are known by."""
    return {(message.context, message.id) for message in found if message.id}


def test_languages() -> None:
    """These are packaged."""
    assert LANGUAGES == ["ar", "de", "es", "fr"]


def test_template_of_catalogues(extracted: Catalog) -> None:
    """The template of catalogues has what is extracted; `make messages` brings it up to date."""
    assert keys(catalogue(locale_folder() / "sitegen.pot")) == keys(extracted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_complete(language: str, extracted: Catalog) -> None:
    """No message is missing, stale, fuzzy or empty; each plural form is there, and placeholders are the same."""
    found = catalogue(locale_folder() / language / "LC_MESSAGES" / "sitegen.po", language)

    assert keys(found) == keys(extracted)
    assert [message.id for message in found if message.id and not is_right(message, found.num_plurals)] == []
    assert found.obsolete == {}


def is_right(message: Message, plurals: int) -> bool:
    """Whether a message is translated, with all forms and the same placeholders."""
    several = isinstance(message.id, tuple)
    ids = message.id if several else (message.id,)
    texts = message.string if several else (message.string,)
    expected = placeholders(ids[-1])
    exact = [placeholders(text) in ((expected, expected - DROPPED) if several else (expected,)) for text in texts]
    return all(texts) and all(exact) and len(texts) == (plurals if several else 1) and not message.fuzzy


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "لا مقالات"),
        (1, "مقال واحد"),
        (2, "مقالان"),
        (3, "3 مقالات"),
        (10, "10 مقالات"),
        (11, "11 مقالًا"),
        (99, "99 مقالًا"),
        (100, "100 مقال"),
        (103, "103 مقالات"),
    ],
)
def test_arabic_plurals(number: int, expected: str) -> None:
    """Arabic has six forms."""
    assert said(packaged("ar"), number) == expected


def said(words: Words, number: int) -> str:
    """Return a number of pieces in words."""
    return words.ngettext.say(("%(num)s piece", "%(num)s pieces", number), {}, is_html=False)


def packaged(language: str, **own: str) -> Words:
    """Return the words of a site in a language, with catalogues of its own."""
    files = {
        f"{name.replace('_', '-')}.po": TemplateFile(f"templates/locale/{name}.po", text) for name, text in own.items()
    }
    return Tongues(Catalogues(Snapshot({}, {}, (), files)), language, lambda *_: None).interface


def test_plurals_elsewhere() -> None:
    """French counts nothing as one, German does not; English needs no catalogue."""
    assert [said(packaged("fr"), number) for number in (0, 1, 2)] == ["0 article", "1 article", "2 articles"]
    assert [said(packaged("de"), number) for number in (0, 1, 2)] == ["0 Beiträge", "1 Beitrag", "2 Beiträge"]
    assert [said(ENGLISH, number) for number in (0, 1, 2)] == ["0 pieces", "1 piece", "2 pieces"]


def test_fallbacks() -> None:
    """A region says what its language says, and an unknown language speaks English."""
    assert packaged("de-AT").say("Archive") == packaged("de_AT").say("Archive") == "Archiv"
    assert packaged("nl").say("Archive") == "Archive"
    assert packaged("zh-Hant-TW").say("Archive") == "Archive"


def test_own() -> None:
    """A catalogue of the site lies over the packaged one, message by message, nearest first; English has one too."""
    own = 'msgid "Archive"\nmsgstr "Bestand"\n'

    assert packaged("de", de=own).say("Archive") == packaged("de-AT", de=own).say("Archive") == "Bestand"
    assert packaged("de-AT", de=own, de_AT='msgid "Archive"\nmsgstr "Register"\n').say("Archive") == "Register"
    assert packaged("de", de=own).say("Tags") == "Schlagwörter"
    assert packaged("en", en='msgid "Tags"\nmsgstr "Topics"\n').say("Tags") == "Topics"
    assert said(packaged("nl", nl='msgid "%(num)s piece"\nmsgid_plural "%(num)s pieces"\nmsgstr[0] "%(num)s stuk"\n'
                                  'msgstr[1] "%(num)s stukken"\n'), 3) == "3 stukken"  # fmt: skip


def test_languages_that_are_spoken() -> None:
    """Pieces in a language without a catalogue keep the words of the site."""
    known = Catalogues(Snapshot({}, {}, (), {"nl.po": TemplateFile("x", "")}))
    asked: list[tuple[str, str]] = []
    tongues = Tongues(known, "de", lambda *it: asked.append(it))

    assert [known.speak(it) for it in ("de-CH", "en-US", "nl-BE", "sv")] == [True, True, True, False]
    assert tongues.of("sv") is tongues.of("de") is tongues.of("") is tongues.interface
    assert (tongues.of("nl-BE").language, tongues.of("en").say("Tags")) == ("nl-BE", "Tags")
    assert asked == [("words", it) for it in ("sv", "de", "de", "nl-BE", "en")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('msgid "Tags"\nmsgstr "Themen\n', 2, "is no line of a gettext catalogue"),
        ('msgid "Tags"\n\nmsgid "Archive"\nmsgstr "Archiv"\n', 1, "missing msgstr"),
        ('msgid "a"\nmsgstr "b"\nrubbish\n', 3, "is no line of a gettext catalogue"),
        ('msgid "%(num)s a"\nmsgstr "%(nmu)s b"\n', 1, "no value for %(nmu)s in “%(num)s a”"),
        ('msgid "a"\nmsgstr "100 % b"\n', 1, "“% ” is no placeholder"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\n', 1, "“a” needs 2 plural forms, and number 1 is empty"),
        ('msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(import os);\\n"\n', 1, "is no gettext catalogue"),
    ],
)  # fmt: skip
def test_wrong(text: str, line: int, message: str) -> None:
    """What is wrong with a catalogue is told with its line, and it says nothing."""
    entries, findings = read_catalogue(TemplateFile("templates/locale/de.po", text), "de")

    assert entries == {}
    assert findings[0].path == "templates/locale/de.po"
    assert message in findings[0].message
    assert findings[0].line == line


def test_strange_name() -> None:
    """A catalogue is named by a language that exists."""
    known = Catalogues(Snapshot({}, {}, (), {"jp.po": TemplateFile("templates/locale/jp.po", "")}))

    assert "`ja`" in known.findings()[0].hint


def test_fuzzy() -> None:
    """What a translator has not looked at yet is not said."""
    assert packaged("de", de='#, fuzzy\nmsgid "Archive"\nmsgstr "Bogen"\n').say("Archive") == "Archiv"
