"""Save files to a folder, all or none."""

import os
from collections.abc import Mapping
from pathlib import Path

from validator.system.signals import cleanup_on_signal


def save_all(folder: str, files: Mapping[str, bytes]) -> None:
    """Write files to a folder, which is created if it is missing. Raises OSError.

    Only the owner can read them. If a file cannot be written, existing files are restored and new
    files are removed.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    token = os.urandom(8).hex()
    staged = {name: target / f".{name}.{token}" for name in files}
    old: dict[Path, Path | None] = {}

    def restore() -> None:
        for file, before in old.items():
            if before is None:
                file.unlink(missing_ok=True)
            elif before.exists():
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
                exists = (target / name).exists()
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
