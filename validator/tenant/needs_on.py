"""The licences that users need because they have no access or licence, or soon lose it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import day_after
from validator.tenant.model import User
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import run_at
from validator.tenant.timeline import assignment_keys, takes_agent_seat

EITHER_LICENSE = f"{terms.STANDARD} or {terms.PREMIUM}"
"""Stands for an agent licence in the need of a user whose assignments do not say which one."""


class Need(NamedTuple):
    """A licence that a user needs from a day on. It is None for access without a licence.

    `is_unassigned` means that the user has no assignments. The needs of other users are met first.
    """

    license: str | None
    day: date
    is_unassigned: bool = False


class Waiting(NamedTuple):
    """The users who need a licence, by licence, each with the need.

    Those without assignments are last. `before` is the number of the users before those.
    """

    users: Mapping[str | None, Sequence[tuple[User, Need]]]
    before: Mapping[str | None, int]


class NeedsOn:
    """The needs of the users of a tenant on a day."""

    def __init__(self, tenant: PeopleOn) -> None:
        self._tenant = tenant

    def of(self, user: User) -> tuple[Need, ...]:
        """Return the needs of a user who is not covered or soon loses access.

        The first need is access itself. The others are further licences that end soon. Empty for a
        user with lasting access, and for one who needs more than an assignment.
        """
        tenant = self._tenant
        until = tenant.user_covered_until(user)
        if until is not None and not tenant.is_ending(until):
            return ()
        is_unassigned = not user.assignments
        if (is_unassigned and not terms.needs_assignment(user)) or tenant.is_idle(user):
            return ()
        if until is None and not all(
            tenant.subscription(item.subscription) for item in user.assignments
        ):
            return ()  # an id must be corrected first
        licenses = self._agent_licenses(user, until)
        if len(licenses) != 1:
            return ()
        if until is None:
            tenant.clock.note_tomorrow()
        day = tenant.clock.day if until is None else day_after(until)
        return (Need(licenses[0], day, is_unassigned), *self.further(user))

    def further(self, user: User) -> Sequence[Need]:
        """Return the needs of a user for licences other than those of agents that end soon.

        Empty for a user with lasting access, for whom each of them has a finding.
        """
        until = self._tenant.user_covered_until(user)
        if until is not None and not self._tenant.is_ending(until):
            return ()
        return self._ending_needs(user, named_licenses(user).difference(terms.AGENT_LICENSES))

    def waiting(self, license: str | None) -> Sequence[tuple[User, Need]]:
        """Return the users who need a licence, today or soon, each with the need.

        Those without assignments are last.
        """
        return self._waiting.users.get(license, ())

    def number(self, licenses: Collection[str | None], *, is_unassigned: bool) -> int:
        """Return the number of users who need one of several licences.

        Those without assignments are only counted with `is_unassigned`.
        """
        waiting = self._waiting
        if is_unassigned:
            return sum([len(waiting.users.get(license, ())) for license in licenses])
        return sum([waiting.before.get(license, 0) for license in licenses])

    def own_subscriptions(self, user: User, license: str | None) -> set[str]:
        """Return the subscriptions in which a user takes an agent seat, but none of the licence."""
        by_id = self._tenant.index.subscriptions
        keys = [key for key in assignment_keys(user, by_id) if takes_agent_seat(key)]
        taken = {id for id, named, _ in keys if (named or terms.sole_license(by_id[id])) == license}
        return {id for id, _, _ in keys} - taken

    def own_seats(self, license: str) -> Counter[str]:
        """Return how many users who need a licence take an agent seat already, by subscription.

        Those who take a seat of the licence there are omitted.
        """
        return self._tenant.share(("needs.own_seats", license), self._work_out_own_seats, license)

    def _work_out_own_seats(self, license: str) -> Counter[str]:
        return Counter(
            id for user, _ in self.waiting(license) for id in self.own_subscriptions(user, license)
        )

    @property
    def _waiting(self) -> Waiting:
        return self._tenant.share("needs.waiting", self._work_out_waiting)

    def _work_out_waiting(self) -> Waiting:
        tenant = self._tenant
        waiting: dict[str | None, list[tuple[User, Need]]] = {}
        last: list[tuple[User, Need]] = []
        lacking: list[User] = []
        for user in tenant.users:
            needs = self.of(user) or self._ending_needs(user, named_licenses(user))
            if needs and tenant.is_idle(user):
                needs = ()
            if self._lacks_premium(user):
                # The need of today comes before one of a later day.
                lacking.append(user)
                needs = [need for need in needs if need.license != terms.PREMIUM]
            for need in needs:
                if need.is_unassigned:
                    last.append((user, need))
                else:
                    waiting.setdefault(need.license, []).append((user, need))
        for user in lacking:
            tenant.clock.note_tomorrow()
            need = Need(terms.PREMIUM, tenant.clock.day)
            waiting.setdefault(terms.PREMIUM, []).append((user, need))
        before = {license: len(users) for license, users in waiting.items()}
        for user, need in last:
            waiting.setdefault(need.license, []).append((user, need))
        return Waiting(waiting, before)

    def _ending_needs(self, user: User, licenses: Collection[str]) -> Sequence[Need]:
        """Return the needs for those licences of the user that end soon, sorted."""
        needs: list[Need] = []
        for license in licenses:
            until = self._tenant.license_covered_until(user, license)
            if until is not None and self._tenant.is_ending(until):
                needs.append(Need(license, day_after(until)))
        return sorted(needs)

    def _agent_licenses(self, user: User, until: date | None) -> list[str | None]:
        """Return the last agent licences of the user; [None] for one who does not work."""
        named = named_licenses(user).intersection(terms.AGENT_LICENSES)
        if not terms.works(user):
            return [None] if not named else [*named]
        if "supervisor" in user.roles:
            return [terms.PREMIUM] if named <= {terms.PREMIUM} else []
        if named:
            return [*named]
        if user.assignments and all(item.license is not None for item in user.assignments):
            return []  # further licences only
        if until is None:
            known = self._tenant.known_subscriptions(item.subscription for item in user.assignments)
            listed = {name for item in known for name in item.entitlements}
            found = [name for name in terms.AGENT_LICENSES if name in listed]
        else:
            covers = self._tenant.timeline.license_covers
            found = [
                name
                for name in terms.AGENT_LICENSES
                if any(run_at(runs, until) for runs in covers(user, name))
            ]
        return [found[0] if len(found) == 1 else EITHER_LICENSE]

    def _lacks_premium(self, user: User) -> bool:
        """Return whether supervisor-needs-premium reports the user."""
        if "supervisor" not in user.roles or not self._tenant.is_served(user):
            return False
        return self._tenant.license_covered_until(user, terms.PREMIUM) is None


def named_licenses(user: User) -> set[str]:
    """Return the licences that the assignments of the user name."""
    return {item.license for item in user.assignments if item.license is not None}
