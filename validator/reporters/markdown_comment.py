"""The size limit of a pull request comment, and Markdown lists that respect it."""

from collections.abc import Sequence

from validator.reporters.escaping import escape_markdown

# GitHub accepts comments of up to 65,536 characters.
MAX_SIZE = 60_000
"""The largest size of a report, in characters."""
_MAX_ITEMS = 20
_MAX_ITEM_LENGTH = 500


def bounded_list(texts: Sequence[str]) -> list[str]:
    """Return the lines of a Markdown list of at most 20 texts, each cut to 500 characters."""
    shown = [
        text if len(text) <= _MAX_ITEM_LENGTH else f"{text[: _MAX_ITEM_LENGTH - 1]}…"
        for text in texts[:_MAX_ITEMS]
    ]
    more = len(texts) - len(shown)
    omitted = [f"- … and {more:,} more; see the log of the run for all of them."] if more else []
    return [*(f"- {escape_markdown(text)}" for text in shown), *omitted]
