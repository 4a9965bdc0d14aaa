"""Write files atomically: a file gets all of its new contents, or remains unchanged."""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from validator.system.signals import cleanup_on_signal

_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_NEW_FILE_FLAGS = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def require_file_name(file: str) -> None:
    """Raise IsADirectoryError if a name can only be that of a folder, such as `tenants/`."""
    if os.path.basename(file) in ("", ".", ".."):  # noqa: PTH119
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file)


def write_text_atomically(file: str, parts: Iterable[str]) -> None:
    """Write the parts of a text as UTF-8, with backslash escapes for surrogates. Raises OSError."""
    encoded = (part.encode("utf-8", errors="backslashreplace") for part in parts)
    write_bytes_atomically(file, encoded)


def write_bytes_atomically(
    file: str,
    parts: Iterable[bytes | memoryview],
    *,
    private: bool = False,
    before_replacing: Callable[[Path], None] | None = None,
) -> None:
    """Write the parts of a file to a temporary file in the same folder, and rename it.

    A symbolic link is followed. A pipe or a device is written to directly. An existing file
    keeps its mode, and its owner if possible; one that is write-protected is not replaced. A new
    file gets the mode from the user's umask, or 0600 if `private` is true. A signal that ends the
    process leaves no temporary file. Raises OSError.
    `before_replacing` is called with the file, and may raise an error, before it is replaced.
    """
    try:
        old = os.stat(file)  # a Path drops a slash at the end
    except FileNotFoundError:
        require_file_name(file)
        old = None
    if old is not None and not stat.S_ISREG(old.st_mode):
        with open(file, "wb") as stream:
            stream.writelines(parts)
        return
    target = Path(os.path.realpath(file))
    with _temporary_file(target, parts, old, private=private) as temporary:
        if before_replacing is not None:
            before_replacing(target)
        temporary.replace(target)


def write_if_unchanged(file: str, before: bytes | None, after: bytes) -> None:
    """Write a file that must still have the contents `before`; None if it must not exist.

    It is written as by `write_bytes_atomically`. Raises OSError, and ChangedError with the file
    name if another program has changed or created the file.
    """

    def compare(target: Path) -> None:
        if _contents(target) != before:
            raise ChangedError(file)

    write_bytes_atomically(file, [after], before_replacing=compare)


def _contents(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


class Replacement(NamedTuple):
    """The contents that a file must still have, and its new contents."""

    before: bytes
    after: bytes


class ChangedError(Exception):
    """Raised if a file no longer has the contents that are to be replaced."""


def write_all_atomically(files: Mapping[str, Replacement]) -> None:
    """Write existing files, either all or none. Raises OSError with the file name.

    All contents are on the disk before the first file is replaced. If a file cannot be replaced,
    the files before it are restored, unless another program has changed them since or they can
    no longer be written. Raises ChangedError with the file name if another program has changed a
    file.
    """
    replaced: list[str] = []

    def restore() -> None:
        for file in replaced:
            with suppress(OSError):
                if Path(file).read_bytes() == files[file].after:
                    write_bytes_atomically(file, [files[file].before])

    with ExitStack() as stack:
        staged: list[tuple[str, Path, Path]] = []
        for file, replacement in files.items():
            with _named(file):
                target = Path(os.path.realpath(file))
                parts = [replacement.after]
                written = _temporary_file(target, parts, target.stat())
                staged.append((file, target, stack.enter_context(written)))
        stack.enter_context(cleanup_on_signal(restore))
        try:
            for file, target, temporary in staged:
                with _named(file):
                    if target.read_bytes() != files[file].before:
                        raise ChangedError(file)
                    replaced.append(file)
                    temporary.replace(target)
        except BaseException:
            restore()
            raise


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Give an OSError the name of a file, instead of that of its temporary file or none."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, file) from error


@contextmanager
def _temporary_file(
    target: Path,
    parts: Iterable[bytes | memoryview],
    old: os.stat_result | None,
    *,
    private: bool = False,
) -> Iterator[Path]:
    """Write a temporary file next to a file, and remove it at the end. Raises OSError.

    `old` is the status of the file, or None if it does not exist.
    """
    # The name is known before the file exists, so `remove` works at the time of any signal.
    temporary = target.parent / f".{target.name}.{os.urandom(8).hex()}"

    def remove() -> None:
        temporary.unlink(missing_ok=True)

    if old is not None and not (old.st_mode & _WRITE_BITS and os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "the file is write-protected", str(target))
    with cleanup_on_signal(remove):
        try:
            with os.fdopen(os.open(temporary, _NEW_FILE_FLAGS, 0o600), "wb") as stream:
                stream.writelines(parts)
            if old is not None:
                _set_owner(temporary, old)
                temporary.chmod(stat.S_IMODE(old.st_mode))
            elif not private:
                temporary.chmod(0o666 & ~_current_umask())
            yield temporary
        finally:
            remove()


def _set_owner(file: Path, old: os.stat_result) -> None:
    """Give a file the owner and the group of another one, as far as this is allowed."""
    new = file.stat()
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid) and hasattr(os, "chown"):
        for owner, group in ((-1, old.st_gid), (old.st_uid, -1)):
            with suppress(OSError):
                os.chown(file, owner, group)


def _current_umask() -> int:
    mask = os.umask(0)  # the umask can only be read by setting it
    os.umask(mask)
    return mask
