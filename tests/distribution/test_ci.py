"""Ready to use: the GitHub action and the GitLab template, with this test as their runner."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checking.test_since import TENANT, Repository
from tests.conftest import ROOT, Run
from tests.reporters.test_reports import SARIF, validate_junit

NEW = "  - {id: Sub3, type: named, start: 2025-07-01, telephony: vpop}\nusers:"


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a runner that has run the action's installing step."""
    temp = tmp_path_factory.mktemp("runner")
    (install, _) = action()["runs"]["steps"]
    step(install, {}, temp, ROOT)
    return temp


def action() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def step(step: Any, inputs: dict[str, str], temp: Path, cwd: Path) -> tuple[int, str]:
    """Run a step as a runner does: bash with -e, inputs put where their expressions stand."""
    given = {name: item["default"] for name, item in action()["inputs"].items()} | inputs
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: given[match[1]], value)
        for name, value in step.get("env", {}).items()
    }
    assert "${{" not in step["run"], "an expression in a script is a hole"
    assert step["shell"] == "bash"
    env |= {
        "GITHUB_ACTION_PATH": str(ROOT),
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(temp / "output"),
        "GITHUB_STEP_SUMMARY": str(temp / "summary"),
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=cwd, env={**os.environ, **env}, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture
def repository(folder: Path, run: Run) -> Repository:
    """A repository with a known finding, on a branch that adds another."""
    made = Repository(folder, run)
    made.write("tenants/a.yaml", TENANT)
    made.commit()
    made.git("checkout", "-q", "-b", "change")
    made.write("tenants/a.yaml", TENANT.replace("users:", NEW))
    made.commit()
    return made


def test_the_action_stops_a_pull_request(repository: Repository, temp: Path) -> None:
    (_, check) = action()["runs"]["steps"]
    for name in ("output", "summary"):
        (temp / name).write_text("")
    inputs = {
        "since": "main",
        "arguments": "--as-of\n2026-05-01\n",
        "sarif": "tenantlint.sarif",
        "paths": "tenants\n",
    }
    code, out = step(check, inputs, temp, repository.folder)
    assert code == 1
    assert out.startswith(
        "::error file=tenants/a.yaml,line=6,endLine=6,col=59,endColumn=63,title=mixed-telephony::"
    )
    assert len(out.splitlines()) == 1
    assert (temp / "output").read_text() == "exit-code=1\n"
    assert (temp / "summary").read_text().startswith("### tenantlint: 1 error\n")
    SARIF.validate(json.loads((repository.folder / "tenantlint.sarif").read_text()))


def test_the_action_lets_a_sound_change_pass(repository: Repository, temp: Path) -> None:
    (_, check) = action()["runs"]["steps"]
    inputs = {"since": "HEAD", "arguments": "--as-of\n2026-05-01"}
    assert step(check, inputs, temp, repository.folder) == (0, "")


@pytest.mark.parametrize(
    "inputs",
    [
        {"since": "nowhere"},
        {"paths": "nowhere"},
        {"paths": "$(touch it-ran)"},
        {"paths": "-h"},
        {"since": "$(touch it-ran)"},
        {"since": "; touch it-ran"},
        {"fail-on": "`touch it-ran`"},
        {"arguments": "--nowhere"},
        {"arguments": "; touch it-ran"},
    ],
)
def test_the_action_fails_closed(
    repository: Repository, temp: Path, inputs: dict[str, str]
) -> None:
    (_, check) = action()["runs"]["steps"]
    code, _ = step(check, inputs, temp, repository.folder)
    assert code == 2
    assert not (repository.folder / "it-ran").exists()


def test_the_gitlab_template(repository: Repository) -> None:
    job = yaml.safe_load((ROOT / "templates" / "tenantlint.yml").read_text())["tenantlint"]
    base = repository.git("rev-parse", "main").strip()
    env = {
        **os.environ,
        **job["variables"],
        "TENANTLINT_PACKAGE": str(ROOT),
        "TENANTLINT_PATHS": "tenants --as-of 2026-05-01",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
    }
    script = "\n".join((*job["before_script"], *job["script"]))
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=repository.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("error[mixed-telephony]: Sub3 ")
    reports = job["artifacts"]["reports"]
    (entry,) = json.loads((repository.folder / reports["codequality"]).read_text())
    assert entry["location"] == {"path": "tenants/a.yaml", "lines": {"begin": 6, "end": 6}}
    validate_junit((repository.folder / reports["junit"]).read_text())
    del env["CI_MERGE_REQUEST_DIFF_BASE_SHA"]
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=repository.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.count("error[mixed-telephony]") == 2
