"""Setup that all commands share: environment variables, empty values, and printing of help."""

from typing import Any

import click

from validator.cli.output import print_text

_NEVER = frozenset(
    {"--policies", "--fix", "--unsafe-fixes", "--diff", "--write-baseline", "--apply", "--assume"}
)
"""Options without an environment variable.

They run code, write files, or change what is judged or printed. They must be visible on the
command line.
"""
_WRITING_COMMANDS = frozenset({"import", "init", "new", "pull"})
"""Commands whose options have no environment variables, because the commands write files."""


class NonEmptyText(click.types.StringParamType):
    """A text that is not empty.

    A shell passes an empty value for a variable that is not set. Without an error, the command
    would run as if the option were missing, or name a file that has no name.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the text."""
        if value == "":
            self.fail("the value is empty; write a value or leave it out.", param, ctx)
        return super().convert(value, param, ctx)


def set_up(command: click.Command, name: str, ctx: click.Context) -> None:
    """Name the environment variables of a command's options, and set how its help is printed.

    Also refuse empty values of options and arguments.
    """
    if name not in _WRITING_COMMANDS:
        _name_variables(command, name)
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    for item in (command, *inner):
        option = item.get_help_option(ctx)
        if option is not None:
            option.callback = print_help
        for param in item.params:
            if param.type is click.STRING:
                param.type = NonEmptyText()


def print_help(ctx: click.Context, _: click.Parameter, value: object) -> None:
    """Print the help of a command and exit if the option `--help` is given.

    click's own callback raises an OSError if standard output cannot be written, and exits with 1
    if its reader has closed the pipe.
    """
    if value and not ctx.resilient_parsing:
        print_text(f"{ctx.get_help()}\n")
        ctx.exit()


def _name_variables(command: click.Command, name: str) -> None:
    """Name the environment variables of options, such as TENANTLINT_CHECK_FAIL_ON.

    An empty variable is treated as unset.
    """
    prefix = f"TENANTLINT_{name}".upper()
    example = ""
    for param in command.params:
        if not isinstance(param, click.Option) or not _NEVER.isdisjoint(param.opts):
            continue
        longest = max(param.opts, key=len)
        param.envvar = f"{prefix}_{longest.lstrip('-').replace('-', '_').upper()}"
        if not example or longest == "--format":
            example = f"{param.envvar} for {longest}"
    if example:
        command.epilog = (
            f"Environment variables can set options, such as {example}. An option overrides its "
            "variable, and a variable overrides the configuration. Separate several values of a "
            "repeatable option with spaces."
        )
