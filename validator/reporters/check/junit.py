"""Format `junit`: JUnit XML, as Jenkins and others read it, with a test case for each file.

A finding that fails the run is a failure of the test case; the other findings are its output.
Source: the schema of the Jenkins xunit plugin, junit-10.xsd.
"""

from xml.etree import ElementTree as ET

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.reporters.escaping import printable

# Of a long line an excerpt shows so many characters, of which so many are before the place.
_MAX_LINE, _MAX_BEFORE = 240, 100


def render(report: Report) -> str:
    """Return the XML of a test suite."""
    cases = {file: ET.Element("testcase", name=_xml_text(file)) for file in sorted(report.files)}
    for case in cases.values():
        case.set("classname", "tenantlint")
    outputs: dict[str, list[str]] = {}
    failures = 0
    for item in report.diagnostics:
        case = cases.setdefault(
            item.file, ET.Element("testcase", name=_xml_text(item.file), classname="tenantlint")
        )
        if report.fails(item):
            failures += 1
            _add_failure(case, item)
        else:
            outputs.setdefault(item.file, []).append(_line(item))
    for file, lines in outputs.items():
        ET.SubElement(cases[file], "system-out").text = _xml_text("\n".join(lines))
    suite = ET.Element("testsuite", name="tenantlint")
    suite.extend(cases.values())
    if report.failures or not cases:
        verdict = ET.SubElement(suite, "testcase", name="verdict", classname="tenantlint")
        for failure in report.failures:
            ET.SubElement(verdict, "error", type="no-verdict", message=_xml_text(failure))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(len(report.failures)))
    root = ET.Element("testsuites", name="tenantlint")
    root.append(suite)
    ET.indent(root)
    xml = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _add_failure(case: ET.Element, item: Diagnostic) -> None:
    failure = ET.SubElement(case, "failure", type=item.id, message=_xml_text(item.message))
    failure.text = _xml_text("\n".join(filter(None, (_line(item), _excerpt(item), item.help))))


def _excerpt(item: Diagnostic) -> str:
    """Return the first line of the place, or the part of a long line around it."""
    start = item.span.column - 1 - item.source_offset
    first = max(0, start - _MAX_BEFORE) if len(item.source) > _MAX_LINE else 0
    before = "…" if first or item.source_offset else ""
    after = "…" if first + _MAX_LINE < len(item.source) else ""
    return f"{before}{item.source[first : first + _MAX_LINE].strip()}{after}"


def _line(item: Diagnostic) -> str:
    place = f"{item.file}:{item.span.line}:{item.span.column}"
    return f"{place}: {item.severity}: {item.id}: {item.message}"


def _xml_text(text: str) -> str:
    """Return the text with the characters escaped that XML forbids even as references."""
    return "\n".join(printable(line) for line in text.split("\n"))
