"""What files came to in earlier runs, taken over for those that are the same.

A file is the same if its stamp is, or else its contents. What was found in it holds from the day
on which it was judged until the first on which a verdict, or a word of it, may be another.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from validator.cache.run_cache import Again
from validator.checking.engine import Checked, Done
from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.finding import Sighting
from validator.project.sources import Source, SourceError, read_source
from validator.system import cache_store
from validator.system.cache_store import Stamp, digest

Check = Callable[[Sequence[Source], Done], list[Checked]]
Entry = list[Any]
"""The stamp, the digest of the contents, the first day, the day it ends, and what was found."""


def check_again(
    sources: Sequence[Source],
    as_of: date,
    known: Again,
    check: Check,
    count: Done,
) -> list[Checked]:
    """Return what each file comes to, in the order of the files; `check` is asked of the rest."""
    kept: dict[str, Entry] = cache_store.load(known.key) or {}
    day = as_of.isoformat()
    entries: dict[str, Entry] = {}
    results: dict[str, Checked] = {}
    moved = False
    fresh: dict[str, str] = {}
    files = {source.name for source in sources if source.path is not None}

    def done(some: Sequence[Checked]) -> None:
        # As long as worker processes are busy, this one has time to encode.
        for checked in some:
            if checked.file in files and _can_be_kept(checked):
                fresh[checked.file] = cache_store.encode(_entry(checked, day))
        count(some)

    for source, stamp in zip(sources, known.stamps, strict=True):
        entry = kept.get(source.name)
        if source.path is None or entry is None or not entry[2] <= day < entry[3]:
            continue
        if stamp is None or entry[0] != list(stamp):
            if _digest_of(source) != entry[1]:
                continue
            entry[0], moved = stamp, True
        results[source.name] = _unpacked(source.name, entry, stamp)
        entries[source.name] = entry
    count(list(results.values()))
    rest = [source for source in sources if source.name not in results]
    for checked in check(rest, done):
        results[checked.file] = checked
    if fresh or moved or (entries and len(kept) != len(entries)):
        old = {name: cache_store.encode(entry) for name, entry in entries.items()}
        cache_store.store(known.key, cache_store.encode_mapping({**old, **fresh}))
    return [results[source.name] for source in sources]


def _entry(checked: Checked, day: str) -> Entry:
    return [checked.stamp, checked.digest, day, checked.until.isoformat(), _packed(checked)]


def _digest_of(source: Source) -> str:
    try:
        return digest(read_source(source, b""))
    except SourceError:
        return ""


def _can_be_kept(checked: Checked) -> bool:
    """Tell whether all that a file came to is in what is kept: rare things are not."""
    return bool(checked.digest) and not (checked.failures or checked.waiting or checked.values)


def _packed(checked: Checked) -> list[Any]:
    return [
        checked.documents,
        checked.diagnostics,
        checked.tenants,
        checked.off,
        checked.sightings,
    ]


def _unpacked(file: str, entry: Entry, stamp: Stamp | None) -> Checked:
    documents, diagnostics, tenants, off, sightings = entry[4]
    return Checked(
        file,
        documents,
        tuple(_diagnostic(*item) for item in diagnostics),
        (),
        tuple(tenants),
        off,
        {id: tuple(Sighting(*item) for item in seen) for id, seen in sightings.items()},
        until=date.fromisoformat(entry[3]),
        digest=entry[1],
        stamp=stamp,
    )


def _diagnostic(*values: Any) -> Diagnostic:
    """Return a diagnostic of its values, in the order of its fields."""
    made: Any = Diagnostic(*values)
    related = tuple(_place(*place) for place in made.related)
    found: Diagnostic = made._replace(span=Span(*made.span), related=related)
    return found


def _place(*values: Any) -> RelatedLocation:
    made: Any = RelatedLocation(*values)
    found: RelatedLocation = made._replace(span=Span(*made.span))
    return found
