"""Runs `check`: turns a request into a report, step by step."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from validator.cache.entries import Entry, Reused, result_entry
from validator.checking.checked_file import CheckedFile
from validator.checking.fleet import evaluate_fleet
from validator.checking.renames import baseline_notes, suppression_notes
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report, parted
from validator.plugins.hookspecs import Reporter
from validator.project.repository_roots import is_on_jenkins, repository_roots
from validator.project.request import Request, ResolvedRequest
from validator.project.sources import Source, name_in_reports
from validator.run.easings import run_easings
from validator.run.preparation import Prepared, needs_of, prepare, reporter_named
from validator.system.cache_store import Stamp
from validator.system.file_kind import exists

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from validator.cache.run_cache import RunKey
    from validator.checking.older_documents import OlderDocuments
    from validator.checking.older_version import Comparison, OlderVersion
    from validator.run.fix_run import FixRun

    Check = Callable[[Sequence[Source], OlderDocuments | None], Iterator[CheckedFile]]

Track = Callable[[Iterable[CheckedFile], int], Iterable[CheckedFile]]
"""Yields the given results unchanged and shows the progress. Takes their total number, too."""


class Verdict(NamedTuple):
    """The report of a run, the reporters for its formats, and the stamps of its files.

    `fixes` is None unless fixes were requested. `notes` are lines about renamed or deprecated
    policies, and about times.
    """

    report: Report
    reporters: Mapping[str, Reporter]
    stamps: tuple[Stamp | None, ...] = ()
    fixes: "FixRun | None" = None
    notes: tuple[str, ...] = ()


def check_run(
    request: Request, resolved: ResolvedRequest, run_key: "RunKey | None", track: Track
) -> Verdict:
    """Return the verdict on the files of a request.

    With a `run_key`, results from earlier runs are reused, and new results are stored.
    Raises the errors of `prepare`, and BaselineError, ClusterError and GitError.
    """
    begin = perf_counter()
    cached = run_key is not None
    prepared = prepare(request, resolved, cached=cached, needs=needs_of(request))
    reporters = {name: reporter_named(prepared.selection, name) for name in request.formats}
    older = _older_version(prepared)
    reused = _reused(prepared, run_key)
    fresh, entries = _check_missing(prepared, reused, older, track)
    if run_key is not None:
        from validator.cache.file_cache import store_results

        store_results(run_key, reused, entries)
    by_name = {**reused.results, **fresh}
    results = [by_name[source.name] for source in resolved.found.sources]
    del entries, reused  # those of a large fleet take more memory than its report
    stamps = tuple([checked.stamp for checked in results])
    fixes = None
    if request.fix or request.diff:
        fixes = _fixes(prepared, older, results)
        report = fixes.report
    else:
        report = _report_on(prepared, older, results)
    timing = timing_lines(prepared.selection.seconds, perf_counter() - begin)
    notes = (*prepared.notes, *_rename_notes(prepared, results), *timing)
    return Verdict(report, reporters, stamps, fixes, notes)


def timing_lines(seconds: Mapping[str, float] | None, total: float) -> Iterator[str]:
    """Yield a line with the time of each policy, the slowest first; nothing without times."""
    if seconds is None:
        return
    yield f"timing: {sum(seconds.values()):.3f} s in policies, {total:.3f} s in total"
    for id, spent in sorted(seconds.items(), key=lambda item: (-item[1], item[0])):
        yield f"timing: {spent:.3f} s  {id}"


def _rename_notes(prepared: Prepared, results: Sequence[CheckedFile]) -> Iterator[str]:
    """Yield lines about former ids in suppressions and in the baseline."""
    policies = prepared.selection.plugins.policies
    renamed = ((item.file, line, old) for item in results for line, old in item.renamed)
    yield from suppression_notes(renamed, policies)
    file = prepared.request.baseline
    # With --config-from-base, this version may have removed the baseline.
    if file is not None and prepared.selection.names.current and exists(file):
        from validator.checking.baseline import read_baseline

        yield from baseline_notes(file, read_baseline(file), policies)


def _report_on(
    prepared: Prepared, older: "OlderVersion | None", results: Sequence[CheckedFile]
) -> Report:
    """Return the report on the results for all files."""
    request = prepared.request
    diagnostics, failures = _all_diagnostics(prepared, results)
    comparison = None
    if older is not None:
        from validator.checking.older_version import Comparison

        comparison = Comparison(older, results)
        diagnostics = sorted(
            (*diagnostics, *comparison.removed_tenants()), key=lambda item: item.sort_key
        )
        failures = [*comparison.failures, *failures]
    if request.assume and not (failures or prepared.resolved.found.failures):
        from validator.checking.assumptions import unused_assumptions

        applied = [item for result in results for item in result.assumed]
        failures = list(unused_assumptions(prepared.selection.settings.assumptions, applied))
    report = build_report(prepared, diagnostics, sum(item.documents for item in results), failures)
    report = _with_traces(prepared, report, results, older)
    if comparison is not None:
        report = _without_older(report, comparison)
    if request.baseline is not None:
        from validator.run.known_findings import without_known

        report = without_known(prepared, report, request.baseline, results)
    return report


def _fixes(
    prepared: Prepared, older: "OlderVersion | None", results: Sequence[CheckedFile]
) -> "FixRun":
    """Make the fixes of the findings in the results, without writing them."""
    from validator.run.fix_run import fix_files

    documents = None
    if older is not None:
        from validator.checking.older_version import with_unchanged_tenants

        unchanged, changed = _parted_sources(prepared, older)
        same = [result for result in results if result.file in unchanged]
        documents = with_unchanged_tenants(older, changed, unchanged, same, prepared.stdin)
    return fix_files(prepared, results, documents, partial(_report_on, prepared, older))


def _parted_sources(
    prepared: Prepared, older: "OlderVersion"
) -> tuple[dict[str, Source], list[Source]]:
    """Return the files that are the same in the older version, by name, and the other files."""
    unchanged: dict[str, Source] = {}
    changed: list[Source] = []
    for source in prepared.resolved.found.sources:
        if source.name in older.files.unchanged:
            unchanged[source.name] = source
        else:
            changed.append(source)
    return unchanged, changed


def _older_version(prepared: Prepared) -> "OlderVersion | None":
    tree = prepared.resolved.tree
    if tree is None:
        return None
    from validator.run.older_run import read_older_version

    return read_older_version(prepared, tree)


def _reused(prepared: Prepared, run_key: "RunKey | None") -> Reused:
    sources = prepared.resolved.found.sources
    if run_key is None:
        return Reused({}, sources)
    from validator.cache.file_cache import reuse_results

    needs = prepared.selection.settings.needs
    return reuse_results(sources, prepared.request.as_of, run_key, needs)


def _check_missing(
    prepared: Prepared, reused: Reused, older: "OlderVersion | None", track: Track
) -> tuple[Mapping[str, CheckedFile], Mapping[str, Entry]]:
    """Return the results for the files without a reused result, and their cache entries."""
    results: dict[str, CheckedFile] = {}
    entries: dict[str, Entry] = {}
    request, sources = prepared.request, prepared.resolved.found.sources
    names = {source.name for source in sources if source.path is not None}
    for checked in track(_results(prepared, reused, older), len(sources)):
        if checked.file in reused.results:
            continue
        results[checked.file] = checked._replace(encoded=None)
        entry = result_entry(checked, request.as_of) if checked.file in names else None
        if entry is not None:
            entries[checked.file] = entry
    return results, entries


def _results(
    prepared: Prepared, reused: Reused, older: "OlderVersion | None"
) -> Iterator[CheckedFile]:
    """Yield the reused results, then each new result when it is ready."""
    yield from reused.results.values()
    if not reused.missing:
        return
    from validator.run.workers import check_sources  # a run without a file to check is faster

    request = prepared.request
    with _executor(request.scheduler) as executor:

        def check(
            sources: Sequence[Source], documents: "OlderDocuments | None"
        ) -> Iterator[CheckedFile]:
            return check_sources(
                sources,
                prepared.selection,
                jobs=request.jobs,
                stdin=prepared.stdin,
                older=documents,
                executor=executor,
            )

        if older is None:
            yield from check(reused.missing, None)
        else:
            yield from _compared_results(prepared, older, check)


def _compared_results(
    prepared: Prepared, older: "OlderVersion", check: "Check"
) -> Iterator[CheckedFile]:
    """Yield the results for the unchanged files, then the results for the other files.

    The older tenants of the unchanged files are then known without reading their older versions.
    """
    from validator.checking.older_version import with_unchanged_tenants

    unchanged, changed = _parted_sources(prepared, older)
    results: list[CheckedFile] = []
    for result in check(list(unchanged.values()), older.documents):
        results.append(result)
        yield result
    documents = with_unchanged_tenants(older, changed, unchanged, results, prepared.stdin)
    yield from check(changed, documents)


def _executor(scheduler: str | None) -> AbstractContextManager["Executor | None"]:
    if scheduler is None:
        return nullcontext()
    from validator.run.cluster import cluster

    return cluster(scheduler)


def _all_diagnostics(
    prepared: Prepared, results: Sequence[CheckedFile]
) -> tuple[list[Diagnostic], list[str]]:
    """Return the sorted diagnostics for the files and the fleet, and the failures."""
    fleet, failures = evaluate_fleet(results, prepared.selection)
    diagnostics = [*fleet, *(item for result in results for item in result.diagnostics)]
    diagnostics.sort(key=lambda item: item.sort_key)
    return diagnostics, [*(line for result in results for line in result.failures), *failures]


def build_report(
    prepared: Prepared,
    diagnostics: Sequence[Diagnostic],
    documents: int,
    failures: Sequence[str],
) -> Report:
    """Return a report on sorted diagnostics, in which only suppressed ones are set apart."""
    request, found = prepared.request, prepared.resolved.found
    return Report(
        as_of=request.as_of,
        files=tuple(source.name for source in found.sources),
        documents=documents,
        diagnostics=tuple(item for item in diagnostics if item.suppressed is None),
        suppressed=tuple(item for item in diagnostics if item.suppressed is not None),
        fail_on=request.fail_on or prepared.resolved.config.fail_on or "error",
        pages={**prepared.selection.plugins.policies, **BUILTIN_FINDINGS},
        failures=(*found.failures, *failures),
        folder=str(Path.cwd()),
        roots=repository_roots(str(Path.cwd())),
        is_on_jenkins=is_on_jenkins(),
    )


def _with_traces(
    prepared: Prepared,
    report: Report,
    results: Sequence[CheckedFile],
    older: "OlderVersion | None",
) -> Report:
    """Add to the report the options and settings that change what is reported."""
    request, selection = prepared.request, prepared.selection
    revision = prepared.resolved.revision
    return report._replace(
        assumed=request.assume,
        since=None if revision is None else revision.label,
        baseline=request.baseline,
        policies=len(selection.running),
        off=selection.off,
        eased=tuple(
            run_easings(
                prepared, [item.per_file for item in results], older.files if older else None
            )
        ),
        verbose=request.verbose,
    )


def _without_older(report: Report, comparison: "Comparison") -> Report:
    """Set apart the diagnostics that are also in the older version.

    A given path is not reported as a failure if all tenant files in it were removed.
    """
    paths = tuple(f"{name_in_reports(path)}: " for path in comparison.removed_paths())
    older, new = parted(report.diagnostics, comparison.is_older)
    return report._replace(
        diagnostics=tuple(new),
        older=tuple(older),
        not_compared=comparison.not_compared,
        failures=tuple(line for line in report.failures if not line.startswith(paths)),
    )
