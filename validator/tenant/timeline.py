"""The days on which the terms of a tenant hold, from the day of the run on.

The results do not depend on today, so a check on any day, a forecast and a plan share them.
If an id is listed twice, references mean the first subscription in the file.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import EntitlementLine, Subscription, Tenant, User
from validator.tenant.runs import Run, Runs, Steps, Stretch, Unions, clipped, leaders, merged


class AssignmentKey(NamedTuple):
    """What decides when an assignment serves.

    With `needs_agent_license`, it names no licence and its user works: then it only serves while
    the subscription has an agent licence.
    """

    subscription: str
    license: str | None
    needs_agent_license: bool


class Timeline:
    """The runs of days on which the terms of a tenant hold.

    `active` has the runs of days on which each subscription is active, in the order of the file.
    `unions` keeps the unions of such runs.
    """

    def __init__(
        self,
        subscriptions: Sequence[Subscription],
        by_id: dict[str, Subscription],
        active: Sequence[Runs],
    ) -> None:
        self.subscriptions = subscriptions
        self.unions = Unions()
        self._by_id = by_id
        self._active = dict(zip(subscriptions, active, strict=True))
        self._has: dict[tuple[Subscription, str], Runs] = {}
        self._serves: dict[AssignmentKey, Runs] = {}
        self._quantities: dict[tuple[Subscription, str], Steps] = {}
        self._lines: dict[tuple[Subscription, str], tuple[Sequence[date], Steps]] = {}
        self._agent_quantities: dict[Subscription, Steps] = {}
        self._totals: dict[str, Steps] = {}
        self._agent_lines: dict[Subscription, Steps] = {}
        self._bearers: dict[str, tuple[Stretch[Subscription], ...]] = {}

    # Subscriptions

    def active(self, subscription: Subscription) -> Runs:
        """Return the runs of days on which the subscription is active."""
        return self._active[subscription]

    @cached_property
    def tenant(self) -> Runs:
        """The runs of days on which a subscription is active."""
        return merged(run for runs in self._active.values() for run in runs)

    @cached_property
    def ends(self) -> Sequence[date]:
        """The days, sorted, that may be the last day of a subscription or of an entitlement line.

        Each run of days of this timeline ends on one of them or never ends.
        """
        active = (last for runs in self._active.values() for _, last in runs)
        lines = (
            line.until
            for item in self.subscriptions
            for entitlement in item.entitlements.values()
            for line in entitlement.lines
            if line.until is not None
        )
        return sorted({*active, *lines} - {FOREVER})

    @cached_property
    def primaries(self) -> tuple[Stretch[Subscription], ...]:
        """The primary on each day that has one (R3)."""
        return leaders(
            (terms.primary_key(item, index), self.active(item), item)
            for index, item in enumerate(self.subscriptions)
        )

    @cached_property
    def primary_starts(self) -> dict[Subscription, list[date]]:
        """The days, sorted, on which each subscription becomes the primary."""
        starts: dict[Subscription, list[date]] = {}
        for first, _, item in self.primaries:
            starts.setdefault(item, []).append(first)
        return starts

    # Entitlements

    def line(self, subscription: Subscription, line: EntitlementLine) -> Runs:
        """Return the runs of days on which a line is active."""
        return clipped(self.active(subscription), *terms.line_run(subscription, line))

    def lines(self, subscription: Subscription, service: str) -> tuple[Sequence[date], Steps]:
        """Return the sorted last days of the lines that count on a day, and their sum.

        A line counts from the start of the subscription on, whether that is active or not.
        """
        key = subscription, service
        if key not in self._lines:
            runs = [
                ((max(begin, subscription.start), end), line.quantity)
                for line in subscription.entitlements[service].lines
                for begin, end in (terms.line_run(subscription, line),)
                if max(begin, subscription.start) <= end
            ]
            ends = sorted([end for (_, end), _ in runs])
            self._lines[key] = ends, Steps(((run,), quantity) for run, quantity in runs)
        return self._lines[key]

    def agent_lines(self, subscription: Subscription) -> Steps:
        """Return the sum of the lines of both agent licences that count on a day."""
        if subscription not in self._agent_lines:
            self._agent_lines[subscription] = Steps(
                (((first, last),), quantity)
                for license in terms.AGENT_LICENSES
                if license in subscription.entitlements
                for first, last, quantity in self.lines(subscription, license)[1].between(
                    date.min, FOREVER
                )
            )
        return self._agent_lines[subscription]

    def has(self, subscription: Subscription, service: str) -> Runs:
        """Return the runs of days on which the subscription has a service."""
        key = subscription, service
        if key not in self._has:
            self._has[key] = merged(run for run, _ in self._parts(subscription, service))
        return self._has[key]

    def quantity(self, subscription: Subscription, service: str) -> Steps:
        """Return the quantity of a service in a subscription."""
        key = subscription, service
        if key not in self._quantities:
            self._quantities[key] = Steps(self._amounts([subscription], service))
        return self._quantities[key]

    def agent_quantity(self, subscription: Subscription) -> Steps:
        """Return the quantity of both agent licences in a subscription."""
        if subscription not in self._agent_quantities:
            self._agent_quantities[subscription] = Steps(
                amount
                for license in terms.AGENT_LICENSES
                for amount in self._amounts([subscription], license)
            )
        return self._agent_quantities[subscription]

    def total(self, service: str) -> Steps:
        """Return the tenant-wide quantity of a service (R4, R14)."""
        if service not in self._totals:
            self._totals[service] = Steps(self._amounts(self._listing.get(service, ()), service))
        return self._totals[service]

    @cached_property
    def _listing(self) -> dict[str, list[Subscription]]:
        """The subscriptions that list a service, by service."""
        listing: dict[str, list[Subscription]] = {}
        for item in self.subscriptions:
            for service in item.entitlements:
                listing.setdefault(service, []).append(item)
        return listing

    def _amounts(
        self, subscriptions: Iterable[Subscription], service: str
    ) -> Iterable[tuple[Runs, int]]:
        for item in subscriptions:
            for run, quantity in self._parts(item, service):
                yield (run,), quantity

    def _parts(self, subscription: Subscription, service: str) -> list[tuple[Run, int]]:
        """Return the runs of days on which a line is active, split where one begins or ends.

        Each has the sum of the quantities.
        """
        if service not in subscription.entitlements:
            return []
        active = self.active(subscription)
        lines = [
            (terms.line_run(subscription, line), line.quantity)
            for line in subscription.entitlements[service].lines
        ]
        if len(lines) == 1:
            ((run, quantity),) = lines
            return [(part, quantity) for part in clipped(active, *run)]
        lines = [(run, quantity) for run, quantity in lines if run[0] <= run[1]]
        sums = Steps(((run,), quantity) for run, quantity in lines)
        counts = Steps(((run,), 1) for run, _ in lines)
        return [
            ((first, last), quantity)
            for days in active
            for (first, last, quantity), (_, _, count) in zip(
                sums.between(*days), counts.between(*days), strict=True
            )
            if count
        ]

    def bearers(self, service: str) -> tuple[Stretch[Subscription], ...]:
        """Return the bearer of a service's overage on each day that has one."""
        if service not in terms.SENIORITY_SERVICES:
            return self.primaries
        if service not in self._bearers:
            self._bearers[service] = leaders(
                ((terms.seniority(item, service), item.id, index), self.has(item, service), item)
                for index, item in enumerate(self._listing.get(service, ()))
            )
        return self._bearers[service]

    @cached_property
    def unknown_entitlements(self) -> Runs:
        """The runs of days on which a subscription without `entitlements` is active."""
        return merged(
            run
            for item in self.subscriptions
            if not item.has_entitlements
            for run in self.active(item)
        )

    # People

    def serves(self, key: AssignmentKey) -> Runs:
        """Return the runs of days on which an assignment serves."""
        if key not in self._serves:
            self._serves[key] = self._work_out_serves(key)
        return self._serves[key]

    def _work_out_serves(self, key: AssignmentKey) -> Runs:
        id, license, needs_agent_license = key
        item = self._by_id.get(id)
        if item is None:
            return ()
        if license is None:
            if needs_agent_license and item.has_entitlements:
                return merged(run for name in terms.AGENT_LICENSES for run in self.has(item, name))
            return self.active(item)
        return self.has(item, license) if license in item.entitlements else self.active(item)

    def gives(self, key: AssignmentKey, license: str) -> Runs:
        """Return the runs of days on which an assignment gives a licence."""
        id, named, _ = key
        if named is not None:
            return self.serves(key) if named == license else ()
        item = self._by_id.get(id)
        if item is None or license not in terms.AGENT_LICENSES:
            return ()
        return self.has(item, license) if item.has_entitlements else self.active(item)

    def covers(self, user: User) -> tuple[Runs, ...]:
        """Return the runs of days on which each access assignment of the user serves.

        The user is covered on the days of their union (R7, R8).
        """
        return tuple([self.serves(key) for key in access_keys(user, self._by_id)])

    def license_covers(self, user: User, license: str) -> tuple[Runs, ...]:
        """Return the runs of days on which each assignment of the user gives a licence."""
        keys = assignment_keys(user, self._by_id)
        return tuple([self.gives(key, license) for key in keys])


