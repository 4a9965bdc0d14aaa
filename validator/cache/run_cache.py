"""The run cache: keys and outcomes of whole runs, reused when the same run is repeated."""

import os
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from validator.cache.program_fingerprint import edition
from validator.project.config import Config
from validator.project.repository_roots import is_on_jenkins, repository_roots
from validator.project.request import Request, ResolvedRequest
from validator.project.sources import Source
from validator.system import cache_store
from validator.system.cache_store import Stamp, digest, file_stamp
from validator.system.outcome import Outcome
from validator.system.packed_text import PackedText

# The options that do not change the result for a file, or that a cached run does not have. The
# configuration counts with its contents, and a result with the days on which it is valid.
_WITHOUT_EFFECT = frozenset(
    (
        "as_of", "formats", "fail_on", "config_file", "jobs", "scheduler", "stdin_name", "since",
        "is_exact", "config_from_base", "baseline", "write_baseline", "force_exclude", "verbose",
        "assume", "fix", "unsafe_fixes", "diff", "timing",
    )
)  # fmt: skip


class RunKey(NamedTuple):
    """The identity of a run, except for its day and the contents of its files.

    `stamps` holds the stamp of each file, in order. A stamp is None if it does not prove that the
    file is unchanged. All stamps are None if the cache has no entry for the key, because each
    file is then read, which returns its stamp. `per_file` holds the numbers of the per-file
    settings that apply to each file, which depend on where its links lead to; it is empty if the
    configuration has none.
    """

    key: str
    stamps: tuple[Stamp | None, ...]
    per_file: tuple[tuple[int, ...], ...] = ()


def run_key(request: Request, resolved: ResolvedRequest) -> RunKey | None:
    """Return the key of a run; None if the cache cannot be used.

    Runs with assumptions are never cached.
    """
    if request.since is not None or request.assume:
        return None
    known = resolved.config.policy_data
    files = (name for name in resolved.config.policy_files if name not in known)
    program = edition((*request.policy_folders, *files))
    if program is None:
        return None
    options = request._replace(severity=dict(sorted(request.severity.items())))._asdict()
    asked = [item for item in options.items() if item[0] not in _WITHOUT_EFFECT]
    key, sources = digest(program, Path.cwd(), asked, resolved.config), resolved.found.sources
    per_file = _per_file(sources, resolved.config)
    if not cache_store.is_stored(key):
        return RunKey(key, (None,) * len(sources), per_file)
    return RunKey(key, tuple([_stamp(source) for source in sources]), per_file)


def _per_file(sources: Sequence[Source], config: Config) -> tuple[tuple[int, ...], ...]:
    if not config.per_file:
        return ()
    from validator.project.per_file import per_file_matcher

    real_folder = cache(os.path.realpath)
    matching = per_file_matcher(config.per_file, config.folder, Path.cwd(), real_folder)
    return tuple([matching(source.name) for source in sources])


def _stamp(source: Source) -> Stamp | None:
    try:
        return None if source.path is None else file_stamp(os.stat(source.path))
    except (OSError, ValueError):
        return None


def outcome_key(
    run_key: RunKey | None, request: Request, resolved: ResolvedRequest, view: object
) -> str | None:
    """Return the key of an outcome; None if the outcome can change while its key stays the same.

    `view` holds the options that decide how the outcome is shown.
    """
    if run_key is None or request.baseline is not None:
        return None
    stamps = [stamp for stamp in run_key.stamps if stamp is not None]
    if len(stamps) < len(run_key.stamps):
        return None
    asked = (request.as_of, request.formats, request.fail_on, request.verbose, view)
    found = resolved.found
    # The tuple is flat because the repr of thousands of small tuples is slow.
    files = tuple(chain.from_iterable(found.sources))
    # In addition to the files, reports depend on the root of the repository and on Jenkins.
    place = (repository_roots(str(Path.cwd())), is_on_jenkins())
    rest = (*found._replace(sources=()), place)
    stamped = tuple(chain.from_iterable(stamps))
    return digest("outcome", run_key.key, asked, files, rest, stamped, run_key.per_file)


def load_outcome(key: str | None) -> Outcome | None:
    """Return the outcome that is stored under a key, or None."""
    stored = cache_store.NOTHING if key is None else cache_store.load(key)
    try:
        files, sizes, lines, code = stored.value
        shown, *written = _texts(sizes, stored.data)
        outcome = Outcome(shown, tuple(zip(files, written, strict=True)), tuple(lines), code)
    except (TypeError, ValueError):
        return None
    is_sound = type(code) is int and all(type(line) is str for line in (*files, *lines))
    return outcome if is_sound else None


def _texts(sizes: Any, data: memoryview) -> Iterator[PackedText]:
    """Yield texts, given the sizes of the blobs of each. Raises TypeError and ValueError."""
    blobs = iter(cache_store.split(data, list(chain.from_iterable(sizes))))
    for of_text in sizes:
        text = PackedText(list(map(bytes, islice(blobs, len(of_text)))))
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
