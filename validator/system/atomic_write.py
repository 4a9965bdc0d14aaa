"""Files written whole or not at all."""

import os
import stat
from pathlib import Path


def write_whole(file: str, text: str) -> None:
    """Write a text as UTF-8, whole or not at all. Raises OSError."""
    write_bytes_whole(file, text.encode("utf-8", errors="backslashreplace"))


def write_bytes_whole(file: str, data: bytes, *, private: bool = False) -> None:
    """Write a file so that a reader sees all of it, or what was there before.

    A link is followed; a pipe or a device is written to. A new file is for everybody that the
    user's umask lets read it, or `private`. Raises OSError.
    """
    import tempfile  # takes longer than all else here, and most runs write nothing

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
        elif not private:  # as which it was made
            Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
