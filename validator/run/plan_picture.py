"""The picture of a plan: subscriptions as bars, and charts of seats and people over time."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from validator.findings.plan_picture import PlanPicture, SeatChart, SeatStep
from validator.findings.plan_report import TenantPlan
from validator.run.subscription_bars import bars_of, subscriptions_shown
from validator.tenant import terms
from validator.tenant.calendar_days import day_after
from validator.tenant.index import Index
from validator.tenant.model import Subscription, Tenant
from validator.tenant.plan_seats import SeatCounts
from validator.tenant.runs import Run, Runs, Steps, Unions, clipped
from validator.tenant.timeline import AssignmentKey, key_of, takes_agent_seat

_Place = tuple[str, str | None]
"""The id of a subscription and an agent licence; None means both agent licences together."""
_Needs = dict[_Place, dict[int, Runs]]
"""The runs of days on which each user, by number, needs a seat at each place."""
_Parts = dict[int, list[Runs]]
"""Runs of days of each user, which can overlap."""
_LICENSES = (*terms.AGENT_LICENSES, None)


def picture_of(tenant: Tenant, plan: TenantPlan, first: date, last: date) -> PlanPicture:
    """Return the picture of a plan for the days from first to last."""
    index = Index(tenant)
    shown = subscriptions_shown(tenant, first, last)
    numbers = {item: number for number, item in enumerate(shown)}
    rows = {id: numbers[item] for id, item in index.subscriptions.items() if item in numbers}
    charts = _Charts(tenant, index, plan, first, last)
    seats = tuple(
        chart
        for item in shown
        if index.subscriptions[item.id] is item
        for license in _LICENSES
        if (chart := charts.of(item, license)) is not None
    )
    return PlanPicture(
        bars=bars_of(shown, index.timeline.primaries, first, last),
        rows=rows,
        outside=len(tenant.subscriptions) - len(shown),
        totals=tuple(charts.totals()),
        seats=seats,
    )


class _Charts:
    """The seat charts of a tenant."""

    def __init__(
        self, tenant: Tenant, index: Index, plan: TenantPlan, first: date, last: date
    ) -> None:
        self._timeline = index.timeline
        self._first, self._last = first, last
        self._unions = Unions()
        self._needs = _needs_of(tenant, index, plan, (first, last), self._unions)
        self._named = {
            item.id: item
            for item in index.subscriptions.values()
            if item.type == "named" and item.has_entitlements
        }

    def of(self, item: Subscription, license: str | None) -> SeatChart | None:
        """Return the chart of a subscription; None if no user needs a seat in the window."""
        needs = self._needs.get((item.id, license))
        if needs is None:
            return None
        is_concurrent = item.type == "concurrent"
        if item.has_entitlements:
            steps = self._steps([self._seats(item, license)], needs.values())
        else:
            active = Steps([(self._timeline.active(item), 1)])
            steps = self._steps([active], needs.values())
            steps = [step._replace(seats=None) if step.seats else step for step in steps]
        if is_concurrent or not item.has_entitlements:
            steps = [step._replace(missing=step.people if step.seats == 0 else 0) for step in steps]
        return SeatChart(item.id, license, is_concurrent, tuple(steps))

    def totals(self) -> Iterator[SeatChart]:
        """Yield a chart of all named subscriptions for each licence that several of them have.

        The chart of both agent licences together counts each user who needs a seat of either.
        """
        licenses = {license for id, license in self._needs if id in self._named}
        for license in _LICENSES:
            if license not in licenses:
                continue
            needs = [
                users
                for (id, needed), users in self._needs.items()
                if id in self._named and license in (None, needed)
            ]
            seats = [self._seats(item, license) for item in self._named.values()]
            used = [steps for steps in seats if self._has_any(steps)]
            if len(used) > 1 or len(needs) > 1:
                steps = self._steps(used, _together(needs, self._unions).values())
                yield SeatChart(None, license, is_concurrent=False, steps=tuple(steps))

    def _seats(self, item: Subscription, license: str | None) -> Steps:
        if license is None:
            return self._timeline.agent_quantity(item)
        return self._timeline.quantity(item, license)

    def _has_any(self, steps: Steps) -> bool:
        return any(total for _, _, total in steps.between(self._first, self._last))

    def _steps(self, seats: Sequence[Steps], needs: Collection[Runs]) -> list[SeatStep]:
        """Return the steps of the total number of seats and of the number of people."""
        people = Steps(_counted(needs).items())
        total = Steps(
            (((begin, end),), quantity)
            for part in seats
            for begin, end, quantity in part.between(self._first, self._last)
        )
        steps: list[SeatStep] = []
        for day in sorted({self._first, *total.days, *people.days}):
            if not self._first <= day <= self._last:
                continue
            there, here = total.at(day), people.at(day)
            if not steps or steps[-1][1:3] != (there, here):
                steps.append(SeatStep(day, there, here, max(0, here - there)))
        return steps


def _needs_of(
    tenant: Tenant, index: Index, plan: TenantPlan, window: Run, unions: Unions
) -> _Needs:
    """Return the days in the window on which each user needs a seat, by place and user.

    An assignment needs a seat while it serves, a planned one from the day after its last day to
    act. A user who loses a licence still needs a seat in the subscription that provided it.
    """
    first, last = window
    counts = SeatCounts(tenant, index, first)
    parts: dict[_Place, _Parts] = {}

    @cache
    def served(key: AssignmentKey, begin: date) -> Runs:
        return clipped(index.timeline.serves(key), begin, last)

    @cache
    def rest(begin: date) -> Runs:
        return ((begin, last),)

    def add(user: int, key: AssignmentKey, runs: Runs) -> None:
        if runs and takes_agent_seat(key):
            parts.setdefault((key.subscription, counts.service(key)), {}).setdefault(
                user, []
            ).append(runs)

    for user, keys in enumerate(counts.keys):
        for key in keys:
            add(user, key, served(key, first))
    for change in plan.assignments:
        works = terms.works(tenant.users[change.user])
        key = key_of(change.subscription, change.license, user_works=works)
        add(change.user, key, served(key, day_after(change.latest)))
    for loss in plan.unplaced:
        for user in loss.entries:
            works = terms.works(tenant.users[user])
            add(user, key_of(loss.source, loss.license, user_works=works), rest(loss.lost))
    needs = {place: _united(users, unions) for place, users in parts.items()}
    for subscription in {id for id, license in needs if license is None}:
        # A seat of one agent licence also counts for both licences together.
        places = [(subscription, license) for license in _LICENSES]
        here = [needs[place] for place in places if place in needs]
        needs[subscription, None] = _together(here, unions)
    return needs


def _together(places: Iterable[Mapping[int, Runs]], unions: Unions) -> dict[int, Runs]:
    """Return the days on which each user needs a seat at one or more of several places."""
    parts: _Parts = {}
    for users in places:
        for user, runs in users.items():
            parts.setdefault(user, []).append(runs)
    return _united(parts, unions)


def _united(parts: _Parts, unions: Unions) -> dict[int, Runs]:
    return {user: unions.of(runs) for user, runs in parts.items()}


def _counted(needs: Collection[Runs]) -> Counter[Runs]:
    """Return how often there are the same days. Many users share one object, hashed once."""
    by_id = {id(runs): runs for runs in needs}
    counts: Counter[Runs] = Counter()
    for number, count in Counter(map(id, needs)).items():
        counts[by_id[number]] += count
    return counts
