"""An engine of Python-Markdown whose parts are given the classes that do the same more quickly.

For `quicken` alone, which knows the versions that this is for.
"""

from __future__ import annotations

from typing import Any

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.inlinepatterns import DelimiterProcessor, ImageInlineProcessor, LinkInlineProcessor
from markdown.serializers import to_html_string
from markdown.treeprocessors import InlineProcessor
from markdown.util import Registry

from sitegen.articles.quick_blocks import QUICKER_PROCESSORS, QuickBlockParser
from sitegen.articles.quick_emphasis import QuickDelimiterProcessor
from sitegen.articles.quick_html import quick_html
from sitegen.articles.quick_inline import (
    QuickInlineProcessor,
)
from sitegen.articles.quick_links import QuickImageProcessor, QuickLinkProcessor
from sitegen.articles.quick_registry import QuickRegistry
from sitegen.articles.quick_smarty import QuickTypography, sets_glyphs
from sitegen.articles.quick_tree import QUICKER_STAGES

__all__ = ["refit"]

_QUICKER: dict[type, type] = {
    BlockParser: QuickBlockParser,
    DelimiterProcessor: QuickDelimiterProcessor,
    ImageInlineProcessor: QuickImageProcessor,
    InlineProcessor: QuickInlineProcessor,
    LinkInlineProcessor: QuickLinkProcessor,
    Registry: QuickRegistry,
    **QUICKER_PROCESSORS,
    **QUICKER_STAGES,
}


def refit(md: Markdown) -> None:
    """Give each part of an engine the quicker class, where its own is exactly one of Python-Markdown's."""
    parts: list[Any] = [md.preprocessors, md.parser.blockprocessors, md.inlinePatterns]
    parts += [md.treeprocessors, md.postprocessors, md.parser]
    parts += [*md.preprocessors, *md.parser.blockprocessors, *md.inlinePatterns, *md.treeprocessors]
    for processor in md.treeprocessors:
        if type(processor) is InlineProcessor:
            patterns: Any = processor.inlinePatterns
            parts.append(patterns)
            if patterns is not md.inlinePatterns and sets_glyphs(processor):
                processor.__class__ = QuickTypography
    for part in parts:
        if quicker := _QUICKER.get(type(part)):
            part.__class__ = quicker
    if md.serializer is to_html_string:
        md.serializer = quick_html
