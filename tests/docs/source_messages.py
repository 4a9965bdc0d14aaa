"""The texts in the source that the program can print, with a placeholder for each value."""

import ast
import re
from functools import cache

from tests.conftest import ROOT

FIELD = "…"
"""The placeholder for a value, in texts from the source and in messages on a page."""


@cache
def source_texts() -> tuple[str, ...]:
    """Return all string constants in the program except docstrings, and all f-strings."""
    texts: list[str] = []
    for file in sorted((ROOT / "validator").rglob("*.py")):
        tree = ast.parse(file.read_text())
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in docstrings:
                    texts.append(node.value)
            elif isinstance(node, ast.JoinedStr):
                texts.append("".join(_text_of(part) for part in node.values))
    return tuple(texts)


def _text_of(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else FIELD


def can_be_printed(message: str) -> bool:
    """Whether a text in the source contains the message, in which … is a value."""
    words = re.sub(r"\s*…\s*", FIELD, message).strip(FIELD)
    return any(words in re.sub(r"\s*…\s*", FIELD, text) for text in source_texts())
