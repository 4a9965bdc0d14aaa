"""`drift` without a verdict."""

import json
from pathlib import Path

from tests.conftest import SOUND, Run


def test_a_run_without_a_verdict_says_so_in_every_report(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "u.csv").write_text("User ID/Email (Required)\n")
    (folder / "out.json").write_text("of an earlier run")
    outcome = run("drift", "--users", "u.csv", "-f", "json", "--report", "json=out.json")
    assert outcome.code == 2
    (failure,) = json.loads(outcome.out)["failures"]
    assert outcome.err == f"tenantlint: {failure}\n"
    assert (folder / "out.json").read_text() == outcome.out
