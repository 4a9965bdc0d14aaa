"""The `tenantlint` command group, and `main`, which runs it and exits."""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import takewhile
from typing import Any, NoReturn

if __name__ == "__main__":
    from validator.cli.search_path import remove_working_folder

    remove_working_folder()

import click

from validator.cli.command_setup import print_help, set_up
from validator.cli.exit_codes import INTERRUPTED, NO_VERDICT
from validator.cli.foreign_package import foreign_package
from validator.cli.output import print_error_text, print_message_lines, print_messages, print_text

COMMANDS = {
    "check": "check",
    "config": "config",
    "drift": "drift",
    "explain": "explain",
    "forecast": "forecast",
    "import": "import_",
    "init": "init",
    "lsp": "lsp",
    "new": "new",
    "plan": "plan",
    "policies": "policies",
    "pull": "pull",
    "schema": "schema",
    "test": "test",
    "usage": "usage",
    "why": "why",
}
"""The module of each command in this package; each module defines `command`."""


class LazyGroup(click.Group):
    """A group that imports the module of a command only when the command is looked up.

    `commands` holds placeholders: click reads only their names, to list and suggest them.
    """

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(f"validator.cli.{COMMANDS[cmd_name]}").command
        set_up(command, cmd_name, ctx)
        return command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option `--help`."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = print_help
        return option

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            # click would exit with 1, which means findings.
            from validator.system.errors import describe_error

            raise click.ClickException(f"internal error: {describe_error(error)}") from error


def print_version(ctx: click.Context, _: click.Parameter, value: object) -> None:
    """Print the version and exit if the option `--version` is given."""
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        print_text(f"tenantlint {version('tenantlint')}\n")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    commands=[click.Command(name) for name in COMMANDS],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 no findings that fail the run, 1 findings, 2 no verdict that can be "
    "trusted.\n\n"
    'Shell completion: eval "$(_TENANTLINT_COMPLETE=bash_source tenantlint)" in bash; use '
    "zsh_source in zsh and fish_source in fish.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Show the version and exit.",
)
def tenantlint() -> None:
    """A linter for YAML files that describe Webex Contact Center tenants."""


# A command has either the day of its report or the first day of its window.
_COUNTERPARTS = {"--as-of": "--from", "--from": "--as-of"}


def _option_that_is_a_file(arguments: Sequence[str]) -> str | None:
    """Return the first option that is also the name of a file or folder, or None.

    A hook or a shell pattern passes the names of files as arguments. A file in the tree could then
    set an option, even one that runs code.
    """
    options = takewhile(lambda argument: argument != "--", arguments)
    return next(
        (item for item in options if item[:1] == "-" != item and os.path.lexists(item)), None
    )


def _usage_message(error: click.UsageError) -> str:
    """Return the message of an error. It proposes `--from` for `--as-of`, and the reverse."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        other = _COUNTERPARTS.get(error.option_name, "")
        if any(other in parameter.opts for parameter in error.ctx.command.params):
            return f"{error.message} Did you mean '{other}'?"
    return error.format_message()


def main() -> NoReturn:
    """Run the command and exit with its exit code; an exception results in exit code 2."""
    message = foreign_package()
    if message is not None:
        print_messages(message)
        sys.exit(NO_VERDICT)

    from pathlib import Path

    from validator.system import garbage_collector

    try:
        Path.cwd()
    except OSError as error:
        print_messages(f"the working folder cannot be used: {error.strerror}")
        sys.exit(NO_VERDICT)

    option = _option_that_is_a_file(sys.argv[1:])
    if option is not None:
        print_messages(
            f"{option} is an option, but also a file in the working folder; write -- before the "
            "names of files, or rename the file"
        )
        sys.exit(NO_VERDICT)

    collects_by_itself = gc.isenabled()  # not in the installed command
    garbage_collector.collect_garbage_on_request()
    if "_TENANTLINT_COMPLETE" in os.environ:
        from validator.cli.shells import register_shells

        register_shells()
    try:
        code = tenantlint.main(prog_name="tenantlint", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        print_error_text(f"{error.format_message()}\n")
        code = NO_VERDICT
    except click.UsageError as error:
        print_message_lines(_usage_message(error))
        code = NO_VERDICT
    except click.ClickException as error:
        print_messages(error.format_message())
        code = NO_VERDICT
    except (KeyboardInterrupt, click.Abort):
        # A normal exit would wait for worker processes that have ended.
        os._exit(INTERRUPTED)
    except Exception as error:
        _print_error(error)
        code = NO_VERDICT
    if collects_by_itself:  # a program that goes on needs it again
        garbage_collector.collect_garbage_by_itself()
    sys.exit(code)


def _print_error(error: Exception) -> None:
    """Print one line about an unexpected error."""
    try:
        from validator.system.errors import describe_failure

        print_messages(describe_failure(error))
    except Exception:  # too little memory even to print the message
        os.write(2, b"tenantlint: not enough memory\n")
        os._exit(NO_VERDICT)


if __name__ == "__main__":
    from validator.system.signals import exit_on_signals

    exit_on_signals()
    main()
