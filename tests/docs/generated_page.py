"""Pages with generated parts: the text between two marks is compared, or rewritten."""

import html
import re
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT

README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, *sorted(DOCS.glob("*.md")))

Generated = Callable[[Path, str, str, str], None]


def block(mark: str, page: Path = README) -> str:
    """Return the block of code after a mark of a page."""
    match = re.search(rf"<!-- {mark} -->\n(```+)\w+\n(.*?)\n\1", page.read_text(), re.DOTALL)
    assert match, f"{page.name} has no block {mark}"
    return match[2]


def table(head: str, rows: list[list[str]]) -> str:
    """Return a table in Markdown; `head` names the columns, separated by |."""
    columns = head.split("|")
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += ["".join(f"| {_cell(cell)} " for cell in row) + "|" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return the text of a cell, in which a bar would begin another.

    In code, GitHub and the generator of the site agree on an entity alone.
    """

    def as_html(match: re.Match[str]) -> str:
        code = html.escape(match[1], quote=False).replace("|", "&#124;")
        return f"<code>{code}</code>" if "|" in match[1] else match[0]

    return re.sub(r"`([^`]+)`", as_html, text).replace("|", "&#124;")
