"""The names of subscriptions, partners or users, and which of them an unknown name may mean."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from validator.findings.similar_names import MAX_NAME_LENGTH, near_names
from validator.findings.wording import MAX_CANDIDATES, closest_name, suggestion
from validator.tenant.model import Partner, Subscription, User

Named = Subscription | Partner | User
"""An entry with an id or an e-mail address, and perhaps a display name."""

# The number of unknown names that are compared with the known ones in all respects, so that a
# hostile file does not take long. The others get a name that differs in one letter.
_MAX_COMPARED = 50


class KnownNames:
    """The names of the entries of one kind.

    `entries` are by name. `references` returns the names by which the tenant refers to entries of
    this kind; it is called if there are many names.
    """

    def __init__(
        self, entries: Mapping[str, Named], references: Callable[[], Collection[str]]
    ) -> None:
        self._entries = entries
        self._find_references = references
        self._compared: dict[str, str | None] = {}

    def closest(self, name: str) -> str | None:
        """Return the known name that is most similar to an unknown one; None if none is similar.

        An unknown name may be the display name of one entry.
        """
        same = self._by_lowercase.get(name.lower())
        if same is not None and len(name) <= MAX_NAME_LENGTH:
            return same
        if name not in self._compared and self._may_be_compared(name):
            self._compared[name] = closest_name(name, list(self._entries))
        return self._compared[name] if name in self._compared else next(iter(self.near(name)), None)

    def suggest(self, name: str) -> str:
        """Return "did you mean Sub1?" for an unknown name, or an empty string."""
        return suggestion(self.closest(name))

    def near(self, name: str) -> Sequence[str]:
        """Return the known names that differ in one letter from one of the references.

        Empty for a name that `closest` compared with all known names in all respects.
        """
        return () if name in self._compared else self._near.get(name.lower(), ())

    def _may_be_compared(self, name: str) -> bool:
        """Return whether `closest_name` may look at all entries. `near` has the references."""
        is_in_near = len(self._entries) > MAX_CANDIDATES and name in self._references
        return len(self._compared) < _MAX_COMPARED and not is_in_near

    @cached_property
    def _by_lowercase(self) -> Mapping[str, str]:
        """The names by their lower case, and by display names in lower case if these are unique."""
        entries = self._entries
        times = Counter((item.name or "").lower() for item in entries.values())
        shown = {
            item.name.lower(): name
            for name, item in entries.items()
            if item.name and times[item.name.lower()] == 1
        }
        return {**shown, **{name.lower(): name for name in entries}}

    @cached_property
    def _references(self) -> Collection[str]:
        return self._find_references()

    @cached_property
    def _near(self) -> Mapping[str, Sequence[str]]:
        """The known names that differ in one letter, for each reference to none of them."""
        unknown = [name for name in self._references if name not in self._entries]
        return near_names(unknown, self._entries)
