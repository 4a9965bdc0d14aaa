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
    left_out = left_out_by(selection, id)
    if left_out is not None:
        choice, key = left_out
        at = f"{settings.origin(key)}: {key}" if choice.name else f"--{key}"
        if key == "select":
            return f"{at} contains neither {id} nor {selection.topic(id)}"
        return f"{at} contains {_first(names, choice.ignore)}"
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


def left_out_by(selection: Selection, id: str) -> tuple[Choice, str] | None:
    """Return what leaves an id out in all files, whatever its severity is; None if nothing does.

    It is the key `ignore` or `select` of the options or of the configuration.
    """
    options, config = selection.settings.options, selection.settings.config
    names = {id, selection.topic(id)}
    if names.intersection(options.ignore):
        return options, "ignore"
    if names.intersection(config.ignore) and not names.intersection(options.select):
        return config, "ignore"
    selecting = options if options.select else config
    if selecting.select and not names.intersection(selecting.select):
        return selecting, "select"
    return None


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
