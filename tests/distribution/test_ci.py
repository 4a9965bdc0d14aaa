"""The GitHub action and the GitLab template, with this test as their runner."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checking.repositories import TENANT, Repository
from tests.conftest import ROOT, Run
from tests.reporters.test_reports import SARIF, validate_junit
from validator.cli.check import command

NEW = "  - {id: Sub3, type: named, start: 2025-07-01, telephony: vpop}\nusers:"
HIJACK = "open('it-ran', 'w').close()\n"

# The action and the template use this option if they compare with an older version.
needs_config_from_base = pytest.mark.skipif(
    not any("--config-from-base" in param.opts for param in command.params),
    reason="check has no --config-from-base",
)


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the action's install step with a plugin; return the runner's temporary folder."""
    temp = tmp_path_factory.mktemp("runner")
    package = temp / "acme"
    package.mkdir()
    (package / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "acme"\nversion = "1"\n[project.entry-points.tenantlint]\nacme = "acme"\n'
        '[tool.hatch.build.targets.wheel]\ninclude = ["acme.py"]\n'
    )
    (package / "acme.py").write_text(
        "from validator import hookimpl\n@hookimpl\ndef validator_reporters():\n"
        "    return {'count': lambda report: f'{len(report.diagnostics)} found\\n'}\n"
    )
    tree = hijacked(tmp_path_factory.mktemp("tree"))
    code, out = step("Install tenantlint", {"packages": f"\n{package}  # a plugin\n"}, temp, tree)
    assert code == 0, out
    assert not (tree / "it-ran").exists()
    return temp


def hijacked(tree: Path) -> Path:
    """Add modules and a program to a tree that must not run when the program is installed."""
    for name in ("venv", "ensurepip", "json", "pip"):
        (tree / f"{name}.py").write_text(HIJACK)
    pip = tree / ".tenantlint-venv" / "bin" / "pip"
    pip.parent.mkdir(parents=True)
    pip.write_text("#!/bin/sh\ntouch it-ran\n")
    return tree


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def step(name: str, inputs: dict[str, str], temp: Path, cwd: Path) -> tuple[int, str]:
    """Run a step as a runner does: with `bash -e`, and inputs in place of their expressions."""
    (wanted,) = (item for item in action()["runs"]["steps"] if item["name"] == name)
    given = {name: item["default"] for name, item in action()["inputs"].items()} | inputs
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
        for name, value in wanted.get("env", {}).items()
    }
    assert "${{" not in wanted["run"], (
        "a script must not contain an expression, because its value could inject code"
    )
    assert wanted["shell"] == "bash"
    env |= {
        "GITHUB_ACTION_PATH": str(ROOT),
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(temp / "output"),
        "GITHUB_STEP_SUMMARY": str(temp / "summary"),
    }
    # Without PYTHONPATH, the program that the action installed runs.
    outer = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", wanted["run"]],
        cwd=cwd, env={**outer, **env}, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


class Runner:
    """Runs the action in a repository."""

    def __init__(self, folder: Path, temp: Path) -> None:
        self.folder, self._temp = folder, temp

    def check(self, **inputs: str) -> tuple[int, str]:
        for name in ("output", "summary"):
            (self._temp / name).write_text("")
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return step("Check tenant files", given, self._temp, self.folder)

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self._temp / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self._temp / "summary").read_text()


@pytest.fixture
def repository(folder: Path, run: Run) -> Repository:
    """Create a repository with a finding, on a branch that adds another one."""
    made = Repository(folder, run)
    made.write("tenants/a.yaml", TENANT)
    made.commit()
    made.git("checkout", "-q", "-b", "change")
    made.write("tenants/a.yaml", TENANT.replace("users:", NEW))
    made.commit()
    return made


@pytest.fixture
def runner(repository: Repository, temp: Path) -> Runner:
    return Runner(repository.folder, temp)


DAY = "--as-of\n2026-05-01"


@needs_config_from_base
def test_the_action_stops_a_pull_request(runner: Runner) -> None:
    code, out = runner.check(
        since="main", arguments=f"{DAY}\n", sarif="tenantlint.sarif", paths="tenants\n"
    )
    assert code == 1
    assert out.startswith(
        "::error file=tenants/a.yaml,line=6,endLine=6,col=59,endColumn=63,title=mixed-telephony"
    )
    assert out.count("::error ") == 1
    counts = {"errors": "1", "warnings": "0", "infos": "0", "suppressed": "0", "files": "1"}
    assert runner.outputs == {"exit-code": "1", **counts}
    assert runner.summary.startswith("### tenantlint: 1 error\n")
    SARIF.validate(json.loads((runner.folder / "tenantlint.sarif").read_text()))


