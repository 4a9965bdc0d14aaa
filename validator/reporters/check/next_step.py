"""How a reader goes on after a report."""

import shlex
from collections.abc import Iterator

from validator.findings.report import Report
from validator.findings.severity import SEVERITIES
from validator.findings.wording import counted


def next_step(report: Report) -> str:
    """Return the commands with which to go on, as one line; empty where there are none.

    Without a verdict, its causes come first.
    """
    return "" if report.failures else "; ".join(_steps(report))


def _steps(report: Report) -> Iterator[str]:
    """Yield each command that helps with a finding of the report."""
    fixes = [item.fix for item in report.diagnostics if item.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    if report.can_be_fixed and safe:
        yield f"tenantlint check --fix ({counted(safe, 'finding')})"
    if report.can_be_fixed and len(fixes) > safe:
        number = counted(len(fixes), "finding")
        yield f"tenantlint check --fix --unsafe-fixes ({number}, with guesses)"
    ids = [item.id for level in SEVERITIES for item in report.diagnostics if item.severity == level]
    if ids:
        command = shlex.join(["tenantlint", "explain", ids[0], *report.explain_options])
        yield command + (" (or another id)" if len(set(ids)) > 1 else "")
