"""A Markdown engine of the configured dialect: Python-Markdown with the extensions of `[markdown]` and ours."""

from __future__ import annotations

from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from sitegen.articles.plain import collapse
from sitegen.config import Markdown as MarkdownConfig
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.errors import ConfigError
from sitegen.slugs import slugify

__all__ = ["load_dialect"]

_KNOWN = (*MarkdownConfig().extensions, "abbr", "extra", "md_in_html", "meta", "nl2br", "smarty", "wikilinks")


def load_dialect(dialect: MarkdownConfig, ours: list[Extension]) -> Markdown:
    """Return an engine for HTML with the extensions of a dialect, and after them ours.

    Raises `ConfigError` for extensions that do not exist or refuse their settings.
    """
    settings: dict[str, dict[str, Any]] = {
        "codehilite": {"guess_lang": False},
        "toc": {"slugify": lambda text, _separator: slugify(text), "permalink": False},
    }
    for name, values in dialect.settings.items():
        settings[name] = settings.get(name, {}) | values
    findings = [finding for name in dialect.extensions if (finding := _refusal(name, settings))]
    if findings:
        raise ConfigError(findings)
    return Markdown(extensions=[*dialect.extensions, *ours], extension_configs=settings, output_format="html")


def _refusal(name: str, settings: dict[str, dict[str, Any]]) -> Diagnostic | None:
    """Return why an extension cannot be loaded, or nothing where it can."""
    try:
        Markdown(extensions=[name], extension_configs=settings, output_format="html")
    except Exception as error:  # noqa: BLE001 - an extension may fail in any way; it is the user's to mend
        near = nearest(name, _KNOWN)
        return Diagnostic.of(
            "config",
            f"the Markdown extension “{name}” cannot be loaded: {collapse(str(error))}",
            path="config.toml",
            hint=f"did you mean `{near}`?" if near and near != name else "is it installed? see [markdown]",
        )
    return None
