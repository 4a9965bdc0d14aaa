"""The command `new`."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.new_files import write_new_files
from validator.cli.output import print_lines
from validator.findings.wording import path_argument


@click.group("new")
def command() -> None:
    """Create new files from a template."""


@command.command("policy")
@click.argument("name", metavar="TOPIC/NAME")
@click.option(
    "--policies",
    "folder",
    metavar="DIR",
    help="The policy folder to write to, for check --policies DIR; by default policies.",
)
@click.option(
    "--package",
    metavar="DIR",
    help="Write to a plugin package instead; it is created if it does not exist.",
)
def new_policy(name: str, folder: str | None, package: str | None) -> int:
    """Create a Python policy with its page and examples.

    The policy runs without changes: tenantlint test runs its examples. Nothing is overwritten.
    """
    from validator.authoring import policy_template

    if folder is not None and package is not None:
        raise click.UsageError("--policies and --package cannot be used together")
    folder = folder or "policies"
    with no_verdict_as_click_error():
        package_files: Mapping[str, str] = {}
        if package is None:
            files = policy_template.policy_files(name, folder)
        else:
            files, package_files = policy_template.package_files(name, package)
    missing = {file: text for file, text in package_files.items() if not os.path.lexists(file)}
    write_new_files({**missing, **files})
    if package is None:
        print_lines(f"Next: tenantlint test {path_argument(folder)}")
    else:
        # pip would look up a bare name in the package index.
        place = package if Path(package).is_absolute() else f"./{package}"
        print_lines(
            f"Next: pip install {shlex.quote(place)} pytest; pytest {path_argument(package)}"
        )
    return 0
