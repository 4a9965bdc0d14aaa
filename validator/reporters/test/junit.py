"""Format `junit` of `tenantlint test`: a test case for each example of each policy.

Source: the schema of the Jenkins xunit plugin, junit-10.xsd, and the schema of Ant, JUnit.xsd in
windyroad/JUnit-Schema.
"""

from xml.etree import ElementTree as ET

from validator.findings.policy_tests import PolicyTest, PolicyTestReport
from validator.system.printable import printable


def render(report: PolicyTestReport) -> str:
    """Return the XML of a test suite."""
    suite = ET.Element("testsuite", name="tenantlint test", package="tenantlint", id="0")
    suite.set("timestamp", "1970-01-01T00:00:00")
    suite.set("hostname", "localhost")
    ET.SubElement(suite, "properties")
    for item in report.policies:
        _add_policy(suite, item)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", "0")
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("time", "0")
    score = report.score
    ET.SubElement(suite, "system-out").text = "" if score is None else f"score: {score} %"
    ET.SubElement(suite, "system-err").text = ""
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    xml = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _add_policy(suite: ET.Element, item: PolicyTest) -> None:
    for example in item.examples:
        case = _case(suite, item.id, example.name)
        if example.failures:
            first, *_ = example.failures
            failure = ET.SubElement(case, "failure", type="example", message=printable(first))
            failure.text = "\n".join(map(printable, example.failures))
    for change in () if item.changes is None else item.changes.missed:
        case = _case(suite, item.id, f"not detected: {change}")
        ET.SubElement(case, "skipped", type="change", message=printable(change))


def _case(suite: ET.Element, owner: str, name: str) -> ET.Element:
    return ET.SubElement(
        suite, "testcase", classname=printable(owner), name=printable(name), time="0"
    )
