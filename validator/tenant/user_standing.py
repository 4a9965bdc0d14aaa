"""The standing of a user on a day, as values and as sentences: covered by what, until when."""

from typing import NamedTuple

from validator.findings.wording import counted, few, listing
from validator.tenant import terms
from validator.tenant.calendar_days import FOREVER, until_text
from validator.tenant.model import Assignment, Subscription, User
from validator.tenant.periods import Period, days_left, period_in_any, period_of, until_of
from validator.tenant.runs import run_at
from validator.tenant.tenant_on import TenantOn
from validator.tenant.timeline import AssignmentKey, access_keys, key_of

_MOST_CLAUSES = 10


class LicenseStanding(NamedTuple):
    """A licence of a user on a day.

    `period` has the days on which the licence is covered, and `by` the assignments that give it on
    the day.
    """

    license: str
    period: Period | None
    by: tuple[Assignment, ...]


class AssignmentStanding(NamedTuple):
    """An assignment of a user on a day.

    `subscription` is None if it is unknown. `is_access`: access depends on the assignment. `period`
    has the days on which it serves. `seat` is the service in which it takes a seat. `gives` has the
    licences that it gives on the day. `reason` is a text that says why and until when it serves,
    or why it does not.
    """

    assignment: Assignment
    subscription: Subscription | None
    is_access: bool
    period: Period | None
    seat: str | None
    gives: tuple[str, ...]
    reason: str


class UserStanding(NamedTuple):
    """A user on a day.

    `period` has the days on which the user is covered. `days_left` is the number of days after this
    one on which the user remains covered without a break.
    """

    user: User
    day: str
    works: bool
    is_idle: bool
    period: Period | None
    days_left: int | None
    assignments: tuple[AssignmentStanding, ...]
    licenses: tuple[LicenseStanding, ...]


def user_standing(tenant: TenantOn, user: User) -> UserStanding:
    """Return the standing of a user of the tenant."""
    timeline, day = tenant.timeline, tenant.clock.day
    period = period_in_any(timeline.covers(user), day, timeline.unions)
    access = {*access_keys(user, tenant.index.subscriptions)}
    assignments = tuple(
        _assignment(tenant, user, item, period, is_access=_key(user, item) in access)
        for item in user.assignments
    )
    return UserStanding(
        user,
        tenant.day,
        terms.works(user),
        tenant.is_idle(user),
        period,
        days_left(period, day),
        assignments,
        _licenses(tenant, user, assignments),
    )


def _licenses(
    tenant: TenantOn, user: User, assignments: tuple[AssignmentStanding, ...]
) -> tuple[LicenseStanding, ...]:
    """Return the licences that the assignments name or give."""
    givers: dict[str, list[Assignment]] = {}
    for item in assignments:
        if item.assignment.license is not None:
            givers.setdefault(item.assignment.license, [])
        for license in item.gives:
            givers.setdefault(license, []).append(item.assignment)
    timeline, day = tenant.timeline, tenant.clock.day
    return tuple(
        LicenseStanding(
            license,
            period_in_any(timeline.license_covers(user, license), day, timeline.unions),
            tuple(by),
        )
        for license, by in givers.items()
    )


def _key(user: User, item: Assignment) -> AssignmentKey:
    return key_of(item.subscription, item.license, user_works=terms.works(user))


def _assignment(
    tenant: TenantOn, user: User, item: Assignment, cover: Period | None, *, is_access: bool
) -> AssignmentStanding:
    timeline, day = tenant.timeline, tenant.clock.day
    key, works = _key(user, item), terms.works(user)
    subscription = tenant.subscription(item.subscription)
    period = period_of(timeline.serves(key), day)
    names = terms.AGENT_LICENSES if item.license is None else (item.license,)
    gives = tuple(name for name in names if run_at(timeline.gives(key, name), day) is not None)
    seat = None if subscription is None else terms.seat_of(item, subscription, user_works=works)
    if subscription is None:
        hint = tenant.suggest_subscription(item.subscription, item.license)
        reason = f"{item.subscription} is not a subscription of this tenant{hint and f' ({hint})'}"
    else:
        reason = _reason(tenant, subscription, item.license, period, cover, works=works)
    return AssignmentStanding(item, subscription, is_access, period, seat, gives, reason)


