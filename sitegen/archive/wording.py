"""The words of a card: what may change while the whole archive stands as it stood."""

from __future__ import annotations

from sitegen.articles.article import Body, Outline

__all__ = ["words_of"]


def words_of(body: Body | Outline, section: str) -> dict[str, str]:
    """Return the fields of a card that are words and nothing more: no listing, link or order depends on them.

    `section` is the name of the piece's section. The card of a withdrawn piece tells nothing of its text.
    """
    meta = body.meta
    if meta.status == "withdrawn":
        return {"title": meta.title, "dek": "", "description": "", "kicker": section}
    description, kicker = meta.description or body.excerpt, meta.kicker or section
    return {"title": meta.title, "dek": meta.dek, "description": description, "kicker": kicker}
