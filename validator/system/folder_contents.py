"""The contents of a folder: the names and bytes of all files that a program can load from it."""

import os
import stat
from collections.abc import Iterator

# A larger folder is probably not a folder of policies, and reading it takes longer than a run.
MAX_BYTES = 20_000_000
_NOT_LOADED = ("__pycache__", ".git")


def contents_of(path: str) -> Iterator[object]:
    """Yield the names and bytes of all files in a folder, or the bytes of a single file.

    Raises OSError, and ValueError if there are more than MAX_BYTES.
    """
    if stat.S_ISREG(os.stat(path).st_mode):
        yield _read(path, MAX_BYTES)
        return
    left = MAX_BYTES
    for root, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _NOT_LOADED)
        for name in sorted(files):
            file = os.path.join(root, name)
            if stat.S_ISREG(os.stat(file).st_mode):
                data = _read(file, left)
                left -= len(data)
                yield file[len(path) :]
                yield data


def _read(path: str, most: int) -> bytes:
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(path)
    return data
