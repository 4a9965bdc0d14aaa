"""Outcomes of whole runs, reused for the same run: its key, and the outcome that is kept."""

import os
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from validator.cache.program_fingerprint import edition
from validator.project.repository_roots import repository_roots
from validator.project.request import Request, ResolvedRequest
from validator.project.sources import Source, is_larger_than
from validator.system import cache_store
from validator.system.cache_store import Stamp, digest, file_stamp
from validator.system.packed_text import PackedText

MIN_BYTES = 100_000
"""Fewer bytes are checked as fast as they are looked up in the cache."""


class RunKey(NamedTuple):
    """The identity of a run, except for its day and the contents of its files.

    `stamps` are those of the files, in their order. A stamp is None where it proves nothing, and
    for all files as long as the cache knows none of them: then reading a file gives its stamp.
    """

    key: str
    stamps: tuple[Stamp | None, ...]


class Outcome(NamedTuple):
    """All that a run leaves: texts for standard output and for files, lines, an exit code.

    `reports` are pairs of a file and its text; `lines` go to standard error.
    """

    shown: PackedText
    reports: tuple[tuple[str, PackedText], ...]
    lines: tuple[str, ...]
    code: int


def run_key(request: Request, looked: ResolvedRequest) -> RunKey | None:
    """Return the key of a run; None where the cache cannot be used or is of no use.

    What is assumed is never taken for real, so it is never kept.
    """
    if request.since is not None or request.assume:
        return None
    if not is_larger_than(looked.found.sources, MIN_BYTES):
        return None
    known = looked.config.policy_data
    files = (name for name in looked.config.policy_files if name not in known)
    program = edition((*request.policy_folders, *files))
    if program is None:
        return None
    asked = (
        request.paths,
        request.expiring_within,
        request.select,
        request.ignore,
        sorted(request.severity.items()),
        request.policy_folders,
        request.suppressions,
    )
    key, sources = digest(program, Path.cwd(), asked, looked.config), looked.found.sources
    if not cache_store.is_stored(key):
        return RunKey(key, (None,) * len(sources))
    return RunKey(key, tuple([_stamp(source) for source in sources]))


def _stamp(source: Source) -> Stamp | None:
    try:
        return None if source.path is None else file_stamp(os.stat(source.path))
    except (OSError, ValueError):
        return None


def outcome_key(
    run_key: RunKey | None, request: Request, looked: ResolvedRequest, view: object
) -> str | None:
    """Return the key of an outcome; None where it can change without a sign.

    `view` is how the outcome is shown.
    """
    if run_key is None or request.baseline is not None:
        return None
    stamps = [stamp for stamp in run_key.stamps if stamp is not None]
    if len(stamps) < len(run_key.stamps):
        return None
    asked = (request.as_of, request.formats, request.fail_on, request.verbose, view)
    found = looked.found
    # Flat, because the repr of thousands of small tuples takes long.
    files = tuple(chain.from_iterable(found.sources))
    # What reports depend on, beside the files: the root of the repository, and Jenkins.
    place = (repository_roots(str(Path.cwd())), "JENKINS_URL" in os.environ)
    rest = (*found._replace(sources=()), place)
    return digest("outcome", run_key.key, asked, files, rest, tuple(chain.from_iterable(stamps)))


def load_outcome(key: str | None) -> Outcome | None:
    """Return the outcome that was stored under a key."""
    stored = cache_store.NOTHING if key is None else cache_store.load(key)
    try:
        files, sizes, lines, code = stored.value
        shown, *written = _texts(sizes, stored.data)
        outcome = Outcome(shown, tuple(zip(files, written, strict=True)), tuple(lines), code)
    except (TypeError, ValueError):
        return None
    is_sound = type(code) is int and all(type(line) is str for line in (*files, *lines))
    return outcome if is_sound else None


def _texts(sizes: Any, data: bytes) -> Iterator[PackedText]:
    """Yield texts, given the sizes of the blobs of each. Raises TypeError and ValueError."""
    blobs = iter(cache_store.split(data, list(chain.from_iterable(sizes))))
    for of_text in sizes:
        text = PackedText(list(islice(blobs, len(of_text))))
        text.validate()
        yield text


def store_outcome(key: str | None, outcome: Outcome) -> None:
    """Store an outcome under a key."""
    if key is not None:
        texts = [outcome.shown, *(text for _, text in outcome.reports)]
        sizes = [[len(blob) for blob in text.blobs] for text in texts]
        files = [file for file, _ in outcome.reports]
        value = (files, sizes, outcome.lines, outcome.code)
        cache_store.store(key, value, chain.from_iterable(text.blobs for text in texts))
