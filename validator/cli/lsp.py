"""The command `lsp`."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from validator.cli import options


@click.command("lsp")
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.parse_day,
    help="Check as of this day; by default today, in UTC, updated at midnight.",
)
@options.EXPIRING_WITHIN
@options.SELECTION
@options.PREVIEW
@options.POLICIES
@options.CONFIG
@click.option("--stdio", is_flag=True, hidden=True, help="Has no effect; some editors add it.")
def command(as_of: date | None, *, stdio: bool, **values: Any) -> int:
    """Run the language server for editors.

    The server uses the Language Server Protocol on standard input and output; an editor starts
    it. Needs the extra lsp: pip install 'tenantlint[lsp]'. Each workspace folder has the same
    configuration as in check.
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
    from validator.cli.output import is_terminal, print_messages

    if is_terminal(sys.stdin):
        print_messages(
            "this is a language server, which an editor starts and uses on standard input; "
            "to check files, run tenantlint check"
        )
    # The worker of each workspace folder has another working folder.
    values["policy_folders"] = [str(Path(name).absolute()) for name in values["policy_folders"]]
    if values["config_file"] is not None:
        values["config_file"] = str(Path(values["config_file"]).absolute())
    was_shut_down = serve({**values, "severity": dict(values["severity"])}, as_of)
    return 0 if was_shut_down else 1