@needs_config_from_base
def test_a_pull_request_cannot_change_its_own_configuration(runner: Runner) -> None:
    (runner.folder / "tenantlint.toml").write_text('ignore = ["telephony"]\n')
    assert runner.check(since="main", arguments=DAY)[0] == 1


@needs_config_from_base
def test_the_action_passes_a_change_without_new_findings(runner: Runner) -> None:
    code, out = runner.check(since="HEAD", arguments=DAY)
    assert code == 0
    assert "::" not in out


def test_the_action_accepts_options_and_plugins_and_outputs_the_counts(runner: Runner) -> None:
    code, out = runner.check(
        arguments=f"{DAY}  \n--report=count=count.txt\n--ignore=change,usage", fail_on="never"
    )
    assert code == 0
    assert out.startswith("::error ")
    assert (runner.folder / "count.txt").read_text() == "2 found\n"
    assert runner.outputs["errors"] == "2"
    assert runner.outputs["exit-code"] == "0"


def test_an_error_is_an_annotation_and_in_the_summary(runner: Runner) -> None:
    code, out = runner.check(paths="no%where.yaml", arguments="--as-of=2026-05-01")
    assert code == 2
    assert "no%25where.yaml: No such file or directory" in out
    assert "::error" in out
    assert "where.yaml: No such file" in runner.summary
    code, out = runner.check(fail_on="bad")
    assert code == 2
    (line,) = (line for line in out.splitlines() if line.startswith("::"))
    assert line.startswith("::error title=tenantlint::Invalid value for '--fail-on': 'bad'")
    assert runner.summary.startswith(
        "### tenantlint: no verdict that can be trusted\n\n    tenantlint: Invalid value"
    )
    assert runner.outputs == {"exit-code": "2"}


def test_an_option_and_its_value_on_one_line_are_refused_with_a_hint(runner: Runner) -> None:
    code, out = runner.check(arguments="--as-of=2026-05-01\n--select user\n")
    assert code == 2
    assert (
        "::error title=tenantlint::arguments: --select and its value are on one line; "
        "write --select=user, or two lines\n"
    ) in out
    assert "write --select=user" in runner.summary
    assert runner.outputs == {"exit-code": "2"}


@pytest.mark.parametrize(
    "inputs",
    [
        {"since": "nowhere"},
        {"paths": "nowhere"},
        {"paths": "$(touch it-ran)"},
        {"paths": "-h"},
        {"since": "$(touch it-ran)"},
        {"since": "; touch it-ran"},
        {"fail_on": "`touch it-ran`"},
        {"arguments": "--nowhere"},
        {"arguments": "; touch it-ran"},
    ],
)
def test_the_action_fails_closed(runner: Runner, inputs: dict[str, str]) -> None:
    for name in ("json", "sys", "validator"):
        (runner.folder / f"{name}.py").write_text(HIJACK)
    code, _ = runner.check(**inputs)
    assert code == 2
    assert not (runner.folder / "it-ran").exists()


def test_a_message_cannot_be_a_command_to_the_runner(runner: Runner) -> None:
    below = runner.folder / "##[error file=app.py;line=1]forged"
    below.mkdir()
    (below / "tenantlint.toml").write_text("")
    _, output = runner.check()
    assert "forged/tenantlint.toml is not used" in output
    assert "##[" not in output


def test_the_cache_is_not_saved_in_a_pull_request() -> None:
    (keep,) = (item for item in action()["runs"]["steps"] if "uses" in item)
    assert keep["uses"].startswith("actions/cache@")
    assert keep["if"] == "inputs.since == ''"
    (check,) = (item for item in action()["runs"]["steps"] if item.get("id") == "check")
    folder = keep["with"]["path"].removeprefix("${{ runner.temp }}/")
    assert f'TENANTLINT_CACHE_DIR="$RUNNER_TEMP/{folder}"' in check["run"]


