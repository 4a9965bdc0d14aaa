"""The licences that users need because they have no access or licence, or soon lose it."""

from collections.abc import Collection, Mapping, Sequence
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


class Needs(NamedTuple):
    """The needs of the users of a tenant.

    `by_user` has those who are not covered or soon lose access, and those without assignments. The
    first need of a user is access itself. The others are further licences that end soon. Users who
    need more than an assignment are omitted. `waiting` has the users who need a licence, also those
    who keep access, by licence; those without assignments are last. `before` is the number of the
    users before those.
    """

    by_user: Mapping[User, tuple[Need, ...]]
    waiting: Mapping[str | None, Sequence[tuple[User, Need]]]
    before: Mapping[str | None, int]


class NeedsOn:
    """The needs of the users of a tenant on a day."""

    def __init__(self, tenant: PeopleOn) -> None:
        self._tenant = tenant

    def of(self, user: User) -> tuple[Need, ...]:
        """Return the needs of a user who has no access, or soon loses it; empty if not known."""
        return self._needs.by_user.get(user, ())

    def waiting(self, license: str | None) -> Sequence[tuple[User, Need]]:
        """Return the users who need a licence, today or soon, each with the need.

        Those without assignments are last.
        """
        return self._needs.waiting.get(license, ())

    def number(self, licenses: Collection[str | None], *, is_unassigned: bool) -> int:
        """Return the number of users who need one of several licences.

        Those without assignments are only counted with `is_unassigned`.
        """
        needs = self._needs
        if is_unassigned:
            return sum([len(needs.waiting.get(license, ())) for license in licenses])
        return sum([needs.before.get(license, 0) for license in licenses])

    @property
    def _needs(self) -> Needs:
        return self._tenant.share("needs", self._work_out)

    def _work_out(self) -> Needs:
        tenant = self._tenant
        by_user = self._work_out_needs()
        waiting: dict[str | None, list[tuple[User, Need]]] = {}
        for needs in (by_user, self._work_out_ending(by_user)):
            for user, found in needs.items():
                for need in found:
                    waiting.setdefault(need.license, []).append((user, need))
        lacking = [user for user in tenant.users if self._lacks_premium(user)]
        if lacking:
            known = {user for user, _ in waiting.get(terms.PREMIUM, ())}
            need = Need(terms.PREMIUM, tenant.clock.day)
            more = [(user, need) for user in lacking if user not in known]
            waiting.setdefault(terms.PREMIUM, []).extend(more)
        before = {license: len(users) for license, users in waiting.items()}
        unassigned = self._work_out_unassigned()
        for user, (first,) in unassigned.items():
            waiting.setdefault(first.license, []).append((user, first))
        return Needs({**by_user, **unassigned}, waiting, before)

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

    def _work_out_unassigned(self) -> dict[User, tuple[Need]]:
        """Return the needs of the users without assignments."""
        tenant = self._tenant
        needs: dict[User, tuple[Need]] = {}
        for user in tenant.unassigned_users:
            if tenant.is_idle(user):
                continue
            tenant.clock.note_tomorrow()
            for license in self._agent_licenses(user, None):
                needs[user] = (Need(license, tenant.clock.day, is_unassigned=True),)
        return needs

    def _work_out_ending(self, others: Collection[User]) -> dict[User, tuple[Need, ...]]:
        """Return the licences that end soon, of the other users with access."""
        tenant = self._tenant
        needs: dict[User, tuple[Need, ...]] = {}
        for user in tenant.users:
            if user in others or tenant.user_covered_until(user) is None:
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
            known = [self._tenant.subscription(item.subscription) for item in user.assignments]
            if None in known:
                return []  # an id must be corrected first
            listed = {name for item in known if item is not None for name in item.entitlements}
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
