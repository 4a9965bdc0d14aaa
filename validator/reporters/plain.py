"""What the formats for people share: text that no file can use to write on the terminal."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from click import style

from validator.findings.report import Report
from validator.findings.severity import Severity
from validator.findings.wording import counted, listing

COLORS: Mapping[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}

_TAB = "    "
# What Markdown, GitHub or GitLab may give a meaning to; references and mentions among it.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~@&$%^]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def printable(text: str) -> str:
    """Return text with control and formatting characters written as escapes.

    Escape sequences could hide findings, and bidirectional marks could reorder a line.
    """
    if text.isprintable():
        return text
    return "".join(char if char == " " or char.isprintable() else _escape(char) for char in text)


def painted(text: str, *, color: bool, **how: Any) -> str:
    """Return the text with colours, where they are wanted; `how` as click.style takes it."""
    return style(text, **how) if color else text


def in_markdown(text: str) -> str:
    """Return Markdown that shows the text on one line, whatever is in it."""
    line = " ".join(printable(text.replace("\n", " ")).split())
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", line)


def _escape(char: str) -> str:
    if char == "\t":
        return _TAB
    code = ord(char)
    if code <= 0xFF:  # noqa: PLR2004
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def width(text: str) -> int:
    """Return how many columns of a terminal the printable text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def summary(report: Report) -> tuple[str, str]:
    """Return what was found, and in what; what passes or is left out leaves its trace there."""
    counts = [(report.count(level), level) for level in ("error", "warning", "info")]
    found = listing(counted(number, noun) for number, noun in counts if number)
    ran = report.policies - len(report.off)
    of_all = f"{ran} of {counted(report.policies, 'policy')}"
    asked = f" ({of_all if report.off else counted(ran, 'policy')})" if report.policies else ""
    parts = [
        (
            f"in {counted(len(report.files), 'file')} and {counted(report.documents, 'document')} "
            f"on {report.as_of}{asked}"
        )
    ]
    passed = [
        (len(report.suppressed), "suppressed"),
        (len(report.known), f"known to {report.baseline}"),
        (len(report.older), f"older than {report.since}"),
    ]
    parts += [f"{number:,} {words}" for number, words in passed if number]
    if report.eased:
        parts.append(f"fewer policies on {counted(report.eased, 'file')}")
    if report.excluded:
        parts.append(f"{counted(report.excluded, 'file')} excluded")
    return found or "No findings", ", ".join(parts)
