"""The users of a tenant on a day: who is covered, by which licence, and until when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from validator.findings.wording import closest_name, listing, suggestion
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after
from validator.tenant.model import Assignment, Subscription, User
from validator.tenant.runs import Runs, change_after, last_in_any, merged, run_at
from validator.tenant.shared import shared
from validator.tenant.subscriptions_on import SubscriptionsOn
from validator.tenant.timeline import AssignmentKey, access_keys, assignment_keys, key_of


class PeopleOn(SubscriptionsOn):
    """The subscriptions and users of a tenant on a day."""

    # People

    @shared
    def _covers(self) -> dict[User, date | None]:
        covers: dict[User, date | None] = {}
        known: dict[tuple[AssignmentKey, ...], date | None] = {}
        for user in self.users:
            keys = access_keys(user, self.index.subscriptions)
            if keys not in known:
                known[keys] = self._served_until(keys)
            covers[user] = known[keys]
        return covers

    def _served_until(self, keys: Iterable[AssignmentKey]) -> date | None:
        """Return the last day on which one of several assignments serves; None if not today."""
        return self._until_in_any([self.timeline.serves(key) for key in keys])

    def _until_in_any(self, parts: Sequence[Runs]) -> date | None:
        """Return the last day of the run that includes today in the union of several runs."""
        if len(parts) == 1:
            return self.until(parts[0])
        day = self.clock.day
        last = last_in_any(parts, day, self.timeline.unions)
        if last is None:
            self.clock.note(min([change_after(runs, day) for runs in parts], default=FOREVER))
        else:
            self.clock.note(day_after(last))
        return last

    def user_covered_until(self, user: User) -> date | None:
        """Return the last day on which the user is covered (R7, R8); None if not covered today."""
        covers = self._covers
        if user in covers:
            return covers[user]
        return self._served_until(access_keys(user, self.index.subscriptions))

    @shared
    def ending_users(self) -> tuple[tuple[User, date], ...]:
        """The users whose cover ends soon, each with the last day."""
        covers = self._covers
        ending = {until for until in {*covers.values()} if until and self.is_ending(until)}
        return tuple([(user, until) for user, until in covers.items() if until in ending])

    @cached_property
    def unassigned_users(self) -> tuple[User, ...]:
        """The users who need an assignment to have access, and have none (R7)."""
        return tuple(
            user for user in self.users if not user.assignments and terms.needs_assignment(user)
        )

    def license_covered_until(self, user: User, license: str) -> date | None:
        """Return the last day on which a licence of the user is covered; None if not today."""
        keys = assignment_keys(user, self.index.subscriptions)
        return self.share(("license", keys, license), self._given_until, keys, license)

    def _given_until(self, keys: Sequence[AssignmentKey], license: str) -> date | None:
        return self._until_in_any([self.timeline.gives(key, license) for key in keys])

    def holders_if_listed(self, subscription: Subscription, license: str) -> int:
        """Return the number of users who would take a seat of a licence that is not listed.

        If no other agent licence is listed, they include those whose assignment names no licence.
        """
        key = "people.holders_if_listed", subscription.id, license
        return self.share(key, self._count_if_listed, subscription, license)

    def _count_if_listed(self, subscription: Subscription, license: str) -> int:
        users = set(self.index.holders.get((subscription.id, license), ()))
        agents = terms.AGENT_LICENSES
        if license in agents and subscription.entitlements.keys().isdisjoint(agents):
            users.update(self.index.bare_holders.get(subscription.id, ()))
        return len(users)

    def serves(self, user: User, assignment: Assignment) -> bool:
        """Return whether an assignment of the user serves today."""
        return self.run(self.runs_of(user, assignment)) is not None

    def runs_of(self, user: User, assignment: Assignment) -> Runs:
        """Return the runs of days on which an assignment of the user serves."""
        works = terms.works(user)
        key = key_of(assignment.subscription, assignment.license, user_works=works)
        return self.timeline.serves(key)

    def access_on(self, user: User, day: date) -> str:
        """Return the ids of the subscriptions that give the user access on a day, as text."""
        keys = access_keys(user, self.index.subscriptions)
        return _ids_on({key: self.timeline.serves(key) for key in keys}, day)

    def license_on(self, user: User, license: str, day: date) -> str:
        """Return the ids of the subscriptions that give the user a licence on a day, as text."""
        keys = assignment_keys(user, self.index.subscriptions)
        return _ids_on({key: self.timeline.gives(key, license) for key in keys}, day)

    def is_served(self, user: User) -> bool:
        """Return whether one of the user's assignments serves today."""
        return any(self.serves(user, item) for item in user.assignments)

    def is_idle(self, user: User, days: int = terms.IDLE_DAYS) -> bool:
        """Return whether the user is inactive, or had no access for more than `days` days."""
        return terms.is_idle(user, self.today, days)

    @cached_property
    def administrators(self) -> tuple[User, ...]:
        """The users with the role administrator."""
        return tuple(user for user in self.users if "administrator" in user.roles)

    @shared
    def administrators_with_access(self) -> tuple[User, ...]:
        """The administrators who are covered today."""
        return tuple(
            user for user in self.administrators if self.user_covered_until(user) is not None
        )

    @shared
    def administrators_covered_until(self) -> date | None:
        """The last day on which at least one administrator is covered; None if none is today."""
        by_id = self.index.subscriptions
        keys = {key for user in self.administrators for key in access_keys(user, by_id)}
        return self.until(merged(run for key in keys for run in self.timeline.serves(key)))

    @shared
    def has_lasting_administrator(self) -> bool:
        """Whether an administrator who is not idle keeps access beyond the horizon."""
        covers = (
            self.user_covered_until(user) for user in self.administrators if not self.is_idle(user)
        )
        return any(until is not None and not self.is_ending(until) for until in covers)

    def user(self, email: str) -> User | None:
        """Return the first user with an e-mail address, ignoring letter case."""
        return self.index.users.get(email.lower())

    def closest_administrator(self, email: str) -> str | None:
        """Return the administrator's address that is most similar to an unknown one, or None.

        Addresses of one company have the same domain, so the parts before it must be similar, too.
        """
        other = self.index.known_administrators.closest(email)
        name, at, _ = email.partition("@")
        is_similar = other is not None and closest_name(name, [other.partition("@")[0]])
        return other if is_similar or not at else None

    def suggest_administrator(self, email: str) -> str:
        """Return "did you mean ada@harbour.example?" for an address without an administrator."""
        return suggestion(self.closest_administrator(email))


def _ids_on(runs: Mapping[AssignmentKey, Runs], day: date) -> str:
    """Return the subscriptions of the assignments whose runs include a day, as text."""
    return listing(dict.fromkeys(id for (id, _, _), found in runs.items() if run_at(found, day)))
