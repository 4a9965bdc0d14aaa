"""The notes at the beginning of a report: its assumptions, and why it is not complete."""

from collections.abc import Sequence

from validator.findings.wording import few, listing
from validator.reporters.escaping import escape_markdown
from validator.reporters.html_page import escape_html, render_failures
from validator.reporters.markdown_comment import bounded_list
from validator.system.printable import printable

NO_VERDICT = "There is no verdict that can be trusted:"
"""The heading of the causes of exit code 2."""
_MAX_CAUSES = 3


def as_if(assumed: Sequence[str]) -> str:
    """Return the assumptions of a report on one line; an empty string if it has none."""
    return f"Assuming {listing(assumed)}" if assumed else ""


def incomplete(causes: Sequence[str]) -> str:
    """Return why a report is not complete, on one line; an empty string if it is complete."""
    return f"Not complete: {few(causes, _MAX_CAUSES)}" if causes else ""


def text_notes(assumed: Sequence[str], causes: Sequence[str] = ()) -> list[str]:
    """Return the notes as the first lines of a text report."""
    return [printable(line) for line in (as_if(assumed), incomplete(causes)) if line]


def json_notes(assumed: Sequence[str], causes: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the notes as keys of a JSON report, without those that are empty."""
    notes = {"failures": causes, "assumed": assumed}
    return {key: lines for key, lines in notes.items() if lines}


def eased_lines(eased: Sequence[str]) -> list[str]:
    """Return the lines that say how the configuration weakens a forecast, for the end of it."""
    return [printable(f"eased: {line}") for line in eased]


def eased_line(eased: Sequence[str]) -> list[str]:
    """Return how the configuration weakens a forecast, on one line; [] if it does not."""
    return eased_lines([few(eased, _MAX_CAUSES)]) if eased else []


def markdown_notes(assumed: Sequence[str], causes: Sequence[str], heading: str) -> list[str]:
    """Return the first lines of a Markdown report: assumptions, then causes below a heading."""
    lines = [f"**{escape_markdown(as_if(assumed))}**", ""] if assumed else []
    return [*lines, *([f"**{heading}**", "", *bounded_list(causes), ""] if causes else [])]


def html_head(
    title: str, assumed: Sequence[str], causes: Sequence[str] = (), heading: str = ""
) -> str:
    """Return the beginning of an HTML page: assumptions, title, causes below a heading.

    `title` is HTML.
    """
    text = escape_html(as_if(assumed))
    note = f'<p class="assumed" role="note"><strong>{text}</strong></p>\n' if text else ""
    failures = render_failures(causes, heading) if causes else ""
    return f"<header>{note}<h1>{title}</h1></header>\n{failures}"
