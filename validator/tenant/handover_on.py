"""Who loses an agent licence when, and which subscription has room for them afterwards."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from validator.findings.wording import counted
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after
from validator.tenant.model import Subscription, User
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import run_at

_WAY = (
    "in Control Hub: Management > Users > the user > Summary > Licenses > Edit licenses, then Edit "
    "licenses once more in the panel that opens > Contact Center > the subscription > Save; "
    "afterwards synchronize the users in the settings of the contact centre"
)
"""Sources: n98y8mz (R9), and 52ulis for the synchronization."""


class Ending(NamedTuple):
    """An agent licence whose cover in a subscription ends soon, on `until`.

    `users` is how many people lose it until then, `seats` how many seats are free the day after.
    """

    subscription: Subscription
    license: str
    until: date
    users: int
    seats: int


class Successor(NamedTuple):
    """A subscription that has a licence on a day, with a seat for all who need it then.

    `license` is None for a user who does not work. `seats` is the number of free seats, None
    where seats are not counted. `until` is the last day on which it has the licence.
    """

    subscription: Subscription
    license: str | None
    seats: int | None
    until: date


class Advice(NamedTuple):
    """What a finding about lost access adds: the end of its message, and its help."""

    message: str = ""
    help: str = ""


class HandoverOn:
    """The hand-over of agent licences of a tenant on a day."""

    def __init__(self, tenant: PeopleOn) -> None:
        self._tenant = tenant

    @property
    def too_small(self) -> tuple[Ending, ...]:
        """The endings after which there are fewer free seats than people who need one."""
        return self._tenant.share("handover.too_small", lambda: tuple(self._too_small()))

    def _too_small(self) -> Iterator[Ending]:
        tenant, timeline = self._tenant, self._tenant.timeline
        for license in terms.AGENT_LICENSES:
            ends: dict[Subscription, date] = {}
            for item in tenant.distinct_subscriptions:
                if license in item.entitlements:
                    until = tenant.until(timeline.has(item, license))
                    if until is not None:
                        ends[item] = until
            ending = {item: until for item, until in ends.items() if tenant.is_ending(until)}
            if not ending:
                continue
            losing = self._days_of_loss(license, ends)
            for item, until in ending.items():
                users = bisect_right(losing, until)
                seats = self._free_seats_in_all(license, day_after(until)) if users else None
                if seats is not None and users > seats:
                    yield Ending(item, license, until, users, seats)

    def _days_of_loss(self, license: str, ends: dict[Subscription, date]) -> list[date]:
        """Return, sorted, the day from which each user counts as one who loses a licence."""
        first_end: dict[User, date] = {}
        for item, until in ends.items():
            for user in self._tenant.index.holders.get((item.id, license), ()):
                first_end[user] = min(until, first_end.get(user, until))
        days: list[date] = []
        for user, until in first_end.items():
            covered = self._tenant.user_covered_until(user)
            days.append(until if covered is None else max(until, covered))
        return sorted(days)

    def _free_seats_in_all(self, license: str, day: date) -> int | None:
        """Return the seats that are free on a day; None where a subscription has room for all."""
        free = 0
        for item in self._tenant.distinct_subscriptions:
            if not item.has_entitlements:
                if run_at(self._tenant.timeline.active(item), day) is not None:
                    return None
                continue
            quantity = self._tenant.timeline.quantity(item, license).at(day)
            if item.type == "concurrent":
                if quantity > 0:
                    return None
            else:
                free += max(0, quantity - self._tenant.holders(item, license))
        return free

    # Successors

    def successor(self, user: User) -> Successor | None:
        """Return the subscription that the user can be assigned to when the cover ends.

        It has the user's licence on the day after (today, where the user is not covered), free
        seats for all who need one on that day, and lasts beyond the horizon. None where there is
        no such subscription, or where an assignment alone would not put everything right.
        """
        return self._tenant.clock.for_words(self._successor_of, user)

    def advice(self, user: User) -> Advice:
        """Return what to do for a user who has no access, or soon loses it.

        Nothing where that depends on more than an assignment.
        """
        return self._tenant.clock.for_words(self._advice, user)

    def first_advice(self, users: Sequence[User]) -> Advice:
        """Return the advice for the first of some users for whom there is a successor."""
        for user in users:
            if self.successor(user) is not None:
                return self.advice(user)
        return Advice()

    def _advice(self, user: User) -> Advice:
        need = self._needs.get(user)
        if need is None:
            return Advice()
        license, day = need
        found = self._successor_of(user)
        waiting = self._waiting[need]
        if found is None:
            what = f"{license} and {counted(waiting, 'free seat')}" if license else "a long term"
            wanted = f"{counted(waiting, 'seat')} of {license}" if license else "a subscription"
            return Advice(
                f"; no subscription with {what} lasts from then on",
                f"order {wanted} that counts from {day} on, and assign it to {user.label}",
            )
        item = found.subscription
        has = "" if license is None else f", has {license}"
        if found.seats is not None:
            has += f" and {counted(found.seats, 'free seat')}"
        entry = item.id if license is None else f"{{subscription: {item.id}, license: {license}}}"
        return Advice(
            f"; {item.id} {self._tenant.runs_until(item)}{has}",
            f"add `{entry}` to the assignments of {user.label}, and assign it {_WAY}",
        )

    def _successor_of(self, user: User) -> Successor | None:
        need = self._needs.get(user)
        if need is None:
            return None
        license, day = need
        return self._tenant.share(("handover.successor", need), self._successor, license, day)

    @property
    def _needs(self) -> dict[User, tuple[str | None, date]]:
        return self._tenant.share("handover.needs", self._work_out_needs)

    def _work_out_needs(self) -> dict[User, tuple[str | None, date]]:
        """Return the licence that users need, and from when; None for those who do not work."""
        needs: dict[User, tuple[str | None, date]] = {}
        for user in self._tenant.users:
            until = self._tenant.user_covered_until(user)
            if until is not None and not self._tenant.is_ending(until):
                continue
            if not user.assignments or self._tenant.is_idle(user):
                continue
            licenses = self._agent_licenses(user, until)
            if len(licenses) != 1:
                continue
            day = self._tenant.clock.day if until is None else day_after(until)
            needs[user] = licenses[0], day
            if until is None:
                self._tenant.clock.note_tomorrow()
        return needs

    def _agent_licenses(self, user: User, until: date | None) -> list[str | None]:
        """Return the agent licences that the user had last; [None] for one who does not work."""
        named = {item.license for item in user.assignments if item.license in terms.AGENT_LICENSES}
        if not terms.works(user):
            return [None] if not named else [*named]
        if "supervisor" in user.roles:
            return ["premium-agent"] if named <= {"premium-agent"} else []
        if named:
            return [*named]
        if until is None:
            return []
        timeline = self._tenant.timeline
        held = [
            license
            for license in terms.AGENT_LICENSES
            if run_at(timeline.license_cover(user, license), until) is not None
        ]
        return [*held]

    def _successor(self, license: str | None, day: date) -> Successor | None:
        found = [
            candidate
            for item in self._tenant.distinct_subscriptions
            if (candidate := self._candidate(item, license, day)) is not None
        ]
        return max(found, key=lambda item: item.until, default=None)

    def _candidate(self, item: Subscription, license: str | None, day: date) -> Successor | None:
        tenant, timeline = self._tenant, self._tenant.timeline
        if license is None:
            run = run_at(timeline.active(item), day)
        elif item.has_entitlements:
            run = run_at(timeline.has(item, license), day)
        else:
            run = None  # nobody knows whether it has the licence
        if run is None or (run[1] != FOREVER and tenant.is_ending(run[1])):
            return None
        if license is None:
            return Successor(item, None, None, run[1])
        quantity = timeline.quantity(item, license).at(day)
        if item.type == "concurrent":
            return Successor(item, license, None, run[1]) if quantity > 0 else None
        seats = quantity - tenant.holders(item, license)
        waiting = self._waiting[license, day]
        return Successor(item, license, seats, run[1]) if seats >= waiting else None

    @property
    def _waiting(self) -> Counter[tuple[str | None, date]]:
        """How many users need a licence from a day on."""
        return self._tenant.share("handover.waiting", lambda: Counter(self._needs.values()))
