"""The command `plan`."""

from datetime import date
from typing import Any

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, NO_VERDICT, no_verdict_as_click_error
from validator.cli.output import wants_color
from validator.cli.reports import deliver, formats_of, load_reporters, render_reports
from validator.cli.requests import make_request
from validator.reporters.formats import PLAN_FORMATS

DEFAULT_DAYS = 120


@click.command("plan")
@options.PATHS
@click.option(
    "--from",
    "begin",
    metavar="DATE",
    callback=options.parse_day,
    help="The first day; by default today, in UTC.",
)
@click.option("--until", metavar="DATE", callback=options.parse_day, help="The last day.")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"So many days, the first included; {DEFAULT_DAYS} by default.",
)
@options.format_option(*PLAN_FORMATS)
@options.REPORT
@options.CONFIG
@options.STDIN_FILENAME
@options.COLOR
def command(
    begin: date | None,
    until: date | None,
    days: int | None,
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    color: str,
    **values: Any,
) -> int:
    """Say who must be moved where, by when, and whether there is room.

    A plan for each tenant: moves of users whose licences end in the window, users for whom there
    is no seat, and what else changes. PATHS as for check. Exits with 1 when somebody cannot be
    placed, or when a file has findings of YAML or of the schema and cannot be planned.
    """
    from validator.project.request import resolve_request
    from validator.run.plan_run import plan_run
    from validator.run.preparation import prepare
    from validator.tenant.calendar_days import plus_days

    if until is not None and days is not None:
        raise click.UsageError("--until and --days exclude each other")
    request = make_request(begin, (), values)
    last = until or plus_days(request.as_of, (DEFAULT_DAYS if days is None else days) - 1)
    if last < request.as_of:
        raise click.UsageError(f"--until {last} is before the first day, {request.as_of}")
    reporters = load_reporters("plan", PLAN_FORMATS, formats_of(format_name, targets))
    with no_verdict_as_click_error():
        looked = resolve_request(request)
        run, found = prepare(request, looked), looked.found
        report = plan_run(found.sources, run.selection, last, run.stdin, found.failures)
    fails = report.is_anybody_unplaced or report.broken
    code = NO_VERDICT if report.failures else FINDINGS if fails else 0
    printed, messages = (
        report._replace(color=wants_color(color)),
        (*report.failures, *report.broken),
    )
    return deliver(render_reports(reporters, printed, report, targets, messages, code))
