"""The months of a tenant as seen on a day. Months in the future are not evaluated."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, month_days, month_of, next_month, plus_months
from validator.tenant.model import Subscription, UsageRow
from validator.tenant.months import (
    MonthlyUse,
    is_unknown,
    last_months,
    primary_in,
    quantity_in,
    rows_by_month,
    stretches_in,
    use_of,
)
from validator.tenant.subscriptions_on import SubscriptionsOn


class Drop(NamedTuple):
    """A coming month with a smaller quantity of a service than the current month and the last use.

    `use` is the last use, `quantity` that of the coming month, and `before` that of the current
    month.
    """

    use: MonthlyUse
    month: str
    quantity: int
    before: int


class MonthsOn:
    """The months of a tenant on a day. A month is a string, YYYY-MM."""

    def __init__(self, tenant: SubscriptionsOn) -> None:
        self._tenant = tenant

    def is_future(self, month: str) -> bool:
        """Return whether the month begins after today."""
        return month_days(month)[0] > self._tenant.today

    def is_history(self, month: str, months: int | None) -> bool:
        """Return whether the month is more than `months` months before the current month."""
        if months is None:
            return False
        return plus_months(month_days(month)[0], months + 1) <= self._tenant.today

    def is_unknown(self, month: str) -> bool:
        """Return whether the month has unknown entitlements."""
        return is_unknown(self._tenant.history_in(month), month)

    @property
    def use(self) -> tuple[MonthlyUse, ...]:
        """The use of each month and service, without future months, in the order of the file."""
        return self._tenant.share("months.use", partial(self._use, with_future=False))

    @property
    def all_use(self) -> tuple[MonthlyUse, ...]:
        """The use of each month and service, with future months."""
        return self._tenant.share("months.all_use", partial(self._use, with_future=True))

    def _use(self, *, with_future: bool) -> tuple[MonthlyUse, ...]:
        return tuple(
            use_of(self._tenant.history_in(month), rows)
            for (month, _), rows in rows_by_month(self._tenant.usage).items()
            if with_future or not self.is_future(month)
        )

    @property
    def judged_use(self) -> tuple[MonthlyUse, ...]:
        """The use that can be compared with entitlements.

        This excludes Webex Connect and months with unknown entitlements.
        """
        return self._tenant.share("months.judged_use", self._judged_use)

    def _judged_use(self) -> tuple[MonthlyUse, ...]:
        return tuple(
            use
            for use in self.use
            if use.row.service != terms.CONNECT and not self.is_unknown(use.row.month)
        )

    def primary(self, month: str) -> Subscription | None:
        """Return the primary on the last day of the month that has one."""
        return primary_in(self._tenant.history_in(month), month)

    def primary_ids(self, month: str) -> list[str]:
        """Return the ids of the primaries in the month, in the order of days."""
        stretches = stretches_in(self._tenant.history_in(month).primaries, month)
        return [stretch.item.id for stretch in stretches]

    def own_use(self, use: MonthlyUse) -> list[tuple[Subscription, int, str]]:
        """Return the subscriptions that used more than their own quantity in a month.

        Each has its quantity on the day with the largest total, and its use as text.
        """
        used: dict[str, list[UsageRow]] = {}
        for row in use.rows:
            if row.subscription is not None:
                used.setdefault(row.subscription, []).append(row)
        found: list[tuple[Subscription, int, str]] = []
        for id, rows in used.items():
            item = self._tenant.subscription(id)
            if item is None:
                continue
            total = terms.total(row.quantity for row in rows)
            history = self._tenant.history_in(use.row.month)
            own = history.quantity(item, use.row.service).at(use.quantity.on)
            if total > own:
                found.append((item, own, f"{total:f}"))
        return found

    def is_outside_term(self, subscription: Subscription, month: str) -> bool:
        """Return whether no day of the month is between the start and the last day."""
        return terms.is_outside_term(subscription, month)

    @property
    def drops(self) -> tuple[Sequence[Drop], ...]:
        """The coming months whose quantity is below the current quantity and the last use.

        There is one sequence for each service.
        """
        return self._tenant.share("months.drops", self._drops)

    def _drops(self) -> tuple[Sequence[Drop], ...]:
        uses = {(use.row.month, use.row.service): use for use in self.use}
        day = self._tenant.clock.day
        now = month_of(day)
        recent = [uses[month, service] for service, month in last_months(uses, day).items()]
        if not recent:
            return ()
        self._tenant.clock.note(next_month(day))
        found: dict[str, list[Drop]] = {}
        for month in self._coming_months(day):
            if self.is_unknown(month):
                continue
            for use in recent:
                quantity = self._entitled(use.row.service, month)
                # The current month is read last, because its history may change on the next day.
                if quantity < use.used and not self.is_unknown(now):
                    before = self._entitled(use.row.service, now)
                    if quantity < before:
                        drop = Drop(use, month, quantity, before)
                        found.setdefault(use.row.service, []).append(drop)
        return tuple(map(tuple, found.values()))

    def plan_command(self, month: str) -> str:
        """Return the command for a plan that reaches a month."""
        return self._tenant.plan_command(month_days(month)[0])

    def _entitled(self, service: str, month: str) -> int:
        return quantity_in(self._tenant.history_in(month), service, month).entitled

    def _coming_months(self, day: date) -> list[str]:
        """Return the months that begin after today and at most one day after the horizon."""
        months: list[str] = []
        begin = next_month(day)
        while begin != FOREVER and self._tenant.is_in_shift_window(begin):
            months.append(month_of(begin))
            begin = next_month(begin)
        return months
