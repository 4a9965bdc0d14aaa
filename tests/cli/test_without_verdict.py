"""If a run ends before it reads a file, each report says so and replaces an earlier report."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import OBEDIENT, SOUND, Run, can_obey
from tests.reporters.test_reports import validate
from validator.findings.report import Report
from validator.project.config import ConfigError, read_config_if_any
from validator.project.config_layers import read_base_file
from validator.reporters.formats import CHECK_FORMATS
from validator.schema.control_hub_names import EMAIL_COLUMN

DAY = ("--as-of", "2026-05-01")
CAUSES = [
    ("unknwn = 1", (), "tenantlint.toml: unknwn: "),
    ("ignore = ['chnge']", (), "tenantlint.toml: ignore: no policy or topic is called chnge"),
    ("", ("--since", "nowhere"), "--since: "),
    ("", ("--baseline", "no.json"), "no.json: No such file or directory; check --write-baseline"),
    ("", ("--policies", "nowhere"), "nowhere"),
    ("", ("--select", "usr"), "no policy or topic is called usr"),
    ("", ("--config", "no.toml"), "no.toml: No such file or directory"),
]


@pytest.mark.parametrize(("config", "arguments", "cause"), CAUSES)
def test_json_names_the_cause(
    run: Run, folder: Path, config: str, arguments: tuple[str, ...], cause: str
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text(config)
    outcome = run("check", *DAY, *arguments, "-f", "json")
    assert outcome.code == 2
    (failure,) = json.loads(outcome.out)["failures"]
    assert cause in failure
    assert outcome.err == f"tenantlint: {failure}\n"


@pytest.mark.parametrize(
    "text",
    [
        'ignore = ["x\\ny"]',
        'policy-files = ["x\\ny"]',
        'severity = {"x\\ny" = "info"}',
        '"x\\ny" = 1',
        'include = ["x\\ny\\\\"]',
        '[policy."x\\ny"]\nz = 1',
    ],
)
def test_a_line_break_in_a_value_is_not_another_cause(run: Run, folder: Path, text: str) -> None:
    (folder / "tenantlint.toml").write_text(text)
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("check", "--format", "json")
    assert outcome.code == 2
    (cause,) = json.loads(outcome.out)["failures"]
    assert "x\\x0ay" in cause
    assert outcome.err == f"tenantlint: {cause}\n"


@pytest.mark.parametrize("command", ["check", "why", "plan"])
def test_a_line_break_in_an_argument_is_not_another_cause(run: Run, command: str) -> None:
    outcome = run(command, "x\ny", "--config", "x\ny")
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1
    assert "x\\x0ay" in outcome.err


def test_every_report_of_an_earlier_run_is_replaced(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    reports = [word for name in CHECK_FORMATS for word in ("--report", f"{name}={name}.out")]
    assert run("check", *DAY, *reports, "-o", "text.out").code == 0
    (folder / "tenantlint.toml").write_text("unknwn = 1\nalso = 2\n")
    outcome = run("check", *DAY, *reports, "-o", "text.out")
    assert (outcome.code, outcome.out) == (2, "")
    causes = [line.removeprefix("tenantlint: ") for line in outcome.err.splitlines()]
    assert len(causes) == 2
    for name in CHECK_FORMATS:
        text = (folder / f"{name}.out").read_text()
        assert all(cause.replace(":", "&#58;") in text or cause in text for cause in causes), name
        assert "No findings" not in text
        validate(name, text, Report(date(2026, 5, 1), (), 0, (), failures=tuple(causes)))


@pytest.mark.parametrize("name", ["text", "concise"])
def test_text_formats_name_the_cause_once(run: Run, folder: Path, name: str) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("check", *DAY, "--select", "usr", "-f", name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("tenantlint: --select: no policy or topic is called usr")
    outcome = run("check", *DAY, "--select", "usr", "--report", "concise=out.txt")
    assert "tenantlint: error: --select: no policy" in (folder / "out.txt").read_text()


@pytest.mark.parametrize("command", ["forecast", "plan", "usage", "why"])
def test_other_commands_remove_an_earlier_report(run: Run, folder: Path, command: str) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "out.json").write_text("of an earlier run")
    outcome = run(command, "a.tenant.yaml", "-f", "json", "-o", "out.json", "--config", "no.toml")
    assert (outcome.code, outcome.err) == (2, "tenantlint: no.toml: No such file or directory\n")
    assert not (folder / "out.json").exists()


def test_a_folder_in_the_place_of_the_file_leaves_no_explanation(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").mkdir()
    (folder / "out.json").write_text("of an earlier run")
    outcome = run("why", "a.tenant.yaml", "-f", "json", "-o", "out.json")
    assert outcome.err == "tenantlint: a.tenant.yaml is a folder; name a tenant file in it\n"
    assert (outcome.code, (folder / "out.json").exists()) == (2, False)


def test_options_that_exclude_each_other_leave_the_files(run: Run, folder: Path) -> None:
    (folder / "out.json").write_text("of an earlier run")
    assert run("check", "--config-from-base", "--report", "json=out.json").code == 2
    assert run("plan", "--until", "2026-01-01", "--days", "2", "-o", "out.json").code == 2
    assert (folder / "out.json").read_text() == "of an earlier run"


def test_an_unexpected_error_is_in_the_report(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    policies = folder / "policies"
    policies.mkdir()
    (policies / "__init__.py").mkdir()
    (folder / "out.json").write_text("of an earlier run")
    outcome = run("check", *DAY, "--policies", "policies", "--report", "json=out.json")
    assert outcome.code == 2
    assert json.loads((folder / "out.json").read_text())["failures"]


def test_an_unknown_format_still_writes_the_reports(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("check", *DAY, "-f", "jsn", "-o", "x", "--report", "json=out.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "tenantlint: no format is called jsn; did you mean json?\n"
    assert json.loads((folder / "out.json").read_text())["failures"]
    assert not (folder / "x").exists()


LONG = "x" * 300
SHUT = "shut/inner/file"
UNREACHABLE = [
    ("check", "a.tenant.yaml", "--config"),
    ("check", "a.tenant.yaml", "--baseline"),
    ("check", "a.tenant.yaml", "--write-baseline", "--baseline"),
    ("check",),
    ("config", "--config"),
    ("config", "--files"),
    ("import", "--users", "u.csv", "--into"),
    ("import", "--partial", "--users", "u.csv", "--into"),
    ("import", "--into", "a.tenant.yaml", "--usage"),
    ("pull", "--into"),
    ("why",),
    ("test",),
    ("plan",),
]


@can_obey
@pytest.mark.parametrize(
    ("name", "reason"), [(LONG, "File name too long"), (SHUT, "Permission denied")]
)
@pytest.mark.parametrize("arguments", UNREACHABLE, ids=" ".join)
def test_a_path_that_cannot_be_reached_is_one_line(
    run: Run, folder: Path, arguments: tuple[str, ...], name: str, reason: str
) -> None:
    (folder / "shut" / "inner").mkdir(parents=True)
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "u.csv").write_text(
        f"{EMAIL_COLUMN},Contact Center Premium Agent [Sub1]\na@b.example,TRUE\n"
    )
    (folder / "shut").chmod(0)
    try:
        outcome = run(*arguments, name, before=OBEDIENT)
    finally:
        (folder / "shut").chmod(0o700)
    assert outcome.code == 2
    causes = set(outcome.err.splitlines())
    assert any(f"{name}: {reason}" in cause for cause in causes), causes
    assert "internal error" not in outcome.err


@pytest.mark.parametrize("name", [LONG, f"{LONG}.py"])
def test_a_policy_folder_or_a_repository_that_cannot_be_reached_is_one_line(
    run: Run, folder: Path, name: str
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("check", "a.tenant.yaml", "--policies", name)
    message = f"tenantlint: no policy folder at {name}\n"
    assert (outcome.code, outcome.err) == (2, message)
    outcome = run("check", name, "--since", "HEAD")
    assert outcome.code == 2
    assert outcome.err.endswith("is not in a git repository\n")
    assert outcome.err.count("\n") == 1


def test_a_configuration_that_cannot_be_reached_is_not_skipped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(ConfigError) as error:
        read_config_if_any(folder / "tenantlint.toml", "tenantlint.toml")
    assert str(error.value) == f"{folder / 'tenantlint.toml'}: Permission denied"
    with pytest.raises(ConfigError):
        read_base_file(folder / "base.toml")
