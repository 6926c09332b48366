"""Links of bodies: each placeholder of the HTML is answered with a URL of this build.

The parser leaves `sg-link:N` as the value of an attribute, where N counts the links of the body. What
the link means depends on the other files, so it is answered here, and never stored with the body.
The pictures of front matter, which have no placeholder, are answered in the same way.

A relative link is to a Markdown file (`gift.md#horse`), to a file beside the source that is published
with it, or else to a page, relative to the page's own URL. One that begins with a slash is a Markdown
file or a file of `content/`, or else a page or file of the site. Whether there is such a page is
known only when all pages are planned: these answers are marked as not `settled`.
"""

from __future__ import annotations

import html as entities
import posixpath
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote, urljoin, urlsplit

from msgspec.structs import replace

from sitegen.archive.archive import Archive, Owner, Resolved
from sitegen.archive.findings import found, meant
from sitegen.archive.pictures import PictureOf, with_captions, with_variants
from sitegen.archive.references import Unresolved
from sitegen.archive.window import Window
from sitegen.articles.article import Article, Link
from sitegen.articles.placeholders import legal_url
from sitegen.articles.records import Record
from sitegen.diagnostics import Diagnostic

__all__ = ["every_link", "fill", "owner_of", "resolve"]

CONTENT = "content"
# An attribute is looked for by its value, which is rare, and then for its name, which is short.
_PLACEHOLDER = re.compile(r'="sg-link:(\d+)"')
_NAME = re.compile(r"\s([A-Za-z_:][\w:.-]*)\Z")
_LONGEST_NAME = 32
_MARK = '="sg-link:'
_TAG_END = re.compile(r"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
_MEANINGFUL = re.compile("[%?#]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
# Neither a dot nor a sign that has a meaning in a URL: nothing to take apart, and no name of a Markdown file.
_PLAIN = re.compile(r"(?:/[\w-]+)+/?")


def owner_of(window: Window, source: Article | Record) -> Owner:
    """Return an article or a record of the archive as the owner of its links."""
    if isinstance(source, Article):
        return Owner(source.path, window.card(source.id).url, "article", source.id)
    kind, name = window.bucket(("file", source.path))
    return Owner(source.path, window.url_of(kind, name), kind, name)


def resolve(link: Link, owner: Owner, window: Window) -> Resolved:  # noqa: PLR0911 - one for each form of a link
    """Answer a link that stands in `owner`."""
    target = link.target.strip()
    if target.startswith("article:"):
        return _reference(link, target.removeprefix("article:"), owner, window)
    if _SCHEME.match(target):
        return Resolved(target)
    if target.startswith("#"):
        return _fragment(link, owner, window, owner.kind, owner.id, target[1:])
    if _PLAIN.fullmatch(target):
        path = CONTENT + target.removesuffix("/")
        if window.bucket(("media", path)):
            return Resolved(window.media_url(path), media=path)
        return Resolved(target, settled=False)
    parts = urlsplit(target)
    path = _path(unquote(parts.path), owner)
    if path.lower().endswith(".md"):
        return _file(link, path, owner, window)
    if window.bucket(("media", path)):
        tail = target[len(parts.path) :]
        return Resolved(window.media_url(path) + tail, media=path)
    url = urljoin(owner.url, target)
    if link.kind == "image" and not target.startswith("/"):
        near = _near_picture(window.unwatched, parts.path, target, path)
        return Resolved(url, _find(owner, link, "missing-image", f"there is no image “{link.target}”", near))
    return Resolved(url, settled=False)


def fill(html: str, answer: Callable[[int], Resolved], picture: PictureOf, sizes: str = "") -> str:
    """Put URLs in the place of placeholders; `answer` gives what a link leads to by its number.

    Where its URL is empty the attribute goes, and the text stays without a link. A `picture` of the site gets its width
    and height (HTML, section 4.8.17) where its author gave neither, so that nothing moves when it comes, and its
    variants, which are as wide as `sizes` says. One with a title that is alone in its paragraph gets a caption.
    """
    if _MARK not in html:
        return html
    pieces: list[str] = []
    at = 0
    for mark in _PLACEHOLDER.finditer(html):
        start = mark.start()
        if start < at or (name := _NAME.search(html, max(at, start - _LONGEST_NAME), start)) is None:
            continue
        found = answer(int(mark[1]))
        written = f' {name[1]}="{entities.escape(legal_url(found.url))}"' if found.url else ""
        begin, end = name.start(), mark.end()
        if found.media and name[1] == "src" and html.startswith("<img ", tag := html.rfind("<", at, start)):
            shown, rest = picture(found.media), _end_of(html, end)
            if " width=" not in html[tag:rest] and " height=" not in html[tag:rest] and shown.width:
                written += f' width="{shown.width}" height="{shown.height}"'
            if shown.srcset and _can_have_variants(html, tag, rest):
                written = with_variants(html[tag:begin] + written + html[end:rest], shown, sizes)
                begin, end = tag, rest
        pieces += (html[at:begin], written)
        at = end
    return with_captions("".join((*pieces, html[at:])))


def _end_of(html: str, place: int) -> int:
    """Return where the tag around a place between its attributes ends."""
    found = _TAG_END.match(html, place)
    return found.end() if found else len(html)


def _can_have_variants(html: str, start: int, end: int) -> bool:
    """Whether a tag names one picture only, and does not stand in a choice that its author wrote."""
    is_chosen = html.rfind("<picture", 0, start) > html.rfind("</picture", 0, start)
    return not is_chosen and " srcset=" not in html[start:end] and html.count("sg-link:", start, end) == 1


def every_link(archive: Archive, window: Window) -> Iterator[tuple[Owner, Link, Resolved]]:
    """Answer every link and front matter picture of the archive, in the order of the sources' paths.

    Withdrawn pieces are passed over: their text is not published.
    """
    sources: list[Article | Record] = [a for a in archive.articles.values() if a.meta.status != "withdrawn"]
    sources += _records(archive)
    for source in sorted(sources, key=lambda source: source.path):
        owner = owner_of(window, source)
        image = source.meta.image if isinstance(source, Article) else source.image
        links = source.body.links if isinstance(source, Article) else source.targets
        if image is not None:
            places = source.places
            place = places.get("image.src") or places.get("image")
            links = (*links, Link(image.src, "image", place) if place else Link(image.src, "image"))
        for link in links:
            resolved = resolve(link, owner, window)
            # A portrait has a size of its own in the theme, so it is no picture with variants.
            is_portrait = image is not None and link is links[-1] and isinstance(source, Record)
            yield owner, link, replace(resolved, media="") if is_portrait else resolved


def _records(archive: Archive) -> Iterator[Record]:
    for terms in archive.terms.values():
        yield from (entry.record for entry in terms.entries.values() if entry.record is not None)
    for versions in archive.notices.versions.values():
        yield from versions
    yield from archive.claims.values()
    yield from archive.pages.values()


def _path(path: str, owner: Owner) -> str:
    """Return the path that a link names, relative to the project; it may lead out of it."""
    base = CONTENT if path.startswith("/") else posixpath.dirname(owner.path)
    return posixpath.normpath(posixpath.join(base, path.lstrip("/")))


def _file(link: Link, path: str, owner: Owner, window: Window) -> Resolved:
    known = window.bucket(("file", path))
    if known:
        kind, name = known
        return _fragment(link, owner, window, kind, name, urlsplit(link.target).fragment)
    if title := window.bucket(("left-out", path)):
        return _unlinked(link, owner, title[0])
    near = _near_file(window.unwatched, path)
    return Resolved("", _find(owner, link, "missing-reference", f"there is no file “{path}”", near))


def _reference(link: Link, text: str, owner: Owner, window: Window) -> Resolved:
    where, _, fragment = unquote(text).partition("#")
    if not where:
        return _fragment(link, owner, window, owner.kind, owner.id, fragment)
    candidates = window.bucket(("reference", where))
    if len(candidates) == 1:
        return _fragment(link, owner, window, "article", candidates[0], fragment)
    if not candidates and (title := window.bucket(("left-out", where))):
        return _unlinked(link, owner, title[0])
    problem = window.unwatched.references.article(where)
    if not isinstance(problem, Unresolved):
        return Resolved("")
    return Resolved("", _find(owner, link, problem.code, problem.message, problem.hint))


def _fragment(link: Link, owner: Owner, window: Window, kind: str, name: str, fragment: str) -> Resolved:
    """Answer a link to a page of the archive, and to a place on it where there is a fragment."""
    url = window.url_of(kind, name)
    if not fragment:
        return Resolved(url)
    wanted = unquote(fragment)
    # The theme's own ids are on every page that has the part they belong to.
    present = (wanted,) if wanted.startswith("sg-") else window.bucket(("fragment", kind, name, wanted))
    if present:
        return Resolved(f"{url}#{quote(present[0], safe=_SAFE)}")
    known = _ids(window.unwatched, kind, name)
    hint = meant(wanted, known, f"its places: {', '.join(known[:12])}" if known else "it has no places to link to")
    message = f"the page of “{link.target}” has no place “{wanted}”"
    return Resolved(f"{url}#{quote(wanted, safe=_SAFE)}", _find(owner, link, "missing-fragment", message, hint))


_SAFE = "-._~!$&'()*+,;=:@/?"


def _ids(archive: Archive, kind: str, name: str) -> list[str]:
    if kind != "article":
        return []
    if archive.cards[name].status == "withdrawn":
        return []
    article = archive.articles[name]
    return list(dict.fromkeys([argument.id for argument in article.body.arguments] + list(article.body.ids)))


def _near_file(archive: Archive, path: str) -> str:
    """Return the hint for a missing file: those of its name elsewhere, else the nearest name in its folder.

    Comparing with every file of a large archive, for each of many broken links, would take minutes.
    """
    folder, name = posixpath.split(path)
    elsewhere = sorted(other for other in archive.files if posixpath.basename(other) == name != "index.md")
    if elsewhere:
        return "did you mean " + " or ".join(f"`{other}`" for other in elsewhere[:3]) + "?"
    known = sorted(other for other in archive.files if posixpath.dirname(other) == folder)
    return meant(path, known, "the path is relative to the Markdown file")


def _beside(archive: Archive, path: str) -> list[str]:
    folder = posixpath.dirname(path)
    return sorted(other for other in archive.media if posixpath.dirname(other) == folder)


def _near_picture(archive: Archive, written: str, target: str, path: str) -> str:
    """Return the hint for a missing picture: what to write for the nearest file of its folder.

    Two slips look right to their author: capitals, which count, and signs that have a meaning in a URL.
    """
    there = _beside(archive, path)
    folder, _, name = written.rpartition("/")
    same = {posixpath.basename(other).casefold(): posixpath.basename(other) for other in there}
    for guess in (posixpath.basename(path), name, posixpath.basename(target)):
        if real := same.get(guess.casefold()):
            return f"did you mean `{posixpath.join(folder, _MEANINGFUL.sub(lambda it: quote(it[0]), real))}`?"
    return meant(path, there, "the path is relative to the Markdown file")


def _unlinked(link: Link, owner: Owner, title: str) -> Resolved:
    message = f"“{link.target}” leads to “{title}”, which this build leaves out: shown without a link"
    hint = "publish the piece, or remove the link"
    return Resolved("", _find(owner, link, "unlinked-reference", message, hint))


def _find(owner: Owner, link: Link, code: str, message: str, hint: str) -> Diagnostic:
    return found(code, message, owner.path, link.place, hint)
