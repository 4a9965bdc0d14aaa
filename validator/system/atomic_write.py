"""Atomic writes: a file gets its new contents as a whole, or stays as it was."""

import os
import stat
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
    import tempfile  # slow to import, and most runs write nothing

    try:
        mode = Path(file).stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        Path(file).write_bytes(data)
        return
    target = Path(os.path.realpath(file))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        if mode is not None:
            Path(name).chmod(stat.S_IMODE(mode))
        elif not private:  # mkstemp creates files with the mode 0600
            Path(name).chmod(0o666 & ~_current_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _current_umask() -> int:
    mask = os.umask(0)  # there is no way to read it without setting it
    os.umask(mask)
    return mask
