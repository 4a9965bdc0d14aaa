"""The command `init`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.new_files import write_files
from validator.cli.output import print_lines


@click.command("init")
def command() -> int:
    """Create a first tenant file, a configuration and the hook.

    Asks no questions and replaces no files. Existing tenant files and an existing configuration
    are left unchanged; the hook is added to an existing pre-commit configuration.
    """
    from importlib.metadata import version

    from validator.project.init_files import init_steps
    from validator.project.repository import repository_root

    with no_verdict_as_click_error():
        try:
            steps = init_steps(datetime.now(UTC).date(), version("tenantlint"))
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}; nothing is written"
            raise click.ClickException(reason) from error
    texts = [(step.name, step.text, step.is_new) for step in steps]
    write_files(
        {name: text for name, text, is_new in texts if text is not None and is_new},
        {name: text for name, text, is_new in texts if text is not None and not is_new},
    )
    print_lines(*(f"{step.name} {step.note}" for step in steps))
    # pre-commit can only be installed in a repository.
    hook = "" if repository_root(Path.cwd()) is None else "; pre-commit install"
    print_lines(f"Next: tenantlint check{hook}")
    return 0
