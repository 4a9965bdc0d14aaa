"""The command `check`."""

import sys
from contextlib import redirect_stdout
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import NO_VERDICT
from validator.cli.fixes import (
    deliver_fixes,
    refuse_combinations,
    refuse_special_files,
    write_fixes,
)
from validator.cli.no_verdict import outcome_without_verdict
from validator.cli.output import terminal_width, wants_color, with_progress
from validator.cli.reports import (
    ReportingCommand,
    ReportOptions,
    deliver,
    formats_of,
    render_verdict,
)
from validator.cli.requests import make_request, options_of_explain, supervise_declared_policies
from validator.findings.wording import STDIN_NAME
from validator.reporters.formats import CHECK_FORMATS

if TYPE_CHECKING:
    from validator.cache.run_cache import RunKey
    from validator.findings.report import Report
    from validator.project.request import Request, ResolvedRequest
    from validator.system.outcome import Outcome


@click.command("check", cls=ReportingCommand)
@options.PATHS
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.parse_day,
    help="Check as of this day; by default today, in UTC.",
)
@options.EXPIRING_WITHIN
@options.format_option(*CHECK_FORMATS, more=", or a format of a plugin")
@options.OUTPUT
@options.REPORT
@options.SELECTION
@options.PREVIEW
@options.fail_on_option("error")
@options.POLICIES
@options.CONFIG
@click.option(
    "--since",
    metavar="REV",
    help="Report only what is new since the merge base of HEAD and this git revision, and run the "
    "policies that compare the two versions.",
)
@click.option("--since-exact", metavar="REV", help="Like --since, but compare with REV itself.")
@click.option(
    "--config-from-base",
    is_flag=True,
    help="Use the configuration, policy files and baseline of the older version; needs --since.",
)
@click.option("--no-suppressions", is_flag=True, help="Also report suppressed findings.")
@click.option("--baseline", metavar="FILE", help="Do not report the findings in this file.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Merge the findings of this run into the --baseline file; keep its entries for other "
    "files and policies.",
)
@click.option(
    "--include-suppressed",
    is_flag=True,
    help="Include suppressed findings and those in the baseline in SARIF.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Apply safe fixes, and report the remaining findings.",
)
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix or --diff, also apply unsafe fixes, which are guesses.",
)
@click.option(
    "--diff",
    is_flag=True,
    help="Show the changes of --fix as a diff without writing them; exit with 1 if there are any.",
)
@options.JOBS
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Run on the Dask cluster of this scheduler (tcp://host:8786); needs tenantlint[dask].",
)
@options.ASSUME
@options.STDIN_FILENAME
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Skip named files that a search of the working folder would not find, and exit with 0 if "
    "no file is left; for hooks.",
)
@click.option(
    "--no-cache",
    is_flag=True,
    help="Disable reading and writing of the cache.",
)
@options.COLOR
@options.QUIET
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Print which configuration is used and which policies are off.",
)
@options.STATISTICS
@click.option(
    "--timing",
    is_flag=True,
    help="Print the run time of each policy to standard error; uses one process and no cache.",
)
def command(
    as_of: date | None,
    format_name: str,
    output: str | None,
    targets: tuple[tuple[str, str], ...],
    color: str,
    *,
    since: str | None,
    since_exact: str | None,
    no_suppressions: bool,
    no_cache: bool,
    include_suppressed: bool,
    quiet: bool,
    statistics: bool,
    **values: Any,
) -> int:
    """Check tenant files.

    PATHS are files, folders, or - for standard input; by default the working folder. A named
    file is always checked. In a folder, files named *.tenant.yaml are checked, and YAML files
    below a folder tenants/; hidden and git-ignored files are skipped.
    """
    from validator.system.errors import NoVerdictError, describe_failure

    if since is not None and since_exact is not None:
        raise click.UsageError("--since and --since-exact cannot be used together")
    is_exact = since_exact is not None
    values |= {
        "since": since_exact if is_exact else since,
        "is_exact": is_exact,
        "suppressions": not no_suppressions,
    }
    request = make_request(as_of, formats_of(format_name, targets), values)
    if request.config_from_base and request.since is None:
        raise click.UsageError("--config-from-base needs --since REV or --since-exact REV")
    if request.since is not None and "-" in request.paths and request.stdin_name == STDIN_NAME:
        raise click.UsageError(
            "--since with - needs --stdin-filename NAME, the file to compare it with"
        )
    if request.config_from_base and request.write_baseline:
        raise click.UsageError("--config-from-base and --write-baseline cannot be used together")
    if request.write_baseline and request.assume:
        raise click.UsageError("--write-baseline and --assume cannot be used together")
    if request.write_baseline and request.baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    if request.timing:
        if request.scheduler is not None or request.jobs not in (None, 1):
            raise click.UsageError("--timing measures one process; remove --jobs and --scheduler")
        request, no_cache = request._replace(jobs=1), True
    if request.scheduler is not None and request.jobs is not None:
        raise click.UsageError("--jobs and --scheduler cannot be used together")
    if request.fix or request.diff:
        refuse_combinations(request)
    report_options = ReportOptions(
        wants_color(color),
        quiet=quiet,
        statistics=statistics,
        targets=targets,
        include_suppressed=include_suppressed,
        width=terminal_width(),
        output=output,
        explain_options=options_of_explain(request.policy_folders, request.config_file),
    )
    try:
        outcome = _outcome(request, report_options, is_cached=not no_cache)
    except (NoVerdictError, FileNotFoundError) as error:
        outcome = outcome_without_verdict(request, report_options, str(error))
    except click.ClickException:
        raise
    except Exception as error:
        outcome = outcome_without_verdict(request, report_options, describe_failure(error))
    return deliver(outcome, format_name, targets, output)


