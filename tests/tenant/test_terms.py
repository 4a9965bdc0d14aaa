"""The words about time, against a plain walk over the days."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from validator.tenant import terms
from validator.tenant.model import Subscription, tenant_of
from validator.tenant.tenant_on import TenantOn

START = date(2026, 1, 1)
# Every window of the tests ends long before this; what is active then never ends.
BEYOND = START + timedelta(400)
STATUSES = ["active", "trial", "pending", "suspended", "cancelled", None]
SERVICES = ["premium-agent", "ivr-port", "ai-agent", "ai-assistant"]

days = st.integers(0, 90).map(lambda number: START + timedelta(number))


@st.composite
def lines(draw: st.DrawFn) -> object:
    line: dict[str, object] = {"quantity": draw(st.integers(0, 5))}
    for key in ("since", "until"):
        if draw(st.booleans()):
            line[key] = draw(days).isoformat()
    return line


@st.composite
def subscription_values(draw: st.DrawFn) -> dict[str, object]:
    value: dict[str, object] = {
        "id": draw(st.sampled_from(["Sub1", "Sub2", "Sub3", "Sub4"])),
        "type": "named",
        "start": draw(days).isoformat(),
        "auto_renew": draw(st.sampled_from([False, False, False, True])),
        "grace_days": draw(st.integers(0, 5)),
        "entitlements": draw(st.dictionaries(st.sampled_from(SERVICES), lines(), max_size=3)),
    }
    status = draw(st.sampled_from(["active", "active", *STATUSES]))
    if status is not None:
        value["status"] = status
    if draw(st.integers(0, 4)):
        value["end"] = draw(days).isoformat()
    return value


def made(values: Sequence[dict[str, object]]) -> tuple[Subscription, ...]:
    document = {"tenant": {"id": "t", "name": "T"}, "subscriptions": list(values)}
    return tenant_of(document).subscriptions


subscriptions = st.lists(subscription_values(), max_size=5).map(made)


def active(item: Subscription, day: date) -> bool:
    """Say by SPEC's sentence, not by its interval, whether a subscription is active."""
    if (item.status or "active") not in ("active", "trial") or day < item.start:
        return False
    if item.auto_renew or item.end is None:
        return True
    return day <= item.end + timedelta(item.grace_days)


def primary(items: Sequence[Subscription], day: date) -> Subscription | None:
    candidates = [item for item in items if active(item, day)]
    for candidate in candidates:
        if all((candidate.start, candidate.id) <= (item.start, item.id) for item in candidates):
            return candidate
    return None


@given(subscriptions, days)
def test_active_over_live(items: Sequence[Subscription], day: date) -> None:
    for item in items:
        ended = item.end is not None and not item.auto_renew
        past = ended and day > item.end + timedelta(item.grace_days)  # type: ignore[operator]
        assert terms.is_active(item, day) == active(item, day)
        assert terms.is_over(item, day) == (item.status == "cancelled" or past)
        assert terms.is_live(item, day) != terms.is_over(item, day)


@given(subscriptions, days, st.integers(0, 40))
def test_expiring(items: Sequence[Subscription], day: date, within: int) -> None:
    for item in items:
        soon = any(
            active(item, day + timedelta(number)) and not active(item, day + timedelta(number + 1))
            for number in range(within + 1)
        )
        assert terms.is_expiring(item, day, within) == (active(item, day) and soon)


@given(subscriptions, days)
def test_covered_until(items: Sequence[Subscription], day: date) -> None:
    run = None
    walk = day
    while any(active(item, walk) for item in items):
        run = walk
        walk += timedelta(1)
        if walk > BEYOND:
            run = terms.FOREVER
            break
    assert terms.covered_until([item for item in items if active(item, day)], items) == run


@given(subscriptions, days)
def test_primary(items: Sequence[Subscription], day: date) -> None:
    assert terms.primary(items, day) is primary(items, day)


