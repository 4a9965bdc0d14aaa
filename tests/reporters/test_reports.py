"""Reports are valid according to their official schemas, whatever text a tenant file contains."""

import html as html_lib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests import tenants
from tests.conftest import ROOT, SOUND, UNSOUND, Run
from validator.checking.file_check import check_file
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.report import Page, Report
from validator.plugins.loading import load_plugins

DAY = ("--as-of", "2026-05-01")
PLUGINS = load_plugins(installed=False)
PLAN = Selection(Settings(date(2026, 5, 1)), PLUGINS)
PAGES: Mapping[str, Page] = {**PLUGINS.policies, **BUILTIN_FINDINGS}
SARIF = jsonschema.Draft4Validator(
    json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text()),
    format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
)
JUNIT = [
    xmlschema.XMLSchema10(ROOT / "tests" / "data" / name)
    for name in ("junit-10.xsd", "junit-windyroad.xsd")
]
RDJSON = jsonschema.Draft202012Validator(
    json.loads((ROOT / "tests" / "data" / "rdjson.schema.json").read_text())
)
MACHINES = ["sarif", "junit", "github", "gitlab", "rdjson", "markdown", "html"]


def validate_junit(text: str) -> None:
    """Validate JUnit XML with both schemas, without the `file` attribute, which they do not have."""
    root = ET.fromstring(text)
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)
    for schema in JUNIT:
        schema.validate(root)


def rendered(name: str, report: Report) -> str:
    """Return a report as it is written to a file or a pipe."""
    text = PLUGINS.reporters[name](report)
    whole = text if isinstance(text, str) else "".join(text)
    return whole.encode("utf-8", "backslashreplace").decode()


def validate(name: str, text: str, report: Report) -> None:
    """Validate a report according to the requirements of its format."""
    count = len(report.diagnostics)
    passed = len(report.suppressed) + len(report.known)
    match name:
        case "sarif":
            log = json.loads(text)
            SARIF.validate(log)
            assert len(log["runs"][0]["results"]) == count + passed * report.include_suppressed
            rules = log["runs"][0]["tool"]["driver"]["rules"]
            assert len({rule["id"] for rule in rules}) == len(rules)
            assert {rule["id"] for rule in rules} == {
                result["ruleId"] for result in log["runs"][0]["results"]
            }
            for result in log["runs"][0]["results"]:
                assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        case "junit":
            validate_junit(text)
            suite = ET.fromstring(text)[0]
            failures = sum(report.fails(item) for item in report.diagnostics)
            assert len(suite.findall("testcase/failure")) == failures
            assert suite.get("failures") == str(failures)
            cases = suite.findall("testcase")
            names = {(case.get("classname"), case.get("name")) for case in cases}
            assert len(names) == len(cases) >= count
            assert all(len(case) <= 1 for case in cases)
            assert suite.get("tests") == str(len(suite.findall("testcase")))
            assert len(suite) > 0
        case "github":
            lines = text.splitlines()
            assert text == "".join(f"{line}\n" for line in text.split("\n")[:-1])
            assert len(text.split("\n")) - 1 == count + len(report.failures)
            assert all(re.match(r"::(error|warning|notice) ", line) for line in lines if line)
        case "gitlab":
            entries = json.loads(text)
            assert len(entries) == count + len(set(report.failures))
            assert len({entry["fingerprint"] for entry in entries}) == len(entries)
            for entry in entries:
                assert entry["location"]["lines"]["begin"] >= 1
                assert entry["severity"] in ("blocker", "major", "minor", "info")
                assert not entry["location"]["path"].startswith("./")
        case "rdjson":
            RDJSON.validate(json.loads(text))
            assert len(json.loads(text)["diagnostics"]) == count + len(report.failures)
        case "markdown":
            assert len(text) < 65_536
        case "html":
            assert not re.search(r"<[a-z][^>]*\s(src|href)\s*=|@import|url\(", text)