def _outcome(request: "Request", report_options: ReportOptions, *, is_cached: bool) -> "Outcome":
    """Return the outcome of an earlier run if it is still valid, else check the files.

    Raises NoVerdictError and FileNotFoundError.
    """
    from validator.cache.threshold import is_worth_caching
    from validator.project.request import resolve_request

    resolved = resolve_request(request)
    if request.fix or request.diff:
        refuse_special_files(resolved.found.sources)
    run_key = outcome = None
    if is_cached and is_worth_caching(resolved.found.sources):
        from validator.cache import run_cache

        run_key = run_cache.run_key(request, resolved)
        if not (request.fix or request.diff):
            outcome_key = run_cache.outcome_key(run_key, request, resolved, report_options)
            outcome = run_cache.load_outcome(outcome_key)
    return outcome or _run_and_store(request, resolved, run_key, report_options)


def _run_and_store(
    request: "Request",
    resolved: "ResolvedRequest",
    run_key: "RunKey | None",
    report_options: ReportOptions,
) -> "Outcome":
    """Check the files; return the outcome and store it in the cache.

    Raises NoVerdictError and FileNotFoundError.
    """
    from validator.run.check_run import check_run

    supervise_declared_policies(resolved)
    track = partial(with_progress, quiet=report_options.quiet)
    with redirect_stdout(sys.stderr):  # what a policy prints is not part of the report
        verdict = check_run(request, resolved, run_key, track)
    if verdict.fixes is not None:
        fixes = verdict.fixes if request.diff else write_fixes(verdict.fixes)
        report = fixes.report_without_changes if request.diff else fixes.report
        verdict = verdict._replace(report=report, fixes=fixes)
    configuration = [f"configuration: {resolved.config.name}"] if request.verbose else []
    off = [f"off: {id}" for id in verdict.report.off] if request.verbose else []
    if _is_empty(verdict.report):
        report_options = report_options._replace(quiet=True)
    messages = [*resolved.found.notes, *verdict.notes, *configuration, *off]
    outcome = render_verdict(verdict, report_options, messages)
    if verdict.fixes is not None:
        return deliver_fixes(verdict.fixes, outcome, request)
    if run_key is not None and outcome.code != NO_VERDICT:
        from validator.cache.run_cache import outcome_key, store_outcome

        stamped = run_key._replace(stamps=verdict.stamps)
        store_outcome(outcome_key(stamped, request, resolved, report_options), outcome)
    return outcome


def _is_empty(report: "Report") -> bool:
    """Whether there was nothing to check; a note says this, and the summary is left out."""
    return not (report.files or report.diagnostics or report.failures)
