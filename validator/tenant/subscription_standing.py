"""The standing of a subscription on a day, as values and as sentences for people."""

from datetime import date
from typing import NamedTuple

from validator.findings.wording import counted
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, day_after, plus_days, until_text
from validator.tenant.free_seats import Seats, free_on
from validator.tenant.model import Subscription
from validator.tenant.periods import (
    Amount,
    Period,
    Tenure,
    amount_on,
    days_left,
    period_of,
    role_of,
)
from validator.tenant.tenant_on import TenantOn


class ServiceStanding(NamedTuple):
    """A service that a subscription lists, on a day.

    `period` has the days on which the subscription has the service. `free` is the number of free
    seats, or None for a concurrent subscription. `agents` has the number of users who take an agent
    seat, and of these seats, if they are the reason why so few seats are free; else None. `bearer`
    bears the overage.
    """

    service: str
    amount: Amount
    period: Period | None
    holders: int
    free: int | None
    agents: tuple[int, int] | None
    bearer: Tenure | None


class SubscriptionStanding(NamedTuple):
    """A subscription on a day.

    `is_first` is false if the id is listed earlier in the file, so that references do not mean this
    subscription. `state` is its state as text. `end_reason` is why its active days end, or how it
    renews; it is empty if they never end. `days_left` is the number of days after this one on which
    it remains active without a break. `primary` is the primary of the tenant. `primary_from` is the
    next day on which this subscription becomes the primary. `users` is the number of users with an
    assignment to it.
    """

    subscription: Subscription
    is_first: bool
    state: str
    is_live: bool
    last_day: date
    period: Period | None
    end_reason: str
    days_left: int | None
    primary: Tenure | None
    primary_from: date | None
    users: int
    services: tuple[ServiceStanding, ...]

    @property
    def is_primary(self) -> bool:
        """Whether the subscription is the primary on the day."""
        return self.primary is not None and self.primary.subscription is self.subscription


def subscription_standing(tenant: TenantOn, subscription: Subscription) -> SubscriptionStanding:
    """Return the standing of a subscription of the tenant."""
    timeline, day = tenant.timeline, tenant.clock.day
    period = period_of(timeline.active(subscription), day)
    is_first = tenant.subscription(subscription.id) is subscription
    coming = timeline.primary_starts.get(subscription, ())
    return SubscriptionStanding(
        subscription,
        is_first,
        tenant.state(subscription),
        not terms.is_over(subscription, day),
        terms.last_day(subscription),
        period,
        "" if period is None else _end_reason(subscription, period.last, day),
        days_left(period, day),
        role_of(timeline.primaries, day),
        next((first for first in coming if first > day), None),
        tenant.assigned_users(subscription) if is_first else 0,
        tuple(_service(tenant, subscription, service) for service in subscription.entitlements),
    )


def _service(tenant: TenantOn, subscription: Subscription, service: str) -> ServiceStanding:
    timeline, day = tenant.timeline, tenant.clock.day
    is_first = tenant.subscription(subscription.id) is subscription
    quantity = timeline.quantity(subscription, service)
    amount = amount_on(quantity, day)
    holders = tenant.holders(subscription, service) if is_first else 0
    of_agents = None
    if service in terms.AGENT_LICENSES:
        taken = tenant.agent_holders(subscription) if is_first else 0
        of_agents = Seats(timeline.agent_quantity(subscription), taken)
    free: int | None = None
    agents: tuple[int, int] | None = None
    if subscription.type == "named":
        free = max(0, free_on(Seats(quantity, holders), of_agents, day))
        if of_agents is not None and free < amount.quantity - holders:
            agents = of_agents.taken, of_agents.quantity.at(day)
    return ServiceStanding(
        service,
        amount,
        period_of(timeline.has(subscription, service), day),
        holders,
        free,
        agents,
        role_of(timeline.bearers(service), day),
    )


