"""The scripts of the client are there by name, each that another one asks for too, and nothing else is."""

from __future__ import annotations

import re

import pytest

from sitegen.preview.client import SCRIPTS, script


def test_every_script_has_what_it_imports() -> None:
    """What a script imports is one of the scripts."""
    imported = {name for one in SCRIPTS for name in re.findall(rb'(?:from |import\()"\./([^"]+)"', script(one))}

    assert {"preview.js", "worker.js"} == SCRIPTS - {name.decode() for name in imported}
    assert {name.decode() for name in imported} <= SCRIPTS


@pytest.mark.parametrize("name", ["", "__init__.py", "../answer.py", "preview", "PREVIEW.JS"])
def test_nothing_else(name: str) -> None:
    """Another name is none of the scripts, whatever stands in the folder."""
    with pytest.raises(KeyError):
        script(name)


def test_no_page_can_be_meant() -> None:
    """No script makes markup out of words: everything that anybody wrote stays text."""
    for name in SCRIPTS:
        assert not re.search(rb"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|eval\(", script(name)), name
