"""Shares the free seats of several subscriptions among the users who need a licence.

This is necessary if no subscription has a seat for each of them.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_before
from validator.tenant.handover_on import HandoverOn
from validator.tenant.model import Subscription, User
from validator.tenant.needs_on import EITHER_LICENSE, Need, NeedsOn
from validator.tenant.people_on import PeopleOn
from validator.tenant.runs import run_at
from validator.tenant.successors_on import FreeSeats, Successor, SuccessorsOn


class Shares(NamedTuple):
    """The successors of the users who get a seat, and those who get none, with their needs.

    Each successor comes with the first day of its seats. `missing` counts the needs of the users
    `without` a seat. `first` is the earliest day on which a
    subscription has free seats; None if none has.
    """

    by_user: dict[User, tuple[date, Successor]]
    without: Sequence[tuple[User, Need]]
    missing: Counter[Need]
    first: date | None


class _Taken(NamedTuple):
    """The seats that were given, and those of users who took no agent seat there before."""

    all: Counter[Subscription]
    new: Counter[Subscription]

    def leaves(self, offer: FreeSeats, kept: int) -> bool:
        """Return whether an offer has a seat left for users who take an agent seat there.

        `kept` is the number of seats that are kept for others.
        """
        return offer.seats is None or self.all[offer.successor.subscription] + kept < offer.seats

    def leaves_new(self, offer: FreeSeats, kept: int) -> bool:
        """Return whether an offer has a seat left for other users."""
        is_free = offer.new is None or self.new[offer.successor.subscription] + kept < offer.new
        return is_free and self.leaves(offer, kept)


class SeatSharesOn:
    """The seats for the users of a tenant, as seen on a day."""

    def __init__(
        self, tenant: PeopleOn, needs: NeedsOn, handover: HandoverOn, successors: SuccessorsOn
    ) -> None:
        self._tenant = tenant
        self._needs = needs
        self._handover = handover
        self._successors = successors

    def of(self, user: User, need: Need) -> Successor | None:
        """Return the successor for a user, or None."""
        found = self._successors.of(need, self._department(user, need))
        if found is not None and found.seats is None:
            return found  # it has room for all
        shares = self.shares(need.license)
        if shares is None:
            return found
        # The seat may be for a later need of the user for the same licence.
        begin, successor = shares.by_user.get(user, (FOREVER, None))
        return successor if begin <= need.day else None

    def _department(self, user: User, need: Need) -> str | None:
        """Return the department for which a user needs a licence.

        That is the user's, or else that of the subscription that serves until the day of the need:
        the first one from which the user has the licence. None for a user without access.
        """
        tenant = self._tenant
        if user.department or need.day <= tenant.clock.day:
            return user.department
        last = day_before(need.day)
        serving = [
            item
            for item in user.assignments
            if run_at(tenant.runs_of(user, item), last) is not None
        ]
        license = None if need.license == EITHER_LICENSE else need.license
        serving.sort(key=lambda item: item.license != license)
        found = tenant.subscription(serving[0].subscription) if serving else None
        return found.department if found is not None else None

    def shares(self, license: str | None) -> Shares | None:
        """Return how the seats of a licence are shared; None if each need has its successor."""
        return self._tenant.share(("advice.shares", license), self._work_out_shares, license)

    def _work_out_shares(self, license: str | None) -> Shares | None:
        if license is None:
            return None
        waiting = self._needs.waiting(license)
        if all(self._successors.of(need) for need in {one for _, one in waiting}):
            return None
        clock = self._tenant.clock
        clock.note_tomorrow()
        losses = self._handover.days_of_loss(license) if license in terms.AGENT_LICENSES else {}
        # Those who lose a seat with their access come first, then others who have access, then
        # those who once had it.
        groups: list[list[tuple[User, Need]]] = [[], [], [], []]
        for user, need in waiting:
            number = 3 if need.is_unassigned else 2 if need.day == clock.day else 1
            is_lost = losses.get(user, FOREVER) < need.day
            groups[0 if is_lost else number].append((user, need))
        offers = self._successors.offers(license)
        taken = _Taken(Counter(), Counter())
        by_user: dict[User, tuple[date, Successor]] = {}
        for number, group in enumerate(groups):
            usable = [item for item in offers if number == 0 or not item.is_tight]
            by_user |= self._shared(usable, sorted(group, key=self._order), taken)
        without = [(user, need) for user, need in waiting if user not in by_user]
        missing = Counter(need for _, need in without)
        free = (item for item in offers if item.seats is None or item.seats > 0)
        first = min([item.days[0] for item in free], default=None)
        return Shares(by_user, without, missing, first)

    def _order(self, entry: tuple[User, Need]) -> tuple[date, int]:
        """Return the sort key of a user and a need: the order in which a plan places users."""
        user, need = entry
        return need.day, terms.placement_rank(user, is_idle=self._tenant.is_idle(user))

    def _shared(
        self,
        offers: Sequence[FreeSeats],
        waiting: Iterable[tuple[User, Need]],
        taken: _Taken,
    ) -> dict[User, tuple[date, Successor]]:
        """Give each user a seat of the best offer on the day of the need, and count it in `taken`.

        The best offers are first. The needs are sorted by day.
        """
        by_id: dict[str, list[int]] = {}
        for number, offer in enumerate(offers):
            by_id.setdefault(offer.successor.subscription.id, []).append(number)
        for numbers in by_id.values():
            numbers.sort(key=lambda number: offers[number].days)
        later = sorted(range(len(offers)), key=lambda number: offers[number].days, reverse=True)
        # By department, and of all with the key None.
        usable: dict[str | None, list[int]] = {None: []}
        found: dict[User, tuple[date, Successor]] = {}
        for user, need in waiting:
            while later and offers[later[-1]].days[0] <= need.day:
                number = later.pop()
                for key in {None, offers[number].successor.subscription.department or None}:
                    heappush(usable.setdefault(key, []), number)
            held = self._needs.own_subscriptions(user, need.license)
            there = [_on_day(need.day, by_id[id], offers) for id in held & by_id.keys()]
            best = _best(usable[None], there, offers, taken, need)
            if best is None:
                continue
            department = self._department(user, need)
            own = _best(usable.get(department, []), [], offers, taken, need)
            successor = self._successors.better_of(own and own.successor, best.successor)
            chosen = own if own is not None and successor is own.successor else best
            taken.all[successor.subscription] += 1
            taken.new[successor.subscription] += successor.subscription.id not in held
            found[user] = chosen.days[0], successor._replace(is_only=False)
        return found


def _on_day(day: date, numbers: Sequence[int], offers: Sequence[FreeSeats]) -> int | None:
    """Return the one of a subscription's offers that has its seats on a day.

    `numbers` are those of its offers, in the order of their days.
    """
    index = bisect_right(numbers, day, key=lambda number: offers[number].days[0]) - 1
    return numbers[index] if index >= 0 and offers[numbers[index]].days[1] >= day else None


def _best(
    usable: list[int],
    there: Iterable[int | None],
    offers: Sequence[FreeSeats],
    taken: _Taken,
    need: Need,
) -> FreeSeats | None:
    """Return the best offer that has a seat for a need, or None.

    It is the first of the heap `usable`, from which those before it are removed, or one of the
    subscriptions in which the user takes an agent seat already (`there`).
    """

    def kept(offer: FreeSeats) -> int:
        return offer.kept_from_unassigned if need.is_unassigned else offer.kept

    def is_left(offer: FreeSeats) -> bool:
        return taken.leaves_new(offer, kept(offer)) and offer.days[1] >= need.day

    while usable and not is_left(offers[usable[0]]):
        heappop(usable)
    numbers = [
        item
        for item in there
        if item is not None and taken.leaves(offers[item], kept(offers[item]))
    ]
    best = min([*usable[:1], *numbers], default=None)
    return None if best is None else offers[best]
