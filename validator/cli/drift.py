"""The command `drift`."""

from typing import Any

import click

from validator.cli import options
from validator.cli.exports import ExportOptions, few_lines, read_requested
from validator.cli.no_verdict import outcome_without_verdict
from validator.cli.output import terminal_width, wants_color
from validator.cli.reports import (
    ReportingCommand,
    ReportOptions,
    deliver,
    formats_of,
    render_verdict,
)
from validator.cli.requests import make_request
from validator.reporters.formats import CHECK_FORMATS


@click.command("drift", cls=ReportingCommand)
@options.PATHS
@options.EXPORTS
@options.PULL
@options.USAGE
@options.format_option(*CHECK_FORMATS, more=", or a format of a plugin")
@options.OUTPUT
@options.REPORT
@options.SELECTION
@options.fail_on_option("info")
@options.CONFIG
@options.STDIN_FILENAME
@options.COLOR
@options.QUIET
@options.STATISTICS
def command(
    users: tuple[str, ...],
    licenses: tuple[str, ...],
    people: tuple[str, ...],
    usage: tuple[str, ...],
    usage_map: dict[str, str],
    organisation: str | None,
    timeout: float,
    format_name: str,
    output: str | None,
    targets: tuple[tuple[str, str], ...],
    color: str,
    select: tuple[str, ...],
    *,
    pulls: bool,
    quiet: bool,
    statistics: bool,
    **values: Any,
) -> int:
    """Report differences between a tenant file and Control Hub.

    PATHS are as for check. The exports are of one tenant: the tenant of the organisation that
    they name, or else the only tenant in PATHS. --select, --ignore and --severity take the ids
    that begin with drift-. Exits with 1 if there is any difference, even if the configuration
    sets fail-on. With --fail-on LEVEL, only a difference of that severity or above counts. Schema
    errors in the tenant file are left to check.
    """
    from validator.controlhub.drift import find_drift
    from validator.controlhub.export import ExportError
    from validator.project.request import resolve_request
    from validator.run.check_run import Verdict, build_report
    from validator.run.easings import file_easings
    from validator.run.preparation import prepare, reporter_named
    from validator.system.errors import NoVerdictError

    values["fail_on"] = values["fail_on"] or "info"
    request = make_request(None, formats_of(format_name, targets), values)
    report_options = ReportOptions(
        wants_color(color),
        quiet=quiet,
        statistics=statistics,
        targets=targets,
        output=output,
        width=terminal_width(),
    )
    try:
        resolved = resolve_request(request)
        export = read_requested(
            ExportOptions(users, licenses, people, usage, usage_map, pulls, organisation, timeout),
            resolved.config.usage_map,
        )
        if export.not_understood:
            raise ExportError(*few_lines(export.not_understood))
        run = prepare(request, resolved, runs_policies=False)
        drift = find_drift(
            resolved.found.sources, run.selection, export, run.stdin, request.as_of, select
        )
        reporters = {name: reporter_named(run.selection, name) for name in request.formats}
        report = build_report(run, drift.diagnostics, drift.documents, drift.failures)
        report = report._replace(eased=(*drift.eased, *file_easings(run)))
    except (NoVerdictError, FileNotFoundError) as error:
        outcome = outcome_without_verdict(request, report_options, str(error))
        return deliver(outcome, format_name, targets, output)
    verdict = Verdict(report, reporters)
    messages = (*resolved.found.notes, *export.notes, *drift.notes)
    outcome = render_verdict(verdict, report_options, messages)
    return deliver(outcome, format_name, targets, output)
