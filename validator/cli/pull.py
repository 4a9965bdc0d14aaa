"""The command `pull`."""

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_lines, print_messages, run_steps


@click.command("pull")
@click.option(
    "--into",
    "folder",
    metavar="FOLDER",
    required=True,
    help="The folder for the responses; it is created if it does not exist.",
)
@options.ORGANISATION
@options.TIMEOUT
@click.option("-q", "--quiet", is_flag=True, help="Print only notes and errors.")
def command(folder: str, organisation: str | None, timeout: float, *, quiet: bool) -> int:
    """Download the licences and people of a tenant from the Webex API.

    Saves the responses that import and drift read: /licenses, each licence with its users, and
    all pages of /people. The responses are saved whole or not at all, and only you can read the
    files. Needs the extra webex.

    The credentials are environment variables: WEBEX_ACCESS_TOKEN, or else WEBEX_CLIENT_ID,
    WEBEX_CLIENT_SECRET and WEBEX_REFRESH_TOKEN. The token needs the scopes
    spark-admin:licenses_read and spark-admin:people_read. WEBEX_API is the base URL with its
    version, by default https://webexapis.com/v1.
    """
    import os
    from pathlib import Path

    from validator.controlhub.pull import LICENSE_USERS, LICENSES, PEOPLE, pull
    from validator.controlhub.saved_answers import require_places, save_all
    from validator.findings.wording import counted, path_argument
    from validator.system.printable import printable

    with no_verdict_as_click_error():
        require_places(folder, (LICENSES, LICENSE_USERS, PEOPLE))
        pulled = run_steps(pull(os.environ, organisation, timeout), quiet=quiet)
    print_messages(*pulled.notes)
    try:
        with no_verdict_as_click_error():
            save_all(folder, pulled.files())
    except OSError as error:
        reason = f"{folder}: {error.strerror}; nothing is saved"
        raise click.ClickException(printable(reason)) from error
    if not quiet:
        licenses, users, people = (
            path_argument(str(Path(folder) / name)) for name in (LICENSES, LICENSE_USERS, PEOPLE)
        )
        print_lines(
            f"{folder}: {counted(len(pulled.licenses.items), 'licence')} and "
            f"{len(pulled.people.items):,} people",
            f"Next: tenantlint drift --licenses {licenses} --licenses {users} --people {people}",
        )
    return 0
