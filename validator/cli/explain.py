"""The command `explain`."""

import sys
from typing import TYPE_CHECKING

import click

from validator.cli import options
from validator.cli.completion import complete_ids
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import is_terminal, print_lines
from validator.cli.requests import load_configured_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from validator.findings.report import Page
    from validator.plugins.policy import Policy
    from validator.project.config import Config


@click.command("explain")
@click.argument("id", metavar="ID", shell_complete=complete_ids)
@options.POLICIES
@options.CONFIG
def command(id: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """Print the page of a policy or of a built-in finding.

    ID can also be a topic, such as user, to list its ids with their titles.
    """
    from validator.checking.renames import current_ids
    from validator.findings.builtin import BUILTIN_FINDINGS, find_builtin
    from validator.findings.wording import did_you_mean
    from validator.plugins.policy import Policy
    from validator.project.config import load_config

    with no_verdict_as_click_error():
        config = load_config(config_file)
        plugins = load_configured_plugins(policy_folders, config)
    every: list[Page] = [*plugins.policies.values(), *BUILTIN_FINDINGS.values()]
    current = current_ids(plugins.policies.values())
    entry = plugins.policies.get(current.get(id, id)) or find_builtin(id)
    of_topic = [item for item in every if item.topic == id]
    if entry is not None:
        life = f"{_life(entry)}\n\n" if isinstance(entry, Policy) and _life(entry) else ""
        held = _held_options(entry, config) if isinstance(entry, Policy) else ""
        page = f"# {entry.id}\n\n{entry.severity}, {entry.topic}\n\n{life}{entry.text}\n{held}"
    elif of_topic:
        page = _topic_page(id, of_topic)
    else:
        names = sorted({name for item in every for name in (item.id, item.topic)})
        hint = did_you_mean(id, names) or "`tenantlint policies` lists all ids"
        raise click.UsageError(f"no policy or topic is called {id}; {hint}")
    if is_terminal(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        markdown = Markdown(page)
        _escape_tokens(markdown.parsed)
        Console().print(markdown)
    else:
        print_lines(*page.removesuffix("\n").split("\n"))
    return 0


def _life(policy: "Policy") -> str:
    """Return a line with the stage and the former ids of a policy, or an empty string."""
    stages = {
        "preview": "In preview: it may change, and runs only with `--preview`.",
        "deprecated": "Deprecated: it will be removed.",
    }
    former = ", ".join(f"`{old}`" for old in policy.former_ids)
    parts = [stages.get(policy.stage, ""), f"Formerly {former}." if former else ""]
    return " ".join(filter(None, parts))


def _held_options(policy: "Policy", config: "Config") -> str:
    """Return the options of a policy that the configuration sets, or an empty string."""
    from validator.checking.renames import renamed_options
    from validator.plugins.option import toml

    former = dict.fromkeys(policy.former_ids, policy.id)
    own = {id: config.policy[id] for id in (policy.id, *former) if id in config.policy}
    held = renamed_options(own, former, config.origins).get(policy.id, {})
    lines = []
    for name, value in held.items():
        ids = (id for id, values in own.items() if values.get(name) == value)
        origin = config.origins[f"policy.{next(ids)}.{name}"]
        lines.append(f"- `{name} = {toml(value)}` ({origin})\n")
    return f"\nSet in the configuration:\n\n{''.join(lines)}" if lines else ""


def _escape_tokens(tokens: "Iterable[Token]") -> None:
    """Escape control characters in parsed Markdown.

    Escaping them in the page is not enough: the parser turns an entity such as `&#27;` into one.
    """
    from validator.system.printable import printable

    for token in tokens:
        token.content = "\n".join(map(printable, token.content.split("\n")))
        token.info = printable(token.info)
        token.attrs = {
            key: printable(value) if isinstance(value, str) else value
            for key, value in token.attrs.items()
        }
        _escape_tokens(token.children or ())


def _topic_page(topic: str, pages: "list[Page]") -> str:
    lines = [f"- `{item.id}` ({item.severity}): {item.title}\n" for item in pages]
    return f"# {topic}\n\n{''.join(lines)}"
