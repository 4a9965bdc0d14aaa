"""Refuses to write reports over files that the command reads, or out of the tree."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from validator.project.file_patterns import YAML_ENDINGS
from validator.system.file_kind import exists, is_file

STDOUT = "-"
"""The file name that options use for standard output."""

_INPUTS = ("paths", "file", "users", "licenses", "people", "usage", "baseline", "config_file")
"""The names of the parameters that name files which a command reads."""

_READ_ENDINGS = (*YAML_ENDINGS, ".toml")
"""The endings of tenant files, policy files and configurations; no format here is YAML or TOML.

Which of them a command reads is known only after it has read a configuration.
"""


def refuse_read_files(parameters: Mapping[str, Any]) -> None:
    """Raise UsageError if a report would replace a file that the command reads, or another format.

    The same applies if a link in the tree would send a report out of the tree. `parameters` are
    those of a command, by name.
    """
    output = parameters.get("format_name"), parameters.get("output") or STDOUT
    reports = [output, *(parameters.get("targets") or ())]
    printed = dict.fromkeys(name for name, file in reports if file == STDOUT)
    if len(printed) > 1:
        first, second, *_ = printed
        to_file = "-o FILE" if output[1] == STDOUT else f"--report {first}=FILE"
        raise click.UsageError(
            f"standard output is given for two formats, {first} and {second}; write {first} to a "
            f"file with {to_file}, or {second} with --report {second}=FILE"
        )
    reports = [(name, file) for name, file in reports if file != STDOUT]
    if not reports:
        return
    from validator.project.repository import left_tree

    inputs = {_identity(file) for file in _read_files(parameters)}
    written: dict[Path, object] = {}
    for name, file in reports:
        root = left_tree(file)
        if root is not None:
            raise click.UsageError(
                f"{file}: this link must point to a file below {root}, not in .git; a report would "
                "replace what it points to"
            )
        if exists(file) and not is_file(file):
            continue  # a device or pipe can be read and written
        absolute = Path(os.path.realpath(file))  # a loop of links is no error here
        if _identity(file) in inputs or absolute.name.endswith(_READ_ENDINGS):
            raise click.UsageError(
                f"{file} would be replaced by a report, but this command reads it or files with "
                "such names; write the report to another file"
            )
        if written.setdefault(absolute, name) != name:
            raise click.UsageError(f"{file} is given for two formats; write each to its own file")


def _read_files(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name in _INPUTS:
        value = parameters.get(name) or ()
        values: Sequence[str] = (value,) if isinstance(value, str) else value
        yield from (file for file in values if file != STDOUT)


def _identity(file: str) -> object:
    """Return a value that all names of one file have in common, even if it does not exist yet."""
    try:
        found = Path(file).stat()
    except OSError:
        return os.path.realpath(file)
    return found.st_dev, found.st_ino
