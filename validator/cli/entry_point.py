"""The entry point of the command: signals are handled before anything else is imported."""

from typing import NoReturn

from validator.system.signals import exit_on_signals


def main() -> NoReturn:
    """Run the command and exit with its exit code."""
    exit_on_signals()
    from validator.cli.app import main as run

    run()
