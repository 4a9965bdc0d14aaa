"""Files that a command writes only where there are none yet."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from validator.cli.output import print_lines


def write_new_files(files: Mapping[str, str]) -> None:
    """Write files, given as texts by name, and print their names.

    Writes all of them or none. Raises ClickException if one exists or cannot be written.
    """
    from validator.system.atomic_write import write_text_atomically

    existing = [name for name in files if os.path.lexists(name)]
    if existing:
        raise click.ClickException(
            "\n".join(f"{name} is there already; nothing is written" for name in existing)
        )
    written: list[str] = []
    try:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            write_text_atomically(name, text)
            written.append(name)
    except OSError as error:
        for name in written:
            Path(name).unlink()
        raise click.ClickException(f"{name}: {error.strerror}; nothing is written") from error
    print_lines(*(f"{name} is written" for name in files))
