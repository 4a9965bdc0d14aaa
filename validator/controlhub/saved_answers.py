"""Save files to a folder, all or none."""

import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from validator.system.errors import NoVerdictError
from validator.system.signals import cleanup_on_signal


class SaveError(NoVerdictError):
    """Files that cannot be saved to a folder."""


def require_places(folder: str, names: Iterable[str]) -> None:
    """Raise SaveError if a folder is something else, or one of the files in it is a folder."""
    if _mode(folder, folder, follow=True) not in (None, stat.S_IFDIR):
        raise SaveError(f"{folder}: is not a folder")
    for name in names:
        if _mode(folder, os.path.join(folder, name), follow=False) == stat.S_IFDIR:
            raise SaveError(f"{folder}: {name} is a folder; nothing is saved")


def _mode(folder: str, path: str, *, follow: bool) -> int | None:
    """Return the kind of a file; None if it does not exist. Raises SaveError."""
    try:
        return stat.S_IFMT(os.stat(path, follow_symlinks=follow).st_mode)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SaveError(f"{folder}: {error.strerror}; nothing is saved") from error


def save_all(folder: str, files: Mapping[str, bytes]) -> None:
    """Write files to a folder, which is created if it is missing. Raises OSError and SaveError.

    Only the owner can read them. If a file cannot be written, existing files are restored and new
    files are removed.
    """
    require_places(folder, files)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    token = os.urandom(8).hex()
    staged = {name: target / f".{name}.{token}" for name in files}
    old: dict[Path, Path | None] = {}

    def restore() -> None:
        for file, before in old.items():
            if before is None:
                file.unlink(missing_ok=True)
            elif os.path.lexists(before):
                before.replace(file)
        for file in staged.values():
            file.unlink(missing_ok=True)

    with cleanup_on_signal(restore):
        try:
            for name, file in staged.items():
                descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(files[name])
            for name, file in staged.items():
                kept = target / f".{name}.{token}.old"
                require_places(folder, [name])
                exists = os.path.lexists(target / name)
                old[target / name] = kept if exists else None
                if exists:
                    (target / name).replace(kept)
                file.replace(target / name)
        except BaseException:
            restore()
            raise
    for before in old.values():
        if before is not None:
            before.unlink(missing_ok=True)
