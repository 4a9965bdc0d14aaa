"""Helpers for pages with generated parts between two markers."""

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
    """Return the code block after a marker in a page."""
    match = re.search(rf"<!-- {mark} -->\n(```+)\w+\n(.*?)\n\1", page.read_text(), re.DOTALL)
    assert match, f"{page.name} has no block {mark}"
    return match[2]


def table(head: str, rows: list[list[str]]) -> str:
    """Return a Markdown table; `head` has the names of the columns, separated by |."""
    columns = head.split("|")
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += ["".join(f"| {_cell(cell)} " for cell in row) + "|" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return the text of a cell with its bars escaped.

    In code, an entity is the only notation that both GitHub and the site generator accept.
    """

    def as_html(match: re.Match[str]) -> str:
        code = html.escape(match[1], quote=False).replace("|", "&#124;")
        return f"<code>{code}</code>" if "|" in match[1] else match[0]

    return re.sub(r"`([^`]+)`", as_html, text).replace("|", "&#124;")