@settings(max_examples=100)
@given(tenants.tenants(), st.sampled_from(["error", "warning", "never"]), st.booleans())
def test_reports_for_random_tenants_are_valid(
    value: dict[str, Any], fail_on: Any, include_suppressed: bool
) -> None:
    outcome = check_file("t.yaml", json.dumps(value).encode(), PLAN)
    half = len(outcome.diagnostics) // 2
    report = Report(
        date(2026, 5, 1),
        ("t.yaml",),
        1,
        outcome.diagnostics[half:],
        known=outcome.diagnostics[:half],
        baseline="known.json",
        fail_on=fail_on,
        pages=PAGES,
        include_suppressed=include_suppressed,
    )
    for name in MACHINES:
        validate(name, rendered(name, report), report)


# Text with a special meaning in shells, terminals, XML, HTML, Markdown and workflow commands.
HOSTILE = (
    "]]><!-- --> </script><script>alert(1)</script> & \" ' % %0A ::error::x , : ; | ` * _ [a](b) "
    "<img src=x onerror=alert(1)> @everyone #1 !1 ~label \x00 \x1b[31m \x85 \u2028 \u202e \udcff "
    "\ufffe 😀 \r\n# x\n- y\t{{x}} ${x} $(x) javascript:x www.evil.example https://evil.example"
)
words = st.just(HOSTILE) | st.text(max_size=20)


@settings(max_examples=200)
@given(words, words, words, words)
def test_reports_with_hostile_text_are_valid(
    file: str, message: str, source: str, tenant: str
) -> None:
    span = Span(1, 1, 1, 4)
    found = Diagnostic(
        id="mixed-telephony",
        topic="telephony",
        severity="error",
        message=message,
        help=message,
        file=file,
        document=0,
        tenant=tenant,
        path="/x",
        span=span,
        source=source,
        related=(RelatedLocation(message, file, "/y", span, source),),
        name=f"/{tenant}",
        suppressed=None,
    )
    report = Report(
        date(2026, 5, 1),
        (file,),
        1,
        (found,),
        failures=(message,),
        pages=PAGES,
    )
    for name in MACHINES:
        text = rendered(name, report)
        if name == "github":
            assert text.count("\n") == 2
            assert "\r" not in text
            continue
        validate(name, text, report)
    for name in ("text", "concise", "markdown", "html"):
        text = rendered(name, report)
        for char in "\x00\x1b\x85\u2028\u202e":
            assert char not in text, name


def test_hostile_text_is_escaped_in_html_and_markdown() -> None:
    found = check_file("a", UNSOUND.encode(), PLAN).diagnostics[0]
    hostile = Diagnostic(
        **{
            name: getattr(found, name)
            for name in found._fields
            if name not in ("message", "file", "related")
        },
        message=HOSTILE,
        file=HOSTILE,
    )
    report = Report(date(2026, 5, 1), (HOSTILE,), 1, (hostile,), pages=PAGES)
    page = rendered("html", report)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert html_lib.escape("<script>alert(1)") in page
    shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
        rendered("markdown", report)
    )
    assert not re.search(r"<(script|img|a|em|li)\b", shown)
    assert shown.count("<tr>") == 2
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize("name", MACHINES)
def test_each_format_matches_its_golden_file(
    run: Run, harbour: str, golden: Callable[[str, str], None], name: str
) -> None:
    outcome = run("check", harbour, *DAY, "--format", name)
    assert (outcome.code, outcome.err) == (1, "")
    golden(f"harbour.{name}", outcome.out)


@pytest.mark.parametrize("name", [*MACHINES, "json", "concise", "text"])
def test_a_missing_path_is_in_every_format(run: Run, name: str) -> None:
    outcome = run("check", "nowhere", "--format", name)
    assert outcome.code == 2
    if name == "sarif":
        SARIF.validate(json.loads(outcome.out))
        (invocation,) = json.loads(outcome.out)["runs"][0]["invocations"]
        assert invocation["executionSuccessful"] is False
    if name == "junit":
        validate_junit(outcome.out)
        assert ET.fromstring(outcome.out)[0].get("errors") == "1"
    if name != "text":
        assert "nowhere" in outcome.out
    assert "nowhere" in outcome.err


