"""Commands other than `check` give the same results with several processes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.test_cli import write_policy_that_dies
from tests.cli.test_forecast_command import SEVERAL
from tests.conftest import ROOT, SOUND, Run

DAYS = ("--from", "2026-05-01", "--days", "120")
COMMANDS = [
    ("forecast", *DAYS, "-f", "json", "--report", "html=out.html"),
    ("forecast", *DAYS, "--assume", "Sub9.end=2026-06-01"),
    ("forecast", *DAYS, "-", "-f", "text"),
    ("plan", *DAYS, "-f", "json", "--report", "html=out.html"),
    ("plan", *DAYS, "-"),
    ("usage", "--as-of", "2026-05-01", "-f", "json", "--report", "html=out.html"),
    ("usage", "-", "--as-of", "2026-05-01"),
]


@pytest.fixture
def fleet(folder: Path) -> Path:
    """A folder with tenants that share subscriptions, a file without one, and an empty one."""
    for number in range(5):
        harbour = (ROOT / "fixtures" / "harbour.tenant.yaml").read_text(encoding="utf-8")
        (folder / f"h{number}.tenant.yaml").write_text(harbour, encoding="utf-8")
        several = SEVERAL.replace("id: several", f"id: several{number}")
        ends = f"# tenantlint: ignore-file[subscription-in-two-tenants] until 2026-0{number + 4}-09"
        (folder / f"s{number}.tenant.yaml").write_text(f"{several}{ends}: merging\n")
    (folder / "bad.tenant.yaml").write_text("tenant: [\n")
    (folder / "empty.tenant.yaml").write_text("")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_two_processes_give_the_same_report(run: Run, fleet: Path, command: Sequence[str]) -> None:
    files = sorted(path.name for path in fleet.iterdir())
    arguments = (*(word for word in command if word != "-"), *files)
    if "-" in command:
        arguments = (*arguments, "-")
    results = []
    for jobs in "12":
        outcome = run(*arguments, "--jobs", jobs, stdin=SOUND.encode())
        results.append((outcome, {file.name: file.read_bytes() for file in fleet.glob("out.*")}))
    (one, written), (two, written_by_two) = results
    assert len(written) == ("--report" in command)
    assert written_by_two == written
    assert one.code in (1, 2)
    assert (two.code, two.err) == (one.code, one.err)
    assert two.out == one.out
    assert len(one.out) > 300


def test_a_forecast_whose_worker_dies_is_2(run: Run, fleet: Path) -> None:
    write_policy_that_dies(fleet)
    outcome = run("forecast", ".", *DAYS, "--jobs", "2", "--policies", "own")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "tenantlint: a worker process died, so there are no results; if memory is short, "
        "try --jobs 1\n"
    )
