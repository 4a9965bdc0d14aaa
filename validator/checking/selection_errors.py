"""Finds errors in the ids, topics and options that a run names."""

from collections.abc import Iterable, Iterator

from validator.checking.policy_names import is_blocking
from validator.checking.policy_options import wrong_options
from validator.checking.selection import Selection
from validator.findings.wording import did_you_mean
from validator.project.config import ConfigError


def validate_selection(selection: Selection, *, runs_policies: bool = True) -> None:
    """Check that all ids exist and that at least one policy runs.

    If `runs_policies` is false, only the ids in the options are checked, because the ids in the
    configuration may belong to policies that are not loaded. Raises ConfigError with a line for
    each cause.
    """
    causes: list[str] = []
    settings = selection.settings
    for choice in (settings.options, settings.config) if runs_policies else (settings.options,):
        at = "--"
        if choice.name:
            at = f"{settings.origin('select')}: "
        causes += _unknown(selection, f"{at}select", choice.select)
        causes += _previews(selection, f"{at}select", choice.select) if runs_policies else ()
        causes += _wrong(selection, choice.name, choice.ignore, choice.severity)
    for number, per_file in enumerate(settings.per_file if runs_policies else ()):
        origin = settings.origin(f"per-file.{number}")
        for key, ids in (("ignore", per_file.ignore), ("severity", per_file.severity)):
            causes += _unknown(selection, f"{origin}: per-file: {key}", ids)
            causes += _blocking(f"{origin}: per-file: {key}", ids)
    if runs_policies:
        policies = selection.plugins.policies
        name, origins = settings.config.name, settings.origins
        causes += wrong_options(name, settings.policy_options, policies, origins)
    if causes:
        raise ConfigError(*causes)
    looks_for_removals = settings.since and selection.levels_with(())["tenant-removed"] != "off"
    names_removals = "tenant-removed" in (*settings.options.select, *settings.config.select)
    is_empty = len(selection.off) == len(selection.running)
    if runs_policies and is_empty and not (looks_for_removals and names_removals):
        raise ConfigError(
            "no policy is left to run: each is ignored, off, in preview or not selected"
            + ("" if settings.since else " (policies over a change need --since)")
        )


def _wrong(
    selection: Selection, name: str, ignore: Iterable[str], severity: Iterable[str]
) -> Iterator[str]:
    """Yield a line for each invalid id in the options or in the configuration `name`."""
    for key, ids in (("ignore", ignore), ("severity", severity)):
        for id in ids:
            at = f"--{key}"
            if name:
                origin = selection.settings.origin(f"{key}.{id}" if key == "severity" else key)
                at = f"{origin}: {key}"
            yield from _unknown(selection, at, [id])
            yield from _blocking(at, [id])


def _unknown(selection: Selection, at: str, ids: Iterable[str]) -> Iterator[str]:
    """Yield a line for each name that is neither an id nor a topic."""
    for id in ids:
        if not selection.names.is_known(id):
            if not id:
                yield f"{at}: the id is empty; write the id of a policy, or a topic"
                continue
            hint = did_you_mean(id, selection.names.suggestions)
            hint = f"{hint} It" if hint else "it"
            yield (
                f"{at}: no policy or topic is called {id}; "
                f"{hint} may come from --policies or from a plugin that is not installed"
            )


def _previews(selection: Selection, at: str, ids: Iterable[str]) -> Iterator[str]:
    """Yield a line for each policy in preview that is selected by its id but cannot run."""
    for id in ids:
        policy = selection.plugins.policies.get(id)
        if policy is not None and policy.stage == "preview" and not selection.settings.preview:
            yield (
                f"{at}: {id} is in preview; add --preview, or set preview = true in the "
                f"configuration"
            )


def _blocking(at: str, ids: Iterable[str]) -> Iterator[str]:
    """Yield a line for each id of a finding that prevents policies from running."""
    for id in ids:
        if is_blocking(id):
            yield (
                f"{at}: {id} must stay an error because policies cannot run on a document that "
                f"has it"
            )
