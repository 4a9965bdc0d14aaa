"""The command `policies`."""

import sys
from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_lines, print_text
from validator.cli.requests import load_configured_plugins

if TYPE_CHECKING:
    from validator.plugins.loading import Origin
    from validator.plugins.policy import Policy


@click.command("policies")
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@options.POLICIES
@options.CONFIG
def command(format_name: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """List all policies, those that the configuration names included."""
    with no_verdict_as_click_error():
        plugins = load_configured_plugins(policy_folders, config_file)
    rows = [
        {
            "id": item.id,
            "topic": item.topic,
            "severity": item.severity,
            "title": item.title if item.stage == "stable" else f"{item.title} ({item.stage})",
        }
        for item in plugins.policies.values()
    ]
    if format_name == "json":
        import json

        described = [
            _described(item, plugins.origins[item.id]) for item in plugins.policies.values()
        ]
        value = {"version": 1, "policies": described}
        print_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", is_utf8=True)
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        from validator.reporters.escaping import printable

        table = Table("topic", "id", "severity", "title", box=None, header_style="bold")
        for row in rows:
            # Text, because a title can hold what rich takes for markup.
            cells = (row["topic"], row["id"], row["severity"], row["title"])
            table.add_row(*(Text(printable(cell)) for cell in cells))
        Console().print(table)
    else:
        widths = {key: max(len(row[key]) for row in rows) for key in ("topic", "id", "severity")}
        print_lines(
            *(
                "  ".join(f"{row[key]:<{size}}" for key, size in widths.items())
                + f"  {row['title']}"
                for row in rows
            )
        )
    return 0


def _described(item: "Policy", origin: "Origin") -> dict[str, Any]:
    """Return all that there is to say about a policy, as JSON."""
    return {
        "id": item.id,
        "topic": item.topic,
        "severity": item.severity,
        "title": item.title,
        "help": item.help,
        "page": item.text,
        "address": item.address,
        "over": item.over,
        "stage": item.stage,
        "former_ids": list(item.former_ids),
        "kind": "expression" if item.place else "python",
        "origin": {"kind": origin.kind, "name": origin.name},
        "place": item.place or None,
        "options": [
            {
                "name": option.name,
                "type": option.kind,
                "description": option.description,
                "default": option.default,
                "minimum": option.minimum,
                "maximum": option.maximum,
                "choices": list(option.choices),
            }
            for option in item.options
        ],
    }
