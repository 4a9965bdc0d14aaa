"""The command `usage`."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, NO_VERDICT, no_verdict_as_click_error
from validator.cli.output import terminal_width
from validator.cli.reports import (
    ReportingCommand,
    deliver,
    formats_of,
    load_reporters,
    render_reports,
)
from validator.cli.requests import make_request
from validator.reporters.formats import USAGE_FORMATS

if TYPE_CHECKING:
    from validator.tenant.usage import SplitBy


@click.command("usage", cls=ReportingCommand)
@options.PATHS
@click.option(
    "--month",
    "months",
    metavar="YYYY-MM",
    callback=options.parse_months,
    multiple=True,
    help="Report only this month. Repeatable.",
)
@click.option(
    "--by",
    type=click.Choice(["subscription", "department"]),
    default="subscription",
    show_default=True,
    help="Split each row by subscription or by department.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.parse_day,
    help="Leave out months that begin after this day; by default today, in UTC.",
)
@options.format_option(*USAGE_FORMATS)
@options.OUTPUT
@options.REPORT
@options.CONFIG
@options.JOBS
@options.ASSUME
@options.STDIN_FILENAME
def command(
    months: tuple[str, ...],
    by: "SplitBy",
    as_of: date | None,
    format_name: str,
    output: str | None,
    targets: tuple[tuple[str, str], ...],
    **values: Any,
) -> int:
    """Report the usage of each service, and who bears the overage.

    The report has a row for each tenant, month and service with usage or an active entitlement,
    in the months that have usage. The entitled quantity is the largest on any day of the month;
    if the quantity changes within the month, that day (on) and the lowest quantity are shown,
    too. PATHS are as for check. Exits with 1 if a file has YAML or schema errors.
    """
    from validator.project.request import resolve_request
    from validator.run.preparation import prepare
    from validator.run.usage_run import usage_run
    from validator.tenant.calendar_days import month_of

    reporters = load_reporters("usage", USAGE_FORMATS, formats_of(format_name, targets))
    with no_verdict_as_click_error():
        request = make_request(as_of, (), values)
        resolved = resolve_request(request)
        run, found = prepare(request, resolved, runs_policies=False), resolved.found
        report = usage_run(
            found.sources, run.selection, months, run.stdin, found.failures, by, request.jobs
        )
    code = NO_VERDICT if report.failures else FINDINGS if report.broken else 0
    future = [month for month in months if month > month_of(request.as_of)]
    left_out = [f"--month {month}: left out; it begins after {request.as_of}" for month in future]
    messages = (*found.notes, *left_out, *report.incomplete)
    printed = replace(report, width=terminal_width())
    outcome = render_reports(reporters, printed, report, targets, messages, code, output)
    return deliver(outcome, format_name, targets, output)
