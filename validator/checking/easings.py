"""Describes how a configuration makes a run less strict, as sentences for a report."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from validator.checking.off_reason import left_out_by
from validator.checking.policy_options import option_easings
from validator.checking.selection import Selection
from validator.checking.settings import Choice
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.severity import is_at_least
from validator.findings.wording import counted, listing
from validator.project.config import Level


class _Searched(NamedTuple):
    """The ids of the policies and other findings that a run searches for.

    `places` holds the position of each. `topics` holds the position of the first id of each
    topic, and the number of its ids.
    """

    places: Mapping[str, int]
    topics: Mapping[str, tuple[int, int]]


def selection_easings(selection: Selection, per_file: Iterable[tuple[int, ...]]) -> Iterator[str]:
    """Yield a sentence for each way in which the configuration weakens the check.

    `per_file` holds the numbers of the per-file settings that apply to each file. Effects of
    command-line options are not included.
    """
    settings = selection.settings
    searched = _searched(selection, _searched_ids(selection))
    yield from _everywhere(selection, searched)
    name, policies = settings.config.name, selection.plugins.policies
    horizon, origins = settings.expiring_within, settings.origins
    yield from option_easings(name, settings.policy_options, policies, horizon, origins)
    yield from _in_files(selection, searched, per_file)


def level_easings(
    selection: Selection, ids: Iterable[str], per_file: Iterable[tuple[int, ...]]
) -> Iterator[str]:
    """Yield a sentence for each way in which the configuration lowers the levels of some ids.

    `per_file` is as for `selection_easings`.
    """
    searched = _searched(selection, ids)
    yield from _everywhere(selection, searched)
    yield from _in_files(selection, searched, per_file)


def _everywhere(selection: Selection, searched: _Searched) -> Iterator[str]:
    settings = selection.settings
    config = Choice(settings.config.name)
    strict = Selection(settings._replace(config=config, per_file=()), selection.plugins)
    levels = selection.levels_with(())
    by_origin: dict[str, dict[str, Level]] = {}
    for id, level in levels.items():
        by_origin.setdefault(_deciding_file(selection, id, level), {})[id] = level
    for origin, changed in by_origin.items():
        yield from _easings(selection, origin, searched, strict.levels_with(()), changed)


def _deciding_file(selection: Selection, id: str, level: Level) -> str:
    """Return the file with the key of the configuration that decides the level of an id."""
    settings = selection.settings
    left_out = left_out_by(selection, id) if level == "off" else None
    if left_out is not None:
        return settings.origin(left_out[1])
    name = id if id in settings.config.severity else selection.topic(id)
    return settings.origin(f"severity.{name}")


def _in_files(
    selection: Selection, searched: _Searched, per_file: Iterable[tuple[int, ...]]
) -> Iterator[str]:
    levels = selection.levels_with(())
    counts = Counter(number for numbers in per_file for number in numbers)
    for number, files in sorted(counts.items()):
        where = f" in {counted(files, 'file')} (per-file)"
        changed = selection.changed_levels((number,))
        origin = selection.settings.origin(f"per-file.{number}")
        lines = _easings(selection, origin, searched, levels, changed)
        yield from (f"{line}{where}" for line in lines)


def _easings(
    selection: Selection,
    origin: str,
    searched: _Searched,
    before: Mapping[str, Level],
    changed: Mapping[str, Level],
) -> Iterator[str]:
    """Yield sentences about the levels, by id, that a file of the configuration has changed."""
    ids = sorted(changed.keys() & searched.places, key=searched.places.__getitem__)
    off = [id for id in ids if before[id] != "off" and changed[id] == "off"]
    if off:
        yield f"{origin} turns off {listing(_grouped(selection, searched, off))}"
    lowered = [id for id in ids if _is_lowered(before[id], changed[id])]
    if lowered:
        parts = (f"{id} from {before[id]} to {changed[id]}" for id in lowered)
        yield f"{origin} lowers {listing(parts)}"


def _searched_ids(selection: Selection) -> list[str]:
    """Return the ids of the policies and other findings that a run searches for."""
    policies = [id for id in selection.plugins.policies if id in selection.running]
    others = [
        id
        for id, page in BUILTIN_FINDINGS.items()
        if page.topic != "drift" and (page.topic != "change" or selection.settings.since)
    ]
    return [*policies, *others]


def _searched(selection: Selection, ids: Iterable[str]) -> _Searched:
    places = {id: place for place, id in enumerate(ids)}
    topics: dict[str, tuple[int, int]] = {}
    for id, place in places.items():
        # Only options can turn this id off.
        if id != "suppression-added":
            first, number = topics.get(selection.topic(id), (place, 0))
            topics[selection.topic(id)] = first, number + 1
    return _Searched(places, topics)


def _grouped(selection: Selection, searched: _Searched, off: Iterable[str]) -> Iterator[str]:
    """Yield the topics in which every id is off, and the single ids that are off."""
    by_topic: dict[str, list[str]] = {}
    for id in off:
        by_topic.setdefault(selection.topic(id), []).append(id)
    for topic, here in sorted(by_topic.items(), key=lambda item: searched.topics[item[0]]):
        if len(here) == searched.topics[topic][1] > 1:
            yield f"all of {topic}"
        else:
            yield from here


def _is_lowered(before: Level, after: Level) -> bool:
    if before == "off" or after == "off":
        return False
    return not is_at_least(after, before)
