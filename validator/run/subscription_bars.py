"""Turns the subscriptions of a tenant into the bars of a timeline."""

from collections.abc import Sequence
from datetime import date

from validator.findings.forecast_report import SubscriptionBar
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import Subscription, Tenant
from validator.tenant.runs import Run, Runs, Stretch, clipped, merged


def subscriptions_shown(tenant: Tenant, begin: date, until: date) -> list[Subscription]:
    """Return the subscriptions with a day in the window, sorted by start."""
    ordered = sorted(tenant.subscriptions, key=terms.first_key)
    return [item for item in ordered if item.start <= until and terms.last_day(item) >= begin]


def bars_of(
    shown: Sequence[Subscription],
    primaries: Sequence[Stretch[Subscription]],
    begin: date,
    until: date,
) -> tuple[SubscriptionBar, ...]:
    """Return a bar for each subscription, with its days as the primary in the window."""
    primary: dict[Subscription, list[Run]] = {}
    for first, last, item in primaries:
        if first <= until and last >= begin:
            primary.setdefault(item, []).append((max(first, begin), min(last, until)))
    return tuple(_bar(item, tuple(primary.get(item, ())), begin, until) for item in shown)


def _bar(item: Subscription, primary: Runs, begin: date, until: date) -> SubscriptionBar:
    last = terms.last_day(item)
    lapses = merged((lapse.first, lapse.until) for lapse in item.lapses)
    return SubscriptionBar(
        item.id,
        item.name or "",
        item.start,
        item.end,
        None if last == FOREVER else last,
        item.auto_renew,
        terms.has_active_status(item),
        primary,
        tuple(
            (first, end)
            for first, end in clipped(lapses, item.start, last)
            if first <= until and end >= begin
        ),
    )
