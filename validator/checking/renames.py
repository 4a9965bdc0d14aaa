"""Renamed and deprecated policies: maps former ids to current ids, and writes notes about them.

A former id still works in options, configurations, suppressions and baselines. A note says which
id to write instead.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from validator.project.config import PerFile

if TYPE_CHECKING:
    from validator.checking.baseline import Entry
    from validator.checking.settings import Choice, Settings
    from validator.plugins.policy import Policy

Value = TypeVar("Value")


def current_ids(policies: Iterable["Policy"]) -> dict[str, str]:
    """Return the current id of each policy by its former ids."""
    return {old: item.id for item in policies for old in item.former_ids}


def with_current_ids(settings: "Settings", current: Mapping[str, str]) -> "Settings":
    """Return the settings with former policy ids replaced by current ids."""
    if not current:
        return settings
    return settings._replace(
        origins=_renamed_origins(settings, current),
        options=_choice(settings.options, current),
        config=_choice(settings.config, current, settings.origins),
        per_file=tuple(_per_file(item, current) for item in settings.per_file),
        policy_options=renamed_options(settings.policy_options, current, settings.origins),
    )


def _renamed_origins(settings: "Settings", current: Mapping[str, str]) -> Mapping[str, str]:
    """Return the origins with those of severities and options by current id."""
    origins = settings.origins
    of_severity = _origins_of_severity(settings.config, origins)
    severity = _renamed_keys(of_severity, current, of_severity, _layers(origins))
    of_options = {
        id: {option: settings.origin(f"policy.{id}.{option}") for option in options}
        for id, options in settings.policy_options.items()
    }
    options = renamed_options(of_options, current, origins)
    return {
        **origins,
        **{f"severity.{id}": origin for id, origin in severity.items() if origin},
        **{
            f"policy.{id}.{option}": origin
            for id, own in options.items()
            for option, origin in own.items()
        },
    }


def _origins_of_severity(choice: "Choice", origins: Mapping[str, str]) -> Mapping[str, str]:
    return {id: origins.get(f"severity.{id}", "") for id in choice.severity}


def _choice(
    choice: "Choice", current: Mapping[str, str], origins: Mapping[str, str] = {}
) -> "Choice":
    of_severity = _origins_of_severity(choice, origins)
    return choice._replace(
        select=_renamed(choice.select, current),
        ignore=_renamed(choice.ignore, current),
        severity=_renamed_keys(choice.severity, current, of_severity, _layers(origins)),
    )


def _layers(origins: Mapping[str, str]) -> Mapping[str, int]:
    """Return the number of each file that values come from. The nearest file has the largest."""
    return {name: number for number, name in enumerate(dict.fromkeys(origins.values()))}


def _per_file(item: PerFile, current: Mapping[str, str]) -> PerFile:
    return item._replace(
        ignore=_renamed(item.ignore, current), severity=_renamed_keys(item.severity, current)
    )


def _renamed(ids: Iterable[str], current: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(current.get(id, id) for id in ids)


def _renamed_keys(
    values: Mapping[str, Value],
    current: Mapping[str, str],
    origins: Mapping[str, str] = {},
    layers: Mapping[str, int] = {},
) -> dict[str, Value]:
    """Return values by current id.

    If a policy's former and current ids both have a value, the value in the nearest file wins. In
    the same file, the value of the current id wins.
    """
    held: dict[str, str] = {}

    def rank(id: str) -> tuple[int, bool]:
        return layers.get(origins.get(id, ""), 0), id not in current

    for id in values:
        new = current.get(id, id)
        if new not in held or rank(id) > rank(held[new]):
            held[new] = id
    return {new: values[id] for new, id in held.items()}


def renamed_options(
    configured: Mapping[str, Mapping[str, Any]],
    current: Mapping[str, str],
    origins: Mapping[str, str],
) -> dict[str, Mapping[str, Any]]:
    """Return the options of policies by current id, resolving conflicts like `_renamed_keys`."""
    layers = _layers(origins)
    renamed: dict[str, Mapping[str, Any]] = {}
    by_current: dict[str, list[str]] = {}
    for id in configured:
        by_current.setdefault(current.get(id, id), []).append(id)
    for new, ids in by_current.items():
        own: dict[str, Any] = {}
        for option in dict.fromkeys(option for id in ids for option in configured[id]):
            values = {id: configured[id][option] for id in ids if option in configured[id]}
            of_option = {id: origins.get(f"policy.{id}.{option}", "") for id in values}
            own[option] = _renamed_keys(values, current, of_option, layers)[new]
        renamed[new] = own
    return renamed


def life_notes(settings: "Settings", policies: Mapping[str, "Policy"]) -> Iterator[str]:
    """Yield a line for each former id or deprecated policy in the options and configuration."""
    current = current_ids(policies.values())
    for at, names in _names(settings):
        for name in dict.fromkeys(names):
            if name in current:
                yield f"{at}: {renamed_note(name, current[name])}"
            elif name in policies and policies[name].stage == "deprecated":
                yield f"{at}: {name} is deprecated; run tenantlint explain {name} to see why"


def renamed_note(old: str, new: str) -> str:
    """Return the note that a policy was renamed."""
    return f"{old} was renamed; write {new}"


def _names(settings: "Settings") -> Iterator[tuple[str, Iterable[str]]]:
    """Yield each option and configuration key that names policies, with the names in it."""
    options, config, origin = settings.options, settings.config, settings.origin
    yield "--select", options.select
    yield "--ignore", options.ignore
    yield "--severity", options.severity

    yield f"{origin('select')}: select", config.select
    yield f"{origin('ignore')}: ignore", config.ignore
    for id in config.severity:
        yield f"{origin(f'severity.{id}')}: severity", (id,)
    for number, item in enumerate(settings.per_file):
        at = f"{origin(f'per-file.{number}')}: per-file"
        yield f"{at}: ignore", item.ignore
        yield f"{at}: severity", item.severity
    for id, values in settings.policy_options.items():
        origins = dict.fromkeys(origin(f"policy.{id}.{key}") for key in values)
        yield from ((f"{name}: policy", (id,)) for name in origins or (config.name,))


def suppression_notes(
    renamed: Iterable[tuple[str, int, str]], policies: Mapping[str, "Policy"]
) -> Iterator[str]:
    """Yield a line for each former id in suppressions. `renamed` holds files, lines and ids."""
    current = current_ids(policies.values())
    places: dict[str, list[str]] = {}
    for file, line, old in renamed:
        places.setdefault(old, []).append(f"{file}:{line}")
    for old, found in places.items():
        if old in current:
            more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
            yield f"{found[0]}{more}: {renamed_note(old, current[old])}"


def baseline_notes(
    file: str, entries: Iterable["Entry"], policies: Mapping[str, "Policy"]
) -> Iterator[str]:
    """Yield a line for each former id in the entries of a baseline."""
    current = current_ids(policies.values())
    for old in sorted({entry.id for entry in entries if entry.id in current}):
        text = f"{old} was renamed to {current[old]}"
        yield f"{file}: {text}; update the baseline with --write-baseline"
