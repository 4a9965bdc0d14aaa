"""The exports that the options of `import` and `drift` name."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from validator.controlhub.export import Export

_MAX_LINES = 10


class ExportOptions(NamedTuple):
    """The files that the options name, and the columns of usage reports."""

    users: Sequence[str]
    licenses: Sequence[str]
    people: Sequence[str]
    usage: Sequence[str]
    usage_map: Mapping[str, str]


def read_requested(
    asked: ExportOptions, columns: Mapping[str, str], *, takes_last_access: bool = False
) -> "Export":
    """Return the exports. `columns` are those of the configuration. Raises ExportError."""
    from validator.controlhub.export_files import read_exports

    return read_exports(
        asked.users,
        asked.licenses,
        asked.people,
        usage=asked.usage,
        usage_map={**columns, **asked.usage_map},
        takes_last_access=takes_last_access,
    )


def few_lines(lines: Sequence[str]) -> list[str]:
    """Return the first lines, and the number of the others."""
    more = len(lines) - _MAX_LINES
    ending = [f"and {more:,} more lines that are not understood"] if more > 0 else []
    return [*lines[:_MAX_LINES], *ending]
