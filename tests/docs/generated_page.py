"""Pages with generated parts: the text between two marks is compared, or rewritten."""

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
    lines = [head.join("||"), "|" + "---|" * len(columns)]
    # A bar inside of a cell would begin another.
    lines += [
        "".join(f"| {cell.replace('|', chr(92) + '|')} " for cell in row) + "|" for row in rows
    ]
    return "\n".join(lines) + "\n"
