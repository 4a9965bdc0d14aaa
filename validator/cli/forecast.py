"""The command `forecast`."""

import sys
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, NO_VERDICT, no_verdict_as_click_error
from validator.cli.output import wants_color
from validator.cli.reports import (
    ReportingCommand,
    deliver,
    formats_of,
    load_reporters,
    render_reports,
)
from validator.cli.requests import last_day, make_request, supervise_declared_policies
from validator.reporters.formats import FORECAST_FORMATS

if TYPE_CHECKING:
    from validator.findings.severity import FailOn

DEFAULT_DAYS = 365

# A wider timeline is not easier to read.
_MAX_WIDTH = 160
# The width of a report in a file.
_FILE_WIDTH = 100


@click.command("forecast", cls=ReportingCommand)
@options.PATHS
@options.window_options(DEFAULT_DAYS)
@options.EXPIRING_WITHIN
@options.format_option(*FORECAST_FORMATS)
@options.OUTPUT
@options.REPORT
@options.SELECTION
@options.PREVIEW
@options.fail_on_option("never")
@options.POLICIES
@options.CONFIG
@options.JOBS
@options.ASSUME
@options.STDIN_FILENAME
@options.COLOR
def command(
    begin: date | None,
    until: date | None,
    days: int | None,
    format_name: str,
    output: str | None,
    targets: tuple[tuple[str, str], ...],
    fail_on: "FailOn | None",
    color: str,
    **values: Any,
) -> int:
    """Report which findings will appear or clear as time passes.

    The findings of each day in the window are those of check --as-of that day. The report lists
    the days on which a finding appears or clears. PATHS are as for check. With --fail-on LEVEL,
    exits with 1 if a finding of that level or above appears after the first day. Also exits with
    1 if a file has YAML or schema findings and cannot be checked.
    """
    from shutil import get_terminal_size

    from validator.findings.severity import is_at_least
    from validator.project.request import resolve_request
    from validator.run.easings import run_easings
    from validator.run.forecast_run import forecast_run
    from validator.run.preparation import forecast_needs, prepare

    fail_on = fail_on or "never"  # that of the configuration is for `check` only
    request = make_request(begin, (), values)._replace(fail_on=fail_on)
    last = last_day(request.as_of, until, days, DEFAULT_DAYS)
    formats = formats_of(format_name, targets)
    reporters = load_reporters("forecast", FORECAST_FORMATS, formats)
    with no_verdict_as_click_error():
        resolved = resolve_request(request)
        supervise_declared_policies(resolved)
        run = prepare(request, resolved, needs=forecast_needs(formats))
        found = resolved.found
        with redirect_stdout(sys.stderr):  # what a policy prints is not part of the report
            report = forecast_run(
                found.sources, run.selection, last, run.stdin, found.failures, request.jobs
            )
    per_file = [run.selection.for_file(source.name).per_file for source in found.sources]
    report = replace(report, eased=tuple(run_easings(run, per_file)))
    columns = get_terminal_size((100, 24)).columns
    printed = replace(report, color=wants_color(color), width=min(columns, _MAX_WIDTH))
    written = replace(report, color=False, width=_FILE_WIDTH)
    appears = (item for event in report.events for item in event.appears)
    fails = any(is_at_least(item.severity, fail_on) for item in appears)
    code = NO_VERDICT if report.failures else FINDINGS if fails or report.broken else 0
    messages = (*found.notes, *run.notes, *report.incomplete)
    outcome = render_reports(reporters, printed, written, targets, messages, code, output)
    return deliver(outcome, format_name, targets, output)
