"""Write the files of a command, all or none."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from validator.cli.output import print_lines


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

    Both mappings are texts by name. Raises ClickException if a file cannot be written.
    """
    from validator.system.atomic_write import write_bytes_atomically

    written: list[str] = []
    try:
        for name, text in (*new.items(), *(changed or {}).items()):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            write_bytes_atomically(name, [text.encode("utf-8", errors="surrogateescape")])
            written.append(name)
    except OSError as error:
        for done in written:
            Path(done).unlink()
        raise click.ClickException(f"{name}: {error.strerror}; nothing is written") from error
