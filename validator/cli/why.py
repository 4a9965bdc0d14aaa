"""The command `why`."""

import sys
from contextlib import redirect_stdout
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.completion import complete_ids
from validator.cli.exit_codes import FINDINGS, NO_VERDICT, no_verdict_as_click_error
from validator.cli.output import terminal_width, wants_color
from validator.cli.reports import ReportingCommand, deliver, load_reporters, render_reports
from validator.cli.requests import make_request, supervise_declared_policies
from validator.reporters.formats import WHY_FORMATS

if TYPE_CHECKING:
    from validator.project.request import Request, ResolvedRequest
    from validator.tenant.why_report import WhyReport


@click.command("why", cls=ReportingCommand)
@click.argument("file", metavar="FILE")
@click.option("--user", metavar="EMAIL", help="Explain this user; letter case is ignored.")
@click.option("--subscription", metavar="ID", help="Explain this subscription.")
@click.option(
    "--policy",
    "policy",
    metavar="ID",
    shell_complete=complete_ids,
    help="Show whether this policy ran, what it found, and which terms it used.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.parse_day,
    help="Explain this day; by default today, in UTC.",
)
@options.EXPIRING_WITHIN
@options.format_option(*WHY_FORMATS)
@options.OUTPUT
@options.SELECTION
@options.PREVIEW
@options.POLICIES
@options.CONFIG
@click.option("--baseline", metavar="FILE", help="Show which findings are in this file.")
@options.STDIN_FILENAME
@options.COLOR
def command(
    file: str,
    user: str | None,
    subscription: str | None,
    policy: str | None,
    as_of: date | None,
    format_name: str,
    output: str | None,
    color: str,
    **values: Any,
) -> int:
    """Explain the state of subscriptions and users on a day.

    FILE is a tenant file, or - for standard input. For a subscription, this command shows whether
    it is active, its quantities, holders and free seats, which subscription is the primary and
    which bears the overage. For a user, it shows until when the user is covered, by which
    assignment, and with which licences. Without --user and --subscription, it shows all of them.
    With --policy, it shows whether the policy ran or is off, what it found, whether that is
    suppressed, and the terms that it used for the user or the subscription.

    Exits with 1 if a document has YAML or schema findings and cannot be explained.
    """
    from validator.project.request import resolve_request
    from validator.system.errors import NoVerdictError
    from validator.system.file_kind import is_folder

    if user is not None and subscription is not None:
        raise click.UsageError("--user and --subscription cannot be used together")
    reporters = load_reporters("why", WHY_FORMATS, (format_name,))
    request = make_request(as_of, (), {**values, "paths": (file,)})
    with no_verdict_as_click_error():
        if file != "-" and is_folder(file):
            raise NoVerdictError(f"{file} is a folder; name a tenant file in it")
        resolved = resolve_request(request)
        if resolved.found.failures:
            raise NoVerdictError(*resolved.found.failures)
        supervise_declared_policies(resolved)
    report = _run(request, resolved, (user, subscription, policy))
    printed = report._replace(color=wants_color(color), width=terminal_width())
    code = NO_VERDICT if report.failures else FINDINGS if report.broken else 0
    messages = (*resolved.found.notes, *report.failures, *report.broken)
    outcome = render_reports(reporters, printed, report, (), messages, code, output)
    return deliver(outcome, format_name, (), output)


def _run(
    request: "Request",
    resolved: "ResolvedRequest",
    asked: tuple[str | None, str | None, str | None],
) -> "WhyReport":
    from validator.run.preparation import prepare
    from validator.run.why_run import Subject, why_run

    with no_verdict_as_click_error():
        run = prepare(request, resolved)
        with redirect_stdout(sys.stderr):  # what a policy prints is not part of the report
            return why_run(
                resolved.found.sources[0],
                run.selection,
                Subject(*asked),
                run.stdin,
                request.baseline,
            )
