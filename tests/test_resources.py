"""The theme and the starter site are found, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen import resources


def test_checkout() -> None:
    """In a checkout the theme is the folder `templates/`, and the starter is a whole site."""
    assert (resources.theme_folder() / "base.html").is_file()
    assert (resources.starter_folder() / "config.toml").is_file()


def test_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel carries the theme inside the package."""
    (tmp_path / "_theme").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)

    assert resources.theme_folder() == tmp_path / "_theme"
