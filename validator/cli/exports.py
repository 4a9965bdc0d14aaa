"""Read the exports that the options of `import` and `drift` name."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from validator.controlhub.export import Export

_MAX_LINES = 10


class ExportOptions(NamedTuple):
    """The values of the export options: files, columns of usage reports, and API settings."""

    users: Sequence[str]
    licenses: Sequence[str]
    people: Sequence[str]
    usage: Sequence[str]
    usage_map: Mapping[str, str]
    pulls: bool
    organisation: str | None
    timeout: float


def read_requested(
    asked: ExportOptions, columns: Mapping[str, str], *, takes_last_access: bool = False
) -> "Export":
    """Return the exports. `columns` are the columns of usage reports from the configuration.

    Raises ExportError, PullError and UsageError.
    """
    from validator.controlhub.export_files import read_exports

    if asked.usage_map and not asked.usage:
        raise click.UsageError("--map needs --usage")
    pulled = None
    if asked.pulls:
        if asked.licenses or asked.people:
            raise click.UsageError(
                "--pull requests licences and people; remove --licenses and --people"
            )
        import os

        from validator.cli.output import run_steps
        from validator.controlhub.pull import pull

        pulled = run_steps(pull(os.environ, asked.organisation, asked.timeout))
    elif asked.organisation is not None:
        raise click.UsageError("--org needs --pull")
    elif is_named("timeout"):
        raise click.UsageError("--timeout needs --pull")
    return read_exports(
        asked.users,
        asked.licenses,
        asked.people,
        pulled=pulled,
        usage=asked.usage,
        usage_map={**columns, **asked.usage_map},
        takes_last_access=takes_last_access,
    )


def is_named(name: str) -> bool:
    """Return whether an option is on the command line, by the name of its parameter.

    An environment variable applies to all runs, so it may set an option that a run does not need.
    """
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


def few_lines(lines: Sequence[str]) -> list[str]:
    """Return the first lines, and a line with the number of the others."""
    from validator.findings.wording import counted

    more = len(lines) - _MAX_LINES
    ending = [f"and {counted(more, 'more line')} that cannot be read"] if more > 0 else []
    return [*lines[:_MAX_LINES], *ending]
