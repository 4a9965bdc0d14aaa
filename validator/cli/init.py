"""The command `init`."""

from datetime import UTC, datetime

import click

from validator.cli.new_files import write_new_files
from validator.cli.output import print_lines


@click.command("init")
def command() -> int:
    """Write a first tenant file, a configuration and the pre-commit entry, with comments.

    Asks nothing, and overwrites nothing: if one of them is there already, none is written.
    """
    from importlib.metadata import version

    from validator.project.init_files import init_files

    write_new_files(init_files(datetime.now(UTC).date(), version("tenantlint")))
    print_lines("Next: tenantlint check; pre-commit install")
    return 0
