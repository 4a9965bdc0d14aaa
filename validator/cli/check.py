"""The command `check`."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import NO_VERDICT, no_verdict_as_click_error
from validator.cli.output import wants_color, with_progress
from validator.cli.reports import ReportOptions, deliver, formats_of, render_verdict
from validator.cli.requests import make_request, supervise_declared_policies
from validator.reporters.formats import CHECK_FORMATS

if TYPE_CHECKING:
    from validator.cache.run_cache import Outcome, RunKey
    from validator.project.request import Request, ResolvedRequest


@click.command("check")
@options.PATHS
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.parse_day,
    help="Judge as of this day; by default today, in UTC.",
)
@options.EXPIRING_WITHIN
@options.format_option(*CHECK_FORMATS, more=", or a format of a plugin")
@options.REPORT
@options.SELECTION
@options.fail_on_option("error")
@options.POLICIES
@options.CONFIG
@click.option(
    "--since",
    metavar="REV",
    help="Report only what is new since the merge base of HEAD and this git revision, and what "
    "has changed.",
)
@click.option("--since-exact", metavar="REV", help="As --since, but compare with REV itself.")
@click.option(
    "--config-from-base",
    is_flag=True,
    help="Take configuration, policy files and baseline from the older version; needs --since.",
)
@click.option(
    "--no-suppressions",
    "suppressions",
    flag_value=False,
    default=True,
    help="Report what suppressions cover, too.",
)
@click.option("--baseline", metavar="FILE", help="Let the findings pass that this file knows.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Write all that is found now to the file of --baseline.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Worker processes; by default one for each core, when there is enough work.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Check on the Dask cluster of this scheduler (tcp://host:8786); needs tenantlint[dask].",
)
@options.STDIN_FILENAME
@click.option(
    "--no-cache",
    "cache",
    flag_value=False,
    default=True,
    help="Take nothing over from earlier runs, and keep nothing of this one.",
)
@options.COLOR
@options.QUIET
@click.option(
    "-v", "--verbose", is_flag=True, help="Say which configuration holds and what is off."
)
@options.STATISTICS
def command(
    as_of: date | None,
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    color: str,
    *,
    since: str | None,
    since_exact: str | None,
    cache: bool,
    quiet: bool,
    statistics: bool,
    **values: Any,
) -> int:
    """Check tenant files.

    PATHS are files, folders, or - for standard input; without one, the working folder. A named
    file is always checked. A folder is searched for *.tenant.yaml and for YAML below tenants/,
    hidden and git-ignored entries left out.
    """
    from validator.cache.run_cache import load_outcome, outcome_key, run_key
    from validator.project.request import resolve_request

    if since is not None and since_exact is not None:
        raise click.UsageError("--since and --since-exact exclude each other")
    is_exact = since_exact is not None
    compared = {"since": since_exact if is_exact else since, "is_exact": is_exact}
    request = make_request(as_of, formats_of(format_name, targets), {**values, **compared})
    if request.config_from_base and request.since is None:
        raise click.UsageError("--config-from-base needs --since REV or --since-exact REV")
    if request.config_from_base and request.write_baseline:
        raise click.UsageError("--config-from-base and --write-baseline exclude each other")
    if request.write_baseline and request.baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    if request.scheduler is not None and request.jobs is not None:
        raise click.UsageError("--jobs and --scheduler exclude each other")
    report_options = ReportOptions(
        wants_color(color), quiet=quiet, statistics=statistics, targets=targets
    )
    with no_verdict_as_click_error():
        looked = resolve_request(request)
        key = run_key(request, looked) if cache else None
    outcome = load_outcome(outcome_key(key, request, looked, report_options))
    if outcome is None:
        outcome = _run_and_store(request, looked, key, report_options)
    return deliver(outcome)


def _run_and_store(
    request: "Request",
    looked: "ResolvedRequest",
    key: "RunKey | None",
    report_options: ReportOptions,
) -> "Outcome":
    """Check the files; return the outcome and store it in the cache.

    Raises ClickException if there is no verdict.
    """
    from validator.cache.run_cache import outcome_key, store_outcome
    from validator.run.check_run import check_run

    supervise_declared_policies(looked)
    with no_verdict_as_click_error():
        track = partial(with_progress, quiet=report_options.quiet)
        verdict = check_run(request, looked, key, track)
    configuration = [f"configuration: {verdict.config}"] if request.verbose else []
    off = [f"off: {id}" for id in verdict.report.off] if request.verbose else []
    outcome = render_verdict(verdict, report_options, [*configuration, *off])
    if key is not None and outcome.code != NO_VERDICT:
        stamped = key._replace(stamps=verdict.stamps)
        store_outcome(outcome_key(stamped, request, looked, report_options), outcome)
    return outcome
