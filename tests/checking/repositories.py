"""A git repository for tests, whose tenant files are compared with an older version."""

import os
import subprocess
from pathlib import Path

from tests.conftest import Outcome, Run

DAY = ("--as-of", "2026-05-01", "--format", "concise")
TENANT = """\
version: 1
tenant: {id: t1, name: Harbour Retail, telephony: webex-calling}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
  - {email: tom@harbour.example, roles: [agent], assignments: [Sub1]}
"""


class Repository:
    """A git repository in which tests commit files and check the changes since a revision."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder, self.run = folder, run
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *arguments: str, **variables: str) -> str:
        name = ("-c", "user.name=Test", "-c", "user.email=test@harbour.example")
        done = subprocess.run(
            ["git", *name, *arguments],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def since(self, revision: str = "HEAD~1", *arguments: str) -> Outcome:
        return self.run("check", *DAY, "--since", revision, *arguments)


def ids(outcome: Outcome) -> list[str]:
    return [line.split(" ")[1] for line in outcome.findings]
