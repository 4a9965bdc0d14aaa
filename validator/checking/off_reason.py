"""Finds the option or setting that turns a policy off in a file."""

from collections.abc import Collection, Mapping

from validator.checking.selection import Selection
from validator.checking.settings import Choice, Settings
from validator.project.config import Level


def off_reason(selection: Selection, file: str, id: str) -> str:
    """Return the option or setting that turns an id off in a file; empty if it is on."""
    policy = selection.plugins.policies.get(id)
    if policy is not None and policy.stage == "preview" and not selection.settings.preview:
        return "it is in preview; add --preview, or set preview = true in the configuration"
    if selection.levels(file)[id] != "off":
        return ""
    settings = selection.settings
    options, config = settings.options, settings.config
    names = {id, selection.topic(id)}
    for choice in (options, config):
        if names.intersection(choice.ignore):
            at = _at(settings, choice, "ignore")
            return f"{at} contains {_first(names, choice.ignore)}"
    for choice in (options, config):
        if choice.select:
            if not names.intersection(choice.select):
                at = _at(settings, choice, "select")
                return f"{at} contains neither {id} nor {selection.topic(id)}"
            break
    for number in selection.for_file(file).per_file:
        per_file = settings.per_file[number]
        where = _at_per_file(settings, number)
        if names.intersection(per_file.ignore):
            return f"{where}ignore contains {_first(names, per_file.ignore)}"
    if (name := _off_name(options.severity, id, selection)) is not None:
        return f"--severity {name}=off"
    for number in reversed(selection.for_file(file).per_file):
        per_file = settings.per_file[number]
        if (name := _off_name(per_file.severity, id, selection)) is not None:
            return f"{_at_per_file(settings, number)}severity of {name} is off"
    if (name := _off_name(config.severity, id, selection)) is not None:
        return f"{settings.origin(f'severity.{name}')}: severity of {name} is off"
    return "its default severity is off"


def _at(settings: Settings, choice: Choice, key: str) -> str:
    """Return the beginning of a message about an option, or a key of the configuration."""
    return f"{settings.origin(key)}: {key}" if choice.name else f"--{key}"


def _at_per_file(settings: Settings, number: int) -> str:
    """Return the beginning of a message about a per-file setting."""
    patterns = ", ".join(settings.per_file[number].files)
    return f"{settings.origin(f'per-file.{number}')}: per-file {patterns}: "


def _first(names: Collection[str], ids: Collection[str]) -> str:
    return next(id for id in ids if id in names)


def _off_name(severity: Mapping[str, Level], id: str, selection: Selection) -> str | None:
    """Return the id or topic whose severity is off. The id takes precedence over its topic."""
    for name in (id, selection.topic(id)):
        if name in severity:
            return name if severity[name] == "off" else None
    return None
