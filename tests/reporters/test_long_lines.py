"""Long lines: each finding keeps a part of its line, and every format shows its place."""

import json
import re
from datetime import date

import pytest

from tests.growing import TENANT, minified
from validator.checking.file_check import check_file
from validator.checking.selection import Selection, Settings
from validator.document.span_locator import MAX_EXCERPT_LENGTH, SpanLocator
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Span
from validator.findings.report import Report
from validator.plugins.loading import load_plugins

PLUGINS = load_plugins(installed=False)
SELECTION = Selection(Settings(date(2026, 5, 1)), PLUGINS)
LONG = minified(50)


def report_of(text: str) -> Report:
    found = check_file("a", text.encode(), SELECTION)
    return Report(
        date(2026, 5, 1),
        ("a",),
        1,
        found.diagnostics,
        pages={**PLUGINS.policies, **BUILTIN_FINDINGS},
    )


@pytest.mark.parametrize("length", [1, 319, 320, 321, 1000])
@pytest.mark.parametrize("column", [1, 100, 121, 122, 200, 320, 321, 900, 1000, 1001])
def test_an_excerpt_has_what_is_around_its_place(length: int, column: int) -> None:
    column = min(column, length + 1)
    line = "".join(chr(0x4E00 + number) for number in range(length))
    excerpt = SpanLocator(f"a\n{line}\nb").excerpt(Span(2, column, 2, column))
    assert len(excerpt.text) == min(length, MAX_EXCERPT_LENGTH)
    assert line[excerpt.offset :].startswith(excerpt.text)
    around = line[max(0, column - 1 - 80) : column - 1 + 80]
    assert around in excerpt.text
    assert excerpt.offset == 0 or length > MAX_EXCERPT_LENGTH


def test_text_marks_the_place() -> None:
    report = report_of(LONG)
    assert len(report.diagnostics) >= 50
    blocks = PLUGINS.reporters["text"](report).split("\n\n")
    for block, item in zip(blocks, report.diagnostics, strict=False):
        shown, carets = block.splitlines()[3:5]
        assert len(shown) < 200
        marked = shown[carets.index("^") : carets.rindex("^") + 1]
        first = item.span.column - 1
        assert LONG[first:].startswith(marked)
        assert marked[:20] == LONG[first : item.span.end_column - 1][:20]


@pytest.mark.parametrize("name", ["html", "junit", "sarif", "text", "json"])
def test_reports_stay_small(name: str) -> None:
    report = report_of(LONG)
    assert len(PLUGINS.reporters[name](report)) < 3_000 * len(report.diagnostics) + 100_000
    assert len(LONG) > 15_000


def test_html_marks_the_place() -> None:
    page = PLUGINS.reporters["html"](report_of(LONG))
    marks = re.findall("<mark>(.*?)</mark>(.?)", page)
    assert len(marks) >= 50
    assert all(mark.startswith(("{&quot;email", "&quot;")) for mark, _ in marks)


def test_sarif_cuts_what_is_marked() -> None:
    log = json.loads(PLUGINS.reporters["sarif"](report_of(LONG)))
    for result in log["runs"][0]["results"]:
        snippet = result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"]
        assert len(snippet) <= 161
        assert snippet.removesuffix("…") in LONG


def test_messages_are_bounded() -> None:
    text = TENANT.replace("Sub1", "S" * 100_000)
    text += "users:\n  - {email: a@x.com, assignments: [{subscription: x}]}\n"
    found = check_file("a", text.encode(), SELECTION).diagnostics
    assert found
    for item in found:
        assert len(item.message) <= 1_000
        assert len(item.name) <= 1_000
        assert len(item.source) <= MAX_EXCERPT_LENGTH
