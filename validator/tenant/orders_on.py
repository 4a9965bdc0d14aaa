"""What to order for users who need a licence that no subscription of the file has."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from validator.findings.wording import counted, listing, once_provisioned
from validator.tenant import terms
from validator.tenant.assignment_text import entries
from validator.tenant.model import Assignment, Subscription, User
from validator.tenant.needs_on import EITHER_LICENSE, Need
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import leader_at, run_at
from validator.tenant.seat_shares_on import SeatSharesOn


class OrdersOn:
    """The orders for the users of a tenant, as seen on a day."""

    def __init__(self, tenant: PeopleOn, shares: SeatSharesOn) -> None:
        self._tenant = tenant
        self._shares = shares

    def number(self, need: Need) -> int:
        """Return the number of seats to order for the users who need the licence on that day."""
        shares = self._shares.shares(need.license)
        if shares is None:
            return 1
        first = need._replace(is_unassigned=False)
        return max(1, sum(shares.missing[item] for item in {first, need}))

    def order(self, user: User, needs: Sequence[Need], instead_of: Sequence[Assignment]) -> str:
        """Return the help to order what no subscription of the file has."""
        orders = [_seats(need, self.number(need)) for need in needs]
        is_one = needs[-1].license is None or self.number(needs[-1]) == 1
        it = "one of each" if len(needs) > 1 else "it" if is_one else "one"
        # An assignment that does not serve yet can take the place of one that serves.
        is_later = any(need.day > self._tenant.clock.day for need in needs)
        when = "" if not is_later else " on that day" if len(needs) == 1 else " on these days"
        instead = f" instead of {entries(instead_of)}" if instead_of else ""
        order = f"order {listing(orders)}, and assign {it} to {user.label}{instead}{when}"
        awaited = self.awaited(user, needs[0])
        if awaited is None:
            return order
        short = [(need, self._short(user, need, awaited)) for need in needs]
        also = [_seats(need, number) for need, number in short if number]
        return once_provisioned(awaited.id, order, listing(also) if also else "")

    def awaited(self, user: User, need: Need) -> Subscription | None:
        """Return a pending subscription that would meet a need and does not end soon, or None.

        It has a free seat, or the user takes one of its seats.
        """
        tenant, licenses = self._tenant, _licenses(need)
        found = leader_at(tenant.index.awaited(licenses), need.day)
        taken = (
            item.subscription for item in user.assignments if item.license in {None, *licenses}
        )
        own = [item for item in tenant.known_subscriptions(taken) if item.status == "pending"]
        candidates = own if found is None else [*own, found]
        for item in candidates:
            runs = tenant.index.free_runs(item, licenses, is_holder=item is not found)
            run = run_at(runs, need.day)
            if run is not None and not tenant.is_ending(run[1]):
                return item
        return None

    def _short(self, user: User, need: Need, awaited: Subscription) -> int:
        """Return the number of seats to order although a pending subscription is provisioned.

        Its free seats are for those who need one first, and do not take one already. It is 0 for a
        user who does.
        """
        licenses = _licenses(need)
        free = self._tenant.index.seats_of_pending(awaited, licenses, need.day)
        is_holder = any(
            item.subscription == awaited.id and item.license in {None, *licenses}
            for item in user.assignments
        )
        if free is None or is_holder:
            return 0
        number, before = self.number(need), self._before(need)
        free += bisect_right(self._held(need.license, awaited), (need.is_unassigned, need.day))
        if need.license == EITHER_LICENSE:  # needs for a certain licence are met first
            before += sum(self._missing(license).totals[-1] for license in licenses)
            free += sum(len(self._held(license, awaited)) for license in licenses)
        return max(0, min(number, before + number - free))

    def _before(self, need: Need) -> int:
        """Return how many users need the licence earlier, without those who need it on that day."""
        keys, totals = self._missing(need.license)
        before = totals[bisect_left(keys, (need.is_unassigned, need.day))]
        if need.is_unassigned:
            same = bisect_left(keys, (False, need.day))
            if (False, need.day) in keys[same : same + 1]:
                before -= totals[same + 1] - totals[same]
        return before

    def _held(self, license: str | None, awaited: Subscription) -> Sequence[tuple[bool, date]]:
        """Return the needs for a licence of users who take a seat of a pending subscription.

        They are sorted, as in `_Missing`.
        """
        held = self._tenant.share(("orders.held", license), self._work_out_held, license)
        return held.get(awaited.id, ())

    def _work_out_held(self, license: str | None) -> Mapping[str, Sequence[tuple[bool, date]]]:
        shares = self._shares.shares(license)
        held: dict[str, list[tuple[bool, date]]] = {}
        for user, need in () if shares is None else shares.without:
            names = {None, *_licenses(need)}
            for id in {item.subscription for item in user.assignments if item.license in names}:
                held.setdefault(id, []).append((need.is_unassigned, need.day))
        return {id: sorted(needs) for id, needs in held.items()}

    def _missing(self, license: str | None) -> "_Missing":
        return self._tenant.share(("orders.missing", license), self._work_out_missing, license)

    def _work_out_missing(self, license: str | None) -> "_Missing":
        shares = self._shares.shares(license)
        counts: dict[tuple[bool, date], int] = {}
        for need, count in () if shares is None else shares.missing.items():
            counts[need.is_unassigned, need.day] = count
        keys = sorted(counts)
        return _Missing(keys, [0, *accumulate(counts[key] for key in keys)])


class _Missing(NamedTuple):
    """The needs for a licence that get no seat: whether the users are unassigned, and the day.

    `totals` has the number of users before each of them, and of all at the end.
    """

    keys: Sequence[tuple[bool, date]]
    totals: Sequence[int]


def _licenses(need: Need) -> tuple[str, ...]:
    """Return the licences of which one meets a need; empty for access without a licence."""
    if need.license == EITHER_LICENSE:
        return terms.AGENT_LICENSES
    return () if need.license is None else (need.license,)


def _seats(need: Need, number: int) -> str:
    """Return what to order for a need."""
    if need.license is None:
        return f"a subscription that is active from {need.day} on"
    return f"{counted(number, f'{need.license} seat')} from {need.day} on"
