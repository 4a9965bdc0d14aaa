"""The licences that users need because they have no access or licence, or soon lose it."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import day_after
from validator.tenant.model import User
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import run_at

EITHER_LICENSE = f"{terms.STANDARD} or {terms.PREMIUM}"
"""Stands for an agent licence in the need of a user whose assignments do not say which one."""


class Need(NamedTuple):
    """A licence that a user needs from a day on. It is None for access without a licence.

    `is_unassigned` means that the user has no assignments. The needs of other users are met first.
    """

    license: str | None
    day: date
    is_unassigned: bool = False


class NeedsOn:
    """The needs of the users of a tenant on a day."""

    def __init__(self, tenant: PeopleOn) -> None:
        self._tenant = tenant

    def of(self, user: User) -> tuple[Need, ...]:
        """Return the needs of a user who has no access, or soon loses it; empty if not known."""
        return self.by_user.get(user) or self.unassigned.get(user, ())

    @property
    def by_user(self) -> Mapping[User, tuple[Need, ...]]:
        """The needs of users who are not covered, or soon lose access.

        The first need is access itself. The others are further licences that end soon. Users who
        need more than an assignment are omitted.
        """
        return self._tenant.share("needs.by_user", self._work_out_needs)

    def _work_out_needs(self) -> dict[User, tuple[Need, ...]]:
        tenant = self._tenant
        needs: dict[User, tuple[Need, ...]] = {}
        for user in tenant.users:
            until = tenant.user_covered_until(user)
            if until is not None and not tenant.is_ending(until):
                continue
            if not user.assignments or tenant.is_idle(user):
                continue
            licenses = self._agent_licenses(user, until)
            if len(licenses) != 1:
                continue
            if until is None:
                tenant.clock.note_tomorrow()
            day = tenant.clock.day if until is None else day_after(until)
            further = self._ending_needs(user, named_licenses(user) - {*licenses})
            needs[user] = (Need(licenses[0], day), *further)
        return needs

    @property
    def unassigned(self) -> Mapping[User, tuple[Need, ...]]:
        """The needs of the users without assignments."""
        return self._tenant.share("needs.unassigned", self._work_out_unassigned)

    def _work_out_unassigned(self) -> dict[User, tuple[Need, ...]]:
        tenant = self._tenant
        needs: dict[User, tuple[Need, ...]] = {}
        for user in tenant.unassigned_users:
            if tenant.is_idle(user):
                continue
            tenant.clock.note_tomorrow()
            for license in self._agent_licenses(user, None):
                needs[user] = (Need(license, tenant.clock.day, is_unassigned=True),)
        return needs

    @property
    def ending(self) -> Mapping[User, tuple[Need, ...]]:
        """The licences that end soon, of the other users with access."""
        return self._tenant.share("needs.ending", self._work_out_ending)

    def _work_out_ending(self) -> dict[User, tuple[Need, ...]]:
        tenant = self._tenant
        needs: dict[User, tuple[Need, ...]] = {}
        for user in tenant.users:
            if user in self.by_user or tenant.user_covered_until(user) is None:
                continue
            ending = self._ending_needs(user, named_licenses(user))
            if ending:
                needs[user] = tuple(ending)
        return needs

    def _ending_needs(self, user: User, licenses: Collection[str]) -> list[Need]:
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
            found = [name for name in terms.AGENT_LICENSES if self._is_listed(user, name)]
        else:
            covers = self._tenant.timeline.license_covers
            found = [
                name
                for name in terms.AGENT_LICENSES
                if any(run_at(runs, until) for runs in covers(user, name))
            ]
        return [found[0] if len(found) == 1 else EITHER_LICENSE]

    def _is_listed(self, user: User, license: str) -> bool:
        """Return whether a subscription that is assigned to the user lists the licence."""
        known = (self._tenant.subscription(item.subscription) for item in user.assignments)
        return any(item is not None and license in item.entitlements for item in known)

    def number(self, licenses: Collection[str | None], *, is_unassigned: bool) -> int:
        """Return the number of users who need one of several licences.

        Those without assignments are only counted with `is_unassigned`.
        """
        number = sum(self._demand[license] for license in licenses)
        if is_unassigned:
            number += sum(self._demand_of_unassigned[license] for license in licenses)
        return number

    @property
    def _demand(self) -> Counter[str | None]:
        """The number of users who need each licence, today or soon."""
        return self._tenant.share("needs.demand", self._work_out_demand)

    @property
    def _demand_of_unassigned(self) -> Counter[str | None]:
        """The number of users without assignments who need each licence."""
        return self._tenant.share("needs.demand_of_unassigned", self._work_out_unassigned_demand)

    def _work_out_unassigned_demand(self) -> Counter[str | None]:
        return Counter(need.license for needs in self.unassigned.values() for need in needs)

    def _work_out_demand(self) -> Counter[str | None]:
        every = (*self.by_user.values(), *self.ending.values())
        demand = Counter(need.license for needs in every for need in needs)
        waiting = self.waiting(terms.PREMIUM)
        demand[terms.PREMIUM] = sum(not need.is_unassigned for _, need in waiting)
        return demand

    def waiting(self, license: str | None) -> list[tuple[User, Need]]:
        """Return the users who need a licence, today or soon, each with the need.

        Those without assignments are last.
        """
        tenant = self._tenant
        waiting = [
            (user, need)
            for needs in (self.by_user, self.ending)
            for user, found in needs.items()
            for need in found
            if need.license == license
        ]
        if license == terms.PREMIUM:
            known = {user for user, _ in waiting}
            need = Need(license, tenant.clock.day)
            lacking = filter(self._lacks_premium, tenant.users)
            waiting += [(user, need) for user in lacking if user not in known]
        unassigned = [(user, needs[0]) for user, needs in self.unassigned.items()]
        return [*waiting, *(entry for entry in unassigned if entry[1].license == license)]

    def _lacks_premium(self, user: User) -> bool:
        """Return whether supervisor-needs-premium reports the user."""
        if "supervisor" not in user.roles or not self._tenant.is_served(user):
            return False
        return self._tenant.license_covered_until(user, terms.PREMIUM) is None


def named_licenses(user: User) -> set[str]:
    """Return the licences that the assignments of the user name."""
    return {item.license for item in user.assignments if item.license is not None}
