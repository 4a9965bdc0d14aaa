"""Reporters of plugins that return the parts of a text instead of the text."""

from pathlib import Path

import pytest

from tests.conftest import SOUND, Run

PLUGIN = """
from validator import hookimpl

def parts(report):
    yield "first line é\\n"
    for number in range(100_000):
        yield f"{number}\\n"
    yield f"{len(report.diagnostics)} found\\n"

def broken(report):
    yield "half of a report"
    raise ValueError("no more")

@hookimpl
def validator_reporters():
    return {"parts": parts, "broken": broken}
"""


@pytest.fixture
def plugin(folder: Path) -> str:
    """The folder of an installed plugin with reporters, to be searched for modules."""
    metadata = folder / "site" / "acme-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[tenantlint]\nacme = acme\n")
    (folder / "site" / "acme.py").write_text(PLUGIN, encoding="utf-8")
    (folder / "a.tenant.yaml").write_text(SOUND)
    return str(folder / "site")


def test_parts_are_printed_and_written_as_one_text(run: Run, plugin: str, folder: Path) -> None:
    numbers = "".join(f"{number}\n" for number in range(100_000))
    command = ("check", "a.tenant.yaml", "--format", "parts", "--report", "parts=report.txt")
    outcome = run(*command, PYTHONPATH=plugin, PYTHONIOENCODING="utf-8")
    assert outcome.code == 0, outcome.err
    assert outcome.out == f"first line é\n{numbers}0 found\n"
    assert (folder / "report.txt").read_text(encoding="utf-8") == outcome.out


def test_a_reporter_that_crashes_after_a_part_prints_nothing(run: Run, plugin: str) -> None:
    outcome = run("check", "a.tenant.yaml", "--format", "broken", PYTHONPATH=plugin)
    assert (outcome.code, outcome.out) == (2, "")
    assert "the reporter broken crashed: ValueError" in outcome.err
