"""Makes the fixes of a `check` run, file by file, until nothing changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, or_failure
from validator.checking.file_fixes import FileState, file_state, make_fixes
from validator.checking.older_documents import OlderDocuments
from validator.document.encoding import decode, detect_encoding
from validator.document.text_edits import TextEdit
from validator.document.unified_diff import LineHistory, patch_name
from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.project.sources import Source, read_source
from validator.run.preparation import Prepared
from validator.system.cache_store import digest
from validator.system.errors import NoVerdictError, describe_failure

_MAX_PASSES = 100
"""The largest number of passes: fixes that overlap are made in different passes."""

ReportOn = Callable[[Sequence[CheckedFile]], Report]
"""Returns the report on the results for all files."""


class FixedFile(NamedTuple):
    """A file that fixes have changed: its bytes, the number of fixes, and the diff.

    `path` is None for standard input.
    """

    name: str
    path: str | None
    before: bytes
    after: bytes
    number: int
    diff: str
    is_utf8: bool = True


class FixRun(NamedTuple):
    """The report on the remaining findings, and the files that fixes have changed.

    `stdin` is the fixed content of standard input; None if standard input is not checked.
    `is_done` is false if the limit of passes was reached before the last fix was made.
    `unfixed` is the report on the files without fixes. `is_refused`: no fix is made in any file,
    and the failures of the report say why.
    """

    report: Report
    files: tuple[FixedFile, ...]
    stdin: bytes | None
    is_done: bool
    unfixed: Report
    is_refused: bool = False

    @property
    def report_without_changes(self) -> Report:
        """The report on the files as they are, for a run that does not write the fixes."""
        return self.unfixed._replace(failures=self.report.failures)

    def refused(self, error: NoVerdictError) -> "FixRun":
        """Return the run without any fix, because of an error."""
        report = self.unfixed._replace(failures=(*self.unfixed.failures, *error.causes))
        stdin = next((file.before for file in self.files if file.path is None), self.stdin)
        return self._replace(report=report, files=(), stdin=stdin, is_refused=True)


class _Pass(NamedTuple):
    """The edits of a pass over a file, and the number of fixes that they make."""

    edits: Sequence[TextEdit]
    number: int


class _File:
    """A file whose fixes are being made. `earlier` is the state before the last pass."""

    def __init__(
        self, source: Source, data: bytes, open_bytes: Callable[[bytes], FileState]
    ) -> None:
        self.source = source
        self.before = data
        self.mark, self.encoding = detect_encoding(data)
        self._open = open_bytes
        self.state = self.earlier = open_bytes(data)
        self.made: list[_Pass] = []

    @property
    def data(self) -> bytes:
        """The bytes of the file with the fixes made so far."""
        return self.mark + self.state.text.encode(self.encoding) if self.made else self.before

    def fix(self, wanted: Sequence[Diagnostic]) -> bool:
        """Make the wanted fixes that do not overlap; return whether any was made.

        Raises NoVerdictError if the file cannot be checked, as then no fix can be proved.
        """
        if self.state.result.failures:
            raise NoVerdictError(*self.state.result.failures)
        fixed = make_fixes(self.state, wanted, self._open_text)
        if fixed is None:
            return False
        self.earlier, self.state = self.state, fixed.state
        self.made.append(_Pass(fixed.edits, fixed.number))
        return True

    def take_back(self) -> None:
        """Undo the fixes of the last pass."""
        self.state = self.earlier
        self.made.pop()

    def _open_text(self, text: str) -> FileState:
        return self._open(self.mark + text.encode(self.encoding))

    @property
    def was_blocked(self) -> bool:
        """Whether the last pass has fixed a document on which policies could not run before."""
        pairs = zip(
            self.earlier.check.document_checks, self.state.check.document_checks, strict=True
        )
        return any(old.tenant is None and new.tenant is not None for old, new in pairs)

    def fixed(self) -> FixedFile:
        """Return the file with its fixes and their diff."""
        # The diff is UTF-8, so it leaves out the byte order mark of another encoding.
        mark = "\ufeff" if self.mark and self.encoding == "utf-8" else ""
        history = LineHistory(mark + decode(self.before))
        for made in self.made:
            history.edit([edit.moved(len(mark)) for edit in made.edits])
        name = self.source.name
        in_patch = patch_name(name)
        diff = history.diff(f"a/{in_patch}", f"b/{in_patch}")
        number = sum(made.number for made in self.made)
        is_utf8 = self.encoding == "utf-8"
        return FixedFile(name, self.source.path, self.before, self.data, number, diff, is_utf8)


def fix_files(
    prepared: Prepared,
    results: Sequence[CheckedFile],
    older: OlderDocuments | None,
    report_on: ReportOn,
) -> FixRun:
    """Make the fixes of the reported findings and check again, until nothing changes.

    Nothing is written. Suppressed, known and older findings are not fixed. No fix is made if a
    file has changed since it was checked, or if the fixes end in an error. Raises SchemaError.
    """
    report = report_on(results)
    sources = prepared.resolved.found.sources
    stdin = prepared.stdin if any(source.path is None for source in sources) else None
    unfixed = FixRun(report, (), stdin, is_done=True, unfixed=report)
    try:
        return _make_all_fixes(prepared, results, older, report_on, unfixed)
    except NoVerdictError as error:
        return unfixed.refused(error)
    except Exception as error:
        cause = f"{describe_failure(error)}; no file is written"
        return unfixed.refused(NoVerdictError(cause))


def _make_all_fixes(
    prepared: Prepared,
    results: Sequence[CheckedFile],
    older: OlderDocuments | None,
    report_on: ReportOn,
    unfixed: FixRun,
) -> FixRun:
    """Return the run with all fixes that can be made. Raises the errors of a check."""
    sources = {source.name: source for source in prepared.resolved.found.sources}
    current = {result.file: result for result in results}
    files: dict[str, _File] = {}
    settled: set[str] = set()
    report = unfixed.report
    is_done = False
    for _ in range(_MAX_PASSES):
        changed: list[_File] = []
        for name, wanted in _wanted(prepared, report).items():
            if name in settled or name not in sources:
                continue
            outcome = _fix_file(prepared, files, sources[name], older, wanted, current[name])
            if isinstance(outcome, str):
                lines = dict.fromkeys((*current[name].failures, *outcome.splitlines()))
                current[name] = current[name]._replace(failures=tuple(lines))
            elif outcome is not None:
                changed.append(outcome)
                continue
            settled.add(name)
        before, report = report, _report_again(current, changed, report_on)
        if not changed:
            is_done = True
            break
        if taken := _to_take_back(prepared, before, report, changed):
            for file in taken:
                file.take_back()
                settled.add(file.source.name)
            report = _report_again(current, changed, report_on)
    done = tuple(file.fixed() for file in files.values() if file.made)
    stdin = next((file.after for file in done if file.path is None), unfixed.stdin)
    return FixRun(report._replace(is_fixed=True), done, stdin, is_done, unfixed.report)


def _wanted(prepared: Prepared, report: Report) -> Mapping[str, list[Diagnostic]]:
    """Return the reported findings whose fix the options allow, by file."""
    wanted: dict[str, list[Diagnostic]] = {}
    for item in report.diagnostics:
        if item.fix is not None and (item.fix.safe or prepared.request.unsafe_fixes):
            wanted.setdefault(item.file, []).append(item)
    return wanted


def _fix_file(
    prepared: Prepared,
    files: dict[str, _File],
    source: Source,
    older: OlderDocuments | None,
    wanted: Sequence[Diagnostic],
    checked: CheckedFile,
) -> _File | str | None:
    """Make fixes in a file; return the file, None if no fix can be made, or a failure line.

    Raises NoVerdictError if the file has changed since it was checked.
    """
    if source.name not in files:
        data = or_failure(source.name, partial(read_source, source, prepared.stdin))
        if isinstance(data, str):
            return data
        if digest(data) != checked.digest:
            message = f"{source.name}: changed while it was being checked; no file is written"
            raise NoVerdictError(message)
        opened = or_failure(
            source.name,
            partial(_File, source, data, partial(_open, prepared, source.name, older)),
        )
        if isinstance(opened, str):
            return opened
        files[source.name] = opened
    file = files[source.name]
    made = or_failure(source.name, partial(file.fix, wanted))
    return made if isinstance(made, str) else file if made else None


def _open(prepared: Prepared, name: str, older: OlderDocuments | None, data: bytes) -> FileState:
    day: date = prepared.selection.settings.as_of
    return file_state(FileCheck(name, data, prepared.selection, older=older), day)


def _report_again(
    current: dict[str, CheckedFile], changed: Sequence[_File], report_on: ReportOn
) -> Report:
    """Return the report on the files with the fixes made so far."""
    for file in changed:
        current[file.source.name] = file.state.result
    return report_on(list(current.values()))


def _to_take_back(
    prepared: Prepared, before: Report, after: Report, changed: Sequence[_File]
) -> list[_File]:
    """Return the changed files whose fixes have caused a finding from a policy over the fleet."""
    policies = prepared.selection.plugins.policies
    names = {file.source.name: file for file in changed}

    def found(report: Report) -> dict[tuple[str, str, int, str], Diagnostic]:
        return {
            (item.id, item.file, item.document, item.name): item
            for item in (*report.diagnostics, *report.known, *report.older, *report.suppressed)
            if item.id in policies and policies[item.id].over == "fleet"
        }

    known = found(before)
    blamed: dict[str, _File] = {}
    for key, item in found(after).items():
        around = [item.file, *(place.file for place in item.related)]
        here = [names[name] for name in around if name in names]
        if key in known or any(file.was_blocked for file in here):
            continue
        here = here or list(changed)
        blamed |= {file.source.name: file for file in here}
    return list(blamed.values())
