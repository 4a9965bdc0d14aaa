"""The findings of documents that appear and clear from one day to another."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from validator.findings.diagnostic import Diagnostic

DocumentKey = tuple[str, int]
"""The name of a file and the index of a document in it."""
FindingKey = tuple[str, str, int]
"""The id, the path and the line of a finding; the line is 0 unless it is about a suppression.

It identifies a finding from day to day.
"""
FindingsByKey = dict[FindingKey, list[Diagnostic]]
"""Findings by key; findings of the reader and the schemas may share a key."""


class Change(NamedTuple):
    """The findings of a document that appear on a day, and the keys of those that clear.

    The findings are sorted by place. `tenant` is None if the document has no organisation id.
    """

    tenant: str | None
    appears: tuple[Diagnostic, ...]
    clears: tuple[FindingKey, ...]


def by_document(diagnostics: Iterable[Diagnostic]) -> dict[DocumentKey, FindingsByKey]:
    """Return the findings that are not suppressed, by document and key."""
    found: dict[DocumentKey, FindingsByKey] = {}
    for item in diagnostics:
        if item.suppressed is None:
            here = found.setdefault((item.file, item.document), {})
            here.setdefault(_key(item), []).append(item)
    return found


def changes(
    old: Mapping[DocumentKey, FindingsByKey], new: Mapping[DocumentKey, FindingsByKey]
) -> dict[DocumentKey, Change]:
    """Return the changes from the findings of one day to those of another."""
    found: dict[DocumentKey, Change] = {}
    for place in old.keys() | new.keys():
        before, after = old.get(place, {}), new.get(place, {})
        appears = [item for key, items in after.items() if key not in before for item in items]
        clears = sorted(before.keys() - after.keys())
        if appears or clears:
            tenant = (appears or before[clears[0]])[0].tenant
            found[place] = Change(tenant, _sorted(appears), tuple(clears))
    return found


def merged(one: Change, other: Change) -> Change | None:
    """Return two changes of the same document as one, or None if nothing changes.

    A finding that clears in one and appears in the other stays.
    """
    cleared = {*one.clears, *other.clears}
    every = (*one.appears, *other.appears)
    appears = [item for item in every if _key(item) not in cleared]
    clears = tuple(sorted(cleared - {*map(_key, every)}))
    return Change(one.tenant, _sorted(appears), clears) if appears or clears else None


def _sorted(items: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(items, key=lambda item: item.sort_key))


def _key(item: Diagnostic) -> FindingKey:
    return item.id, item.path, item.span.line if item.topic == "suppression" else 0
