"""Remarks about the restrictions of a report, in every format."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import UNSOUND, Run
from tests.reporters.test_reports import PAGES, PLAN, rendered, validate, validate_junit
from validator.checking.file_check import check_file
from validator.findings.report import Report
from validator.reporters.formats import CHECK_FORMATS

SENTENCES = {
    "failures": "t.yaml: the policy x crashed: KeyError",
    "not_compared": "t.yaml: at main it is no YAML",
    "eased": "tenantlint.toml lowers mixed-telephony to info",
    "assumed": "Sub1.end=2027-01-01",
}
REPORT = Report(
    date(2026, 5, 1),
    ("t.yaml",),
    1,
    check_file("t.yaml", UNSOUND.encode(), PLAN).diagnostics,
    pages=PAGES,
    **{name: (text,) for name, text in SENTENCES.items()},  # type: ignore[arg-type]
)


@pytest.mark.parametrize("name", CHECK_FORMATS)
def test_every_format_has_the_remarks(name: str) -> None:
    text = rendered(name, REPORT)
    for sentence in SENTENCES.values():
        assert sentence.replace(":", "&#58;") in text or sentence in text, sentence


@pytest.mark.parametrize("name", CHECK_FORMATS)
def test_a_report_without_restrictions_has_no_remarks(name: str) -> None:
    report = REPORT._replace(failures=(), not_compared=(), eased=(), assumed=())
    text = rendered(name, report)
    for word in ("not complete", "not compared", "eased:", "assumed:", "no verdict"):
        assert word not in text.replace("executionSuccessful", "")


def test_assumptions_are_first_and_other_remarks_last() -> None:
    for name in ("text", "concise"):
        first, *_, last = rendered(name, REPORT).splitlines()
        assert first.endswith("assumed: Sub1.end=2027-01-01")
        assert "eased: " in last


def test_quiet_keeps_the_remarks() -> None:
    text = rendered("text", REPORT._replace(quiet=True))
    assert "No verdict" in text or "no verdict that can be trusted" in text
    assert SENTENCES["eased"] in text
    assert "in 1 file" not in text


def test_failures_of_a_printed_report_are_on_standard_error(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    outcome = run("check", ".", "no.yaml", "--report", "text=report.txt")
    assert outcome.code == 2
    assert outcome.out.splitlines()[-1].endswith("; no verdict that can be trusted")
    assert outcome.err == "tenantlint: no.yaml: No such file or directory\n"
    last = (folder / "report.txt").read_text().splitlines()[-1]
    assert last == "not complete: no.yaml: No such file or directory"


def test_a_comment_with_many_failures_is_shortened() -> None:
    report = REPORT._replace(failures=tuple(f"f{n}.yaml: {'x' * 5000}" for n in range(2000)))
    text = rendered("markdown", report)
    assert len(text) < 20_000
    assert "… and 1,980 more" in text


@pytest.mark.parametrize("name", [*CHECK_FORMATS])
def test_exit_2_is_in_the_report(run: Run, folder: Path, name: str) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    outcome = run("check", "a.tenant.yaml", "no.yaml", "--report", f"{name}=out")
    assert outcome.code == 2
    assert "no.yaml" in (folder / "out").read_text()


def test_json_has_a_list_for_each_kind_of_remark() -> None:
    value = json.loads(rendered("json", REPORT))
    for name, sentence in SENTENCES.items():
        assert value[name] == [sentence]


def test_junit_has_a_test_case_for_each_finding_and_file_without_findings() -> None:
    text = rendered("junit", REPORT._replace(files=("s.yaml", "t.yaml"), fail_on="never"))
    validate_junit(text)
    suite = ET.fromstring(text)[0]
    cases = [(case.get("classname"), case.get("name")) for case in suite.findall("testcase")]
    assert cases == [
        ("tenantlint", f"verdict: {SENTENCES['failures']}"),
        ("s.yaml", "no findings"),
        *(("t.yaml", f"{item.id} at {item.name}") for item in REPORT.diagnostics),
    ]
    assert suite.get("skipped") == str(len(REPORT.diagnostics))
    assert {case.get("file") for case in suite.findall("testcase")} == {None, "s.yaml", "t.yaml"}


def test_junit_on_jenkins_has_no_file_attributes() -> None:
    text = rendered("junit", REPORT._replace(is_on_jenkins=True))
    assert "file=" not in text
    validate_junit(text)


def test_a_line_break_is_an_escape_in_junit() -> None:
    found = REPORT.diagnostics[0]._replace(message="a\nb", help="c\nd")
    text = rendered("junit", REPORT._replace(diagnostics=(found,)))
    assert r"a\x0ab" in text
    assert r"c\x0ad" in text


@pytest.mark.parametrize("name", ["sarif", "gitlab", "rdjson", "junit", "github"])
def test_reports_with_remarks_are_valid(name: str) -> None:
    report = REPORT if name != "github" else REPORT._replace(not_compared=(), eased=(), assumed=())
    if name in ("gitlab", "rdjson"):
        report = report._replace(not_compared=(), eased=(), assumed=())
    validate(name, rendered(name, report), report)


ENCODED: list[tuple[str, Callable[[str], object]]] = [
    ("json", json.loads),
    ("sarif", json.loads),
    ("gitlab", json.loads),
    ("rdjson", json.loads),
    ("junit", ET.fromstring),
    ("html", str),
    ("markdown", str),
    ("github", str),
]


@pytest.mark.parametrize(("name", "parse"), ENCODED)
@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_machine_formats_are_utf_8(
    run: Run, folder: Path, name: str, parse: Callable[[str], object], encoding: str
) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND.replace("Sub2", "Süb電😀"))
    arguments = ("check", "--as-of", "2026-05-01", "--format", name)
    out = run(*arguments, PYTHONIOENCODING=encoding).out
    assert "Süb電😀" in out
    parse(out)
    assert out == run(*arguments).out


def test_policies_that_an_option_turns_off_are_not_listed_as_eased(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "tenantlint.toml").write_text('ignore = ["wrong-primary"]')
    out = run("check", "--ignore", "mixed-telephony", "--format", "json").out
    assert json.loads(out)["eased"] == ["tenantlint.toml turns off wrong-primary"]


@pytest.mark.parametrize("name", ["gitlab", "rdjson"])
def test_a_remark_is_at_the_file_that_it_names(name: str) -> None:
    lines = ("a: b.yaml: cannot be read", "c.yaml:3:1: is damaged", "d: e", "c.yaml")
    report = REPORT._replace(
        files=("a: b.yaml", "c.yaml"), diagnostics=(), failures=lines, not_compared=(), eased=(),
        assumed=(),
    )  # fmt: skip
    value = json.loads(rendered(name, report))
    entries = value if name == "gitlab" else value["diagnostics"]
    paths = [entry["location"]["path"] for entry in entries]
    assert paths == ["a: b.yaml", "c.yaml", ".", "."]
