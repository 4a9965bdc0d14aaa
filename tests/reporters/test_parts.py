"""Reporters that return the parts of a text instead of the text."""

from pathlib import Path

import pytest

from tests.conftest import SOUND, Run
from tests.reporters.test_needs import DAY, report
from tests.reporters.test_reports import PAGES, PLUGINS
from validator.checking.settings import EVERYTHING
from validator.findings.report import Report
from validator.reporters.formats import CHECK_FORMATS

PLUGIN = """
from validator import hookimpl

def parts(report):
    yield "first line é\\n"
    print("printed", flush=True)
    for number in range(100_000):
        yield f"{number}\\n"
    yield f"{len(report.diagnostics)} found\\n"

def broken(report):
    yield "half of a report"
    raise ValueError("no more")

def ends(report):
    raise SystemExit(0)

def short(report):
    raise MemoryError

@hookimpl
def validator_reporters():
    return {"parts": parts, "broken": broken, "ends": ends, "short": short}
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
    assert outcome.err == "printed\n" * 2  # once for each output
    assert (folder / "report.txt").read_text(encoding="utf-8") == outcome.out


def test_a_reporter_that_crashes_after_a_part_prints_nothing(run: Run, plugin: str) -> None:
    outcome = run("check", "a.tenant.yaml", "--format", "broken", PYTHONPATH=plugin)
    assert (outcome.code, outcome.out) == (2, "")
    assert "the reporter broken crashed: ValueError" in outcome.err


@pytest.mark.parametrize("more", [(), ("--report", "ends=out", "--format", "json")])
def test_a_reporter_that_ends_the_program_is_2(
    run: Run, plugin: str, folder: Path, more: tuple[str, ...]
) -> None:
    outcome = run("check", "a.tenant.yaml", *(more or ("--format", "ends")), PYTHONPATH=plugin)
    assert outcome.code == 2
    assert bool(outcome.out) == bool(more)
    assert "the reporter ends crashed: SystemExit: 0" in outcome.err
    assert not (folder / "out").exists()


def test_a_report_for_which_memory_is_short_is_2(run: Run, plugin: str, folder: Path) -> None:
    outcome = run("check", "a.tenant.yaml", "--report", "short=out", PYTHONPATH=plugin)
    assert outcome.code == 2
    assert "out: there is not enough memory for the format short" in outcome.err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("name", CHECK_FORMATS)
def test_the_parts_of_a_report_do_not_grow_with_the_number_of_findings(name: str) -> None:
    sizes = [max(map(len, parts(name, fleet(files)))) for files in (20, 80)]
    assert sizes[1] < 1.5 * sizes[0]


def fleet(number: int) -> Report:
    """Return a report on copies of a messy file."""
    files = tuple(f"{copy:02}.tenant.yaml" for copy in range(number))
    copied = report(EVERYTHING).diagnostics
    found = [item._replace(file=file) for file in files for item in copied]
    return Report(DAY, files, number, tuple(found), pages=PAGES)


def parts(name: str, shown: Report) -> list[str]:
    """Return the parts in which a report is rendered, which can be a single text."""
    text = PLUGINS.reporters[name](shown)
    return [text] if isinstance(text, str) else list(text)
