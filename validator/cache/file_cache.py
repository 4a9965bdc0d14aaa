"""The file cache: results for single files from earlier runs, reused for unchanged files.

A file is unchanged if its stamp or its contents are unchanged, and if the same per-file settings
apply to it. A result is valid from the day on which the file was checked until the first day on
which a finding or its message can differ.

The results of a group of files are compressed together. They often have the same texts, so they
take a third of the bytes and half of the time.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any

from validator.cache.diagnostic_columns import decode_diagnostics, encode_diagnostics, needed_parts
from validator.cache.entries import Entry, Reused
from validator.cache.run_cache import RunKey
from validator.cache.stored_records import check_columns, check_types
from validator.checking.checked_file import CheckedFile
from validator.checking.fact_columns import FactColumns, fact_columns, with_facts
from validator.checking.settings import Needs
from validator.findings.diagnostic import Diagnostic, SightingPlace
from validator.findings.finding import Sighting
from validator.project.sources import Source, SourceError, read_source
from validator.system import cache_store
from validator.system.cache_store import digest
from validator.system.fast_json import compact_json, parsed_json

# The files of a run are in nearly the same order as those of the groups.
_GROUPS_IN_MEMORY = 16


def reuse_results(sources: Sequence[Source], as_of: date, run_key: RunKey, needs: Needs) -> Reused:
    """Return the results from earlier runs that are valid for the files on the given day.

    What `needs` leaves out is empty in their diagnostics.
    """
    stored = _stored_entries(cache_store.load(run_key.key))
    read_group = lru_cache(maxsize=_GROUPS_IN_MEMORY)(partial(_results_in, needs=needs))
    day = as_of.isoformat()
    entries: dict[str, Entry] = {}
    results: dict[str, CheckedFile] = {}
    has_moved = False
    per_file = run_key.per_file or ((),) * len(sources)
    for source, stamp, numbers in zip(sources, run_key.stamps, per_file, strict=True):
        entry = stored.get(source.name)
        if source.path is None or entry is None:
            continue
        try:
            if not entry.day <= day < entry.until:
                continue
            is_moved = stamp is None or entry.stamp != list(stamp)
            if is_moved and _digest_of(source) != entry.digest:
                continue
            until = date.fromisoformat(entry.until)
            result = read_group(entry.group)[source.name]
            if result.per_file != numbers:
                continue  # the links to the file have changed
        except (TypeError, ValueError, LookupError, AttributeError):
            continue  # the entry has an unknown format
        has_moved = has_moved or is_moved
        results[source.name] = result._replace(until=until, digest=entry.digest, stamp=stamp)
        entries[source.name] = entry._replace(stamp=stamp) if is_moved else entry
    missing = [source for source in sources if source.name not in results]
    has_stale = bool(entries) and len(stored) != len(entries)
    return Reused(results, missing, entries, has_moved or has_stale)


def _stored_entries(stored: cache_store.Stored) -> Mapping[str, Entry]:
    """Return the stored entries by file name; none if they have an unknown format."""
    try:
        sizes, files = stored.value
        groups = [bytes(group) for group in cache_store.split(stored.data, sizes)]
        return {
            name: Entry._make((*values, groups[group])) for name, (*values, group) in files.items()
        }
    except (TypeError, ValueError, LookupError, AttributeError):
        return {}


def encoded_results(results: Sequence[CheckedFile], needs: Needs) -> Iterator[CheckedFile]:
    """Yield the results for a group of files, those to cache with encoded diagnostics.

    Parts that `needs` leaves out are then only in the encoded diagnostics.
    """
    cached = [item for item in results if _is_cached(item)]
    group = _encoded(cached) if cached else b""
    for item in results:
        if _is_cached(item):
            places = item.places
            if not needs.names:
                places = {at: place._replace(name="", digest="") for at, place in places.items()}
            needed = needed_parts(item.diagnostics, needs)
            yield item._replace(encoded=group, diagnostics=needed, places=places)
        else:
            yield item


def _is_cached(checked: CheckedFile) -> bool:
    return bool(checked.digest) and not (checked.failures or checked.pending_suppressions)


def _encoded(results: Sequence[CheckedFile]) -> bytes:
    """Return results as bytes: a line about each file, one with the facts, then the diagnostics."""
    files = [
        (
            item.file,
            item.documents,
            item.tenants,
            item.per_file,
            item.renamed,
            len(item.diagnostics),
        )
        for item in results
    ]
    diagnostics = list(chain.from_iterable([item.diagnostics for item in results]))
    facts = compact_json(fact_columns(results))
    lines = (compact_json(files), facts, *encode_diagnostics(diagnostics))
    return zlib.compress(b"\n".join(lines), 1)


def _results_in(group: bytes, needs: Needs) -> Mapping[str, CheckedFile]:
    """Return the results of a group by file. Raises TypeError, ValueError and LookupError."""
    try:
        first, facts, *lines = zlib.decompress(group).split(b"\n")
    except zlib.error as error:
        raise ValueError(str(error)) from error
    files = parsed_json(first)
    names, numbers = [file for file, *_ in files], [number for *_, number in files]
    check_types(names, (str,))
    check_types(numbers, (int,))
    diagnostics = iter(decode_diagnostics(names, numbers, lines, needs))
    results = with_facts([_decoded(item, diagnostics) for item in files], _decoded_facts(facts))
    return {item.file: item for item in results}


def _decoded_facts(line: bytes) -> FactColumns:
    facts = FactColumns._make(parsed_json(line))
    check_columns(Sighting, facts.sightings)
    check_columns(SightingPlace, facts.places)
    check_types((*facts.place_numbers, *facts.documents), (int,))
    check_types(facts.paths, (str,))
    return facts


def store_results(run_key: RunKey, reused: Reused, fresh: Mapping[str, Entry]) -> None:
    """Write the reused entries and the new entries to the cache, by file name."""
    if not (fresh or reused.must_store):
        return
    entries = {**reused.entries, **fresh}
    groups = {id(entry.group): entry.group for entry in entries.values()}
    numbers = {group: number for number, group in enumerate(groups)}
    files = {name: (*entry[:-1], numbers[id(entry.group)]) for name, entry in entries.items()}
    sizes = [len(group) for group in groups.values()]
    cache_store.store(run_key.key, (sizes, files), groups.values())


def _digest_of(source: Source) -> str:
    try:
        return digest(read_source(source, b""))
    except SourceError:
        return ""


def _decoded(values: Sequence[Any], diagnostics: Iterator[Diagnostic]) -> CheckedFile:
    """Return a result without facts. The last value is the number of its diagnostics."""
    file, documents, tenants, per_file, renamed, number = values
    check_types((documents, *per_file), (int,))
    check_types(tenants, (str,))
    return CheckedFile(
        file,
        documents,
        tuple(islice(diagnostics, number)),
        tenants=tuple(tenants),
        per_file=tuple(per_file),
        renamed=tuple(map(_renamed, renamed)),
    )


def _renamed(values: Sequence[Any]) -> tuple[int, str]:
    line, old = values
    check_types((line,), (int,))
    check_types((old,), (str,))
    return line, old
