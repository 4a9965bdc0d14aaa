"""The nightly workflows for GitHub and GitLab, with this test as their runner.

The program is the installed one, `gh` is a script that logs its arguments, the origin is a bare
repository, and Control Hub is a server on the loopback interface.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checking.repositories import Repository
from tests.conftest import ROOT, Run
from tests.controlhub.exports import ORG, license_id, make_license, person
from tests.controlhub.webex_server import CLIENT, Api, serve

SECRETS = {f"WEBEX_{name.upper()}": value for name, value in CLIENT.items()}
HARBOUR = f"""\
version: 1
tenant: {{id: {ORG}, name: Harbour}}   # by hand
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements: {{premium-agent: 20}}
users:
"""
USER = "  - {{email: u{}@x.example, roles: [agent], assignments: [{{subscription: Sub1, license: premium-agent}}]}}\n"
GH = """\
#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$1 $2" in
  "pr list") cat "$GH_OPEN" ;;
  "pr create") echo 1 > "$GH_OPEN" ;;
esac
"""
NOTE_OPTIONS = """\
#!/bin/sh
i=0
while [ "$i" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do
  eval "echo \\"\\$GIT_PUSH_OPTION_$i\\"" >> push-options
  i=$((i + 1))
done
"""


def organisation(users: int) -> Api:
    held = license_id("CJPPRM", 1)
    people = [person(f"u{number}@x.example", held) for number in range(users)]
    return Api([make_license("CJPPRM", 1, "Sub1", 20, consumed=users)], people)


def filled(env: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    """Return variables with the expressions of the workflow replaced by their values."""

    def value_of(match: re.Match[str]) -> str:
        return values[match[1]]

    return {name: re.sub(r"\$\{\{ (.*?) \}\}", value_of, text) for name, text in env.items()}


class Night:
    """A repository that has a tenant with ten users, its origin, and a runner's folder."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self.origin = folder / "origin.git"
        work = folder / "work"
        work.mkdir()
        self.repository = Repository(work, run)
        text = HARBOUR + "".join(USER.format(number) for number in range(10))
        self.repository.write("tenants/harbour.yaml", text)
        self.repository.commit()
        self.repository.git("clone", "-q", "--bare", ".", str(self.origin))
        self.repository.git("remote", "add", "origin", str(self.origin))
        self.git("config", "receive.advertisePushOptions", "true")
        hook = self.origin / "hooks" / "pre-receive"
        hook.parent.mkdir(exist_ok=True)
        self.executable(hook, NOTE_OPTIONS)
        self.temp = folder / "temp"
        for venv in (self.temp / "tenantlint", self.temp / "venv"):
            venv.mkdir(parents=True)
            (venv / "bin").symlink_to(Path(sys.executable).parent)
        self.executable(folder / "bin" / "gh", GH)
        self.open = folder / "open"
        self.open.write_text("0\n")
        self.log = folder / "gh.log"
        self.log.touch()

    def executable(self, file: Path, text: str) -> None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.origin), *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    def proposed(self) -> str:
        """Return the tenant file on the branch that the workflow pushed."""
        return self.git("show", "tenantlint/control-hub:tenants/harbour.yaml")

    def shell(self, script: str, **env: str) -> tuple[int, str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        logs = {"GH_LOG": str(self.log), "GH_OPEN": str(self.open)}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.repository.folder, check=False, text=True,
            env={**os.environ, "PATH": path, **logs, **env},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert not any(secret in done.stdout for secret in SECRETS.values() if len(secret) > 8)
        return done.returncode, done.stdout

    def github(self, address: str, *, allow_removals: bool = False) -> tuple[int, str]:
        """Run the workflow's steps until one fails; return the exit code and the output."""
        workflow: Any = yaml.safe_load((ROOT / "templates" / "github" / "nightly.yml").read_text())
        (job,) = workflow["jobs"].values()
        checkout, install, *steps = job["steps"]
        assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout["uses"])
        assert install["name"] == "Install tenantlint"
        files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        printed = ""
        for step in steps:
            outputs = dict(
                line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().split()
            )
            values = {
                "github.token": "t",
                "inputs.allow-removals && '--allow-removals' || ''": (
                    "--allow-removals" if allow_removals else ""
                ),
                **{f"secrets.{name}": value for name, value in SECRETS.items()},
                **{f"steps.drift.outputs.{name}": value for name, value in outputs.items()},
            }
            if "if" in step:
                name, value = step["if"].split(" == ")
                if values[name] != value.strip("'"):
                    continue
            assert "${{" not in step["run"], (
                "a script must not contain an expression, because its value could inject code"
            )
            env = filled(step.get("env", {}), values)
            code, out = self.shell(
                step["run"], **workflow["env"], **env, RUNNER_TEMP=str(self.temp),
                GITHUB_REF_NAME="main", WEBEX_API=address, **{n: str(f) for n, f in files.items()},
            )  # fmt: skip
            printed += out
            if code:
                return code, printed
        return 0, printed

    def gitlab(self, address: str, **variables: str) -> tuple[int, str]:
        """Run the template's job; return the exit code and the output."""
        head, text = (ROOT / "templates" / "nightly.yml").read_text().split("\n---\n")
        inputs = yaml.safe_load(head)["spec"]["inputs"]
        given = {name: item.get("default", "tenants/harbour.yaml") for name, item in inputs.items()}
        text = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: given[match[1]], text)
        ((_, job),) = yaml.safe_load(text).items()
        assert len(job["before_script"]) == 3
        return self.shell(
            "\n".join(job["script"]), **job["variables"], **SECRETS, WEBEX_API=address,
            TENANTLINT_TEMP=str(self.temp), TENANTLINT_PUSH_TOKEN="glpat-1", CI_DEFAULT_BRANCH="main",
            CI_SERVER_HOST="gitlab.example", CI_PROJECT_URL=str(self.origin).removesuffix(".git"),
            **variables,
        )  # fmt: skip


