"""The exit codes of the command, and the errors that result in exit code 2.

0: no finding at or above `--fail-on`; 1: at least one such finding; 2: no verdict that can be
trusted; 130: interrupted; 143: ended by SIGTERM; 129: ended by SIGHUP.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

FINDINGS, NO_VERDICT, INTERRUPTED = 1, 2, 130


@contextmanager
def no_verdict_as_click_error() -> Iterator[None]:
    """Convert an error that prevents a verdict to a ClickException, with a line for each cause.

    `main` prints the lines and exits with `NO_VERDICT`.
    """
    from validator.system.errors import NoVerdictError

    try:
        yield
    except (NoVerdictError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error
