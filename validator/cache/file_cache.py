"""The file cache: results for single files from earlier runs, reused for unchanged files.

A file is unchanged if its stamp or its contents are unchanged. A result is valid from the day on
which the file was checked until the first day on which a finding or its message can differ.
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from validator.cache.run_cache import RunKey
from validator.checking.checked_file import CheckedFile
from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.finding import Fold, Sighting
from validator.findings.fix import Edit, PlacedFix, TextChange
from validator.findings.severity import SEVERITIES
from validator.project.sources import Source, SourceError, read_source
from validator.system import cache_store
from validator.system.cache_store import Stamp, digest

Entry = list[Any]
"""The stamp, the digest of the contents, the first valid day, the first invalid day, the result."""


class Reused(NamedTuple):
    """The reused results, by file name, and the sources that must be checked.

    `entries` holds the cache entries that are still valid. `must_store` says whether the cache
    must be written even if no file is checked.
    """

    results: Mapping[str, CheckedFile]
    missing: Sequence[Source]
    entries: Mapping[str, Entry] = {}
    must_store: bool = False


def reuse_results(sources: Sequence[Source], as_of: date, run_key: RunKey) -> Reused:
    """Return the results from earlier runs that are valid for the files on the given day."""
    loaded = cache_store.load(run_key.key)
    stored: dict[str, Entry] = loaded if isinstance(loaded, dict) else {}
    day = as_of.isoformat()
    entries: dict[str, Entry] = {}
    results: dict[str, CheckedFile] = {}
    has_moved = False
    for source, stamp in zip(sources, run_key.stamps, strict=True):
        entry = stored.get(source.name)
        if source.path is None or entry is None:
            continue
        try:
            if not entry[2] <= day < entry[3]:
                continue
            is_moved = stamp is None or entry[0] != list(stamp)
            if is_moved and _digest_of(source) != entry[1]:
                continue
            result = _decoded(source.name, entry, stamp)
        except (TypeError, ValueError, LookupError, AttributeError):
            continue  # the entry has an unknown format
        if is_moved:
            entry[0], has_moved = stamp, True
        results[source.name] = result
        entries[source.name] = entry
    missing = [source for source in sources if source.name not in results]
    has_stale = bool(entries) and len(stored) != len(entries)
    return Reused(results, missing, entries, has_moved or has_stale)


def encoded_result(checked: CheckedFile, as_of: date) -> bytes | None:
    """Return the encoded cache entry of a result; None if the result is not cached."""
    if not checked.digest or checked.failures or checked.pending_suppressions:
        return None
    result = [
        checked.documents,
        checked.diagnostics,
        checked.tenants,
        checked.per_file,
        checked.sightings,
        checked.renamed,
    ]
    day, until = as_of.isoformat(), checked.until.isoformat()
    return cache_store.encode([checked.stamp, checked.digest, day, until, result])


def store_results(run_key: RunKey, reused: Reused, encoded: Mapping[str, bytes]) -> None:
    """Write the reused entries and the new, encoded entries to the cache, by file name."""
    if not (encoded or reused.must_store):
        return
    old = {name: cache_store.encode(entry) for name, entry in reused.entries.items()}
    cache_store.store(run_key.key, cache_store.encode_mapping({**old, **encoded}))


def _digest_of(source: Source) -> str:
    try:
        return digest(read_source(source, b""))
    except SourceError:
        return ""


def _decoded(file: str, entry: Entry, stamp: Stamp | None) -> CheckedFile:
    documents, diagnostics, tenants, per_file, sightings, renamed = entry[4]
    _check_types(
        (documents, *tenants, *per_file),
        (_INT, *(_TEXT for _ in tenants), *(_INT for _ in per_file)),
    )
    return CheckedFile(
        file,
        documents,
        tuple(_diagnostic(*item) for item in diagnostics),
        (),
        tuple(tenants),
        tuple(per_file),
        {id: tuple(_sighting(*item) for item in seen) for id, seen in sightings.items()},
        until=date.fromisoformat(entry[3]),
        digest=entry[1],
        stamp=stamp,
        renamed=tuple(_renamed(*item) for item in renamed),
    )


_TEXT, _INT, _LIST = (str,), (int,), (list,)
_TEXT_OR_NONE, _LIST_OR_NONE = (str, type(None)), (list, type(None))
_DIAGNOSTIC_TYPES = (
    *(_TEXT,) * 6, _INT, _TEXT_OR_NONE, _TEXT, _LIST, _TEXT, _LIST, _TEXT, _TEXT,
    _TEXT_OR_NONE, _LIST_OR_NONE, _INT, _LIST_OR_NONE,
)  # fmt: skip
_FIX_TYPES = (_TEXT, (bool,), _LIST, _LIST)
_CHANGE_TYPES = (_INT, _INT, _INT, _INT, _TEXT)
_PLACE_TYPES = (_TEXT, _TEXT, _TEXT, _LIST, _TEXT, _INT)
_SPAN_TYPES = (_INT,) * 4
_SIGHTING_TYPES = (_TEXT, _TEXT, _TEXT, _INT, _TEXT)


def _check_types(values: Sequence[object], types: Sequence[tuple[type, ...]]) -> None:
    """Raise TypeError or ValueError if a value does not have one of its types."""
    _check_kinds(tuple(map(type, values)), types)


@lru_cache(maxsize=1_000)
def _check_kinds(found: Sequence[type], types: Sequence[tuple[type, ...]]) -> None:
    """Raise TypeError or ValueError if a type is not allowed.

    Cached because many values have few combinations of types.
    """
    for kind, kinds in zip(found, types, strict=True):
        if kind not in kinds:
            raise TypeError(f"{kind} is not in {kinds}")


def _diagnostic(*values: Any) -> Diagnostic:
    """Return a diagnostic from its values, in the order of its fields."""
    _check_types(values, _DIAGNOSTIC_TYPES)
    fields = list(values)
    if fields[_SEVERITY] not in SEVERITIES:
        raise ValueError(fields[_SEVERITY])
    # Most help texts come from a page, so interning them saves memory.
    fields[_HELP] = sys.intern(fields[_HELP])
    fields[_SPAN] = _span(*fields[_SPAN])
    if fields[_RELATED]:
        fields[_RELATED] = tuple([_place(*place) for place in fields[_RELATED]])
    else:
        fields[_RELATED] = ()
    if fields[_FOLD] is not None:
        fields[_FOLD] = _fold(*fields[_FOLD])
    if fields[_FIX] is not None:
        fields[_FIX] = _fix(*fields[_FIX])
    return Diagnostic(*fields)


_SEVERITY, _HELP, _SPAN, _RELATED, _FOLD, _FIX = map(
    Diagnostic._fields.index, ("severity", "help", "span", "related", "fold", "fix")
)


def _place(*values: Any) -> RelatedLocation:
    _check_types(values, _PLACE_TYPES)
    message, file, path, span, source, source_offset = values
    return RelatedLocation(message, file, path, _span(*span), source, source_offset)


def _renamed(*values: Any) -> tuple[int, str]:
    _check_types(values, (_INT, _TEXT))
    line, old = values
    return line, old


def _span(*values: Any) -> Span:
    _check_types(values, _SPAN_TYPES)
    return Span(*values)


def _fold(*values: Any) -> Fold:
    _check_types(values, (_TEXT, _TEXT))
    return Fold(*values)


def _fix(*values: Any) -> PlacedFix:
    _check_types(values, _FIX_TYPES)
    title, safe, changes, edits = values
    return PlacedFix(
        title,
        safe,
        tuple(_change(*item) for item in changes),
        tuple(_edit(*item) for item in edits),
    )


def _change(*values: Any) -> TextChange:
    _check_types(values, _CHANGE_TYPES)
    return TextChange(*values)


def _edit(*values: Any) -> Edit:
    kind, path, value = values
    _check_types((kind, path), (_TEXT, _TEXT))
    return Edit(kind, path, value)


def _sighting(*values: Any) -> Sighting:
    _check_types(values, _SIGHTING_TYPES)
    return Sighting(*values)
