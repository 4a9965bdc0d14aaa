"""The command `check`."""

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import NO_VERDICT
from validator.cli.fixes import deliver_fixes, refuse_combinations
from validator.cli.output import terminal_width, wants_color, with_progress
from validator.cli.reports import (
    STDOUT,
    ReportOptions,
    deliver,
    every_target,
    formats_of,
    render_verdict,
)
from validator.cli.requests import make_request, options_of_explain, supervise_declared_policies
from validator.reporters.formats import CHECK_FORMATS

if TYPE_CHECKING:
    from validator.cache.run_cache import Outcome, RunKey
    from validator.findings.report import Report
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
    help="Report only what is new since the merge base of HEAD and this git revision, and what "
    "has changed.",
)
@click.option("--since-exact", metavar="REV", help="As --since, but compare with REV itself.")
@click.option(
    "--config-from-base",
    is_flag=True,
    help="Take configuration, policy files and baseline from the older version; needs --since.",
)
@click.option("--no-suppressions", is_flag=True, help="Report what suppressions cover, too.")
@click.option("--baseline", metavar="FILE", help="Let the findings pass that this file knows.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Merge what is found now into the file of --baseline, for these files and policies.",
)
@click.option(
    "--include-suppressed",
    is_flag=True,
    help="Keep suppressed and known results in SARIF.",
)
@click.option(
    "--fix",
    is_flag=True,
    help="Repair what can be repaired safely, and report what is left.",
)
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix or --diff, make the fixes that are guesses, too.",
)
@click.option(
    "--diff",
    is_flag=True,
    help="Show as a diff what --fix would do, and write nothing; 1 if there is something.",
)
@click.option(
    "--jobs",
    type=options.WholeNumber("processes", 1),
    metavar="N",
    help="Worker processes; by default one for each core, when there is enough work.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Check on the Dask cluster of this scheduler (tcp://host:8786); needs tenantlint[dask].",
)
@options.ASSUME
@options.STDIN_FILENAME
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Skip a named file that a search of the working folder would not take, and pass if no "
    "file is left: for hooks.",
)
@click.option(
    "--no-cache",
    is_flag=True,
    help="Take nothing over from earlier runs, and keep nothing of this one.",
)
@options.COLOR
@options.QUIET
@click.option(
    "-v", "--verbose", is_flag=True, help="Say which configuration holds and what is off."
)
@options.STATISTICS
@click.option(
    "--timing",
    is_flag=True,
    help="Say on standard error how long each policy takes; in one process, without the cache.",
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

    PATHS are files, folders, or - for standard input; without one, the working folder. A named
    file is always checked. A folder is searched for *.tenant.yaml and for YAML below a folder
    tenants/, hidden and git-ignored entries left out.
    """
    from validator.system.errors import NoVerdictError

    if since is not None and since_exact is not None:
        raise click.UsageError("--since and --since-exact exclude each other")
    is_exact = since_exact is not None
    values |= {
        "since": since_exact if is_exact else since,
        "is_exact": is_exact,
        "suppressions": not no_suppressions,
    }
    request = make_request(as_of, formats_of(format_name, targets), values)
    if request.config_from_base and request.since is None:
        raise click.UsageError("--config-from-base needs --since REV or --since-exact REV")
    if request.config_from_base and request.write_baseline:
        raise click.UsageError("--config-from-base and --write-baseline exclude each other")
    if request.write_baseline and request.assume:
        raise click.UsageError("--write-baseline and --assume exclude each other")
    if request.write_baseline and request.baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    if request.timing:
        if request.scheduler is not None or request.jobs not in (None, 1):
            raise click.UsageError(
                "--timing measures one process; leave --jobs and --scheduler out"
            )
        request, no_cache = request._replace(jobs=1), True
    if request.scheduler is not None and request.jobs is not None:
        raise click.UsageError("--jobs and --scheduler exclude each other")
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
        outcome = _outcome_without_verdict(request, report_options, str(error))
    return deliver(outcome, format_name, targets, output)


def _outcome(request: "Request", report_options: ReportOptions, *, is_cached: bool) -> "Outcome":
    """Return the outcome of an earlier run if it still holds, else check the files.

    Raises NoVerdictError and FileNotFoundError.
    """
    from validator.cache.run_cache import load_outcome, outcome_key, run_key
    from validator.project.request import resolve_request

    looked = resolve_request(request)
    key = run_key(request, looked) if is_cached else None
    outcome = None
    if not (request.fix or request.diff):
        outcome = load_outcome(outcome_key(key, request, looked, report_options))
    return outcome or _run_and_store(request, looked, key, report_options)


def _outcome_without_verdict(
    request: "Request", report_options: ReportOptions, causes: str
) -> "Outcome":
    """Return reports that say why there is no verdict: no file of an earlier run must stay.

    A format of a plugin is left out, for the plugins may not be there.
    """
    from validator.cli.reports import load_reporters
    from validator.run.check_run import Verdict
    from validator.run.no_verdict import report_without_verdict
    from validator.system.packed_text import PackedText

    first, *_ = request.formats
    known = [name for name in request.formats if name in CHECK_FORMATS]
    reporters = load_reporters("check", CHECK_FORMATS, known)
    targets = tuple(item for item in report_options.targets if item[0] in known)
    report_options = report_options._replace(targets=targets)
    if first not in known:
        reporters = {first: lambda _: "", **reporters}
        report_options = report_options._replace(output=None)
    verdict = Verdict(report_without_verdict(request, causes.splitlines()), reporters)
    outcome = render_verdict(verdict, report_options, [])
    # To whoever reads lines, standard error has said it.
    every = every_target(first, targets, report_options.output)
    printed = [name for name, file in every if file == STDOUT]
    return outcome._replace(shown=PackedText()) if printed in (["text"], ["concise"]) else outcome


def _run_and_store(
    request: "Request",
    looked: "ResolvedRequest",
    key: "RunKey | None",
    report_options: ReportOptions,
) -> "Outcome":
    """Check the files; return the outcome and store it in the cache.

    Raises NoVerdictError and FileNotFoundError.
    """
    from validator.cache.run_cache import outcome_key, store_outcome
    from validator.run.check_run import check_run

    supervise_declared_policies(looked)
    track = partial(with_progress, quiet=report_options.quiet)
    verdict = check_run(request, looked, key, track)
    configuration = [f"configuration: {looked.config.name}"] if request.verbose else []
    off = [f"off: {id}" for id in verdict.report.off] if request.verbose else []
    if _is_empty(verdict.report):
        report_options = report_options._replace(quiet=True)
    messages = [*looked.found.notes, *verdict.notes, *configuration, *off]
    outcome = render_verdict(verdict, report_options, messages)
    if verdict.fixes is not None:
        return deliver_fixes(verdict.fixes, outcome, request)
    if key is not None and outcome.code != NO_VERDICT:
        stamped = key._replace(stamps=verdict.stamps)
        store_outcome(outcome_key(stamped, request, looked, report_options), outcome)
    return outcome


def _is_empty(report: "Report") -> bool:
    """Tell whether there was nothing to check; a note says so, and no summary has to."""
    return not (report.files or report.diagnostics or report.failures)
