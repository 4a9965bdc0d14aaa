"""Markdown for a comment on a pull request: its limit, and lists of any length."""

from collections.abc import Sequence

from validator.reporters.escaping import escape_markdown

# GitHub accepts comments of up to 65,536 characters.
MAX_SIZE = 60_000
"""The length at which a report stops."""
_MAX_ITEMS = 20
_MAX_ITEM_LENGTH = 500


def bounded_list(texts: Sequence[str]) -> list[str]:
    """Return the lines of a list of the first texts, each cut to a length."""
    shown = [
        text if len(text) <= _MAX_ITEM_LENGTH else f"{text[: _MAX_ITEM_LENGTH - 1]}…"
        for text in texts[:_MAX_ITEMS]
    ]
    more = len(texts) - len(shown)
    omitted = [f"- … and {more:,} more; the log of the run has them all."] if more else []
    return [*(f"- {escape_markdown(text)}" for text in shown), *omitted]
