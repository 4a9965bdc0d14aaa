"""The sources of a run: its files and their contents."""

import os
import sys
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from validator.system.cache_store import Stamp, file_stamp
from validator.system.errors import NoVerdictError

MAX_BYTES = 256 * 1024 * 1024
"""The maximum size of a file; a tenant with 100,000 users has about 30 MB.

The limit also stops the reading of a device, which never ends.
"""
# A first read of MAX_BYTES would allocate them, which takes longer than reading a small file.
_FIRST_READ_BYTES = 64 * 1024
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class SourceError(NoVerdictError):
    """A file that cannot be read."""


class Source(NamedTuple):
    """A file of a run. `name` is its name in reports; the path of standard input is None."""

    name: str
    path: str | None


def name_in_reports(path: str) -> str:
    """Return the name of a path in reports, with `/` on every system."""
    return path.replace(os.sep, "/")


def read_stdin() -> bytes:
    """Return the contents of standard input, at most MAX_BYTES + 1 bytes. Raises SourceError."""
    if sys.stdin is None:
        raise SourceError("there is no standard input")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def read_source(source: Source, stdin: bytes) -> bytes:
    """Return the contents of a file; `stdin` has those of standard input. Raises SourceError."""
    return read_source_and_stamp(source, stdin)[0]


def read_source_and_stamp(source: Source, stdin: bytes) -> tuple[bytes, Stamp | None]:
    """Return the contents of a file, and its stamp before they were read. Raises SourceError."""
    stamp = None
    try:
        if source.path is None:
            data = stdin
        else:
            # A file object would take twice as long, which matters for thousands of small files.
            file = os.open(source.path, _OPEN_FLAGS)
            try:
                stamp = file_stamp(os.fstat(file))
                data = b"".join(_chunks(file))
            finally:
                os.close(file)
    except (OSError, ValueError) as error:
        text = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"{source.name}: {text}") from error
    if len(data) > MAX_BYTES:
        raise SourceError(f"{source.name}: larger than {MAX_BYTES // 1024**2} MB")
    return data, stamp


def _chunks(file: int) -> Iterator[bytes]:
    """Yield the contents of an open file, at most MAX_BYTES + 1 bytes."""
    left, size = MAX_BYTES + 1, _FIRST_READ_BYTES
    while left and (chunk := os.read(file, min(size, left))):
        yield chunk
        left -= len(chunk)
        size *= 2


def is_larger_than(sources: Iterable[Source], size: int) -> bool:
    """Return whether files have more than `size` bytes in total.

    The function returns as soon as this is known. Standard input and unreadable files count as 0.
    """
    for source in sources:
        try:
            size -= os.stat(source.path).st_size if source.path is not None else 0
        except (OSError, ValueError):
            continue
        if size < 0:
            return True
    return False
