"""The cache store: one file for each key, in a folder of the user.

The folder is never inside the checked tree, because a commit could then contain false results.
A file contains a digest, which detects damage, a JSON value on one line, and bytes that belong to
the value. Loading it runs no code.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from validator.system.patterns import compiled

FOLDER_VARIABLE = "TENANTLINT_CACHE_DIR"
MAX_FILES = 500
MAX_BYTES = 200 * 1024 * 1024

_DIGEST_LENGTH = 40
# A file of the cache, or a temporary file from which it is made.
_OWN_FILE = r"[0-9a-f]{40}\.json|\.[0-9a-f]{40}\.json\.[0-9a-f]{16}"
# A file that changed less than this number of nanoseconds ago can change again with the same
# timestamps. Timestamps that are multiples of 10 ms come from a file system with a resolution of
# one second (FAT: two seconds).
_MIN_AGE = 100_000_000
_MIN_AGE_COARSE = 2_100_000_000
_FINE_RESOLUTION = 10_000_000


class Stamp(NamedTuple):
    """The metadata that changes if a file changes. Times are in nanoseconds."""

    size: int
    modified: int
    changed: int
    inode: int
    device: int


def file_stamp(status: os.stat_result) -> Stamp | None:
    """Return the stamp of a file; None if a later change may not change the stamp."""
    if os.name == "nt":  # st_ctime is the time of creation there
        return None
    last = max(status.st_mtime_ns, status.st_ctime_ns)
    min_age = _MIN_AGE if last % _FINE_RESOLUTION else _MIN_AGE_COARSE
    if last > time.time_ns() - min_age:
        return None
    return Stamp(
        status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
    )


def digest(*parts: object) -> str:
    """Return a digest of values. Bytes are used unchanged, other values by their `repr`."""
    from hashlib import blake2b

    made = blake2b(digest_size=_DIGEST_LENGTH // 2)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogateescape")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


def cache_folder() -> Path | None:
    """Return the cache folder, which may not exist; None if the user has no home folder."""
    configured = os.environ.get(FOLDER_VARIABLE)
    if configured:
        return Path(configured)
    from platformdirs import user_cache_path

    try:
        folder = user_cache_path("tenantlint")
    except RuntimeError:  # the user has no home folder
        return None
    # Without a home folder, "~" is not expanded and would be a folder in the checked tree.
    return folder if folder.is_absolute() else None


def is_stored(key: str) -> bool:
    """Return whether a value is stored under a key."""
    folder = cache_folder()
    try:
        return folder is not None and (folder / f"{key}.json").is_file()
    except OSError:  # the folder cannot be searched, or its path is too long
        return False


class Stored(NamedTuple):
    """A stored JSON value, and the bytes that belong to it."""

    value: Any
    data: memoryview = memoryview(b"")


NOTHING = Stored(None)


def load(key: str) -> Stored:
    """Return the value stored under a key; NOTHING if there is none or its file is damaged."""
    folder = cache_folder()
    if folder is None:
        return NOTHING
    try:
        contents = _read(str(folder / f"{key}.json"))
    except (OSError, ValueError):
        return NOTHING
    rest = memoryview(contents)[_DIGEST_LENGTH:]
    if contents[:_DIGEST_LENGTH] != _digest_of(key, [rest]).encode():
        return NOTHING
    import json  # faster to import than pydantic-core

    end = contents.find(b"\n")
    try:
        value = json.loads(contents[_DIGEST_LENGTH:end])
        return Stored(value, memoryview(contents)[end + 1 :])
    except (ValueError, RecursionError):
        return NOTHING


def _digest_of(key: str, parts: Iterable[bytes | memoryview]) -> str:
    """Return the digest of an entry. It does not depend on how the data is split."""
    from hashlib import blake2b

    made = blake2b(key.encode(), digest_size=_DIGEST_LENGTH // 2)
    for part in parts:
        made.update(part)
    return made.hexdigest()


def _read(file: str) -> bytes:
    """Return the contents of a file. Raises OSError.

    A pipe, which may never end, and a file over MAX_BYTES count as empty.
    """
    with open(file, "rb", opener=_open_without_waiting) as stream:
        status = os.fstat(stream.fileno())
        is_file = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
        return stream.read() if is_file else b""


def _open_without_waiting(file: str, flags: int) -> int:
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def store(key: str, value: object, parts: Iterable[bytes | memoryview] = ()) -> None:
    """Store a value under a key, with the bytes that belong to it, given in parts.

    Errors are ignored, because the cache is never required.
    """
    from validator.system.atomic_write import write_bytes_atomically
    from validator.system.fast_json import compact_json

    folder = cache_folder()
    if folder is None:
        return
    data = [compact_json(value), b"\n", *parts]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{key}.json"
        if file.exists() and not file.is_file():
            return
        whole = [_digest_of(key, data).encode(), *data]
        write_bytes_atomically(str(file), whole, private=True)
        _prune(folder)
    except (OSError, ValueError):
        return


def split(data: memoryview, sizes: Sequence[int]) -> Iterator[memoryview]:
    """Yield the parts of the given sizes. Raises TypeError and ValueError."""
    if any(type(size) is not int or size < 0 for size in sizes) or sum(sizes) != len(data):
        raise ValueError(f"{len(data)} bytes do not have the given sizes")
    end = 0
    for size in sizes:
        begin, end = end, end + size
        yield data[begin:end]


def _prune(folder: Path) -> None:
    """Remove the oldest files beyond MAX_FILES and MAX_BYTES, and abandoned temporary files.

    The folder can be one that the user shares with other programs, so other files are kept.
    """
    files = []
    for entry in os.scandir(folder):
        if compiled(_OWN_FILE).fullmatch(entry.name):
            status = entry.stat()
            files.append((status.st_mtime, status.st_size, entry.path))
    files.sort(reverse=True)
    total = 0
    for number, (modified, size, path) in enumerate(files):
        total += size
        is_abandoned = not path.endswith(".json") and modified < time.time() - 3600
        if number >= MAX_FILES or total > MAX_BYTES or is_abandoned:
            Path(path).unlink(missing_ok=True)
