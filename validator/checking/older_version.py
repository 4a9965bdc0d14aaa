"""The older version of a run's files: its documents and the findings in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, open_source
from validator.checking.fleet import evaluate_fleet
from validator.checking.older_documents import (
    OlderDocument,
    OlderDocuments,
    documents_by_subscription,
)
from validator.checking.placement import organisation_id
from validator.checking.selection import Selection
from validator.findings.builtin import BUILTIN_FINDINGS, blocks_policies
from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.wording import listing
from validator.project.git import Revision
from validator.project.older_files import OlderFiles
from validator.project.per_file import FormerPath
from validator.project.sources import Source

_MAX_NAMES = 3
"""The number of tenants of a file that a message names."""


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """The older version of a run's files.

    Unchanged files are not checked again, because their findings are the same in both versions.
    `results` and `documents` are those of the changed and removed files.
    """

    files: OlderFiles
    selection: Selection
    documents: OlderDocuments
    results: Mapping[str, CheckedFile]
    failures: tuple[str, ...]


class CheckedOlderFile(NamedTuple):
    """The older version of a file: its result and documents, or one line about a failure."""

    name: str
    result: CheckedFile | None
    documents: tuple[OlderDocument, ...]
    failure: str = ""


def check_older_file(
    name: str, data: bytes, selection: Selection, former: FormerPath
) -> CheckedOlderFile:
    """Check the older version of a file, with the settings for its `former` path."""
    opened = FileCheck(name, data, selection, settings_of=former)
    result = opened.on(selection.settings.as_of)
    return CheckedOlderFile(name, result, opened.older_documents())


def older_version(
    revision: Revision, files: OlderFiles, selection: Selection, checked: Iterable[CheckedOlderFile]
) -> OlderVersion:
    """Return the older version of files. `checked` holds the changed and the removed files."""
    results: dict[str, CheckedFile] = {}
    by_file: dict[str, tuple[OlderDocument, ...]] = {}
    failures: list[str] = []
    for name, result, older, failure in checked:
        if result is None:
            failures.append(_renamed(failure, files, name))
        else:
            results[name], by_file[name] = result, older
    by_tenant: dict[str, OlderDocument] = {}
    for name in sorted(by_file):
        for document in by_file[name]:
            if document.tenant is not None:
                by_tenant.setdefault(document.tenant, document)
    by_subscription = documents_by_subscription(chain.from_iterable(by_file.values()))
    documents = OlderDocuments(
        revision.title, by_file, by_tenant, by_subscription, files.unchanged, files.renamed
    )
    return OlderVersion(files, selection, documents, results, tuple(failures))


def with_unchanged_tenants(
    older: OlderVersion,
    changed: Sequence[Source],
    unchanged: Mapping[str, Source],
    results: Sequence[CheckedFile],
    stdin: bytes,
) -> OlderDocuments:
    """Return the older documents, with those of unchanged files whose tenant a changed file has.

    A tenant can be copied from a file that is unchanged. Such a file is read again. `results` are
    the results for the unchanged files.
    """
    documents, selection = older.documents, older.selection
    if not changed or not results:
        return documents
    wanted: set[str | None] = set()
    for source in changed:
        opened = open_source(source, selection, stdin)
        if isinstance(opened, FileCheck):
            wanted |= {organisation_id(document.value) for document in opened.documents}
    wanted -= documents.by_tenant.keys()
    by_tenant = dict(documents.by_tenant)
    for result in results:
        if wanted.isdisjoint(result.tenants):
            continue
        opened = open_source(unchanged[result.file], selection, stdin)
        if isinstance(opened, FileCheck):
            opened.on(selection.settings.as_of)
            for document in opened.older_documents():
                if document.tenant in wanted and document.tenant is not None:
                    by_tenant.setdefault(document.tenant, document)
    return documents._replace(by_tenant=by_tenant)


class Comparison:
    """Compares the results of a run with those of the older version."""

    def __init__(self, older: OlderVersion, results: Sequence[CheckedFile]) -> None:
        self._older = older
        self._results = results
        unchanged = [result for result in results if result.file in older.files.unchanged]
        before = [*older.results.values(), *unchanged]
        fleet, failures = evaluate_fleet(before, older.selection)
        unread = {
            name
            for name, documents in older.documents.by_file.items()
            if any(not document.digest for document in documents)
        }
        self._found = frozenset(
            item.key
            for item in (*fleet, *(item for result in before for item in result.diagnostics))
            if item.suppressed is None and item.file not in unread
        )
        self._same = {
            (result.file, index)
            for result in results
            if result.compared is not None
            for index in result.compared.same
        }
        self.failures = tuple(
            f"at {older.documents.title}: {line}"
            for line in (
                *older.failures,
                *failures,
                *(
                    _renamed(line, older.files, name)
                    for name, result in older.results.items()
                    for line in result.failures
                ),
            )
        )

    def is_older(self, item: Diagnostic) -> bool:
        """Return whether a finding is also in the older version.

        A finding that prevents policies from running hides new findings in its document, so it is
        older only if the value of the document has not changed.
        """
        if item.key not in self._found:
            return False
        return not blocks_policies(item.id) or (item.file, item.document) in self._same

    @property
    def not_compared(self) -> tuple[str, ...]:
        """The parts of the older version that cannot be compared, one line each."""
        older = self._older
        lines = [*older.files.not_compared]
        for result in self._results:
            lines += result.compared.not_compared if result.compared is not None else ()
        for name in older.files.gone:
            lines += (
                f"{name}: its version at {older.documents.title} {document.reason}"
                for document in older.documents.by_file.get(name, ())
                if document.reason and document.tenant is None
            )
        return tuple(sorted(dict.fromkeys(lines)))

    def removed_tenants(self) -> Iterator[Diagnostic]:
        """Yield a finding for each tenant of the older version that is in no checked file now."""
        by_file = {result.file: result.tenants for result in self._results}
        current = {tenant for tenants in by_file.values() for tenant in tenants}
        unknown = {result.file for result in self._results if _has_unknown(result)}
        page, files = BUILTIN_FINDINGS["tenant-removed"], self._older.files
        for name, documents in sorted(self._older.documents.by_file.items()):
            if name in files.elsewhere:
                continue
            older_name = files.older_name(name)
            settings_of = files.former[name] if name in files.renamed else name
            level = self._older.selection.levels(settings_of)[page.id]
            for document in documents:
                id = document.tenant
                if level == "off" or id is None or id in current or name in unknown:
                    continue
                current.add(id)
                left = by_file.get(name, ())
                others = listing(left) if len(left) <= _MAX_NAMES else f"{len(left):,} tenants"
                yield Diagnostic(
                    id=page.id,
                    topic=page.topic,
                    severity=level,
                    message=f"the tenant {id} of {older_name} is no longer in any checked file"
                    + (f"; {name} now has {others}" if left else ""),
                    help=page.help,
                    file=older_name,
                    document=document.position,
                    tenant=id,
                    path="",
                    span=Span(1, 1, 1, 1),
                    source="",
                )

    def removed_paths(self) -> Collection[str]:
        """Return the given paths whose tenants are only in the older version."""
        older = self._older
        return {
            older.files.paths[name]
            for name in older.files.gone
            if any(item.tenant is not None for item in older.documents.by_file.get(name, ()))
        }


def _renamed(line: str, files: OlderFiles, name: str) -> str:
    """Return a line about the older version of a file, with the name of that version."""
    rest = line.removeprefix(f"{name}: ")
    return line if rest == line else f"{files.older_name(name)}: {rest}"


def _has_unknown(result: CheckedFile) -> bool:
    """Return whether a tenant may be in an unreadable part of a file."""
    has_unknown = result.compared is not None and result.compared.has_unknown
    return has_unknown or result.documents == 0
