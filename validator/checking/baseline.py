"""The baseline: a list of known findings that do not fail the run.

With a baseline, a pipeline can start to fail on new findings before the existing ones are
resolved. It is a JSON file with an entry for each finding: the policy, the tenant, and the stable
path. An entry that no longer matches a finding is reported at its place in the file.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from validator.document.encoding import decode
from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.findings.builtin import blocks_policies, can_be_hidden
from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.severity import Severity
from validator.project.repository import left_tree
from validator.project.sources import Source, SourceError, read_source
from validator.system.errors import NoVerdictError

EntryKey = tuple[str, str, str]
"""The id, the tenant (or file) and the place of a known finding."""

_VERSION = 1
_LAST_OF_BMP = "\uffff"


class BaselineError(NoVerdictError):
    """Raised if a baseline cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A known finding. `tenant` is the organisation id, or the file if there is no id."""

    id: str
    tenant: str
    place: str
    span: Span
    source: str
    source_offset: int

    @property
    def key(self) -> EntryKey:
        """The key of the finding, as returned by `known_key`."""
        return (self.id, self.tenant, self.place)


class Scope(NamedTuple):
    """The part of a baseline that a run can judge.

    `ids` are the ids that the run searches for, `tenants` the organisation ids and files that it
    has checked. `unreadable` are the tenants of documents on which policies could not run. With
    `whole`, the run covers all files, so a missing tenant has been removed. `off` has ids that are
    off, by tenant.
    """

    ids: Collection[str]
    tenants: Collection[str]
    unreadable: Collection[str]
    whole: bool
    off: Mapping[str, Collection[str]]

    def judges(self, entry: Entry) -> bool:
        """Return whether the run would have found the finding of an entry."""
        if entry.tenant in self.unreadable or entry.id in self.off.get(entry.tenant, ()):
            return False
        is_judged = entry.id in self.ids or blocks_policies(entry.id)
        return is_judged and (self.whole or entry.tenant in self.tenants)


def known_key(diagnostic: Diagnostic) -> EntryKey:
    """Return the key of a finding: `Diagnostic.key` as text that is valid in JSON and YAML."""
    id, tenant, place = diagnostic.key
    return (id, as_text(tenant), as_text(place))


def as_text(name: str) -> str:
    """Return a name with bytes that are not UTF-8 written as escapes."""
    return name.encode("utf-8", "backslashreplace").decode()


def read_baseline(
    file: str, data: bytes | None = None, *, current: Mapping[str, str] = {}
) -> tuple[Entry, ...]:
    """Return the entries of a baseline. Raises BaselineError.

    `data` is used instead of the contents of the file. `current` has the current ids that replace
    former ones.
    """
    try:
        text = decode(_read(file) if data is None else data)
    except ValueError as error:
        raise BaselineError(f"{file}: {error}") from error
    # JSON is YAML, and the YAML reader provides the place of each entry.
    document, *more = read_documents(text)
    value, spans = document.value, SpanLocator(text)
    if not document.is_readable:
        found = document.findings[-1]
        span = spans.span_between(found.start, found.end)
        reason = f"{span.line}:{span.column}: {found.message}"
        raise BaselineError(f"{file}:{reason}; it is not a baseline of tenantlint")
    if more or not isinstance(value, dict):
        raise BaselineError(f"{file}: not a baseline of tenantlint")
    if value.get("version") != _VERSION or not isinstance(value.get("known"), list):
        raise BaselineError(f"{file}: not a baseline of tenantlint, version {_VERSION}")
    entries: list[Entry] = []
    for index, item in enumerate(value["known"]):
        span = spans.span(document, f"/known/{index}")
        words = [
            item.get(key) if isinstance(item, dict) else None for key in Entry.__match_args__[:3]
        ]
        id, tenant, place = words
        if not (isinstance(id, str) and isinstance(tenant, str) and isinstance(place, str)):
            raise BaselineError(f"{file}:{span.line}: an entry must have an id, tenant and place")
        id = current.get(id, id)
        entries.append(Entry(id, tenant, place, span, *spans.excerpt(span)))
    return tuple(entries)


def _read(file: str) -> bytes:
    """Return the contents of a baseline. Raises BaselineError.

    Messages quote its entries, so a link in the tree must not point outside the tree.
    """
    root = left_tree(file)
    if root is not None:
        raise BaselineError(f"{file}: this link must point to a file below {root}, not in .git")
    try:
        return read_source(Source(file, file), b"")
    except SourceError as error:
        is_missing = isinstance(error.__cause__, FileNotFoundError)
        add = "; check --write-baseline creates it" if is_missing else ""
        raise BaselineError(f"{error}{add}") from error


def merged_baseline(
    entries: Iterable[Entry], diagnostics: Iterable[Diagnostic], scope: Scope
) -> str:
    """Return the text of a baseline in which the findings of this run replace those in its scope.

    Entries outside the scope are kept. The entries are sorted, one per line, so that two branches
    that add entries change different lines.
    """
    kept = {item.key for item in entries if not scope.judges(item) and can_be_hidden(item.id)}
    found = {known_key(item) for item in diagnostics if can_be_hidden(item.id)}
    lines = ",\n".join(
        f"    {_json({'id': id, 'tenant': tenant, 'place': place})}"
        for id, tenant, place in sorted(kept | found)
    )
    known = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {_VERSION},\n  "known": {known}\n}}\n'


def _json(entry: dict[str, str]) -> str:
    """Return an entry as JSON that is also YAML, with invisible characters written as escapes.

    Characters beyond U+FFFF are not escaped, because YAML has no surrogate pairs.
    """
    return "".join(
        char if char.isprintable() or char > _LAST_OF_BMP else f"\\u{ord(char):04x}"
        for char in json.dumps(entry, ensure_ascii=False)
    )


def outdated(
    file: str,
    entries: Sequence[Entry],
    found: Collection[EntryKey],
    scope: Scope,
    severity: Severity,
) -> list[Diagnostic]:
    """Return a finding for each entry in the run's scope that no longer matches a finding."""
    return [
        Diagnostic(
            id="outdated-baseline",
            topic="suppression",
            severity=severity,
            message=f"{entry.id} is no longer found at {entry.place or 'the document'} "
            f"of {entry.tenant}",
            help="remove the entry, or update the baseline with --write-baseline",
            file=file,
            document=0,
            tenant=None,
            path=f"/known/{index}",
            span=entry.span,
            source=entry.source,
            source_offset=entry.source_offset,
            name=f"/known/{' '.join(entry.key)}",
        )
        for index, entry in enumerate(entries)
        if entry.key not in found and scope.judges(entry)
    ]