def test_several_reports_are_written_in_one_run(run: Run, harbour: str, folder: Path) -> None:
    targets = [word for name in MACHINES for word in ("--report", f"{name}=out.{name}")]
    outcome = run("check", harbour, *DAY, *targets, "--quiet")
    assert outcome.code == 1
    for name in MACHINES:
        text = (folder / f"out.{name}").read_text()
        assert text == run("check", harbour, *DAY, "--format", name).out


def results(run: Run, *arguments: str) -> list[dict[str, Any]]:
    log = json.loads(run("check", *DAY, "--format", "sarif", *arguments).out)
    SARIF.validate(log)
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


def prints(run: Run, *arguments: str) -> dict[str, str]:
    return {
        item["ruleId"]: item["partialFingerprints"]["tenantlint/v1"]
        for item in results(run, *arguments)
    }


def test_a_fingerprint_depends_on_the_value_and_not_on_the_line(run: Run, folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    file.write_text(UNSOUND)
    before = prints(run)
    file.write_text("# a comment\n\n" + UNSOUND)
    assert prints(run) == before
    *head, first, second = UNSOUND.splitlines(keepends=True)
    file.write_text("".join((*head, second, first)))
    assert prints(run) == before
    file.write_text(UNSOUND.replace("vpop", "bundled-pstn"))
    assert prints(run).keys() == before.keys()
    assert prints(run) != before
    file.write_text(UNSOUND.replace("Sub2", "Sub3"))
    assert prints(run) != before


def test_sarif_has_suppressed_findings_on_request(run: Run, folder: Path) -> None:
    text = UNSOUND.replace("vpop}", "vpop}  # tenantlint: ignore[mixed-telephony]: OPS-42")
    (folder / "a.tenant.yaml").write_text(text)
    assert results(run) == []
    (found,) = results(run, "--include-suppressed")
    assert found["suppressions"] == [{"kind": "inSource", "justification": "OPS-42"}]
    run("check", *DAY, "--baseline", "known.json", "--write-baseline")
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    run("check", *DAY, "--baseline", "known.json", "--write-baseline")
    assert results(run, "--baseline", "known.json") == []
    (found,) = results(run, "--baseline", "known.json", "--include-suppressed")
    assert found["suppressions"][0]["kind"] == "external"


def test_sarif_file_names_are_relative_and_escaped(run: Run, folder: Path) -> None:
    name = "ten ants#%/ü.tenant.yaml"
    (folder / name).parent.mkdir()
    (folder / name).write_text(UNSOUND)
    (found,) = results(run)
    artifact = found["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {
        "uri": "ten%20ants%23%25/%C3%BC.tenant.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    (found,) = results(run, str(folder / name))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_github_commands_are_escaped() -> None:
    found = check_file("a", UNSOUND.encode(), PLAN).diagnostics[0]
    fields = {name: getattr(found, name) for name in found._fields}
    hostile = Diagnostic(
        **{**fields, "file": "./a:b,c%.yaml", "message": "x%\r\n::y\x1b[2K\u202e", "help": ""}
    )
    report = Report(date(2026, 5, 1), ("a",), 1, (hostile,))
    assert rendered("github", report) == (
        "::error file=a%3Ab%2Cc%25.yaml,line=5,endLine=5,col=59,endColumn=63,"
        "title=mixed-telephony::a:b,c%25.yaml:5:59: mixed-telephony: "
        "x%25\\x0d%0A::y\\x1b[2K\\u202e\n"
    )


def test_a_comment_is_shortened_to_the_limit_of_github(run: Run, folder: Path) -> None:
    lines = "".join(
        f"  - {{id: S{n}, type: concurrent, start: 2025-06-01, telephony: vpop}}\n"
        for n in range(2000)
    )
    (folder / "a.tenant.yaml").write_text(SOUND + lines)
    out = run("check", *DAY, "--format", "markdown").out
    assert 50_000 < len(out) < 65_536
    shown = out.count("\n| 🛑") + out.count("\n| ⚠️")
    (left,) = re.findall(r"the log of the run for ([\d,]+) other", out)
    counted = sum(json.loads(run("check", *DAY, "--format", "json").out)["summary"][kind]
                  for kind in ("errors", "warnings"))  # fmt: skip
    assert shown + int(left.replace(",", "")) == counted
