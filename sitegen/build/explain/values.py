"""The values of an article or another file of `content/`, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from sitegen.archive.cards import Standards
from sitegen.articles.article import Article
from sitegen.articles.meta import Place
from sitegen.articles.records import Record
from sitegen.build.explain.explanation import Fact

__all__ = ["article_values", "record_values"]

_COUNTED = ("corrections", "annotations", "disclosures")


def article_values(article: Article, standards: Standards, url: str, permalink: str) -> Iterator[Fact]:
    """Yield the values of an article; `url` is its page, which the pattern `permalink` gave it."""
    meta, origins = article.meta, article.origins
    dated = "" if meta.id or article.id.endswith(article.slug) else ", and the date, because an older piece has both"
    yield Fact("id", article.id, origins["id"] + dated)
    yield Fact("url", url, f"the pattern {permalink}")
    yield Fact("title", meta.title, _line("title", article))
    yield Fact("date", str(article.date), origins["date"])
    authors = ", ".join(f"{credit.name} ({credit.role})" if credit.role else credit.name for credit in article.authors)
    yield Fact("authors", authors or "none", origins["authors"])
    yield Fact("section", article.section, origins["section"])
    yield Fact("slug", article.slug, origins["slug"])
    yield Fact("standards", _standards(standards, article), origins["standards"])
    yield Fact("genre", article.genre or "none", origins["genre"])
    yield Fact("language", article.language, origins["language"])
    if meta.arguments:
        yield Fact("arguments", meta.arguments, _line("arguments", article))
    yield from _texts(article)


def record_values(record: Record, url: str, uses: str) -> Iterator[Fact]:
    """Yield the values of another file of `content/`; `uses` says what belongs to it, empty for nothing."""
    yield Fact("id", record.id, "the folder's name" if record.kind == "notice" else "the file's name")
    yield Fact("url", url)
    if record.date is not None:
        yield Fact("in force", f"from {record.date}", "the file's name")
    named = _place(record.places.get("name") or record.places.get("title"))
    yield Fact("name", record.name, named) if record.name else Fact("name", record.id, "the file's name")
    if record.slug:
        yield Fact("slug", record.slug, _place(record.places.get("slug")))
    if record.description:
        yield Fact("description", record.description, _place(record.places.get("description")))
    if record.aliases:
        yield Fact("aliases", ", ".join(record.aliases), _place(record.places.get("aliases")))
    if uses:
        yield Fact("holds", uses)


def _texts(article: Article) -> Iterator[Fact]:
    """Yield what else the front matter gives, and the description that the text gives where it has none."""
    meta = article.meta
    given: dict[str, str] = {
        "dek": meta.dek,
        "description": meta.description or article.body.excerpt,
        "kicker": meta.kicker,
        "tags": ", ".join(meta.tags),
        "aliases": ", ".join(meta.aliases),
        "updated": str(meta.updated or ""),
        "draft": "true" if meta.draft else "",
        "publish_date": str(meta.publish_date or ""),
        "expiry_date": str(meta.expiry_date or ""),
        "status": meta.status if meta.status != "published" else "",
        "image": meta.image.src if meta.image else "",
    }
    given |= {key: str(len(getattr(meta, key)) or "") for key in _COUNTED}
    for key, value in given.items():
        if value:
            from_text = key == "description" and not meta.description
            yield Fact(key, value, "the text" if from_text else _line(key, article))


def _standards(standards: Standards, article: Article) -> str:
    match standards.status:
        case "in-force" if "@" in article.standards:
            return f"{standards.title}, version of {standards.version}, named by the piece"
        case "in-force":
            return f"{standards.title}, version of {standards.version}, in force on {article.date}"
        case "not-determinable":
            return f"{standards.title}: it changed within {article.date}, so no version can be told"
        case "not-recorded":
            return f"{standards.title}: not recorded, because {article.date} is before its first version"
    return "none"


def _line(key: str, article: Article) -> str:
    return _place(article.places.get(key))


def _place(place: Place | None) -> str:
    return f"front matter, line {place.line}" if place is not None and place.line else "front matter"
