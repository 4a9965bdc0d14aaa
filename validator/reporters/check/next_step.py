"""How a reader goes on after a report."""

import shlex
from collections.abc import Iterator

from validator.findings.report import Report
from validator.findings.severity import SEVERITIES


def next_step(report: Report) -> str:
    """Return the commands with which to go on, as one line; empty where there are none.

    Without a verdict, its causes come first.
    """
    return "" if report.failures else "; ".join(_steps(report))


def _steps(report: Report) -> Iterator[str]:
    """Yield each command that helps with a finding of the report."""
    ids = [item.id for level in SEVERITIES for item in report.diagnostics if item.severity == level]
    if ids:
        command = shlex.join(["tenantlint", "explain", ids[0], *report.explain_options])
        yield command + (" (or another id)" if len(set(ids)) > 1 else "")
