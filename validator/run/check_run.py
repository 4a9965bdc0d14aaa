"""A whole run: from what is asked to a report and whether it fails.

Has the files checked, compares the fleet, and lets pass what an older version or a
baseline accounts for.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from validator.cache.file_cache import check_again
from validator.cache.run_cache import Again
from validator.checking.engine import Case, Checked, Done
from validator.checking.fleet import compare
from validator.checking.selection import Choice, Plan, Settings, check_plan
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.findings.wording import did_you_mean, listing
from validator.plugins.hookspecs import Reporter
from validator.plugins.loading import load_plugins
from validator.project.config import Config, ConfigError
from validator.project.request import DEFAULT_EXPIRING_WITHIN, Request, ResolvedRequest
from validator.project.sources import Source, read_source, read_stdin
from validator.run.workers import check_sources
from validator.system.cache_store import Stamp

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from validator.checking.older_version import Older

Progress = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Given the number of files, shows how far the run is; what it gives is told what is done."""


class Verdict(NamedTuple):
    """The report, the reporters of the formats that were asked for, the stamps of the files."""

    report: Report
    reporters: Mapping[str, Reporter]
    config: str
    stamps: tuple[Stamp | None, ...] = ()


class Run(NamedTuple):
    """What every command begins with: what was looked up, the plan, standard input."""

    looked: ResolvedRequest
    plan: Plan
    stdin: bytes


def begin(request: Request, looked: ResolvedRequest, *, remembered: bool = False) -> Run:
    """Return what a request comes to before a file is read.

    Raises ConfigError, PluginError, SchemaError and FileNotFoundError.
    """
    plan = _plan(request, looked.config, remembered=remembered)
    found = looked.found
    stdin = read_stdin() if any(item.path is None for item in found.sources) else b""
    return Run(looked, plan, stdin)


def judge(
    request: Request, looked: ResolvedRequest, known: Again | None, progress: Progress
) -> Verdict:
    """Return what a run comes to; what is `known` of an earlier one is taken over.

    Raises what `begin` raises, and BaselineError, ClusterError and GitError.
    """
    run = begin(request, looked, remembered=known is not None)
    plan, found = run.plan, looked.found
    reporters = {name: _reporter(plan, name) for name in request.formats}
    older = None
    if request.since is not None:
        from validator.checking.older_version import older_version
        from validator.project.git import GitError

        try:
            older = older_version(
                request.since, found.sources, found.folders, looked.patterns, plan
            )
        except GitError as error:
            raise GitError(f"--since: {error}") from error
    with progress(len(found.sources)) as advance:

        def count(some: Sequence[Checked]) -> None:
            advance(len(some))

        def check(sources: Sequence[Source], done: Done) -> list[Checked]:
            with _executor(request.scheduler if sources else None) as executor:
                return check_sources(
                    sources,
                    plan,
                    jobs=request.jobs,
                    stdin=run.stdin,
                    before=None if older is None else older.values,
                    done=done,
                    executor=executor,
                )

        if known is None:
            results = check(found.sources, count)
        else:
            results = check_again(found.sources, request.as_of, known, check, count)
    report = _report(request, run, results, older)
    if request.baseline is not None:
        tenants = {tenant for result in results for tenant in result.tenants}
        report = _with_baseline(report, request, plan, tenants)
    stamps = tuple([checked.stamp for checked in results])
    return Verdict(report, reporters, looked.config.name, stamps)


def report_on(
    request: Request,
    run: Run,
    found: Sequence[Diagnostic],
    documents: int,
    failures: Sequence[str],
) -> Verdict:
    """Return a verdict on findings that came another way than by `judge`."""
    reporters = {name: _reporter(run.plan, name) for name in request.formats}
    report = _plain_report(request, run, found, documents, failures)
    return Verdict(report, reporters, run.looked.config.name)


