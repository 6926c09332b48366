"""Pelican's settings: the same pages at the same addresses as the other two."""

from __future__ import annotations

SITENAME = "The Bench Review"
SITEURL = "https://bench.example"
SITESUBTITLE = "A made-up archive."
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%-d %B %Y"
PATH = "content"
THEME = "theme"
PLUGIN_PATHS = ["."]
PLUGINS = ["neighbours"]
STATIC_PATHS: list[str] = []
THEME_STATIC_PATHS: list[str] = []
FORMATTED_FIELDS: list[str] = []
SLUGIFY_SOURCE = "basename"
SUMMARY_MAX_LENGTH = None
DEFAULT_PAGINATION = 50

ARTICLE_URL = "{category}/{slug}/"
ARTICLE_SAVE_AS = "{category}/{slug}/index.html"
CATEGORY_URL = "{slug}/"
CATEGORY_SAVE_AS = "{slug}/index.html"
AUTHOR_URL = "authors/{slug}/"
AUTHOR_SAVE_AS = "authors/{slug}/index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)
DIRECT_TEMPLATES = ["index", "archive", "authors", "tags", "sections", "sitemap", "404", "robots"]
PAGINATED_TEMPLATES = {"archive": None, "author": None, "category": None, "tag": None}
ARCHIVE_URL = "archive/"
ARCHIVE_SAVE_AS = "archive/index.html"
AUTHORS_SAVE_AS = "authors/index.html"
TAGS_SAVE_AS = "tags/index.html"
SECTIONS_SAVE_AS = "sections/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
ROBOTS_SAVE_AS = "robots.txt"

FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = False
FEED_ALL_ATOM = "feed.xml"
FEED_ALL_RSS = "rss.xml"
CATEGORY_FEED_ATOM = "{slug}/feed.xml"
CATEGORY_FEED_RSS = "{slug}/rss.xml"
AUTHOR_FEED_ATOM = "authors/{slug}/feed.xml"
AUTHOR_FEED_RSS = "authors/{slug}/rss.xml"
TAG_FEED_ATOM = "tags/{slug}/feed.xml"
TAG_FEED_RSS = "tags/{slug}/rss.xml"
TRANSLATION_FEED_ATOM = None

MARKDOWN = {
    "extensions": [
        "meta",
        "footnotes",
        "tables",
        "attr_list",
        "def_list",
        "admonition",
        "fenced_code",
        "sane_lists",
        "codehilite",
        "toc",
        "smarty",
    ],
    "output_format": "html5",
}