@pytest.fixture
def night(folder: Path, run: Run) -> Night:
    return Night(folder, run)


@pytest.fixture
def address() -> Iterator[str]:
    """Serve a Control Hub that has two more users than the file; yield its address."""
    with serve(organisation(12)) as address:
        yield address


def test_github_opens_a_pull_request_and_keeps_it_up_to_date(night: Night, address: str) -> None:
    code, printed = night.github(address)
    assert code == 0, printed
    assert night.proposed().count("- email:") + night.proposed().count("- {email:") == 12
    assert "name: Harbour}   # by hand\n" in night.proposed()
    asked = night.log.read_text().splitlines()
    assert [line.split()[:2] for line in asked] == [["pr", "list"], ["pr", "create"]]
    assert "drift-user-missing" in (night.temp / "GITHUB_STEP_SUMMARY").read_text()
    assert "drift-user-missing" in (night.temp / "body.md").read_text()
    night.repository.git("switch", "-q", "main")
    assert night.github(address)[0] == 0
    assert night.log.read_text().splitlines()[-1].startswith("pr edit tenantlint/control-hub")
    # After the merge, the workflow does nothing.
    night.repository.git("switch", "-q", "main")
    night.repository.git("merge", "-q", "tenantlint/control-hub")
    before = night.log.read_text()
    assert night.github(address)[0] == 0
    assert night.log.read_text() == before


def test_github_fails_if_the_answers_are_incomplete(night: Night) -> None:
    api = organisation(12)
    api.people = api.people[:3]
    with serve(api) as address:
        code, printed = night.github(address)
    assert (code, "does not have them; a page or a file is missing" in printed) == (1, True)
    assert night.log.read_text() == ""
    code, printed = night.github("http://127.0.0.1:9/v1")
    assert (code, "nothing is saved" in printed) == (2, True)


def test_many_removals_need_approval(night: Night) -> None:
    text = HARBOUR + "".join(USER.format(number) for number in range(20))
    night.repository.write("tenants/harbour.yaml", text)
    night.repository.commit()
    with serve(organisation(5)) as address:
        code, printed = night.github(address)
        assert (code, "15 of 20 users would be removed" in printed) == (2, True)
        night.repository.git("checkout", "-q", ".")
        assert night.github(address, allow_removals=True)[0] == 0
        assert night.proposed().count("email:") == 5
        night.repository.git("switch", "-q", "main")
        code, printed = night.gitlab(address)
        assert (code, "15 of 20 users would be removed" in printed) == (2, True)
        assert night.gitlab(address, TENANTLINT_ALLOW_REMOVALS="yes")[0] == 0


def test_gitlab_opens_a_merge_request(night: Night, address: str) -> None:
    code, printed = night.gitlab(address)
    assert code == 0, printed
    assert "u11@x.example" in night.proposed()
    assert (night.origin / "push-options").read_text().splitlines() == [
        "merge_request.create",
        "merge_request.target=main",
        "merge_request.title=tenants/harbour.yaml: import from Control Hub",
        "merge_request.remove_source_branch",
    ]
    assert 'name="' in (night.repository.folder / "drift.xml").read_text()
    assert "glpat-1" not in printed
    night.repository.git("checkout", "-q", "main")
    night.repository.git("merge", "-q", "tenantlint/control-hub")
    code, printed = night.gitlab(address)
    assert (code, printed.startswith("tenantlint: ") or "No findings" in printed) == (0, True)
