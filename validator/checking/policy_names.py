"""The ids and topics that a configuration, an option or a comment can name."""

from collections.abc import Mapping
from functools import cached_property

from validator.checking.renames import current_ids
from validator.findings.builtin import (
    BUILTIN_FINDINGS,
    blocks_policies,
    can_be_hidden,
    find_builtin,
    is_builtin,
)
from validator.plugins.policy import Policy

_BLOCKING_TOPICS = ("schema", "yaml")
_ANY_SCHEMA_ID = "schema-KEYWORD"


def is_blocking(name: str) -> bool:
    """Return whether a name is an id or topic of findings that prevent policies from running."""
    return blocks_policies(name) or name in _BLOCKING_TOPICS


def is_refused_in_comments(name: str) -> bool:
    """Return whether findings with this id or topic cannot be suppressed."""
    return is_blocking(name) or not can_be_hidden(name)


class PolicyNames:
    """The ids and topics of the policies in a run and the other findings."""

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        self._policies = policies

    def topic(self, id: str) -> str:
        """Return the topic of a policy or another finding."""
        if id in self._policies:
            return self._policies[id].topic
        found = find_builtin(id)
        return found.topic if found else "custom"

    @cached_property
    def current(self) -> Mapping[str, str]:
        """The current id of each policy by its former ids."""
        return current_ids(self._policies.values())

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of each topic."""
        topics: dict[str, list[str]] = {}
        for id in (*self._policies, *BUILTIN_FINDINGS):
            topics.setdefault(self.topic(id), []).append(id)
        return {topic: tuple(ids) for topic, ids in topics.items()}

    def is_id(self, name: str) -> bool:
        """Return whether this is the id of a policy or another finding."""
        return name in self._policies or (is_builtin(name) and name != _ANY_SCHEMA_ID)

    def is_known(self, name: str) -> bool:
        """Return whether this is an id or a topic."""
        return self.is_id(name) or name in self.by_topic

    @cached_property
    def suggestions(self) -> tuple[str, ...]:
        """The ids and topics that a message can suggest, sorted."""
        ids = {*self._policies, *BUILTIN_FINDINGS} - {_ANY_SCHEMA_ID}
        return tuple(sorted({*ids, *self.by_topic}))

    def ids_in_comment(self, name: str) -> tuple[str, ...]:
        """Return the ids that a name in a suppression means."""
        own = (name,) if self.is_id(name) else ()
        if name in _BLOCKING_TOPICS:
            return own
        return (*own, *(id for id in self.by_topic.get(name, ()) if can_be_hidden(id)))
