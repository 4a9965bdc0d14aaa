"""The command `usage`."""

from typing import Any

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, NO_VERDICT, no_verdict_as_click_error
from validator.cli.reports import deliver, formats_of, load_reporters, render_reports
from validator.cli.requests import make_request
from validator.reporters.formats import USAGE_FORMATS


@click.command("usage")
@options.PATHS
@click.option(
    "--month",
    "months",
    metavar="YYYY-MM",
    callback=options.parse_months,
    multiple=True,
    help="Only this month. Repeatable.",
)
@options.format_option(*USAGE_FORMATS)
@options.REPORT
@options.CONFIG
@options.STDIN_FILENAME
def command(
    months: tuple[str, ...],
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    **values: Any,
) -> int:
    """Say what is used of each service, and who pays the overage.

    A row for each tenant, month and service that has usage or an active entitlement, in the
    months that have usage. PATHS as for check. Exits with 1 when a file has findings of YAML or
    of the schema and cannot be counted.
    """
    from validator.project.request import resolve_request
    from validator.run.preparation import prepare
    from validator.run.usage_run import usage_run

    reporters = load_reporters("usage", USAGE_FORMATS, formats_of(format_name, targets))
    with no_verdict_as_click_error():
        request = make_request(None, (), values)
        looked = resolve_request(request)
        run, found = prepare(request, looked), looked.found
        result = usage_run(found.sources, run.selection, months, run.stdin, found.failures)
    code = NO_VERDICT if result.failures else FINDINGS if result.broken else 0
    tenants, messages = result.tenants, (*result.failures, *result.broken)
    return deliver(
        render_reports(reporters, tenants, tenants, targets, messages, code), format_name
    )
