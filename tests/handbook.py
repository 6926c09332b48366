"""The pages of the documentation, as tests read them: sections, tables, blocks of code, links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent

_HEADING = re.compile(r"^(#{1,6}) +(.*)$")
_FENCE = re.compile(r"^( {0,3})(`{3,})([^`]*)$")
_TITLE = re.compile(r'title="([^"]*)"')
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_CELL = re.compile(r"(?<!\\)\|")


class Block(NamedTuple):
    """A fenced block of code: its language, the file that it is to be, its text, and the line it begins in."""

    language: str
    title: str
    text: str
    line: int


class Heading(NamedTuple):
    """A heading with what stands below it, up to the next heading of any level."""

    level: int
    title: str
    text: str

    @property
    def anchor(self) -> str:
        """The fragment that leads to it, as hosts of repositories make it."""
        plain = re.sub(r"[`\\]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", self.title)).lower()
        return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")

    @property
    def rows(self) -> dict[str, tuple[str, ...]]:
        """The rows of all tables below it, by their first cell; without the heads of the tables."""
        found: dict[str, tuple[str, ...]] = {}
        lines = [line for line in self.text.splitlines() if line.startswith("|")]
        for number, line in enumerate(lines):
            is_rule = set(line) <= set("|-: ")
            is_head = number + 1 < len(lines) and set(lines[number + 1]) <= set("|-: ")
            if not is_rule and not is_head:
                cells = tuple(cell.strip() for cell in _CELL.split(line.strip().strip("|")))
                assert cells[0] not in found, f"{cells[0]} stands twice below “{self.title}”"
                found[cells[0]] = cells
        return found

    @property
    def names(self) -> list[str]:
        """The first cells of the rows, without backquotes."""
        return [name.strip("`") for name in self.rows]


class Handbook(NamedTuple):
    """A page of the documentation."""

    path: Path
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]

    @classmethod
    def read(cls, name: str) -> Self:
        """Read a page by its path in the checkout, such as `docs/reference/urls.md`."""
        path = ROOT / name
        headings: list[Heading] = [Heading(0, "", "")]
        blocks: list[Block] = []
        fence = ""
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            found = _FENCE.match(line)
            if fence:
                if found and found[2] == fence and not found[3].strip():
                    fence = ""
                else:
                    blocks[-1] = blocks[-1]._replace(text=f"{blocks[-1].text}{line}\n")
            elif found:
                fence = found[2]
                title = _TITLE.search(found[3])
                blocks.append(Block(found[3].split(" ")[0], title[1] if title else "", "", number))
            elif heading := _HEADING.match(line):
                headings.append(Heading(len(heading[1]), heading[2], ""))
            else:
                headings[-1] = headings[-1]._replace(text=f"{headings[-1].text}{line}\n")
        assert not fence, f"{name}: a block of code is never closed"
        return cls(path, tuple(headings), tuple(blocks))

    def below(self, title: str) -> Heading:
        """Return the one heading of this title."""
        found = [heading for heading in self.headings if heading.title == title]
        assert len(found) == 1, f"{len(found)} headings “{title}” in {self.path.name}"
        return found[0]

    def of(self, *languages: str) -> list[Block]:
        """Return the blocks of code in these languages."""
        return [block for block in self.blocks if block.language in languages]

    @property
    def anchors(self) -> list[str]:
        """The fragments of its headings, as hosts of repositories make them: repeated ones are numbered."""
        found: list[str] = []
        for heading in self.headings[1:]:
            again = sum(1 for other in found if re.fullmatch(rf"{re.escape(heading.anchor)}(-\d+)?", other))
            found.append(f"{heading.anchor}-{again}" if again else heading.anchor)
        return found

    @property
    def links(self) -> list[str]:
        """The targets of its links and pictures."""
        text = _CODE.sub("code", "\n".join(f"{heading.title}\n{heading.text}" for heading in self.headings))
        return _LINK.findall(text) + re.findall(r"!\[[^\]]*\]\(([^()\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)


def pages() -> list[str]:
    """Return the pages of the documentation, by their paths in the checkout."""
    found = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")]
    return sorted([*found, "README.md", "CHANGELOG.md"])
