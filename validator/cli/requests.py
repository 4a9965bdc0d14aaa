"""Build a request from the values of options, and load the plugins of the configuration."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validator.plugins.loading import Plugins
    from validator.project.config import Config
    from validator.project.request import Request, ResolvedRequest


def make_request(
    as_of: date | None, formats: tuple[str, ...], options: Mapping[str, Any]
) -> "Request":
    """Return the request of a command.

    If `as_of` is None, it is today, in UTC. `options` are the values of the other options, by
    field names of Request.
    """
    from validator.project.request import Request

    values = {**options, "paths": options["paths"] or (".",)}
    if "severity" in values:
        values["severity"] = dict(values["severity"])
    return Request(as_of=as_of or datetime.now(UTC).date(), formats=formats, **values)


def options_of_explain(folders: Sequence[str], config_file: str | None) -> tuple[str, ...]:
    """Return the options with which `explain` loads the same policies."""
    policies = (word for folder in folders for word in ("--policies", folder))
    return (*policies, *(() if config_file is None else ("--config", config_file)))


def last_day(first: date, until: date | None, days: int | None, default: int) -> date:
    """Return the last day of a window, from `--until` or `--days`. Raises UsageError."""
    import click

    from validator.tenant.calendar_days import plus_days

    if until is not None and days is not None:
        raise click.UsageError("--until and --days cannot be used together")
    last = until or plus_days(first, (default if days is None else days) - 1)
    if last < first:
        raise click.UsageError(f"--until {last} is before the first day, {first}")
    return last


def supervise_declared_policies(resolved: "ResolvedRequest") -> None:
    """Continue in a child process with limits if the configuration names policy files.

    Those files may come from the tree under check.
    """
    new = resolved.new_config
    if resolved.config.policy_files or (new is not None and new.policy_files):
        from validator.system.limits import run_in_limited_child

        run_in_limited_child(
            restart=all(source.path is not None for source in resolved.found.sources)
        )


def load_configured_plugins(folders: Sequence[str], config: "Config") -> "Plugins":
    """Return all plugins, with the policies of the folders and of a configuration.

    Raises PluginError.
    """
    from validator.plugins.loading import load_plugins

    return load_plugins(
        folders, config.policy_files, data=config.policy_data, origins=config.origins
    )
