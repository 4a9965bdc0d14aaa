"""Selects the policies that run in each file, and the levels of their findings."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from validator.checking.policy_names import PolicyNames
from validator.checking.policy_options import horizon_of, option_values
from validator.checking.renames import current_ids, with_current_ids
from validator.checking.settings import Settings
from validator.findings.builtin import BUILTIN_FINDINGS, blocks_policies
from validator.findings.builtin_finding import BuiltinFinding
from validator.findings.severity import is_at_least
from validator.plugins.loading import Plugins, load_plugins
from validator.plugins.policy import Policy
from validator.project.config import Level
from validator.project.per_file import per_file_matcher


class FileSelection(NamedTuple):
    """The selection for one file.

    `levels` holds the level of each policy and each other finding, by id. `policies` holds the
    policies that run. `off` is the number of policies that could run but are off in this file.
    `per_file` holds the numbers of the per-file settings that apply to the file.
    """

    levels: Mapping[str, Level]
    policies: Mapping[str, Policy]
    off: int
    per_file: tuple[int, ...] = ()


class PolicyArguments(NamedTuple):
    """The values of a policy's options by name, and its horizon in days."""

    options: Mapping[str, Any]
    horizon: int


class Selection:
    """The settings of a run and the plugins that they apply to.

    If `seconds` is not None, the time that each policy takes in this process is added to it.
    """

    def __init__(
        self, settings: Settings, plugins: Plugins, seconds: dict[str, float] | None = None
    ) -> None:
        self.settings: Settings = settings
        self.plugins: Plugins = plugins
        self.seconds: dict[str, float] | None = seconds

    def without_assumptions(self) -> "Selection":
        """Return the same selection without assumptions."""
        return Selection(self.settings._replace(assumptions=()), self.plugins)

    def for_file(self, file: str) -> FileSelection:
        """Return the selection for a file."""
        numbers = self._matcher(file)
        if numbers not in self._by_numbers:
            self._by_numbers[numbers] = self._for_numbers(numbers)
        return self._by_numbers[numbers]

    @cached_property
    def _by_numbers(self) -> dict[tuple[int, ...], FileSelection]:
        return {}

    def _for_numbers(self, numbers: tuple[int, ...]) -> FileSelection:
        """Return the selection for a file to which the given per-file settings apply."""
        levels = self.levels_with(numbers)
        policies = {
            id: policy
            for id, policy in self.plugins.policies.items()
            # A policy over the fleet may report a fact of this file in another file.
            if id in self.running and (levels[id] != "off" or policy.over == "fleet")
            if id not in self.off
        }
        off = sum(levels[id] == "off" for id in self.running)
        return FileSelection(levels, policies, off, numbers)

    def levels(self, file: str) -> Mapping[str, Level]:
        """Return the level of each policy and each other finding in a file, by id."""
        return self.for_file(file).levels

    @cached_property
    def _matcher(self) -> Callable[[str], tuple[int, ...]]:
        settings = self.settings
        return per_file_matcher(settings.per_file, settings.folder, settings.cwd)

    def levels_with(self, numbers: Sequence[int]) -> Mapping[str, Level]:
        """Return the level of each id in a file to which the given per-file settings apply."""
        return {**self._levels, **self.changed_levels(numbers)} if numbers else self._levels

    def changed_levels(self, numbers: Sequence[int]) -> Mapping[str, Level]:
        """Return the levels that the given per-file settings set, by id."""
        by_id: dict[str, Level] = {}
        ignored: set[str] = set()
        for number in numbers:
            per_file = self.settings.per_file[number]
            by_id |= self._levels_by_id(per_file.severity)
            ignored.update(id for name in per_file.ignore for id in self._ids_named(name))
        by_id |= self._levels_by_id(self.settings.options.severity)
        # --select applies to all files but does not override an ignore in per-file settings.
        by_id |= dict.fromkeys(ignored, "off")
        return self._guarded({id: by_id[id] for id in by_id.keys() - self._left_out})

    def _guarded(self, levels: dict[str, Level]) -> Mapping[str, Level]:
        """Restore the levels that only options may lower, if the configuration has lowered them."""
        options = self.settings.options
        id = "suppression-added"
        if id not in levels:
            return levels
        own: Level = BUILTIN_FINDINGS[id].severity
        own = self._levels_by_id(options.severity).get(id, own)
        own = "off" if self._is_named(options.ignore, id) else own
        level = levels[id]
        if own == "off" or level == "off" or not is_at_least(level, own):
            levels[id] = own
        return levels

    @cached_property
    def running(self) -> frozenset[str]:
        """The ids of the policies that can run.

        Policies over a change need an older version, and policies in preview need `--preview` or
        `preview = true`.
        """
        return frozenset(
            policy.id
            for policy in self.plugins.policies.values()
            if policy.over != "change" or self.settings.since
            if policy.stage != "preview" or self.settings.preview
        )

    @cached_property
    def off(self) -> tuple[str, ...]:
        """The ids of the policies that can run but are off in every file."""
        return tuple(
            id for id in self.plugins.policies if id in self.running and not self._is_on(id)
        )

    def _is_on(self, id: str) -> bool:
        """Return whether an id is on in at least one file."""
        return id in self._on

    @cached_property
    def _on(self) -> frozenset[str]:
        """The ids that are on without per-file settings, or with a per-file setting alone.

        Combinations are not needed: an id that is on with several settings is on with one alone.
        """
        on = {id for id, level in self._levels.items() if level != "off"}
        overriding = self._levels_by_id(self.settings.options.severity)
        for per_file in self.settings.per_file:
            for id, level in self._levels_by_id(per_file.severity).items():
                is_left_out = id in self._left_out or self._is_named(per_file.ignore, id)
                if overriding.get(id, level) != "off" and not is_left_out:
                    on.add(id)
        return frozenset(on)

    def arguments(self, policy: Policy) -> PolicyArguments:
        """Return the arguments with which the functions of a policy are called."""
        return self._arguments[policy.id]

    @cached_property
    def _arguments(self) -> Mapping[str, PolicyArguments]:
        configured, common = self.settings.policy_options, self.settings.expiring_within
        return {
            id: PolicyArguments(
                option_values(policy, configured), horizon_of(policy, configured, common)
            )
            for id, policy in self.plugins.policies.items()
        }

    @cached_property
    def names(self) -> PolicyNames:
        """The ids and topics of the policies and the other findings."""
        return PolicyNames(self.plugins.policies)

    @cached_property
    def judged(self) -> frozenset[str]:
        """The ids that this run searches for in at least one file."""
        ids = self.running | BUILTIN_FINDINGS.keys()
        return frozenset(id for id in ids if self._is_on(id))

    @cached_property
    def _levels(self) -> Mapping[str, Level]:
        options, config = self.settings.options, self.settings.config
        by_id = {**self._levels_by_id(config.severity), **self._levels_by_id(options.severity)}
        every: tuple[Policy | BuiltinFinding, ...] = (
            *self.plugins.policies.values(),
            *BUILTIN_FINDINGS.values(),
        )
        levels: dict[str, Level] = {
            item.id: "off" if item.id in self._left_out else by_id.get(item.id, item.severity)
            for item in every
        }
        return self._guarded(levels)

    @cached_property
    def _left_out(self) -> frozenset[str]:
        """The ids that are ignored in all files, and the policies that are not selected."""
        select = self.settings.options.select or self.settings.config.select
        # Users can select tenant-removed like a policy over a change.
        selectable = (*self.plugins.policies, "tenant-removed")
        policies = (id for id in selectable if select and not self._is_named(select, id))
        known = (*self.plugins.policies, *BUILTIN_FINDINGS)
        ignored = (id for id in known if self._is_ignored(id) and not blocks_policies(id))
        return frozenset((*policies, *ignored))

    def _levels_by_id(self, severity: Mapping[str, Level]) -> dict[str, Level]:
        """Return levels by id. The level of an id takes precedence over the level of its topic."""
        by_topic = {
            id: level for name, level in severity.items() for id in self._ids_by_topic.get(name, ())
        }
        return by_topic | {id: level for id, level in severity.items() if self._is_settable(id)}

    def _ids_named(self, name: str) -> Iterator[str]:
        """Yield the ids whose level can be set that an id or a topic means."""
        if self._is_settable(name):
            yield name
        yield from self._ids_by_topic.get(name, ())

    def _is_settable(self, id: str) -> bool:
        return id in self._ids_by_topic.get(self.topic(id), ())

    @cached_property
    def _ids_by_topic(self) -> Mapping[str, Collection[str]]:
        """The ids whose level can be set, by topic."""
        found: dict[str, dict[str, None]] = {}
        for id in (*self.plugins.policies, *BUILTIN_FINDINGS):
            if not blocks_policies(id):
                found.setdefault(self.topic(id), {})[id] = None
        return found

    def _is_ignored(self, id: str) -> bool:
        options, config = self.settings.options, self.settings.config
        return self._is_named(options.ignore, id) or (
            self._is_named(config.ignore, id) and not self._is_selected_by_option(id)
        )

    def _is_selected_by_option(self, id: str) -> bool:
        return self._is_named(self.settings.options.select, id)

    def _is_named(self, ids: Collection[str], id: str) -> bool:
        return id in ids or self.topic(id) in ids

    def topic(self, id: str) -> str:
        """Return the topic of a policy or another finding."""
        return self.names.topic(id)


def load_selection(settings: Settings) -> Selection:
    """Load the plugins that the settings name, and return the selection. Raises PluginError."""
    folders, files = settings.policy_folders, settings.policy_files
    plugins = load_plugins(
        folders,
        files,
        installed=settings.installed,
        data=settings.policy_data,
        origins=settings.origins,
    )
    current = current_ids(plugins.policies.values())
    return Selection(with_current_ids(settings, current), plugins)
