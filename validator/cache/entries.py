"""The entries of the file cache, and what a run reuses of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.project.sources import Source


class Entry(NamedTuple):
    """The cache entry of a result, with the stamp and the digest of the contents of its file.

    The result is valid from `day` until the day before `until`, both in ISO format. It is encoded
    in `group`, with those of other files. A group is kept while one of its results is valid.
    """

    stamp: Sequence[int] | None
    digest: str
    day: str
    until: str
    group: bytes


class Reused(NamedTuple):
    """The reused results, by file name, and the sources that must be checked.

    `entries` holds the cache entries that are still valid. `must_store` says whether the cache
    must be written even if no file is checked.
    """

    results: Mapping[str, CheckedFile]
    missing: Sequence[Source]
    entries: Mapping[str, Entry] = {}
    must_store: bool = False


def result_entry(checked: CheckedFile, as_of: date) -> Entry | None:
    """Return the cache entry of a result; None if the result is not cached."""
    if checked.encoded is None:
        return None
    day, until = as_of.isoformat(), checked.until.isoformat()
    return Entry(checked.stamp, checked.digest, day, until, checked.encoded)