def _reason(
    tenant: TenantOn,
    item: Subscription,
    license: str | None,
    period: Period | None,
    cover: Period | None,
    *,
    works: bool,
) -> str:
    """Return why and until when an assignment to a known subscription serves, or why not."""
    if period is not None and not period.is_past:
        holds = _what_holds(tenant, item, license, period, works=works)
        since = "" if period.is_now else f" from {period.first}"
        is_same = period.last == until_of(cover) != FOREVER
        end = "until then" if is_same else until_text(period.last)
        return f"{item.id} {holds}{since} {end}"
    active = period_of(tenant.timeline.active(item), tenant.clock.day)
    if active is None or active.is_past:
        return f"{item.id} {tenant.state(item)}"
    licenses = [license] if license is not None else _listed(item)
    if not licenses:
        return f"{item.id} lists no agent licence"
    if period is not None:
        return f"{item.id} had {listing(licenses, 'or')} until {period.last}"
    return f"{item.id} has no {listing(licenses, 'or')} line that counts while it is active"


def _what_holds(
    tenant: TenantOn, item: Subscription, license: str | None, period: Period, *, works: bool
) -> str:
    """Return what a subscription has on the days on which an assignment serves."""
    if license is not None and license in item.entitlements:
        return f"has {license}"
    if license is not None and item.has_entitlements:
        return f"does not list {license}, but is active"
    if license is None and works and item.has_entitlements:
        lasting = (
            name
            for name in _listed(item)
            if run_at(tenant.timeline.has(item, name), period.last) is not None
        )
        return f"has {listing(lasting)}"
    return "is active"


def _listed(item: Subscription) -> list[str]:
    return [name for name in terms.AGENT_LICENSES if name in item.entitlements]


# Sentences


def cover_sentence(standing: UserStanding) -> str:
    """Return a sentence: until when and by what the user is covered, or why not."""
    user, period = standing.user, standing.period
    if period is not None and period.is_now:
        head = f"{user.label} is covered {until_text(period.last)}"
    elif period is not None and not period.is_past:
        begin = f"from {period.first} {until_text(period.last)}"
        head = f"{user.label} is not covered on {standing.day}, but will be {begin}"
    else:
        head = f"{user.label} is not covered on {standing.day}"
    reasons = dict.fromkeys(_clause(item) for item in standing.assignments)
    clauses = list(reasons) or ["the user has no assignments"]
    more = len(clauses) - _MOST_CLAUSES
    shown = clauses[:_MOST_CLAUSES] + (
        [f"and {counted(more, 'more assignment')}"] if more > 0 else []
    )
    return f"{head}: {'; '.join(shown)}"


def _clause(item: AssignmentStanding) -> str:
    """Return what an assignment contributes to access."""
    license = item.assignment.license
    if item.is_access or item.subscription is None or license is None:
        return item.reason
    return f"{license} in {item.subscription.id} is not an agent licence"


def assignment_sentence(standing: AssignmentStanding) -> str:
    """Return a sentence about an assignment: until when and why it serves, and its seat."""
    item, period = standing.assignment, standing.period
    name = item.subscription if item.license is None else f"{item.subscription}, {item.license}"
    if period is not None and period.is_now:
        serves = f"serves {until_text(period.last)}"
    elif period is not None and not period.is_past:
        serves = f"does not serve yet; serves from {period.first} {until_text(period.last)}"
    else:
        serves = "does not serve" if standing.subscription is None else (
            f"does not serve: {standing.reason}"
        )  # fmt: skip
    seat = "" if standing.seat is None else f"; takes a seat of {standing.seat}"
    access = "" if standing.is_access or standing.subscription is None else "; gives no access"
    return f"{name}: {serves}{seat}{access}"


def license_sentence(standing: LicenseStanding) -> str:
    """Return a sentence: until when and by which subscriptions a licence is covered."""
    period = standing.period
    if period is not None and period.is_now:
        by = few(dict.fromkeys(item.subscription for item in standing.by), _MOST_CLAUSES)
        return f"{standing.license}: covered {until_text(period.last)}, today by {by}"
    if period is not None and not period.is_past:
        return f"{standing.license}: not covered yet; covered from {period.first} on"
    ended = "" if period is None else f"; it ended on {period.last}"
    return f"{standing.license}: not covered{ended}"


def remark_sentence(standing: UserStanding) -> str:
    """Return a sentence with other facts about the user; empty if there are none."""
    left = standing.days_left
    parts = [] if left is None else [f"{counted(left, 'day')} left"]
    if not standing.works:
        parts.append("does not work as agent or supervisor")
    if standing.is_idle:
        last = standing.user.last_access
        is_inactive = standing.user.status == "inactive"
        parts.append("is inactive" if is_inactive else f"is idle, with the last access on {last}")
    return "; ".join(parts)