def _plain_report(
    request: Request,
    run: Run,
    found: Sequence[Diagnostic],
    documents: int,
    failures: Sequence[str],
) -> Report:
    """Return a report on findings, sorted, of which only suppressions let any pass."""
    looked = run.looked.found
    return Report(
        as_of=request.as_of,
        files=tuple(source.name for source in looked.sources),
        documents=documents,
        diagnostics=tuple(item for item in found if item.suppressed is None),
        suppressed=tuple(item for item in found if item.suppressed is not None),
        fail_on=request.fail_on or run.looked.config.fail_on or "error",
        pages={**run.plan.plugins.policies, **BUILTIN_FINDINGS},
        failures=(*looked.failures, *failures),
        excluded=looked.excluded,
    )


def _executor(scheduler: str | None) -> AbstractContextManager["Executor | None"]:
    if scheduler is None:
        return nullcontext()
    from validator.run.cluster import cluster

    return cluster(scheduler)


def _plan(request: Request, config: Config, *, remembered: bool) -> Plan:
    horizon = request.expiring_within
    if horizon is None:
        horizon = config.expiring_within
    settings = Settings(
        as_of=request.as_of,
        expiring_within=DEFAULT_EXPIRING_WITHIN if horizon is None else horizon,
        options=Choice("", request.select, request.ignore, request.severity),
        config=Choice(config.name, config.select, config.ignore, config.severity),
        per_file=config.per_file,
        folder=config.folder,
        cwd=Path.cwd(),
        policy_folders=request.policy_folders,
        policy_files=config.policy_files,
        since=request.since is not None,
        remembered=remembered,
    )
    plan = Plan(settings, load_plugins(request.policy_folders, config.policy_files))
    check_plan(plan)
    return plan


def _reporter(plan: Plan, name: str) -> Reporter:
    reporters = plan.plugins.reporters
    if name not in reporters:
        hint = did_you_mean(name, list(reporters)) or f"there are {listing(sorted(reporters))}"
        raise ConfigError(f"no format is called {name or 'nothing'}; {hint}")
    return reporters[name]


def _report(request: Request, run: Run, results: list[Checked], older: "Older | None") -> Report:
    plan, found = run.plan, run.looked.found
    sources = {source.name: source for source in found.sources}

    def reopen(name: str) -> Case:
        return Case(name, read_source(sources[name], run.stdin), plan)

    of_the_fleet, failures = compare(results, plan, reopen)
    every = sorted(
        (*of_the_fleet, *(item for result in results for item in result.diagnostics)),
        key=lambda item: item.sort_key,
    )
    keys: Any = () if older is None else older.found
    causes = (
        *(() if older is None else older.failures),
        *(line for result in results for line in result.failures),
        *failures,
    )
    documents = sum(result.documents for result in results)
    report = _plain_report(request, run, every, documents, causes)
    return replace(
        report,
        diagnostics=tuple(item for item in report.diagnostics if item.key not in keys),
        older=tuple(item for item in report.diagnostics if item.key in keys),
        since=request.since,
        baseline=request.baseline,
        policies=len(plan.running),
        off=plan.off,
        eased=sum(result.off > 0 for result in results),
        verbose=request.verbose,
    )


def _with_baseline(report: Report, request: Request, plan: Plan, tenants: set[str]) -> Report:
    """Let pass what the baseline knows, and say what it need not know any more."""
    from validator.checking.baseline import can_be_known, outdated, read_baseline, write_baseline
    from validator.system.atomic_write import write_text_atomically

    file = request.baseline or ""
    if request.write_baseline:
        if report.failures:
            raise ConfigError(*report.failures, f"{file} is not written: there is no verdict")
        try:
            write_text_atomically(file, write_baseline((*report.diagnostics, *report.older)))
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror}") from error
    entries = read_baseline(file)
    keys = {entry.key for entry in entries}

    def is_known(item: Diagnostic) -> bool:
        return item.key in keys and can_be_known(item)

    old = outdated(
        file.replace(os.sep, "/"),
        entries,
        {item.key for item in (*report.diagnostics, *report.older)},
        {*report.files, *tenants},
        (plan.running | BUILTIN_FINDINGS.keys()) - set(plan.off),
    )
    left = [item for item in report.diagnostics if not is_known(item)]
    return replace(
        report,
        diagnostics=tuple(sorted((*left, *old), key=lambda item: item.sort_key)),
        known=tuple(item for item in report.diagnostics if is_known(item)),
    )