@given(subscriptions, days, st.integers(0, 60))
def test_next_primary(items: Sequence[Subscription], day: date, within: int) -> None:
    now = primary(items, day)
    shift = None
    for number in range(1, within + 1):
        then = primary(items, day + timedelta(number))
        if now is not None and then is not None and then is not now:
            shift = (day + timedelta(number), then)
            break
    horizon = day + timedelta(within)
    assert terms.next_primary(terms.primary(items, day), items, horizon) == shift


@given(subscriptions, days, st.sampled_from(SERVICES))
def test_bearer(items: Sequence[Subscription], day: date, service: str) -> None:
    if not service.startswith("ai-"):
        assert terms.bearer(items, service, day) is primary(items, day)
        return
    candidates = []
    for item in items:
        line = item.entitlements.get(service)
        if line is None or not active(item, day):
            continue
        since = line.since or item.start
        if since <= day and (line.until is None or day <= line.until):
            candidates.append((since, item.id, items.index(item), item))
    expected = min(candidates)[3] if candidates else None
    assert terms.bearer(items, service, day) is expected


@given(subscriptions, st.integers(1, 6), st.sampled_from(SERVICES), st.integers(0, 30))
def test_monthly_use(items: Sequence[Subscription], month: int, service: str, tenths: int) -> None:
    name = f"2026-{month:02}"
    rows = [
        {"month": name, "subscription": "Sub1", "service": service, "quantity": tenths / 10},
        {"month": name, "subscription": "nobody", "service": service, "quantity": 0.2},
    ]
    values = {"tenant": {"id": "t", "name": "T"}, "subscriptions": [], "usage": rows}
    view = TenantOn(tenant_of(values), START)
    view.subscriptions = tuple(items)
    use = view.monthly_use[0]
    last = date(2026, month, monthrange(2026, month)[1])
    entitled = 0
    for item in items:
        line = item.entitlements.get(service)
        if line and active(item, last) and (line.since or item.start) <= last:
            entitled += line.quantity if line.until is None or last <= line.until else 0
    used = Decimal(tenths) / 10 + Decimal("0.2")
    assert (use.entitled, use.used) == (entitled, used)
    assert use.overage == max(Decimal(0), used - entitled)


@given(subscriptions, st.integers(1, 6))
def test_has_day_in_month(items: Sequence[Subscription], month: int) -> None:
    begin, end = terms.month_days(f"2026-{month:02}")
    for item in items:
        inside = any(
            item.start <= begin + timedelta(number) <= terms.last_day(item)
            for number in range((end - begin).days + 1)
        )
        assert terms.has_day_in(item, begin, end) == inside


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 240))
@example(date(2025, 8, 31), 18)
@example(date(2024, 2, 29), 12)
def test_term_end(start: date, months: int) -> None:
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    day = start.day
    while day > monthrange(year, month)[1]:
        day -= 1
    assert terms.term_end(start, months) == date(year, month, day) - timedelta(1)


@pytest.mark.parametrize("months", [12 * 8000, 10**9])
def test_term_beyond_the_calendar(months: int) -> None:
    assert terms.term_end(date(2025, 1, 1), months) == terms.FOREVER


def test_days_beyond_the_calendar() -> None:
    (item,) = made(
        [{"id": "S", "type": "named", "start": "2026-01-01", "end": "9999-12-31", "grace_days": 9}]
    )
    assert terms.last_day(item) == terms.FOREVER
    assert terms.covered_until([item], [item]) == terms.FOREVER
    assert not terms.is_expiring(item, date(9999, 12, 31), 10**9)
    assert terms.plus_days(START, 10**12) == terms.FOREVER


def test_sums_are_exact() -> None:
    numbers = [Decimal("0.1"), Decimal("0.2"), Decimal(10**40), Decimal("1e-40")]
    assert str(terms.total(numbers[:2])) == "0.3"
    assert terms.total(numbers[2:]) == Decimal(f"{10**40}.{'0' * 39}1")
