"""The contents of a folder: the names and bytes of all files that a program can load from it."""

import os
import stat
from collections import deque
from collections.abc import Iterator

from validator.system.file_kind import is_link

# A larger folder is probably not a folder of policies, and reading it takes longer than a run.
MAX_BYTES = 20_000_000
_NOT_LOADED = ("__pycache__", ".git")


def contents_of(path: str) -> Iterator[object]:
    """Yield the names and bytes of all files in a folder, or the bytes of a single file.

    The files of linked folders are included. A folder that several links lead to is read once;
    each link counts with the number of its folder. Raises OSError, and ValueError if there are
    more than MAX_BYTES.
    """
    if stat.S_ISREG(os.stat(path).st_mode):
        yield _read(path, MAX_BYTES)
        return
    left = MAX_BYTES
    numbers = {os.path.realpath(path): 0}
    waiting = deque([path])
    while waiting:
        top = waiting.popleft()
        yield None
        for root, folders, files in os.walk(top):
            folders[:] = sorted(name for name in folders if name not in _NOT_LOADED)
            for link in filter(is_link, [os.path.join(root, name) for name in folders]):
                target = os.path.realpath(link)
                if target not in numbers:
                    numbers[target] = len(numbers)
                    waiting.append(target)
                yield link[len(top) :]
                yield numbers[target]
            for name in sorted(files):
                file = os.path.join(root, name)
                if stat.S_ISREG(os.stat(file).st_mode):
                    data = _read(file, left)
                    left -= len(data)
                    yield file[len(top) :]
                    yield data


def _read(path: str, most: int) -> bytes:
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"the files up to {path} have more than {MAX_BYTES:,} bytes in all")
    return data
