"""Checks one file: reads its documents, applies the schemas, and runs the policies."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from validator.checking.checked_file import CheckedFile
from validator.checking.document_check import DocumentCheck
from validator.checking.placement import organisation_id
from validator.checking.selection import Selection
from validator.document.encoding import decode
from validator.document.reader import Document, read_documents, read_undecodable
from validator.document.span_locator import SpanLocator
from validator.document.stable_paths import value_digest
from validator.findings.builtin_finding import BuiltinFinding
from validator.findings.diagnostic import Diagnostic
from validator.findings.finding import Finding, Sighting
from validator.findings.wording import listing
from validator.project.per_file import FormerPath
from validator.project.sources import Source, read_source
from validator.system.cache_store import Stamp, digest
from validator.system.errors import NoVerdictError, describe_failure
from validator.tenant.clock import Clock
from validator.tenant.model import Tenant

if TYPE_CHECKING:
    from validator.checking.assumptions import Applied
    from validator.checking.older_documents import (
        ComparedFile,
        OlderDocument,
        OlderDocuments,
        Pairing,
    )

Result = TypeVar("Result")


def or_failure(file: str, work: Callable[[], Result]) -> Result | str:
    """Return the result of some work on a file, or one line that says why it failed."""
    try:
        return work()
    except NoVerdictError as error:
        return str(error)
    except Exception as error:
        return f"{file}: {describe_failure(error)}"


def check_file(
    file: str,
    data: bytes,
    selection: Selection,
    *,
    older: "OlderDocuments | None" = None,
) -> CheckedFile:
    """Check the bytes of a file on the day of the settings. Raises SchemaError.

    `file` is the file's name in reports.
    """
    opened = open_file(file, data, selection, older=older)
    return opened.on(selection.settings.as_of)


def open_file(
    file: str,
    data: bytes,
    selection: Selection,
    *,
    older: "OlderDocuments | None" = None,
    stamp: Stamp | None = None,
) -> "FileCheck":
    """Read the bytes of a file to check. `file` is the file's name in reports.

    With the documents of an `older` version, policies over a change run. If results are cached,
    the check records how long they are valid.
    """
    cached = selection.settings.cached
    opened = FileCheck(file, data, selection, older=older, ahead=cached, verbatim=cached)
    if cached or selection.settings.digests:
        opened.digest, opened.stamp = digest(data), stamp
    return opened


def open_source(
    source: Source, selection: Selection, stdin: bytes, *, ahead: bool = False
) -> "FileCheck | str":
    """Open a file to check. Return one line that says why if it cannot be opened."""

    def read_and_open() -> FileCheck:
        return FileCheck(source.name, read_source(source, stdin), selection, ahead=ahead)

    return or_failure(source.name, read_and_open)


def evaluate(selection: Selection, files: "Sequence[FileCheck]") -> None:
    """Run each policy over every document of the given files, whose day has started."""
    documents = [document for file in files for document in file.started]
    seconds = selection.seconds
    for policy in selection.plugins.policies.values():
        begin = 0.0 if seconds is None else perf_counter()
        for document in documents:
            if policy.id in document.policies:
                document.evaluate(policy)
        if seconds is not None:
            seconds[policy.id] = seconds.get(policy.id, 0.0) + perf_counter() - begin


class FileCheck:
    """A file that is read once and can be checked on a day, and then on later days.

    With `ahead`, the result says how long it is valid: how long the findings stay the same or,
    with `verbatim`, how long the messages stay the same, too. The settings are those for the file,
    or those for the path `settings_of`.
    """

    def __init__(
        self,
        file: str,
        data: bytes,
        selection: Selection,
        *,
        older: "OlderDocuments | None" = None,
        ahead: bool = False,
        verbatim: bool = False,
        settings_of: FormerPath | None = None,
    ) -> None:
        try:
            self.text = decode(data)
            self.documents = tuple(read_documents(self.text))
        except UnicodeDecodeError as error:
            self.text, document = read_undecodable(error)
            self.documents = (document,)
        self._file = file
        self._selection = selection
        self._in_file = selection.for_file(settings_of or file)
        self._older = older
        self._ahead, self._verbatim = ahead, verbatim
        self.started: Sequence[DocumentCheck] = ()
        """The documents whose results from an earlier day are not valid on this day."""
        self.digest = ""
        self.stamp: Stamp | None = None

    @cached_property
    def document_checks(self) -> list[DocumentCheck]:
        """The check of each document. Raises SchemaError."""
        spans = SpanLocator(self.text)
        return [
            DocumentCheck(
                self._file, self.text, document, spans, self._selection, self._in_file,
                older=older, is_compared=self._is_compared, unread=self._unread(document),
            )
            for document, older in zip(self.documents, self._older_versions, strict=True)
        ]  # fmt: skip

    def _unread(self, document: Document) -> tuple[int, int]:
        """Return the start and end offsets of an unreadable document.

        If several unreadable documents follow each other, the first has the offsets of them all.
        """
        before = self.documents[document.index - 1] if document.index else None
        if document.is_readable or (before is not None and not before.is_readable):
            return 0, 0
        following = map(self.documents.__getitem__, range(document.index, len(self.documents)))
        after = (item.start for item in following if item.is_readable)
        return 0 if before is None else before.end, next(after, len(self.text))

    @property
    def _is_compared(self) -> bool:
        """Whether this file may differ from an older version."""
        return self._older is not None and self._file not in self._older.unchanged

    @property
    def _older_versions(self) -> "Sequence[OlderDocument | None]":
        """The older version of each document."""
        return self._pairing.pairs if self._is_compared else [None] * len(self.documents)

    @cached_property
    def _pairing(self) -> "Pairing":
        """The older version of each document, in a file that may differ from it."""
        from validator.checking.older_documents import pair_documents

        assert self._older is not None
        tenants = [organisation_id(document.value) for document in self.documents]
        digests = [
            value_digest(document.value) if document.is_readable and tenant is None else ""
            for document, tenant in zip(self.documents, tenants, strict=True)
        ]
        values = [document.value for document in self.documents]
        return pair_documents(self._older, self._file, tenants, digests, values)

    def _comparison(self) -> "ComparedFile | None":
        """Return the comparison of the file with its older version, or None."""
        older, checks = self._older, self.document_checks
        if older is None:
            return None
        from validator.checking.older_documents import ComparedFile, moved_subscriptions

        if not self._is_compared:
            return ComparedFile(frozenset(range(len(checks))), has_unknown=False)
        pairs = self._pairing.pairs
        same = frozenset(
            index
            for index, (check, pair) in enumerate(zip(checks, pairs, strict=True))
            if pair is not None and pair.digest and check.value_digest == pair.digest
        )
        has_unknown = any(
            check.placer.tenant is None and index not in same for index, check in enumerate(checks)
        )
        documents = (*older.by_file.get(self._file, ()), *(pair for pair in pairs if pair))
        left = {id(document): document for document in documents if document.reason}
        for index in same:
            left.pop(id(pairs[index]), None)
        tenants = [check.placer.tenant for check in checks]
        lines = [
            f"{self._file}: {older.name_of(document, self._file)} {document.reason}"
            for document in left.values()
        ]
        lines += [
            f"{self._file}: which tenant of {older.version_of(self._file)} the tenant "
            f"{tenants[index]} was is not known"
            for index in sorted(self._pairing.unsure)
        ]
        values = [document.value for document in self.documents]
        lines += moved_subscriptions(older, self._file, pairs, tenants, values)
        return ComparedFile(same, has_unknown, tuple(lines))

    def older_documents(self) -> "tuple[OlderDocument, ...]":
        """Return the documents as documents of an older version. Call `on` before this."""
        return tuple(check.as_older_version() for check in self.document_checks)

    @property
    def tenants(self) -> tuple[tuple[int, Tenant], ...]:
        """The tenants of the documents that have one, with the indexes of the documents."""
        checks = self.document_checks
        return tuple((item.document.index, item.tenant) for item in checks if item.tenant)

    @property
    def assumed(self) -> "tuple[Applied, ...]":
        """The assumptions that apply to each tenant."""
        found = [check.placer.assumed for check in self.document_checks]
        return tuple([item.applied for item in found if item is not None])

    @property
    def has_errors(self) -> bool:
        """Whether there are YAML or schema errors. A document with them may have a tenant."""
        return any(
            check.tenant is None or any(item.severity == "error" for item in check.every_day)
            for check in self.document_checks
        )

    def place(
        self, document: int, found: Iterable[tuple[BuiltinFinding, Finding]], day: date
    ) -> list[Diagnostic]:
        """Return the diagnostics for findings in a document that do not come from policies.

        The levels and the suppressions on the day apply. Findings that are off are left out.
        """
        check = self.document_checks[document]
        placed = [
            check.placer.diagnostic(page.id, page.topic, level, finding, page.help)
            for page, finding in found
            if (level := check.levels[page.id]) != "off"
        ]
        if not check.suppressions:
            return placed
        from validator.checking.suppressions import cover

        covers = cover(
            [item for item in check.suppressions if item.is_open(day)],
            [(item.id, item.span) for item in placed],
        )
        return [
            item if nearest is None else item._replace(suppressed=nearest.justification)
            for item, nearest in zip(placed, covers, strict=True)
        ]

    def on(self, day: date) -> CheckedFile:
        """Return the result on a day, which must not be before the last day."""
        self.start_day(day)
        evaluate(self._selection, [self])
        return self.result()

    def start_day(self, day: date) -> None:
        """Start a day, which must not be before the last day."""
        self.started = [check for check in self.document_checks if not self._is_valid(check, day)]
        for check in self.started:
            check.start_day(Clock(day, ahead=self._ahead, verbatim=self._verbatim))

    def _is_valid(self, check: DocumentCheck, day: date) -> bool:
        """Return whether the result for a document from an earlier day is the same on this day."""
        return self._ahead and day < check.until

    def result(self) -> CheckedFile:
        """Return the result for the day. The policies must have run before this."""
        selection, checks = self._selection, self.document_checks
        off = self._in_file.off
        for check in self.started:
            if check.suppressions:
                check.apply_suppressions()
        diagnostics = [item for check in checks for item in check.diagnostics]
        failures = [item for check in checks for item in check.failures]
        if off == len(selection.running) > 0:
            origin = selection.settings.origin
            names = dict.fromkeys(origin(f"per-file.{number}") for number in self._in_file.per_file)
            verb = "turns" if len(names) == 1 else "turn"
            failures.append(
                f"{self._file}: no policy runs because {listing(names)} {verb} off all that are "
                "selected"
            )
        sightings: dict[str, list[Sighting]] = {}
        for check in checks:
            for id, seen in check.sightings.items():
                sightings.setdefault(id, []).extend(seen)
        return CheckedFile(
            self._file,
            len(checks),
            tuple(sorted(diagnostics, key=lambda item: item.sort_key)),
            tuple(failures),
            tuple([check.placer.tenant for check in checks if check.placer.tenant is not None]),
            self._in_file.per_file,
            {id: tuple(seen) for id, seen in sightings.items()},
            {
                (check.document.index, path): place
                for check in checks
                for path, place in check.places.items()
            },
            tuple([item for check in checks for item in check.pending_suppressions]),
            compared=self._comparison(),
            until=min([check.until for check in checks]),
            digest=self.digest,
            stamp=self.stamp,
            renamed=tuple(
                [
                    (item.span.line, old)
                    for check in checks
                    for item in check.suppressions
                    for old in item.former
                ]
            ),
            assumed=self.assumed,
        )
