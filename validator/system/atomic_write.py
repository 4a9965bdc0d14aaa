"""Atomic writes: a file gets its new contents as a whole, or stays as it was."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path


def write_text_atomically(file: str, text: str) -> None:
    """Write a text as UTF-8; surrogates become backslash escapes. Raises OSError."""
    write_bytes_atomically(file, text.encode("utf-8", errors="backslashreplace"))


def write_bytes_atomically(file: str, data: bytes, *, private: bool = False) -> None:
    """Write a file through a temporary file in the same folder, which replaces it.

    A symbolic link is followed. A pipe or a device is written to directly. An existing file
    keeps its mode. A new file gets the mode of the user's umask, or 0600 if it is `private`.
    Raises OSError.
    """
    try:
        mode = Path(file).stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        Path(file).write_bytes(data)
        return
    target = Path(os.path.realpath(file))
    name = _written_beside(target, data, mode, private=private)
    try:
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_all_atomically(files: Mapping[str, bytes]) -> None:
    """Write files that exist, all or none. Raises OSError, with the name of the file.

    All contents are on the disk before the first file is replaced. If one cannot be replaced,
    those before it get their old contents again.
    """
    staged: list[tuple[Path, str]] = []
    old: list[tuple[str, bytes]] = []
    try:
        for file, data in files.items():
            target = Path(os.path.realpath(file))
            staged.append((target, _written_beside(target, data, target.stat().st_mode)))
        for (target, name), file in zip(staged, files, strict=True):
            contents = target.read_bytes()
            Path(name).replace(target)
            old.append((file, contents))
    except BaseException:
        for file, contents in old:
            write_bytes_atomically(file, contents)
        for _, name in staged:
            Path(name).unlink(missing_ok=True)
        raise


def _written_beside(target: Path, data: bytes, mode: int | None, *, private: bool = False) -> str:
    """Write a temporary file in the folder of a file; return its name. Raises OSError."""
    import tempfile  # slow to import, and most runs write nothing

    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        if mode is not None:
            Path(name).chmod(stat.S_IMODE(mode))
        elif not private:  # mkstemp creates files with the mode 0600
            Path(name).chmod(0o666 & ~_current_umask())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return name


def _current_umask() -> int:
    mask = os.umask(0)  # there is no way to read it without setting it
    os.umask(mask)
    return mask