def key_of(subscription: str, license: str | None, *, user_works: bool) -> AssignmentKey:
    """Return what decides when an assignment of a subscription and a licence serves."""
    return AssignmentKey(subscription, license, user_works and license is None)


def takes_agent_seat(key: AssignmentKey) -> bool:
    """Return whether an assignment takes an agent seat: one of the seats of both agent licences.

    It names an agent licence or, if the user works, no licence.
    """
    return key.needs_agent_license or key.license in terms.AGENT_LICENSES


def assignment_keys(user: User, by_id: dict[str, Subscription]) -> tuple[AssignmentKey, ...]:
    """Return the keys of the user's assignments to known subscriptions, without duplicates."""
    works = terms.works(user)
    if len(user.assignments) == 1:
        only = user.assignments[0]
        if only.subscription not in by_id:
            return ()
        return (key_of(only.subscription, only.license, user_works=works),)
    return tuple(
        dict.fromkeys(
            key_of(item.subscription, item.license, user_works=works)
            for item in user.assignments
            if item.subscription in by_id
        )
    )


def access_keys(user: User, by_id: dict[str, Subscription]) -> tuple[AssignmentKey, ...]:
    """Return the keys of the user's access assignments."""
    keys = assignment_keys(user, by_id)
    if len(keys) < 2:  # noqa: PLR2004
        return keys
    access = tuple(
        key for key in keys if key.license is None or key.license in terms.AGENT_LICENSES
    )
    return access or keys


def timeline_ahead(tenant: Tenant, by_id: dict[str, Subscription]) -> Timeline:
    """Return the timeline that is valid from the day of the run on, for any such day."""
    items = tenant.subscriptions
    return Timeline(items, by_id, [terms.active_runs(item) for item in items])


def timeline_with_history(
    tenant: Tenant, by_id: dict[str, Subscription], today: date
) -> tuple[Timeline, date]:
    """Return the timeline for all days as seen today, and the first day on which it changes."""
    items = tenant.subscriptions
    changes = min((terms.history_changes(item, today) for item in items), default=FOREVER)
    return Timeline(items, by_id, [terms.history(item, today) for item in items]), changes
