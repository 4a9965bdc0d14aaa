"""The command `lsp`."""

import os
import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from validator.cli import options

if TYPE_CHECKING:
    from validator.project.config import Level


@click.command("lsp")
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.parse_day,
    help="Judge as of this day; by default today, in UTC, which turns over at midnight.",
)
@options.EXPIRING_WITHIN
@options.SELECTION
@options.PREVIEW
@options.POLICIES
@options.CONFIG
@click.option("--stdio", is_flag=True, hidden=True, help="What some editors add; it is so anyway.")
def command(
    as_of: date | None,
    expiring_within: int | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: "tuple[tuple[str, Level], ...]",
    policy_folders: tuple[str, ...],
    config_file: str | None,
    *,
    preview: bool,
    stdio: bool,
) -> int:
    """Serve an editor: findings while one types, hover, completion and more.

    Speaks the Language Server Protocol on standard input and output; an editor starts it. Needs
    the extra lsp: pip install 'tenantlint[lsp]'. Each folder of the workspace has the
    configuration that check has there.
    """
    del stdio
    try:
        from validator.lsp.features import serve
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.ClickException(
            "the language server needs pygls: pip install 'tenantlint[lsp]'"
        ) from error
    from validator.cli.output import print_messages
    from validator.lsp.messages import Options

    if sys.stdin is not None and sys.stdin.isatty():
        print_messages(
            "this is a language server for editors, which speak to it on standard input; "
            "to check files, run tenantlint check"
        )
    serve(
        Options(
            expiring_within,
            select,
            ignore,
            dict(severity),
            tuple(map(os.path.abspath, policy_folders)),
            None if config_file is None else os.path.abspath(config_file),
            preview=preview,
        ),
        as_of,
    )
    return 0
