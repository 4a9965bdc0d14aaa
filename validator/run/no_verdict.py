"""The report of a run that ended before it could check a file."""

from collections.abc import Sequence
from pathlib import Path

from validator.findings.report import Report
from validator.project.repository_roots import is_on_jenkins, repository_roots
from validator.project.request import Request


def report_without_verdict(request: Request, causes: Sequence[str]) -> Report:
    """Return a report without findings that every format shows as incomplete."""
    folder = str(Path.cwd())
    return Report(
        as_of=request.as_of,
        files=(),
        documents=0,
        diagnostics=(),
        fail_on=request.fail_on or "error",
        failures=tuple(causes),
        assumed=tuple(request.assume),
        folder=folder,
        roots=repository_roots(folder),
        is_on_jenkins=is_on_jenkins(),
    )
