"""Shell completion of option values: policy ids and topics, formats, schema names."""

from collections.abc import Callable, Iterable, Sequence

import click

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def complete_ids(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the completions of the last item in a comma-separated list of ids and topics."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _beginning(last, _ids_and_topics(ctx))]


def complete_levels(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids and topics, or after `=` the levels, for a value of the form ID=LEVEL."""
    from validator.findings.severity import SEVERITIES

    if "=" in incomplete:
        name = incomplete.partition("=")[0]
        return _beginning(incomplete, (f"{name}={level}" for level in (*SEVERITIES, "off")))
    return _beginning(incomplete, (f"{name}=" for name in _ids_and_topics(ctx)))


def complete_schemas(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of the bundled schemas."""
    from validator.system.bundled_files import bundled_folder

    files = bundled_folder("schemas").glob("*.schema.json")
    return _beginning(incomplete, sorted(file.name.partition(".")[0] for file in files))


def complete_report(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the formats of the command's `--format`, for a value of the form NAME=FILE."""
    if "=" in incomplete:
        return []
    option = next(param for param in ctx.command.params if param.name == "format_name")
    return [f"{item.value}=" for item in option.shell_complete(ctx, incomplete)]


def complete_with(names: Sequence[str]) -> Complete:
    """Return a function that completes one of these names."""
    return lambda _, __, incomplete: _beginning(incomplete, names)


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _ids_and_topics(ctx: click.Context) -> list[str]:
    """Return the bundled ids and topics of a command; the code of plugins is not run.

    `drift` takes only its own.
    """
    from validator.findings.builtin import BUILTIN_FINDINGS
    from validator.findings.report import Page
    from validator.plugins.loading import load_plugins

    policies = load_plugins(installed=False).policies
    pages: list[Page] = [*policies.values(), *BUILTIN_FINDINGS.values()]
    is_drift = ctx.command.name == "drift"
    used = (page for page in pages if page.topic == "drift" or not is_drift)
    names = {name for page in used for name in (page.id, page.topic)}
    return sorted(names - {"schema-KEYWORD"})
