"""The store of the cache: one file for each key, in a folder of the user.

The folder is never inside the checked tree, where a commit could bring its own results.
A file is a digest, which detects damage, a JSON value on one line, and the bytes that belong to
it. So loading a file runs no code.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FOLDER_VARIABLE = "TENANTLINT_CACHE_DIR"
MAX_FILES = 500
MAX_BYTES = 200 * 1024 * 1024

_DIGEST_LENGTH = 40
# A file that was changed less than so many nanoseconds ago can change again without a change of
# its times. Times that are multiples of 10 ms come from a file system with a resolution of one
# second (FAT: two seconds).
_MIN_AGE = 100_000_000
_MIN_AGE_COARSE = 2_100_000_000
_FINE_RESOLUTION = 10_000_000


class Stamp(NamedTuple):
    """The metadata of a file that a change to it changes; times are in nanoseconds."""

    size: int
    modified: int
    changed: int
    inode: int
    device: int


def file_stamp(status: os.stat_result) -> Stamp | None:
    """Return the stamp of a file; None if a later change may leave the stamp the same."""
    if os.name == "nt":  # where st_ctime is the time of creation
        return None
    last = max(status.st_mtime_ns, status.st_ctime_ns)
    min_age = _MIN_AGE if last % _FINE_RESOLUTION else _MIN_AGE_COARSE
    if last > time.time_ns() - min_age:
        return None
    return Stamp(
        status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
    )


def digest(*parts: object) -> str:
    """Return a digest of values: of bytes as they are, of anything else by its `repr`."""
    made = hashlib.blake2b(digest_size=_DIGEST_LENGTH // 2)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogateescape")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


def cache_folder() -> Path | None:
    """Return the folder of the cache, which may not exist; None if the user has no home."""
    configured = os.environ.get(FOLDER_VARIABLE)
    if configured:
        return Path(configured)
    from platformdirs import user_cache_path

    try:
        folder = user_cache_path("tenantlint")
    except RuntimeError:  # there is no home
        return None
    # Without a home, "~" is not expanded, and would be a folder in the checked tree.
    return folder if folder.is_absolute() else None


def is_stored(key: str) -> bool:
    """Tell whether there is a value under a key."""
    folder = cache_folder()
    return folder is not None and (folder / f"{key}.json").is_file()


class Stored(NamedTuple):
    """What is stored under a key: a value of JSON, and the bytes that belong to it."""

    value: Any
    data: bytes = b""


NOTHING = Stored(None)


def load(key: str) -> Stored:
    """Return what is stored under a key; NOTHING if its file is missing or damaged."""
    folder = cache_folder()
    if folder is None:
        return NOTHING
    try:
        contents = _read(str(folder / f"{key}.json"))
    except (OSError, ValueError):
        return NOTHING
    text, _, data = contents[_DIGEST_LENGTH:].partition(b"\n")
    if contents[:_DIGEST_LENGTH] != _digest_of(key, [text, b"\n", data]).encode():
        return NOTHING
    try:
        return Stored(json.loads(text), data)
    except (ValueError, RecursionError):
        return NOTHING


def _digest_of(key: str, parts: Iterable[bytes]) -> str:
    """Return the digest of an entry, which does not depend on how it is parted."""
    made = hashlib.blake2b(key.encode(), digest_size=_DIGEST_LENGTH // 2)
    for part in parts:
        made.update(part)
    return made.hexdigest()


def _read(file: str) -> bytes:
    """Return the contents of a file. A pipe, which may never end, is empty. Raises OSError."""
    with open(file, "rb", opener=_open_without_waiting) as stream:
        status = os.fstat(stream.fileno())
        is_file = stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES
        return stream.read() if is_file else b""


def _open_without_waiting(file: str, flags: int) -> int:
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def encode(value: object) -> bytes:
    """Return a value as JSON on one line; named tuples become lists."""
    return _ENCODER.encode(value).encode()


def store(key: str, value: object, parts: Iterable[bytes] = ()) -> None:
    """Write a value under a key, and the parts of the bytes that belong to it.

    Errors are ignored, as a cache is never required.
    """
    from validator.system.atomic_write import write_bytes_atomically

    folder = cache_folder()
    if folder is None:
        return
    data = [encode(value), b"\n", *parts]
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


def split(data: bytes, sizes: Sequence[int]) -> Iterator[bytes]:
    """Yield the parts of bytes that have these sizes. Raises TypeError and ValueError."""
    if any(type(size) is not int or size < 0 for size in sizes) or sum(sizes) != len(data):
        raise ValueError(f"{len(data)} bytes are of another size")
    end = 0
    for size in sizes:
        begin, end = end, end + size
        yield data[begin:end]


# No value that is stored contains itself.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def _prune(folder: Path) -> None:
    """Remove the oldest files beyond MAX_FILES and MAX_BYTES, and abandoned temporary files."""
    files = []
    for entry in os.scandir(folder):
        status = entry.stat()
        files.append((status.st_mtime, status.st_size, entry.path))
    files.sort(reverse=True)
    total = 0
    for number, (modified, size, path) in enumerate(files):
        total += size
        is_abandoned = not path.endswith(".json") and modified < time.time() - 3600
        if number >= MAX_FILES or total > MAX_BYTES or is_abandoned:
            Path(path).unlink(missing_ok=True)
