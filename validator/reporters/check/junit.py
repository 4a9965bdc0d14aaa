"""Format `junit`: JUnit XML, with a test case for each finding and for each file without one.

A finding that fails the run is a failure; any other finding is a skipped test case with its text.
The name of a test case is unique and does not depend on lines, because GitLab compares test cases
by name and ignores duplicates.
Source: the schema of the Jenkins xunit plugin, junit-10.xsd, and the schema of Ant, JUnit.xsd in
windyroad/JUnit-Schema. Neither has the attribute `file` of a test case. GitLab and CircleCI read
it, but the xunit plugin rejects it, so it is left out on Jenkins.
"""

from collections import Counter
from xml.etree import ElementTree as ET

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.check.excerpt import excerpt
from validator.reporters.check.remarks import remarks
from validator.reporters.check.repository_paths import repository_path
from validator.reporters.check.summary import summarize
from validator.reporters.escaping import printable

_NAME = "tenantlint"


class _Suite:
    """Collects the test cases of a suite and gives each a unique name."""

    def __init__(self, report: Report) -> None:
        self.element = ET.Element("testsuite", name=_NAME, package=_NAME, id="0")
        self._report = report
        self._names: Counter[tuple[str, str]] = Counter()

    def add(self, owner: str, name: str, *, file: str | None = None) -> ET.Element:
        """Add a test case. `owner` is the file or the program that it belongs to."""
        self._names[owner, name] += 1
        number = self._names[owner, name]
        if number > 1:
            name = f"{name} ({number})"
        attributes = {"classname": printable(owner), "name": printable(name), "time": "0"}
        if file is not None and not self._report.is_on_jenkins:
            attributes["file"] = printable(repository_path(self._report, file))
        return ET.SubElement(self.element, "testcase", attributes)


def render(report: Report) -> str:
    """Return the XML of a test suite."""
    suite = _Suite(report)
    element = suite.element
    element.set("timestamp", f"{report.as_of}T00:00:00")
    element.set("hostname", "localhost")
    _add_properties(element, report)
    for failure in report.failures:
        error = ET.SubElement(suite.add(_NAME, f"verdict: {failure}"), "error", type="no-verdict")
        error.set("message", printable(failure))
    found = {item.file for item in report.diagnostics}
    for file in sorted(set(report.files) - found):
        suite.add(file, "no findings", file=file)
    for item in report.diagnostics:
        _add_finding(suite, item, fails=report.fails(item))
    cases = element.findall("testcase")
    element.set("tests", str(len(cases)))
    element.set("failures", str(len(element.findall("testcase/failure"))))
    element.set("errors", str(len(report.failures)))
    element.set("skipped", str(len(element.findall("testcase/skipped"))))
    element.set("time", "0")
    lines = [" ".join(summarize(report)), *(item.line for item in remarks(report))]
    ET.SubElement(element, "system-out").text = _lines(*lines)
    ET.SubElement(element, "system-err").text = _lines(*report.failures)
    root = ET.Element("testsuites")
    root.append(element)
    ET.indent(root)
    xml = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _add_properties(element: ET.Element, report: Report) -> None:
    properties = ET.SubElement(element, "properties")
    values = [("as-of", f"{report.as_of}"), *((item.kind, item.text) for item in remarks(report))]
    for name, value in values:
        ET.SubElement(properties, "property", name=name, value=printable(value))


def _add_finding(suite: _Suite, item: Diagnostic, *, fails: bool) -> None:
    case = suite.add(item.file, f"{item.id} at {item.name or '/'}", file=item.file)
    outcome = ET.SubElement(case, "failure" if fails else "skipped", type=item.id)
    outcome.set("message", printable(item.message))
    place = f"{item.file}:{item.span.line}:{item.span.column}"
    source = "".join(excerpt(item)).strip()
    line = f"{place}: {item.severity}: {item.id}: {item.message}"
    outcome.text = _lines(*filter(None, (line, source, item.help)))


def _lines(*texts: str) -> str:
    """Return the texts as lines, with characters that XML forbids escaped."""
    return "\n".join(map(printable, texts))
