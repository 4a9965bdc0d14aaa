"""Ask what a path names. A path that cannot be reached results in an answer, not in an error.

The methods of `pathlib` raise OSError below a folder that may not be entered, and for a name that
is too long. Reading or writing the file then says why it cannot be used.
"""

import os
import stat


def exists(path: str | os.PathLike[str]) -> bool:
    """Return whether there is a file or folder; links are followed."""
    return _kind(path) is not None


def is_file(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a file or a link to one."""
    return _kind(path) == stat.S_IFREG


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a folder or a link to one."""
    return _kind(path) == stat.S_IFDIR


def is_pipe_or_device(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is neither a file nor a folder, nor a link to one."""
    return _kind(path) not in (None, stat.S_IFREG, stat.S_IFDIR)


def is_link(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a link."""
    return _kind(path, follow=False) == stat.S_IFLNK


def is_missing(path: str | os.PathLike[str]) -> bool:
    """Return whether there is no file or folder; false if the path cannot be reached."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _kind(path: str | os.PathLike[str], *, follow: bool = True) -> int | None:
    try:
        return stat.S_IFMT(os.stat(path, follow_symlinks=follow).st_mode)
    except (OSError, ValueError):
        return None
