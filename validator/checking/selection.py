"""Which policies run, and how severe their findings are, in which files."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from validator.findings.builtin import BUILTIN_FINDINGS, find_builtin, is_builtin
from validator.findings.wording import did_you_mean
from validator.plugins.loading import Plugins, load_plugins
from validator.plugins.policy import Policy
from validator.project.config import ConfigError, Level, PerFile


class Choice(NamedTuple):
    """The policies that the options or the configuration choose.

    `name` is the name of the configuration in messages; empty for the options.
    """

    name: str
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severity: Mapping[str, Level] = {}


class Settings(NamedTuple):
    """All settings that decide what is found in a text; plain values, fit for another process.

    `options` override `config`. The patterns of `per_file` are relative to `folder`, file names
    to `cwd`. With `since` there is an older version, and policies over a change run. With
    `cached` each result says how long its words hold, and of which bytes it is. `installed=False`
    leaves out the plugins of installed packages.
    """

    as_of: date
    expiring_within: int = 30
    options: Choice = Choice("")
    config: Choice = Choice("the configuration")
    per_file: tuple[PerFile, ...] = ()
    folder: Path = Path()
    cwd: Path = Path()
    policy_folders: tuple[str, ...] = ()
    policy_files: tuple[str, ...] = ()
    installed: bool = True
    since: bool = False
    cached: bool = False


class FileSelection(NamedTuple):
    """The selection for one file.

    `levels` has the level of each policy and of each other finding, by id. `policies` are those
    that run; `off` is the number of policies that could run and are off in this file.
    """

    levels: Mapping[str, Level]
    policies: Mapping[str, Policy]
    off: int


@dataclass(frozen=True)
class Selection:
    """The settings of a run, and the plugins that they apply to."""

    settings: Settings
    plugins: Plugins

    def for_file(self, file: str) -> FileSelection:
        """Return the selection for a file."""
        levels = self.levels(file)
        return self._for_most_files if levels is self._levels else self._for_levels(levels)

    def _for_levels(self, levels: Mapping[str, Level]) -> FileSelection:
        policies = {
            id: policy
            for id, policy in self.plugins.policies.items()
            # A policy over the fleet may report a fact of this file in another file.
            if id in self.running and (levels[id] != "off" or policy.over == "fleet")
            if id not in self.off
        }
        return FileSelection(levels, policies, sum(levels[id] == "off" for id in self.running))

    @cached_property
    def _for_most_files(self) -> FileSelection:
        return self._for_levels(self._levels)

    def levels(self, file: str) -> Mapping[str, Level]:
        """Return the level of each policy and of each other finding in a file, by id."""
        if not self.settings.per_file:
            return self._levels
        matching = [
            per_file
            for per_file, matches in zip(self.settings.per_file, self._matchers, strict=True)
            if self._matches(matches, file)
        ]
        if not matching:
            return self._levels
        levels = dict(self._levels)
        for per_file in matching:
            for id in levels:
                if self._names(per_file.ignore, id) and not self._is_selected_by_option(id):
                    levels[id] = "off"
            levels.update(per_file.severity)
        levels.update(self.settings.options.severity)
        return levels

    @cached_property
    def running(self) -> frozenset[str]:
        """The ids of the policies that can run: those over a change need an older version."""
        return frozenset(
            policy.id
            for policy in self.plugins.policies.values()
            if policy.over != "change" or self.settings.since
        )

    @cached_property
    def off(self) -> tuple[str, ...]:
        """The ids of the policies that can run and are off in every file."""
        return tuple(
            id for id in self.plugins.policies if id in self.running and self._levels[id] == "off"
        )

    @property
    def known_ids(self) -> Collection[str]:
        """The ids of all policies and of all other findings."""
        return self._levels.keys()

    def is_known(self, id: str) -> bool:
        """Return whether a policy, or another finding, has this id."""
        return id in self.plugins.policies or (is_builtin(id) and id != "schema-KEYWORD")

    @cached_property
    def _levels(self) -> Mapping[str, Level]:
        options, config = self.settings.options, self.settings.config
        select = options.select or config.select
        levels: dict[str, Level] = {}
        for id, policy in self.plugins.policies.items():
            wanted = not select or self._names(select, id)
            levels[id] = policy.severity if wanted and not self._is_ignored(id) else "off"
        for id, finding in BUILTIN_FINDINGS.items():
            levels[id] = (
                "off" if self._is_ignored(id) and not finding.blocks_policies else finding.severity
            )
        for severity in (config.severity, options.severity):
            levels.update({id: level for id, level in severity.items() if levels[id] != "off"})
        return levels

    def _is_ignored(self, id: str) -> bool:
        options, config = self.settings.options, self.settings.config
        return self._names(options.ignore, id) or (
            self._names(config.ignore, id) and not self._is_selected_by_option(id)
        )

    def _is_selected_by_option(self, id: str) -> bool:
        return self._names(self.settings.options.select, id)

    def _names(self, ids: Collection[str], id: str) -> bool:
        return id in ids or self.topic(id) in ids

    def topic(self, id: str) -> str:
        """Return the topic of a policy or of another finding."""
        if id in self.plugins.policies:
            return self.plugins.policies[id].topic
        found = find_builtin(id)
        return found.topic if found else "custom"

    @cached_property
    def _matchers(self) -> list[Callable[[str], bool]]:
        if not self.settings.per_file:
            return []
        from validator.project.patterns import pattern_matcher

        return [pattern_matcher(item.files) for item in self.settings.per_file]

    def _matches(self, matches: Callable[[str], bool], file: str) -> bool:
        absolute = (self.settings.cwd / file).resolve()
        folder = self.settings.folder.resolve()
        inside = absolute.is_relative_to(folder)
        return matches(absolute.relative_to(folder).as_posix() if inside else file)


def load_selection(settings: Settings) -> Selection:
    """Return the selection of some settings, with the plugins that they name.

    Raises PluginError.
    """
    folders, files = settings.policy_folders, settings.policy_files
    return Selection(settings, load_plugins(folders, files, installed=settings.installed))


def validate_selection(selection: Selection) -> None:
    """Check that all ids exist and that a policy is left to run.

    Raises ConfigError with a line for each cause.
    """
    causes: list[str] = []
    settings = selection.settings
    for choice in (settings.options, settings.config):
        at = f"{choice.name}: " if choice.name else "--"
        causes += _unknown(selection, f"{at}select", choice.select)
        causes += _wrong(selection, at, choice.ignore, choice.severity)
    for per_file in settings.per_file:
        at = f"{settings.config.name}: per-file: "
        causes += _wrong(selection, at, per_file.ignore, per_file.severity)
    if causes:
        raise ConfigError(*causes)
    if len(selection.off) == len(selection.running):
        raise ConfigError(
            "no policy is left to run; select one, or ignore fewer"
            + ("" if settings.since else " (policies over a change need --since)")
        )


def _wrong(
    selection: Selection, at: str, ignore: Iterable[str], severity: Iterable[str]
) -> Iterator[str]:
    yield from _unknown(selection, f"{at}ignore", ignore)
    yield from _blocking(f"{at}ignore", ignore)
    yield from _unknown(selection, f"{at}severity", severity, topics=False)
    yield from _blocking(f"{at}severity", severity)


def _unknown(
    selection: Selection, at: str, ids: Iterable[str], *, topics: bool = True
) -> Iterator[str]:
    known = {*selection.plugins.policies, *(set(BUILTIN_FINDINGS) - {"schema-KEYWORD"})}
    if topics:
        known |= {selection.topic(id) for id in known} | {"schema"}
    what = "policy or topic" if topics else "policy"
    for id in ids:
        if id not in known and not id.startswith("schema-"):
            hint = did_you_mean(id, sorted(known))
            yield f"{at}: no {what} is called {id or 'nothing'}" + (hint and f"; {hint}")


def _blocking(at: str, ids: Iterable[str]) -> Iterator[str]:
    """Yield a line for each id of a finding that keeps policies from running."""
    for id in ids:
        found = find_builtin(id)
        if (found is not None and found.blocks_policies) or id in ("schema", "yaml"):
            yield f"{at}: {id} stays an error, for policies cannot look at a document that has it"
