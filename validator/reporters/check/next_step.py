"""Suggests the next command after a report."""

import shlex
from collections.abc import Iterator

from validator.findings.report import Report
from validator.findings.severity import SEVERITIES


def next_step(report: Report) -> str:
    """Return a line with the next commands and options; an empty string if there are none.

    It is also empty if the report has failures, because they must be resolved first.
    """
    return "" if report.failures else "; ".join(_steps(report))


def _steps(report: Report) -> Iterator[str]:
    """Yield each command or option that helps with a finding in the report."""
    ids = [item.id for level in SEVERITIES for item in report.diagnostics if item.severity == level]
    if ids:
        command = shlex.join(["tenantlint", "explain", ids[0], *report.explain_options])
        yield command + (" (or another id)" if len(set(ids)) > 1 else "")
    fixes = [item.fix for item in report.diagnostics if item.fix is not None]
    if not fixes or report.is_fixed or report.assumed:
        return
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    if safe:
        more = f", and --unsafe-fixes for {unsafe:,} more" if unsafe else ""
        yield f"add --fix to repair {safe:,}{more}"
    else:
        yield f"add --fix --unsafe-fixes to repair {unsafe:,}"
