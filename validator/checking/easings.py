"""Describes how a configuration makes a run less strict, as sentences for a report."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from validator.checking.policy_options import option_easings
from validator.checking.selection import Choice, Selection
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.severity import is_at_least
from validator.findings.wording import counted, listing
from validator.project.config import Level


def selection_easings(selection: Selection, per_file: Iterable[tuple[int, ...]]) -> Iterator[str]:
    """Yield a sentence for each way in which the configuration weakens the check.

    `per_file` holds the numbers of the per-file settings that apply to each file. Effects of
    command-line options are not included.
    """
    settings = selection.settings
    name = settings.config.name
    strict = Selection(settings._replace(config=Choice(name), per_file=()), selection.plugins)
    levels = selection.levels_with(())
    yield from _easings(selection, name, strict.levels_with(()), levels)
    policies = selection.plugins.policies
    yield from option_easings(name, settings.policy_options, policies, settings.expiring_within)
    counts = Counter(number for numbers in per_file for number in numbers)
    for number, files in sorted(counts.items()):
        where = f" in {counted(files, 'file')} (per-file)"
        eased = selection.levels_with((number,))
        yield from (f"{line}{where}" for line in _easings(selection, name, levels, eased))


def _easings(
    selection: Selection, name: str, before: Mapping[str, Level], after: Mapping[str, Level]
) -> Iterator[str]:
    ids = _searched_ids(selection)
    off = {id for id in ids if before[id] != "off" and after[id] == "off"}
    if off:
        yield f"{name} turns off {listing(_grouped(selection, ids, off))}"
    lowered = [id for id in ids if _is_lowered(before[id], after[id])]
    if lowered:
        parts = (f"{id} from {before[id]} to {after[id]}" for id in lowered)
        yield f"{name} lowers {listing(parts)}"


def _searched_ids(selection: Selection) -> list[str]:
    """Return the ids of the policies and other findings that a run searches for."""
    policies = [id for id in selection.plugins.policies if id in selection.running]
    others = [
        id
        for id, page in BUILTIN_FINDINGS.items()
        if page.topic != "drift" and (page.topic != "change" or selection.settings.since)
    ]
    return [*policies, *others]


def _grouped(selection: Selection, ids: Iterable[str], off: set[str]) -> Iterator[str]:
    """Yield the topics in which every id is off, and the single ids that are off."""
    topics: dict[str, list[str]] = {}
    for id in ids:
        # Only options can turn this id off.
        if id != "suppression-added":
            topics.setdefault(selection.topic(id), []).append(id)
    for topic, members in topics.items():
        here = [id for id in members if id in off]
        if len(here) == len(members) > 1:
            yield f"all of {topic}"
        else:
            yield from here


def _is_lowered(before: Level, after: Level) -> bool:
    if before == "off" or after == "off":
        return False
    return not is_at_least(after, before)
