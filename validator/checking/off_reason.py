"""Finds the option or setting that turns a policy off in a file."""

from collections.abc import Collection, Mapping

from validator.checking.selection import Selection
from validator.checking.settings import Choice
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
            return f"{_at(choice)}ignore contains {_first(names, choice.ignore)}"
    for choice in (options, config):
        if choice.select:
            if not names.intersection(choice.select):
                return f"{_at(choice)}select contains neither {id} nor {selection.topic(id)}"
            break
    for number in selection.for_file(file).per_file:
        per_file = settings.per_file[number]
        where = f"{config.name}: per-file {', '.join(per_file.files)}: "
        if names.intersection(per_file.ignore):
            return f"{where}ignore contains {_first(names, per_file.ignore)}"
    if (name := _off_name(options.severity, id, selection)) is not None:
        return f"--severity {name}=off"
    for number in reversed(selection.for_file(file).per_file):
        per_file = settings.per_file[number]
        if (name := _off_name(per_file.severity, id, selection)) is not None:
            return f"{config.name}: per-file {', '.join(per_file.files)}: severity of {name} is off"
    if (name := _off_name(config.severity, id, selection)) is not None:
        return f"{config.name}: severity of {name} is off"
    return "its default severity is off"


def _at(choice: Choice) -> str:
    """Return the beginning of a message about the options or the configuration."""
    return f"{choice.name}: " if choice.name else "--"


def _first(names: Collection[str], ids: Collection[str]) -> str:
    return next(id for id in ids if id in names)


def _off_name(severity: Mapping[str, Level], id: str, selection: Selection) -> str | None:
    """Return the id or topic whose severity is off. The id takes precedence over its topic."""
    for name in (id, selection.topic(id)):
        if name in severity:
            return name if severity[name] == "off" else None
    return None