class GitLab:
    """Runs the template: fills in its inputs, and runs its scripts in one shell."""

    def __init__(self, folder: Path, environment: Path | None = None) -> None:
        self.folder, self._environment = folder, environment
        self.code, self.out = 0, ""

    def job(self, inputs: dict[str, str]) -> Any:
        head, text = (ROOT / "templates" / "tenantlint.yml").read_text().split("\n---\n")
        known = yaml.safe_load(head)["spec"]["inputs"]
        assert inputs.keys() <= known.keys()
        values = {name: item["default"] for name, item in known.items()} | inputs
        filled = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: values[match[1]], text)
        ((name, job),) = yaml.safe_load(filled).items()
        assert name == values["job"]
        return job

    def install(self, packages: str, temp: Path) -> Path:
        """Run the script that installs the program; return the folder of its environment."""
        job = self.job({"packages": packages})
        variables = {**job["variables"], "TMPDIR": str(temp)}
        self._shell([*job["before_script"], 'echo "$TENANTLINT_VENV"'], variables)
        assert self.code == 0
        return Path(self.out.splitlines()[-1])

    def run(self, inputs: dict[str, str], **variables: str) -> Any:
        """Run the script that checks, with the program that `install` installed."""
        job = self.job(inputs)
        environment = {"TENANTLINT_VENV": str(self._environment)}
        self._shell(job["script"], {**job["variables"], **environment, **variables})
        return job["artifacts"]["reports"]

    def _shell(self, script: list[str], variables: dict[str, str]) -> None:
        outer = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(script)],
            cwd=self.folder, env={**outer, **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.code, self.out = done.returncode, done.stdout


@pytest.fixture(scope="module")
def environment(temp: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the template's install script with a plugin; return the folder of its environment."""
    tree = hijacked(tmp_path_factory.mktemp("tree"))
    environment = GitLab(tree).install(f"{ROOT} {temp / 'acme'}", tmp_path_factory.mktemp("tmp"))
    assert not (tree / "it-ran").exists()
    return environment


@pytest.fixture
def gitlab(repository: Repository, environment: Path) -> GitLab:
    return GitLab(repository.folder, environment)


GITLAB_DAY = {"arguments": "--as-of 2026-05-01", "paths": "tenants"}


def lines_of(file: Path) -> list[int]:
    return [item["location"]["lines"]["begin"] for item in json.loads(file.read_text())]


@needs_config_from_base
def test_a_merge_request_fails_for_new_findings_and_reports_all(
    gitlab: GitLab, repository: Repository
) -> None:
    base = repository.git("rev-parse", "main").strip()
    reports = gitlab.run(GITLAB_DAY, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert gitlab.code == 1
    assert gitlab.out.startswith("error[mixed-telephony]: Sub3 ")
    assert gitlab.out.count("error[mixed-telephony]") == 1
    # GitLab compares this report with the one of the default branch.
    assert lines_of(repository.folder / reports["codequality"]) == [5, 6]
    validate_junit((repository.folder / reports["junit"]).read_text())


def test_the_default_branch_fails_for_all_findings(gitlab: GitLab, repository: Repository) -> None:
    hijacked(repository.folder)
    reports = gitlab.run(GITLAB_DAY)
    assert gitlab.code == 1
    assert gitlab.out.count("error[mixed-telephony]") == 2
    assert lines_of(repository.folder / reports["codequality"]) == [5, 6]
    assert not (repository.folder / "it-ran").exists()
    # An input of the template overrides the configuration.
    repository.write("tenantlint.toml", 'fail-on = "never"\n')
    gitlab.run(GITLAB_DAY)
    assert gitlab.code == 0
    gitlab.run({**GITLAB_DAY, "fail-on": "warning", "job": "gate"})
    assert gitlab.code == 1
    gitlab.run({**GITLAB_DAY, "paths": "nowhere"})
    assert gitlab.code == 2


def test_the_template_accepts_several_packages(gitlab: GitLab) -> None:
    gitlab.run({**GITLAB_DAY, "arguments": "--report count=count.txt"})
    assert (gitlab.folder / "count.txt").read_text() == "2 found\n"


def test_no_other_template_has_the_name_of_a_component() -> None:
    # GitLab prefers templates/NAME.yml to templates/NAME/template.yml for a component.
    names = sorted(file.name for file in (ROOT / "templates").iterdir())
    assert names == ["github", "nightly.yml", "tenantlint.yml"]
    assert not (ROOT / "templates" / "github" / "template.yml").exists()
