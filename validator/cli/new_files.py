"""Write the files of a command, all or none."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import click

from validator.cli.output import print_lines
from validator.system.signals import cleanup_on_signal


def write_new_files(files: Mapping[str, str]) -> None:
    """Write new files, given as texts by name, and print their names.

    Raises ClickException if a file exists already or cannot be written.
    """
    existing = [name for name in files if os.path.lexists(name)]
    if existing:
        raise click.ClickException(
            "\n".join(f"{name} already exists; nothing is written" for name in existing)
        )
    write_files(files)
    print_lines(*(f"{name} created" for name in files))


def write_files(new: Mapping[str, str], changed: Mapping[str, str] | None = None) -> None:
    """Write new files, then at most one existing file that changes; all or none.

    Both mappings are texts by name. A signal that ends the process leaves none of the changes.
    Raises ClickException if a file cannot be written.
    """
    from validator.system.atomic_write import write_bytes_atomically

    undo: list[Callable[[], object]] = []

    def undo_all() -> None:
        for step in reversed(undo):
            with suppress(OSError):
                step()

    with cleanup_on_signal(undo_all):
        try:
            for name, text in (*new.items(), *(changed or {}).items()):
                _create_folder(Path(name).parent, undo)
                if name in new:
                    undo.append(partial(Path(name).unlink, missing_ok=True))
                else:
                    before = Path(name).read_bytes()
                    undo.append(partial(write_bytes_atomically, name, [before]))
                write_bytes_atomically(name, [text.encode("utf-8", errors="surrogateescape")])
        except OSError as error:
            undo_all()
            raise click.ClickException(f"{name}: {error.strerror}; nothing is written") from error


def _create_folder(folder: Path, undo: list[Callable[[], object]]) -> None:
    """Create a folder and those around it; add a step for each of them to `undo`."""
    for each in reversed([folder, *folder.parents]):
        if not each.exists():
            undo.append(each.rmdir)
            each.mkdir()