def _end_reason(subscription: Subscription, last: date, day: date) -> str:
    """Return why a run of active days ends on its last day, or how the subscription renews.

    Empty if it has no end.
    """
    if last == FOREVER:
        return _renewal(subscription, day) if subscription.auto_renew else ""
    following = day_after(last)
    if any(lapse.first <= following <= lapse.until for lapse in subscription.lapses):
        return f"a lapse begins on {following}"
    if subscription.grace_days:
        grace = counted(subscription.grace_days, "day")
        return f"its end is {subscription.end}, with {grace} of grace"
    return "its term ends then"


def _renewal(subscription: Subscription, day: date) -> str:
    """Return when the term that runs on a day renews, and until when that can be decided."""
    end = next(terms.term_ends(subscription, day), None)
    if end is None:
        return ""
    decide_by = plus_days(end, -subscription.notice_days)
    verb = "is" if day <= decide_by else "was"
    return f"it renews automatically on {day_after(end)}; the last day to decide {verb} {decide_by}"


# Sentences


def state_sentence(standing: SubscriptionStanding) -> str:
    """Return a sentence: until when the subscription is active, or why it is not."""
    id, period = standing.subscription.id, standing.period
    if period is not None and period.is_now:
        reason = standing.end_reason
        left = standing.days_left
        days = "" if left is None else f"; {counted(left, 'day')} left"
        status = "is a trial," if standing.subscription.status == "trial" else "is"
        return f"{id} {status} active {until_text(period.last)}{reason and f': {reason}'}{days}"
    begins = None if period is None else period.begins
    later = ""
    if begins is not None and begins != standing.subscription.start:
        later = f"; it is active again from {begins} on"
    return f"{id} {standing.state}{later}"


def primary_sentence(standing: SubscriptionStanding) -> str:
    """Return a sentence: the primary, until when, and when this subscription becomes it."""
    id, primary = standing.subscription.id, standing.primary
    if primary is None:
        now = "no subscription is active, so none is the primary"
    else:
        who = f"{id} is the primary" if standing.is_primary else (
            f"the primary is {primary.subscription.id},"
        )  # fmt: skip
        now = f"{who} {until_text(primary.until)}{_then(primary)}"
    if standing.primary_from is None:
        return now
    return f"{now}; {id} becomes the primary on {standing.primary_from}"


def service_sentence(standing: SubscriptionStanding, service: ServiceStanding) -> str:
    """Return a sentence: the quantity of a service, its seats, and who bears its overage."""
    return f"{service.service}: {'; '.join(_service_parts(standing, service))}"


def _service_parts(standing: SubscriptionStanding, service: ServiceStanding) -> list[str]:
    quantity, until, after = service.amount
    then = "" if after is None else f" until {until}, then {after}"
    parts = [f"{quantity}{then}"]
    if service.period is None:
        parts.append("no line counts while the subscription is active")
    elif service.period.is_past:
        last = service.period.last
        ended = "the subscription" if last == standing.last_day else "the last line"
        parts.append(f"{ended} ended on {last}")
    seats = counted(service.holders, "holder")
    if service.free is None:
        parts.append(f"{seats}; its type is concurrent, so seats are not counted")
    else:
        parts.append(f"{seats}, {counted(service.free, 'free seat')}{_agents(service)}")
    bearer = service.bearer
    if service.service != terms.CONNECT and bearer is not None:
        is_own = bearer.subscription is standing.subscription
        who = "this subscription" if is_own else bearer.subscription.id
        parts.append(f"{who} bears the overage {until_text(bearer.until)}{_then(bearer)}")
    return parts


def _agents(service: ServiceStanding) -> str:
    """Return how many users take an agent seat, if that is why so few seats are free."""
    if service.agents is None:
        return ""
    users, seats = service.agents
    take = "takes" if users == 1 else "take"
    return f" ({counted(users, 'user')} {take} one of {counted(seats, 'agent seat')})"


def _then(role: Tenure) -> str:
    if role.until == FOREVER:
        return ""
    return f", then {'no subscription' if role.next is None else role.next.id}"
