"""The command `explain`."""

import sys

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_text
from validator.cli.requests import load_configured_plugins


@click.command("explain")
@click.argument("id", metavar="ID")
@options.POLICIES
@options.CONFIG
def command(id: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """Print the page of a policy, or of a finding that is none."""
    from validator.findings.builtin import BUILTIN_FINDINGS, find_builtin
    from validator.findings.wording import did_you_mean

    with no_verdict_as_click_error():
        plugins = load_configured_plugins(policy_folders, config_file)
    entry = plugins.policies.get(id) or find_builtin(id)
    if entry is None:
        hint = did_you_mean(id, [*plugins.policies, *BUILTIN_FINDINGS])
        raise click.UsageError(f"no policy is called {id or 'nothing'}" + (hint and f"; {hint}"))
    page = f"# {entry.id}\n\n{entry.severity}, {entry.topic}\n\n{entry.text}\n"
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(page))
    else:
        print_text(page)
    return 0
