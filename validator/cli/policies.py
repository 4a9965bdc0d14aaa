"""The command `policies`."""

from typing import TYPE_CHECKING, Any

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_text, terminal_width, wants_color
from validator.cli.requests import load_configured_plugins
from validator.reporters.terminal import painter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.plugins.loading import Origin, Plugins
    from validator.plugins.policy import Policy
    from validator.reporters.terminal import Paint

_HEADS = ("topic", "id", "severity")
_MIN_TITLE_WIDTH = 30


@click.command("policies")
@options.fixed_format_option("text", "json", help="text (the default) or json")
@options.POLICIES
@options.CONFIG
def command(format_name: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """List all policies, including those that the configuration names.

    Policy options are shown with their defaults; explain ID describes them.
    """
    from validator.project.config import load_config

    with no_verdict_as_click_error():
        plugins = load_configured_plugins(policy_folders, load_config(config_file))
    if format_name == "json":
        import json

        described = [
            _described(item, plugins.origins[item.id]) for item in plugins.policies.values()
        ]
        value = {"version": 1, "policies": described}
        print_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", is_utf8=True)
    else:
        width, paint = terminal_width(), painter(color=wants_color("auto"))
        print_text("".join(f"{line}\n" for line in _lines(plugins, width, paint)))
    return 0


def _lines(plugins: "Plugins", width: int | None, paint: "Paint") -> "Iterator[str]":
    """Yield a line for each policy; on a terminal, its title and options are wrapped.

    On a narrow terminal, they are below the first columns instead of next to them.
    """
    from validator.reporters.terminal import MIN_WIDTH, display_width, wrap_width
    from validator.system.printable import printable

    rows = [
        ((item.topic, item.id, item.severity), [printable(line) for line in _said(item)])
        for item in plugins.policies.values()
    ]
    heads = [_HEADS, *(head for head, _ in rows)]
    sizes = [max(map(display_width, column)) for column in zip(*heads, strict=True)]
    head_width = sum(sizes) + 2 * len(sizes)
    if width is not None and width - head_width >= _MIN_TITLE_WIDTH:
        yield paint(f"{_padded(_HEADS, sizes)}title", bold=True)
    for head, said in rows:
        if width is None:
            yield f"{_padded(head, sizes)}{'  '.join(said)}"
        elif width - head_width >= _MIN_TITLE_WIDTH:
            lines = [line for text in said for line in wrap_width(text, width - head_width)]
            yield f"{_padded(head, sizes)}{lines[0]}"
            yield from (" " * head_width + line for line in lines[1:])
        else:
            yield from wrap_width("  ".join(head), max(MIN_WIDTH, width))
            for text in said:
                yield from (f"    {line}" for line in wrap_width(text, max(MIN_WIDTH, width) - 4))


def _padded(cells: tuple[str, ...], sizes: "list[int]") -> str:
    return "".join(f"{cell:<{size}}  " for cell, size in zip(cells, sizes, strict=True))


def _said(item: "Policy") -> "Iterator[str]":
    """Yield the title of a policy with its stage, and its options."""
    yield item.title if item.stage == "stable" else f"{item.title} ({item.stage})"
    if item.options:
        yield f"[{', '.join(option.brief for option in item.options)}]"


def _described(item: "Policy", origin: "Origin") -> dict[str, Any]:
    """Return the complete description of a policy as JSON."""
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
