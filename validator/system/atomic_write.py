"""Atomic writes: a file gets its new contents as a whole, or stays as it was."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from validator.system.signals import cleanup_on_signal

_NEW_FILE_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_text_atomically(file: str, parts: Iterable[str]) -> None:
    """Write the parts of a text as UTF-8; surrogates become backslash escapes. Raises OSError."""
    encoded = (part.encode("utf-8", errors="backslashreplace") for part in parts)
    write_bytes_atomically(file, encoded)


def write_bytes_atomically(file: str, parts: Iterable[bytes], *, private: bool = False) -> None:
    """Write the parts of a file through a temporary file in the same folder, which replaces it.

    A symbolic link is followed. A pipe or a device is written to directly. An existing file
    keeps its mode. A new file gets the mode of the user's umask, or 0600 if it is `private`.
    A signal that ends the process leaves no temporary file. Raises OSError.
    """
    try:
        mode = Path(file).stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(file, "wb") as stream:
            stream.writelines(parts)
        return
    target = Path(os.path.realpath(file))
    with _written_beside(target, parts, mode, private=private) as temporary:
        temporary.replace(target)


def write_all_atomically(files: Mapping[str, bytes]) -> None:
    """Write files that exist, all or none. Raises OSError, with the name of the file.

    All contents are on the disk before the first file is replaced. If one cannot be replaced,
    those before it get their old contents again.
    """
    old: list[tuple[str, bytes]] = []

    def restore() -> None:
        for file, contents in old:
            write_bytes_atomically(file, [contents])

    with ExitStack() as stack:
        staged: list[tuple[str, Path, Path]] = []
        for file, data in files.items():
            target = Path(os.path.realpath(file))
            written = _written_beside(target, [data], target.stat().st_mode)
            staged.append((file, target, stack.enter_context(written)))
        stack.enter_context(cleanup_on_signal(restore))
        try:
            for file, target, temporary in staged:
                old.append((file, target.read_bytes()))
                temporary.replace(target)
        except BaseException:
            restore()
            raise


@contextmanager
def _written_beside(
    target: Path, parts: Iterable[bytes], mode: int | None, *, private: bool = False
) -> Iterator[Path]:
    """Write a temporary file in the folder of a file; it is gone at the end. Raises OSError."""
    # The name is known before the file exists, so that a signal cannot come between.
    temporary = target.parent / f".{target.name}.{os.urandom(8).hex()}"

    def remove() -> None:
        temporary.unlink(missing_ok=True)

    with cleanup_on_signal(remove):
        try:
            with os.fdopen(os.open(temporary, _NEW_FILE_FLAGS, 0o600), "wb") as stream:
                stream.writelines(parts)
            if mode is not None:
                temporary.chmod(stat.S_IMODE(mode))
            elif not private:
                temporary.chmod(0o666 & ~_current_umask())
            yield temporary
        finally:
            remove()


def _current_umask() -> int:
    mask = os.umask(0)  # there is no way to read it without setting it
    os.umask(mask)
    return mask
