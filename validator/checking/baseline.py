"""The baseline: findings that are known and pass, so that a gate can stand from the first day.

A file of JSON, an entry for each finding: the policy, the tenant, and the place by names. An
entry that matches nothing any more is reported at its place; the file can only shrink.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from validator.document.encoding import decode
from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.findings.builtin import find_builtin
from validator.findings.diagnostic import Diagnostic, Span
from validator.system.errors import NoVerdictError

_VERSION = 1


class BaselineError(NoVerdictError):
    """A baseline that cannot be read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A known finding; `tenant` is the organisation id, or the file where there is none."""

    id: str
    tenant: str
    place: str
    span: Span
    source: str
    source_offset: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What the finding is known by, as `Diagnostic.key` has it."""
        return (self.id, self.tenant, self.place)


def can_be_known(diagnostic: Diagnostic) -> bool:
    """Tell whether a finding may pass: not if it keeps policies from looking at the document."""
    found = find_builtin(diagnostic.id)
    return found is None or not found.blocks_policies


def read_baseline(file: str) -> tuple[Entry, ...]:
    """Return the entries of a baseline. Raises BaselineError."""
    try:
        text = decode(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise BaselineError(f"{file}: {said}") from error
    # JSON is YAML, and the reader knows where each entry stands.
    document, *more = read_documents(text)
    value = document.value
    if more or not document.is_readable or not isinstance(value, dict):
        raise BaselineError(f"{file}: not a baseline of tenantlint")
    if value.get("version") != _VERSION or not isinstance(value.get("known"), list):
        raise BaselineError(f"{file}: not a baseline of tenantlint, version {_VERSION}")
    places = SpanLocator(text)
    entries: list[Entry] = []
    for index, item in enumerate(value["known"]):
        span = places.span(document, f"/known/{index}")
        words = [
            item.get(key) if isinstance(item, dict) else None for key in Entry.__match_args__[:3]
        ]
        id, tenant, place = words
        if not (isinstance(id, str) and isinstance(tenant, str) and isinstance(place, str)):
            raise BaselineError(f"{file}:{span.line}: an entry has an id, a tenant and a place")
        entries.append(Entry(id, tenant, place, span, *places.excerpt(span)))
    return tuple(entries)


def write_baseline(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the text of the baseline that knows these findings, an entry a line."""
    keys = sorted({item.key for item in diagnostics if can_be_known(item)})
    entries = (
        json.dumps({"id": id, "tenant": tenant, "place": place}, ensure_ascii=False)
        for id, tenant, place in keys
    )
    lines = ",\n".join(f"    {entry}" for entry in entries)
    known = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {_VERSION},\n  "known": {known}\n}}\n'


def outdated(
    file: str,
    entries: Sequence[Entry],
    found: Collection[tuple[str, str, str]],
    looked_at: Collection[str],
    judged: Collection[str],
) -> list[Diagnostic]:
    """Return a finding for each entry that matches nothing any more.

    Only for what this run has looked at: `looked_at` are its tenants and files, `judged` the ids
    that it looked for.
    """
    return [
        Diagnostic(
            id="outdated-baseline",
            topic="suppression",
            severity="warning",
            message=f"{entry.id} is not found any more at {entry.place or 'the document'} "
            f"of {entry.tenant}",
            help="remove the entry, or write the baseline again with --write-baseline",
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
        if entry.key not in found and entry.tenant in looked_at and entry.id in judged
    ]
