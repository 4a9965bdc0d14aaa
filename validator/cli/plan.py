"""The command `plan`."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, NO_VERDICT, no_verdict_as_click_error
from validator.cli.output import terminal_width, wants_color
from validator.cli.report_files import STDOUT, refuse_read_files
from validator.cli.reports import (
    Render,
    ReportingCommand,
    deliver,
    formats_of,
    load_reporters,
    render_reports,
)
from validator.cli.requests import last_day, make_request
from validator.reporters.formats import PLAN_FORMATS
from validator.tenant.terms import PLAN_DAYS

if TYPE_CHECKING:
    from validator.findings.plan_report import PlanReport
    from validator.project.sources import Source
    from validator.run.plan_apply import PlanAgain


@click.command("plan", cls=ReportingCommand)
@options.PATHS
@options.window_options(PLAN_DAYS)
@click.option(
    "--apply",
    "apply",
    is_flag=True,
    help="Also write the assignments to the tenant files, to all or to none.",
)
@click.option(
    "--on",
    metavar="DATE",
    callback=options.parse_day,
    help="csv: include the moves that can be made on this day; by default the first day.",
)
@click.option(
    "--release",
    "is_release",
    is_flag=True,
    help="csv: give back licences whose subscription no longer serves and that the user has "
    "elsewhere, instead of the moves.",
)
@click.option(
    "--compare",
    "is_compared",
    is_flag=True,
    help="Also show the plan without the assumptions; needs --assume.",
)
@options.format_option(*PLAN_FORMATS)
@options.OUTPUT
@options.REPORT
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
    color: str,
    on: date | None,
    *,
    apply: bool,
    is_release: bool,
    is_compared: bool,
    **values: Any,
) -> int:
    """Plan which users to move to which subscription, and by when.

    The plan of a tenant lists the moves of users whose licences end in the window, the users for
    whom there is no seat, and other changes. PATHS are as for check. Exits with 1 if a user
    cannot be placed, or if a file has YAML or schema errors.

    The format csv is the file to import into Control Hub under Management > Users > Manage users
    by CSV > Import, for one tenant. Above 20,000 rows, --report csv=F.csv writes F-1.csv, F-2.csv
    and so on. Moves that the file leaves out are listed on standard error.
    """
    from validator.project.request import resolve_request
    from validator.project.sources import Source
    from validator.run.plan_run import plan_file, plan_run
    from validator.run.preparation import prepare

    request = make_request(begin, (), values)
    last = last_day(request.as_of, until, days, PLAN_DAYS)
    formats = formats_of(format_name, targets)
    if (is_release or on is not None) and "csv" not in formats:
        raise click.UsageError("--release and --on need the format csv")
    if on is not None and on < request.as_of:
        raise click.UsageError(f"--on {on} is before the first day of the plan, {request.as_of}")
    if apply and request.assume:
        raise click.UsageError("--apply and --assume cannot be used together")
    if is_compared and not request.assume:
        raise click.UsageError("--compare needs --assume SUB.KEY=VALUE")
    if is_compared and not {"csv", "ics"}.isdisjoint(formats):
        raise click.UsageError("--compare cannot be used with the formats csv and ics")
    reporters = dict(load_reporters("plan", PLAN_FORMATS, formats))
    with no_verdict_as_click_error():
        resolved = resolve_request(request)
        run, found = prepare(request, resolved, runs_policies=False), resolved.found
        day = on or request.as_of
        released = day if is_release else None
        plan = partial(
            plan_run,
            found.sources,
            until=last,
            stdin=run.stdin,
            failures=found.failures,
            release_on=released,
            has_pictures="html" in reporters,
            jobs=request.jobs,
        )
        report = plan(run.selection)._replace(on=day, is_release=is_release)
        if is_compared:
            without = plan(run.selection.without_assumptions())
            report = report._replace(without=without.tenants)
        messages = [*found.notes, *report.incomplete]
        if "csv" in reporters:
            messages += _csv_notes(report)
            targets = _split_csv(report, format_name, targets, reporters)
        if apply:
            messages += _apply(
                found.sources,
                report,
                lambda name, data: plan_file(Source(name, None), run.selection, last, data),
            )
    fails = report.is_anybody_unplaced or report.broken
    code = NO_VERDICT if report.failures else FINDINGS if fails else 0
    printed = report._replace(color=wants_color(color), width=terminal_width())
    outcome = render_reports(reporters, printed, report, targets, messages, code, output)
    return deliver(outcome, format_name, targets, output)


def _csv_notes(report: "PlanReport") -> list[str]:
    """Return a line for each item that the csv for Control Hub leaves out.

    Raises NoVerdictError for several tenants.
    """
    from validator.reporters.notes import as_if
    from validator.reporters.plan.csv import notes
    from validator.system.errors import NoVerdictError

    if len(report.tenants) > 1:
        raise NoVerdictError(
            f"the format csv is for one tenant, but there are {len(report.tenants)}; name one file"
        )
    assumed = f"csv: {as_if(report.assumed)}; do not import the file before this is true"
    return [*([assumed] if report.assumed else []), *notes(report)]


def _split_csv(
    report: "PlanReport",
    format_name: str,
    targets: Sequence[tuple[str, str]],
    reporters: dict[str, Render],
) -> tuple[tuple[str, str], ...]:
    """Return the targets with a file for each part of the csv.

    A reporter for each part is added to `reporters`. Raises NoVerdictError for several parts on
    standard output, and for a part that would replace a file that the command reads.
    """
    from validator.reporters.plan.csv import MAX_ROWS, render_files
    from validator.system.errors import NoVerdictError

    parts = render_files(report)
    if len(parts) == 1:
        reporters["csv"] = lambda _: parts[0]
        return tuple(targets)
    if format_name == "csv" or ("csv", STDOUT) in targets:
        raise NoVerdictError(
            f"Control Hub imports {MAX_ROWS:,} rows in a file; write {len(parts)} files with "
            "--report csv=FILE.csv and another --format"
        )
    split: list[tuple[str, str]] = []
    for name, file in targets:
        if name != "csv":
            split.append((name, file))
            continue
        path = Path(file)
        for number, part in enumerate(parts, 1):
            reporters[f"csv {number}"] = lambda _, part=part: part  # type: ignore[misc]
            name_of_part = f"{path.stem}-{number}{path.suffix}"
            split.append((f"csv {number}", str(path.with_name(name_of_part))))
    try:
        refuse_read_files({**click.get_current_context().params, "targets": split})
    except click.UsageError as error:  # the number of parts depends on the tenant
        raise NoVerdictError(error.message) from error
    return tuple(split)


def _apply(sources: "Sequence[Source]", report: "PlanReport", plan_again: "PlanAgain") -> list[str]:
    """Write the assignments to the files; return a message for each file."""
    from validator.findings.wording import counted
    from validator.run.plan_apply import ApplyError, apply_plan

    if report.incomplete:
        raise ApplyError(*report.incomplete, "--apply: no file is written")
    planned = _assignments_by_file(report)
    return [
        f"{name}: {counted(number, 'assignment')} added"
        + (
            f"; {number - planned[name]} more than planned, because a planned one serves before "
            "its day, with a gap, or gives another licence for a time"
            if number > planned[name]
            else ""
        )
        for name, number in apply_plan(sources, report, plan_again).items()
    ]


def _assignments_by_file(report: "PlanReport") -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in report.tenants:
        if item.plan.assignments:
            counts[item.file] += len(item.plan.assignments)
    return counts
