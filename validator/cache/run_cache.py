"""A run that has been done before: what names it, and the outcome that is kept of it."""

import os
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from validator.cache.program_fingerprint import edition
from validator.project.request import Request, ResolvedRequest
from validator.project.sources import Source, is_larger_than
from validator.system import cache_store
from validator.system.cache_store import Stamp, digest, file_stamp

ENOUGH_BYTES = 100_000
"""Less than this is checked as fast as it is looked up."""


class Again(NamedTuple):
    """What names a run, but for its day and the contents of its files; and the files' stamps.

    A stamp is None where it proves nothing, and as long as nothing is known of any of the files:
    then it comes of reading them.
    """

    key: str
    stamps: tuple[Stamp | None, ...]


class Outcome(NamedTuple):
    """All that a run leaves: texts for standard output and for files, lines, an exit code."""

    shown: str
    reports: tuple[tuple[str, str], ...]
    said: tuple[str, ...]
    code: int


def again(request: Request, looked: ResolvedRequest) -> Again | None:
    """Return what names a run; None where what decides it is not all in sight."""
    if request.since is not None or not is_larger_than(looked.found.sources, ENOUGH_BYTES):
        return None
    program = edition((*request.policy_folders, *looked.config.policy_files))
    if program is None:
        return None
    asked = (
        request.paths,
        request.expiring_within,
        request.select,
        request.ignore,
        sorted(request.severity.items()),
        request.policy_folders,
    )
    key, sources = digest(program, Path.cwd(), asked, looked.config), looked.found.sources
    if not cache_store.is_stored(key):
        return Again(key, (None,) * len(sources))
    return Again(key, tuple([_stamp(source) for source in sources]))


def _stamp(source: Source) -> Stamp | None:
    try:
        return None if source.path is None else file_stamp(os.stat(source.path))
    except (OSError, ValueError):
        return None


def outcome_key(
    known: Again | None, request: Request, looked: ResolvedRequest, view: object
) -> str | None:
    """Return what names an outcome; None where it may be another without a sign of it.

    `view` is how it is to be shown.
    """
    if known is None or request.baseline is not None:
        return None
    stamps = [stamp for stamp in known.stamps if stamp is not None]
    if len(stamps) < len(known.stamps):
        return None
    asked = (request.as_of, request.formats, request.fail_on, request.verbose, view)
    found = looked.found
    # Flat, for thousands of small tuples take long to write down.
    files = tuple(chain.from_iterable(found.sources))
    rest = (found.folders, found.failures, found.excluded)
    return digest("outcome", known.key, asked, files, rest, tuple(chain.from_iterable(stamps)))


def recall(key: str | None) -> Outcome | None:
    """Return the outcome that was kept under a key."""
    kept: Any = None if key is None else cache_store.load(key)
    if kept is None:
        return None
    shown, reports, said, code = kept
    return Outcome(shown, tuple((file, text) for file, text in reports), tuple(said), code)


def remember(key: str | None, outcome: Outcome) -> None:
    """Keep an outcome."""
    if key is not None:
        cache_store.store(key, cache_store.encode(outcome))
