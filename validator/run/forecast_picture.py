"""The timeline of a tenant in a forecast: terms, primaries, ends of cover, falling quantities."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from validator.checking.settings import Settings
from validator.findings.forecast_report import CoverageGroup, DrawnTimeline, QuantityFall
from validator.run.subscription_bars import bars_of, subscriptions_shown
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import Subscription, Tenant, User
from validator.tenant.tenant_on import TenantOn


def timeline_of(
    file: str, document: int, tenant: Tenant, settings: Settings, until: date
) -> DrawnTimeline:
    """Return the timeline of a tenant from the day of the settings to the given day."""
    begin = settings.as_of
    view = TenantOn(tenant, begin, settings.expiring_within)
    shown = subscriptions_shown(tenant, begin, until)
    return DrawnTimeline(
        file,
        document,
        tenant.organisation.id,
        tenant.organisation.name,
        bars_of(shown, view.timeline.primaries, begin, until),
        _covers(view),
        tuple(_falls(view, shown, until)),
        len(tenant.subscriptions) - len(shown),
    )


def _covers(view: TenantOn) -> tuple[CoverageGroup, ...]:
    """Return the users in groups of the same licence and end of cover.

    Users without access come first.
    """
    groups: dict[tuple[date, str | None, bool], list[int]] = {}
    for number, user in enumerate(view.users):
        for license, until in _licenses(view, user):
            key = (until or view.clock.day, license, until is None)
            groups.setdefault(key, []).append(number)
    ordered = sorted(
        groups.items(), key=lambda item: (not item[0][2], item[0][0], item[0][1] or "")
    )
    return tuple(
        CoverageGroup(
            None if until == FOREVER else until,
            tuple(view.users[number].label for number in numbers),
            is_lost,
            license,
            tuple(numbers),
        )
        for (until, license, is_lost), numbers in ordered
    )


def _licenses(view: TenantOn, user: User) -> Iterator[tuple[str | None, date | None]]:
    """Yield the licences that serve a user, and the last day of each.

    A licence of None means access by an assignment without a licence. A day of None means that
    the user is not covered.
    """
    covered = view.user_covered_until(user)
    if covered is None:
        yield None, None
    named = dict.fromkeys(
        item.license for item in user.assignments if item.license and view.serves(user, item)
    )
    for license in named:
        yield license, view.license_covered_until(user, license)
    is_bare = any(item.license is None and view.serves(user, item) for item in user.assignments)
    if covered is not None and is_bare:
        yield None, covered


def _falls(view: TenantOn, shown: list[Subscription], until: date) -> Iterator[QuantityFall]:
    """Yield the quantities that fall after the first day, sorted by day."""
    falls: list[QuantityFall] = []
    for number, item in enumerate(shown):
        for service in item.entitlements:
            steps = view.timeline.quantity(item, service)
            parts = list(steps.between(view.clock.day, until))
            for (_, _, before), (first, _, after) in pairwise(parts):
                if after < before:
                    falls.append(QuantityFall(first, item.id, service, before, after, number))
    yield from sorted(falls)
