"""What all commands have in common: variables for their options, and how their help is printed."""

import click

from validator.cli.output import print_text

_NEVER = frozenset(
    {"--policies", "--fix", "--unsafe-fixes", "--diff", "--write-baseline", "--apply", "--assume"}
)
"""Options without a variable: they run code, write files or change what is judged or printed.

Whoever reads a command line must see them there.
"""
_WRITING_COMMANDS = frozenset({"import", "init", "new", "pull"})
"""Commands without variables."""


def set_up(command: click.Command, name: str, ctx: click.Context) -> None:
    """Give a command its variables, and let its help be printed as every other output."""
    if name not in _WRITING_COMMANDS:
        _name_variables(command, name)
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    for item in (command, *inner):
        option = item.get_help_option(ctx)
        if option is not None:
            option.callback = print_help


def print_help(ctx: click.Context, _: click.Parameter, value: object) -> None:
    """Print the help of a command and exit if the option `--help` is given.

    click's own function raises an OSError where standard output cannot be written, and exits
    with 1 where its reader has left.
    """
    if value and not ctx.resilient_parsing:
        print_text(f"{ctx.get_help()}\n")
        ctx.exit()


def _name_variables(command: click.Command, name: str) -> None:
    """Let options come from variables such as TENANTLINT_CHECK_FAIL_ON; empty ones are unset."""
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
            f"Options also come from variables, such as {example}. An option wins over its "
            "variable, a variable over the configuration; several values of a repeatable option "
            "are separated by spaces."
        )
