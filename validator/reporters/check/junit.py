"""Format `junit`: JUnit XML, with a test case for each finding and for each file without one.

A finding that fails the run is a failure; any other finding is a skipped test case with its text.
The name of a test case is unique and does not depend on lines, because GitLab compares test cases
by name and ignores duplicates.
Source: the schema of the Jenkins xunit plugin, junit-10.xsd, and the schema of Ant, JUnit.xsd in
windyroad/JUnit-Schema. Neither has the attribute `file` of a test case. GitLab and CircleCI read
it, but the xunit plugin rejects it, so it is left out on Jenkins.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from xml.etree import ElementTree as ET

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.excerpt import excerpt
from validator.reporters.check.remarks import remarks
from validator.reporters.check.repository_paths import repository_path
from validator.reporters.check.summary import summarize
from validator.system.printable import printable

_NAME = "tenantlint"


def render(report: Report) -> Iterator[str]:
    """Yield the XML of a test suite."""
    found = {item.file for item in report.diagnostics}
    unmarked = sorted(set(report.files) - found)
    failing = sum(map(report.fails, report.diagnostics))
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", name=_NAME, package=_NAME, id="0")
    suite.set("timestamp", f"{report.as_of}T00:00:00")
    suite.set("hostname", "localhost")
    suite.set("tests", str(len(report.failures) + len(unmarked) + len(report.diagnostics)))
    suite.set("failures", str(failing))
    suite.set("errors", str(len(report.failures)))
    suite.set("skipped", str(len(report.diagnostics) - failing))
    suite.set("time", "0")
    _add_properties(suite, report)
    lines = [" ".join(summarize(report)), *(item.line for item in remarks(report))]
    ET.SubElement(suite, "system-out").text = _lines(*lines)
    ET.SubElement(suite, "system-err").text = _lines(*report.failures)
    ET.indent(root)
    # No value can contain this, because `<` is escaped in XML.
    before, end, after = ET.tostring(root, encoding="unicode").partition("    <system-out>")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{before}'
    for case in _cases(report, unmarked):
        ET.indent(case, level=2)
        yield f"    {ET.tostring(case, encoding='unicode')}\n"
    yield f"{end}{after}\n"


def _cases(report: Report, unmarked: Iterable[str]) -> Iterator[ET.Element]:
    """Yield a test case for each failure, each file without findings, and each finding."""
    verdicts: Counter[str] = Counter()
    for failure in report.failures:
        case = _case(verdicts, {"classname": _NAME}, f"verdict: {failure}")
        error = ET.SubElement(case, "error", type="no-verdict")
        error.set("message", printable(failure))
        yield case
    for file in unmarked:
        yield _case(Counter(), _place(report, file), "no findings")
    for file, items in groupby(report.diagnostics, key=attrgetter("file")):
        place = _place(report, file)
        names: Counter[str] = Counter()
        for item in items:
            case = _case(names, place, f"{item.id} at {item.name or '/'}")
            _add_outcome(case, item, "failure" if report.fails(item) else "skipped")
            yield case


def _place(report: Report, file: str) -> dict[str, str]:
    """Return the attributes of a test case that name a file."""
    place = {"classname": printable(file)}
    if not report.is_on_jenkins:
        place["file"] = printable(repository_path(report, file))
    return place


def _case(names: Counter[str], place: Mapping[str, str], name: str) -> ET.Element:
    """Return a test case with a unique name. `names` counts the names of the same place."""
    names[name] += 1
    if names[name] > 1:
        name = f"{name} ({names[name]})"
    case = ET.Element("testcase", classname=place["classname"], name=printable(name), time="0")
    if "file" in place:
        case.set("file", place["file"])
    return case


def _add_properties(element: ET.Element, report: Report) -> None:
    properties = ET.SubElement(element, "properties")
    values = [("as-of", f"{report.as_of}"), *((item.kind, item.text) for item in remarks(report))]
    for name, value in values:
        ET.SubElement(properties, "property", name=name, value=printable(value))


def _add_outcome(case: ET.Element, item: Diagnostic, tag: str) -> None:
    outcome = ET.SubElement(case, tag, type=item.id)
    outcome.set("message", printable(item.message))
    place = f"{item.file}:{item.span.line}:{item.span.column}"
    source = "".join(excerpt(item)).strip()
    line = f"{place}: {item.severity}: {item.id}: {item.message}"
    outcome.text = _lines(*filter(None, (line, source, item.help)))


def _lines(*texts: str) -> str:
    """Return the texts as lines, with characters that XML forbids escaped."""
    return "\n".join(map(printable, texts))
