"""A simple, slow reference of the terms, the policies and the usage rows, one day at a time.

It reads the raw value of a document that matches the schema.
It shares no code with the program: where the two differ, one of them is wrong.
Subscriptions, users and assignments are identified by their index in the file.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

Value = dict[str, Any]
Found = tuple[str, str]

ONE = timedelta(1)
# Represents "the run never ends". No policy asks about more than the horizon plus one day, so a
# longer run counts as one that never ends.
FOREVER = date.max
STANDARD, PREMIUM, CONNECT = "standard-agent", "premium-agent", "webex-connect"
AGENT_LICENCES = (STANDARD, PREMIUM)
AGENT_SERVICES = (STANDARD, PREMIUM, "ivr-port")
SENIORITY = ("ai-agent", "ai-assistant", "ivr-outbound-campaign")
PSTN = ("pstn-inbound-toll", "pstn-toll-free")


class Line(NamedTuple):
    """An entitlement line."""

    quantity: int
    since: date
    until: date | None
    path: str  # relative to the service
    has_since: bool

    def counts(self, when: date) -> bool:
        return self.since <= when and (self.until is None or when <= self.until)


class Assignment(NamedTuple):
    subscription: str
    license: str | None
    naming: str  # the path within the assignment to the value that names the subscription


# Days and months


def day(text: str) -> date:
    return date.fromisoformat(text)


def days_after(when: date, number: int) -> date | None:
    """Return None for never: a day past 9999-12-31 (section 2)."""
    try:
        return when + timedelta(number)
    except OverflowError:
        return None


def add_months(when: date, months: int) -> date | None:
    """Return the last day of the month if it is shorter; None for never."""
    total = when.year * 12 + when.month - 1 + months
    year, month = total // 12, total % 12 + 1
    if year > date.max.year:
        return None
    return date(year, month, min(when.day, monthrange(year, month)[1]))


@cache
def days_of(month: str) -> list[date]:
    year, number = map(int, month.split("-"))
    return [date(year, number, one + 1) for one in range(monthrange(year, number)[1])]


def month_of(when: date) -> str:
    return when.isoformat()[:7]


def months_between(month: str, later: str) -> int:
    year, number = map(int, month.split("-"))
    later_year, later_number = map(int, later.split("-"))
    return (later_year - year) * 12 + later_number - number


def exact(number: Any) -> Fraction:
    """Return the exact value of a number's decimal notation."""
    return Fraction(str(number))


def number(value: Fraction) -> int | float:
    """Convert an exact number to its JSON value: an integer if it is whole."""
    return int(value) if value.denominator == 1 else float(value)


# Single subscriptions


def status(sub: Value) -> str:
    return str(sub.get("status", "active"))


def last_day(sub: Value) -> date | None:
    if sub.get("auto_renew") or "end" not in sub:
        return None
    return days_after(day(sub["end"]), sub.get("grace_days", 0))


def within_term(sub: Value, when: date) -> bool:
    last = last_day(sub)
    return day(sub["start"]) <= when and (last is None or when <= last)


def lapsed(sub: Value, when: date) -> bool:
    lapses = sub.get("lapses", [])
    return any(day(lapse["from"]) <= when <= day(lapse["until"]) for lapse in lapses)


def active(sub: Value, when: date, today: date) -> bool:
    by_dates = within_term(sub, when) and not lapsed(sub, when)
    state = status(sub)
    if when < today and (state == "suspended" or (state == "cancelled" and "end" in sub)):
        return by_dates
    return state in ("active", "trial") and by_dates


def over(sub: Value, today: date) -> bool:
    last = last_day(sub)
    return status(sub) == "cancelled" or (last is not None and today > last)


def live(sub: Value, today: date) -> bool:
    return not over(sub, today)


def listed(sub: Value, service: str) -> bool:
    return service in sub.get("entitlements", {})


def lines(sub: Value, service: str) -> list[Line]:
    entry = sub.get("entitlements", {}).get(service, [])
    if not isinstance(entry, list):
        return [line(sub, entry, "")]
    return [line(sub, one, f"/{k}") for k, one in enumerate(entry)]


def line(sub: Value, entry: Any, path: str) -> Line:
    fields = entry if isinstance(entry, dict) else {"quantity": entry}
    since = day(fields["since"] if "since" in fields else sub["start"])
    until = day(fields["until"]) if "until" in fields else None
    return Line(fields["quantity"], since, until, path, "since" in fields)


def sum_that_counts(sub: Value, service: str, when: date) -> int:
    return sum(one.quantity for one in lines(sub, service) if one.counts(when))


class Tenant:
    """The terms of section 3 for one tenant, with today's date and a horizon."""

    def __init__(self, value: Value, today: date, horizon: int = 30) -> None:
        self.today = today
        self.horizon = horizon
        self.tenant: Value = value["tenant"]
        self.subs: list[Value] = value["subscriptions"]
        self.users: list[Value] = value.get("users", [])
        self.partners: list[Value] = value.get("partners", [])
        self.usage: list[Value] = value.get("usage", [])
        self.all = range(len(self.subs))
        self.by_id: dict[str, int] = {}
        for i, sub in enumerate(self.subs):
            self.by_id.setdefault(sub["id"], i)
        # Users and seats are counted only for the first subscription with a repeated id.
        self.firsts = list(self.by_id.values())
        # These are called repeatedly with the same arguments.
        self.lines = cache(self._lines)
        self.active = cache(self._active)
        self.counts = cache(self._counts)
        self.has = cache(self._has)
        self.quantity = cache(self._quantity)
        self.primary = cache(self._primary)
        self.bearer = cache(self._bearer)
        self.serves = cache(self._serves)
        self.covered = cache(self._covered)
        self.assignments = cache(self._assignments)
        self.user_until = cache(self._user_until)
        self.licence_until = cache(self._licence_until)
        self.quantities = cache(self._quantities)
        self.unknown_entitlements = cache(self._unknown_entitlements)

    # Subscriptions

    def _active(self, i: int, when: date) -> bool:
        return active(self.subs[i], when, self.today)

    def live(self, i: int) -> bool:
        return live(self.subs[i], self.today)

    def first(self, some: Iterable[int]) -> int | None:
        return min(some, key=lambda i: (self.subs[i]["start"], self.subs[i]["id"], i), default=None)

    def _primary(self, when: date) -> int | None:
        actives = [i for i in self.all if self.active(i, when)]
        if not actives:
            return None
        oldest = min(self.subs[i]["start"] for i in actives)
        of_that_day = [i for i in actives if self.subs[i]["start"] == oldest]
        claiming = [i for i in of_that_day if self.subs[i].get("primary")]
        return self.first(claiming or of_that_day)

    def primary_id(self, when: date) -> str | None:
        return self.id_of(self.primary(when))

    def id_of(self, i: int | None) -> str | None:
        return None if i is None else self.subs[i]["id"]

    def option_path(self) -> str | None:
        """Return the path at which the tenant's telephony option is set."""
        if "telephony" in self.tenant:
            return "/tenant/telephony"
        setter = self.first(
            i
            for i, sub in enumerate(self.subs)
            if status(sub) != "cancelled" and "telephony" in sub
        )
        return None if setter is None else f"/subscriptions/{setter}/telephony"

    def option(self) -> str | None:
        path = self.option_path()
        if path is None:
            return None
        if path == "/tenant/telephony":
            return str(self.tenant["telephony"])
        return str(self.subs[int(path.split("/")[2])]["telephony"])

    def telephony(self, i: int) -> str | None:
        return self.subs[i].get("telephony", self.option())

    # Cover

    def window(self) -> list[date]:
        """Return D+1..D+expiring-within+1."""
        days = [days_after(self.today, number) for number in range(1, self.horizon + 2)]
        return [one for one in days if one is not None]

    def soon(self, when: date) -> bool:
        return 0 <= (when - self.today).days <= self.horizon

    def covered_until(self, holds: Callable[[date], bool]) -> date | None:
        """Return the last day of the unbroken run from today; None if it does not hold today."""
        if not holds(self.today):
            return None
        for when in self.window():
            if not holds(when):
                return when - ONE
        return FOREVER

    def ends_soon(self, until: date | None) -> bool:
        return until is not None and until != FOREVER and self.soon(until)

    def tenant_covered(self, when: date) -> bool:
        return any(self.active(i, when) for i in self.all)

    # Entitlements

    def _lines(self, i: int, service: str) -> list[Line]:
        return lines(self.subs[i], service)

    def _counts(self, i: int, service: str, when: date) -> bool:
        return any(one.counts(when) for one in self.lines(i, service))

    def _has(self, i: int, service: str, when: date) -> bool:
        return self.active(i, when) and self.counts(i, service, when)

    def _quantity(self, i: int, service: str, when: date) -> int:
        if not self.active(i, when):
            return 0
        return sum(one.quantity for one in self.lines(i, service) if one.counts(when))

    def tenant_quantity(self, service: str, when: date) -> int:
        return sum(self.quantity(i, service, when) for i in self.all)

    def _bearer(self, service: str, when: date) -> int | None:
        if service not in SENIORITY:
            return self.primary(when)
        having = [i for i in self.all if self.has(i, service, when)]
        return min(having, key=lambda i: self.seniority(i, service), default=None)

    def seniority(self, i: int, service: str) -> tuple[date, str, int]:
        return min(one.since for one in self.lines(i, service)), self.subs[i]["id"], i

    def bearer_id(self, service: str, when: date) -> str | None:
        return self.id_of(self.bearer(service, when))

    # Usage

    def rows(self, month: str, service: str) -> list[int]:
        return [
            k
            for k, row in enumerate(self.usage)
            if row["month"] == month and row["service"] == service
        ]

    def rows_that_count(self, month: str, service: str) -> list[int]:
        rows = self.rows(month, service)
        tenant_wide = [k for k in rows if "subscription" not in self.usage[k]]
        return tenant_wide or rows

    def use(self, month: str, service: str) -> Fraction:
        counting = self.rows_that_count(month, service)
        return sum((exact(self.usage[k]["quantity"]) for k in counting), Fraction(0))

    def _quantities(self, month: str, service: str) -> list[int]:
        return [self.tenant_quantity(service, when) for when in days_of(month)]

    def entitled(self, month: str, service: str) -> int:
        return max(self.quantities(month, service))

    def lowest(self, month: str, service: str) -> int:
        return min((one for one in self.quantities(month, service) if one > 0), default=0)

    def overage(self, month: str, service: str) -> Fraction:
        return max(Fraction(0), self.use(month, service) - self.entitled(month, service))

    def month_primary(self, month: str) -> int | None:
        found = [self.primary(when) for when in days_of(month)]
        return next((one for one in reversed(found) if one is not None), None)

    def month_bearer(self, month: str, service: str) -> int | None:
        found = [self.bearer(service, when) for when in days_of(month)]
        return next((one for one in reversed(found) if one is not None), None)

    def in_future(self, month: str) -> bool:
        return days_of(month)[0] > self.today

    def _unknown_entitlements(self, month: str) -> bool:
        return any(
            self.active(i, when)
            for i in self.all
            if "entitlements" not in self.subs[i]
            for when in days_of(month)
        )

    # Users

    def works(self, u: int) -> bool:
        return "agent" in self.users[u]["roles"] or "supervisor" in self.users[u]["roles"]

    def _assignments(self, u: int) -> list[Assignment]:
        return [
            Assignment(item, None, "")
            if isinstance(item, str)
            else Assignment(item["subscription"], item.get("license"), "/subscription")
            for item in self.users[u].get("assignments", [])
        ]

    def assigned_to(self, u: int, k: int) -> int | None:
        """Return the subscription of an assignment, or None if it is unknown."""
        return self.by_id.get(self.assignments(u)[k].subscription)

    def _serves(self, u: int, k: int, when: date) -> bool:
        i = self.assigned_to(u, k)
        if i is None or not self.active(i, when):
            return False
        if "entitlements" not in self.subs[i]:
            return True
        license = self.assignments(u)[k].license
        if license is not None:
            return not listed(self.subs[i], license) or self.counts(i, license, when)
        return not self.works(u) or any(self.counts(i, one, when) for one in AGENT_LICENCES)

    def any_serves(self, u: int, when: date) -> bool:
        return any(self.serves(u, k, when) for k in range(len(self.assignments(u))))

    def access_assignments(self, u: int) -> list[int]:
        items = self.assignments(u)
        known = [k for k in range(len(items)) if self.assigned_to(u, k) is not None]
        for_agents = [k for k in known if items[k].license in (None, *AGENT_LICENCES)]
        return for_agents or known

    def _covered(self, u: int, when: date) -> bool:
        return any(self.serves(u, k, when) for k in self.access_assignments(u))

    def gives(self, u: int, k: int, licence: str, when: date) -> bool:
        if not self.serves(u, k, when):
            return False
        named = self.assignments(u)[k].license
        if named is not None:
            return named == licence
        i = self.assigned_to(u, k)
        if i is None or licence not in AGENT_LICENCES:
            return False
        return "entitlements" not in self.subs[i] or self.counts(i, licence, when)

    def licence_covered(self, u: int, licence: str, when: date) -> bool:
        return any(self.gives(u, k, licence, when) for k in range(len(self.assignments(u))))

    def _user_until(self, u: int) -> date | None:
        return self.covered_until(lambda when: self.covered(u, when))

    def service_until(self, i: int, service: str) -> date | None:
        """Return the last day of the unbroken run in which the subscription has the service."""
        return self.covered_until(lambda when: self.has(i, service, when))

    def _licence_until(self, u: int, licence: str) -> date | None:
        return self.covered_until(lambda when: self.licence_covered(u, licence, when))

    def seat(self, u: int, k: int) -> tuple[int, str] | None:
        """Return the subscription and the service in which the assignment takes a seat."""
        i = self.assigned_to(u, k)
        if i is None:
            return None
        named = self.assignments(u)[k].license
        if named is not None:
            return i, named
        of_agents = [one for one in AGENT_LICENCES if listed(self.subs[i], one)]
        if self.works(u) and len(of_agents) == 1:
            return i, of_agents[0]
        return None

    def takes_seat(self, u: int, i: int, service: str) -> bool:
        return any(self.seat(u, k) == (i, service) for k in range(len(self.assignments(u))))

    def holders(self, i: int, service: str) -> int:
        return sum(self.takes_seat(u, i, service) for u in range(len(self.users)))

    def idle(self, u: int) -> bool:
        user = self.users[u]
        if user.get("status") == "inactive":
            return True
        return "last_access" in user and (self.today - day(user["last_access"])).days > 90

    def administrators(self) -> list[int]:
        return [u for u, user in enumerate(self.users) if "administrator" in user["roles"]]

    def administrator_covered(self, when: date) -> bool:
        return any(self.covered(u, when) for u in self.administrators())


# Section 4


def reference(value: Value, on: date, horizon: int) -> Iterator[Found]:
    """Yield the id and path of each finding from the policies in section 4."""
    t = Tenant(value, on, horizon)
    yield from telephony_findings(t)
    for i in t.all:
        yield from subscription_findings(t, i)
    yield from cover_findings(t)
    yield from primary_findings(t)
    yield from handover_findings(t)
    for u in range(len(t.users)):
        yield from user_findings(t, u)
        yield from licence_findings(t, u)
    yield from admin_lockout(t)
    yield from over_assigned(t)
    yield from unknown_references(t)
    yield from partner_findings(t)
    for k in range(len(t.usage)):
        yield from usage_row_findings(t, k)
    yield from usage_month_findings(t)
    yield from capacity_drop(t)
    yield from shift_findings(t)
    yield from primary_without_agents(t)


def telephony_findings(t: Tenant) -> Iterator[Found]:
    foreign = "country" in t.tenant and t.tenant["country"] not in ("US", "CA")
    bundled_places: set[str] = set()
    for i, sub in enumerate(t.subs):
        if not t.live(i):
            continue
        at = f"/subscriptions/{i}"
        if "telephony" in sub and sub["telephony"] != t.option():
            yield "mixed-telephony", f"{at}/telephony"
        if foreign and t.telephony(i) == "bundled-pstn":
            place = f"{at}/telephony" if "telephony" in sub else t.option_path()
            assert place is not None
            bundled_places.add(place)
        for service in PSTN:
            lasting = any(one.until is None or one.until >= t.today for one in lines(sub, service))
            if lasting and t.telephony(i) not in (None, "bundled-pstn"):
                yield "pstn-without-bundle", f"{at}/entitlements/{service}"
    for place in bundled_places:
        yield "bundled-pstn-country", place


def subscription_findings(t: Tenant, i: int) -> Iterator[Found]:
    """Yield the findings that mostly depend on the subscription alone."""
    sub, at = t.subs[i], f"/subscriptions/{i}"
    chief = t.first(one for one in t.all if t.live(one))
    if t.live(i) and chief is not None and sub["type"] != t.subs[chief]["type"]:
        yield "mixed-subscription-types", f"{at}/type"
    if t.by_id[sub["id"]] != i:
        yield "duplicate-subscription", f"{at}/id"
    for path in ends_before_starts(sub):
        yield "end-before-start", at + path
    if term_mismatch(sub):
        yield "term-mismatch", f"{at}/term_months"
    last = last_day(sub)
    if sub.get("status") in ("active", "trial") and last is not None and t.today > last:
        yield "status-date-conflict", f"{at}/status"
    if status(sub) == "pending" and day(sub["start"]) < t.today:
        yield "overdue-pending", f"{at}/status"
    if any(t.soon(one) for one in decision_days(sub, t.today, t.horizon)):
        yield "renewal-decision", f"{at}/auto_renew"


def ends_before_starts(sub: Value) -> Iterator[str]:
    if "end" in sub and day(sub["end"]) < day(sub["start"]):
        yield "/end"
    for k, lapse in enumerate(sub.get("lapses", [])):
        if day(lapse["until"]) < day(lapse["from"]):
            yield f"/lapses/{k}/until"
    for service in sub.get("entitlements", {}):
        for one in lines(sub, service):
            if one.until is not None and one.until < one.since:
                yield f"/entitlements/{service}{one.path}/until"


def term_mismatch(sub: Value) -> bool:
    if "term_months" not in sub or "end" not in sub or sub.get("lapses"):
        return False
    start, end = day(sub["start"]), day(sub["end"])
    n = 1
    while True:
        following = add_months(start, n * sub["term_months"])
        if following is None or following - ONE > end:
            return True
        if following - ONE == end:
            return False
        n += 1


def term_ends(sub: Value) -> Iterator[date]:
    """Yield the last day of the first term and of each later term."""
    begin = days_after(day(sub["end"]), 1)
    n = 0
    while begin is not None:
        following = add_months(begin, n * sub.get("term_months", 12))
        if following is None:
            return
        yield following - ONE
        n += 1


def decision_days(sub: Value, today: date, horizon: int) -> Iterator[date]:
    """Yield the last days to cancel the current and later terms, up to the horizon."""
    if status(sub) not in ("active", "trial") or not sub.get("auto_renew") or "end" not in sub:
        return
    for end in term_ends(sub):
        decision = end.toordinal() - sub.get("notice_days", 30)
        if decision > today.toordinal() + horizon:
            return
        if end >= today and decision >= 1:
            yield date.fromordinal(decision)


def cover_findings(t: Tenant) -> Iterator[Found]:
    until = t.covered_until(t.tenant_covered)
    if t.subs and until is None:
        yield "no-active-subscription", "/subscriptions"
    if t.ends_soon(until):
        yield "coverage-gap", "/subscriptions"


def primary_findings(t: Tenant) -> Iterator[Found]:
    chief = t.primary(t.today)
    if chief is None:
        return
    others = [i for i in t.all if i != chief and t.active(i, t.today)]
    same_start = [i for i in others if t.subs[i]["start"] == t.subs[chief]["start"]]
    claims = sum(bool(t.subs[i].get("primary")) for i in [chief, *same_start])
    for i in others:
        if t.subs[i].get("primary"):
            yield "wrong-primary", f"/subscriptions/{i}/primary"
    for i in same_start:
        if claims != 1:
            yield "ambiguous-primary", f"/subscriptions/{i}/start"


def handover_findings(t: Tenant) -> Iterator[Found]:
    for licence in AGENT_LICENCES:
        untils = {i: t.service_until(i, licence) for i in t.firsts}
        for i, until in untils.items():
            if until is None or not t.ends_soon(until):
                continue
            ended = [j for j, other in untils.items() if other is not None and other <= until]
            after = until + ONE
            leaving = leaving_users(t, licence, ended, until)
            if not room_for_all(t, licence, after) and leaving > free_seats(t, licence, after):
                yield "handover-too-small", f"/subscriptions/{i}/entitlements/{licence}"


def leaving_users(t: Tenant, licence: str, ended: list[int], until: date) -> int:
    leaving = 0
    for u in range(len(t.users)):
        seated = any(t.takes_seat(u, j, licence) for j in ended)
        own = t.user_until(u)
        if seated and (own is None or own <= until):
            leaving += 1
    return leaving


def room_for_all(t: Tenant, licence: str, when: date) -> bool:
    for i in t.firsts:
        concurrent = t.subs[i]["type"] == "concurrent" and t.quantity(i, licence, when) > 0
        if t.active(i, when) and (concurrent or "entitlements" not in t.subs[i]):
            return True
    return False


def free_seats(t: Tenant, licence: str, when: date) -> int:
    return sum(
        max(0, t.quantity(i, licence, when) - t.holders(i, licence))
        for i in t.firsts
        if t.has(i, licence, when) and t.subs[i]["type"] == "named"
    )


def user_findings(t: Tenant, u: int) -> Iterator[Found]:
    user, at = t.users[u], f"/users/{u}"
    items = t.assignments(u)
    if any(other["email"].lower() == user["email"].lower() for other in t.users[:u]):
        yield "duplicate-user", f"{at}/email"
    beyond_reading = any(role != "read-only-administrator" for role in user["roles"])
    if not items and user.get("status") != "inactive" and beyond_reading:
        yield "user-unassigned", at
    knows_all = all(item.subscription in t.by_id for item in items)
    if items and knows_all and not t.covered(u, t.today):
        yield "user-without-access", f"{at}/assignments"
    if t.ends_soon(t.user_until(u)):
        yield "user-only-expiring", f"{at}/assignments"
    serving = t.any_serves(u, t.today)
    premium = t.licence_covered(u, PREMIUM, t.today)
    if "supervisor" in user["roles"] and serving and not premium:
        yield "supervisor-needs-premium", f"{at}/roles/{user['roles'].index('supervisor')}"
    if serving and t.idle(u):
        yield "idle-license", at


def licence_findings(t: Tenant, u: int) -> Iterator[Found]:
    items = t.assignments(u)
    serving = [k for k in range(len(items)) if t.serves(u, k, t.today)]
    names_premium = any(items[k].license == PREMIUM for k in serving)
    reported: set[str] = set()
    for k, item in enumerate(items):
        at = f"/users/{u}/assignments/{k}"
        license = item.license
        i = t.assigned_to(u, k)
        if license is None or i is None:
            continue
        if "entitlements" in t.subs[i] and not listed(t.subs[i], license):
            yield "license-not-entitled", f"{at}/license"
        if ended_in_active(t, i, license) and t.covered(u, t.today):
            yield "license-inactive", f"{at}/license"
        if k not in serving:
            continue
        until = t.licence_until(u, license)
        if license == STANDARD and names_premium and not t.ends_soon(t.licence_until(u, PREMIUM)):
            yield "duplicate-agent-license", at
        if license not in reported and t.ends_soon(until) and covered_after(t, u, until):
            reported.add(license)
            yield "license-expiring", at


def ended_in_active(t: Tenant, i: int, license: str) -> bool:
    """Whether the subscription is active and lists the license, and all its lines have ended."""
    every = t.lines(i, license)
    ended = [one for one in every if one.until is not None and one.until < t.today]
    return t.active(i, t.today) and bool(every) and len(ended) == len(every)


def covered_after(t: Tenant, u: int, until: date | None) -> bool:
    """Whether the user is covered beyond that day."""
    own = t.user_until(u)
    return own is not None and until is not None and own > until


def admin_lockout(t: Tenant) -> Iterator[Found]:
    until = t.covered_until(t.administrator_covered)
    if t.administrators() and (until is None or t.ends_soon(until)):
        yield "admin-lockout", "/users"


def over_assigned(t: Tenant) -> Iterator[Found]:
    for i in t.firsts:
        sub = t.subs[i]
        if sub["type"] != "named" or not t.live(i):
            continue
        for service in sub.get("entitlements", {}):
            largest = largest_sum(sub, service, t.today)
            if largest is not None and t.holders(i, service) > largest:
                yield "over-assigned", f"/subscriptions/{i}/entitlements/{service}"


def largest_sum(sub: Value, service: str, today: date) -> int | None:
    """Return the largest sum of the lines that count, from the later of today and the start.

    The sum only rises on a day on which a line begins. None if no line counts any more.
    """
    begin = max(today, day(sub["start"]))
    every = lines(sub, service)
    days = [begin, *(one.since for one in every if one.since > begin)]
    sums = [
        sum_that_counts(sub, service, when)
        for when in days
        if any(one.counts(when) for one in every)
    ]
    return max(sums, default=None)


def unknown_references(t: Tenant) -> Iterator[Found]:
    for u in range(len(t.users)):
        for k, item in enumerate(t.assignments(u)):
            if item.subscription not in t.by_id:
                yield "unknown-subscription", f"/users/{u}/assignments/{k}{item.naming}"
    for k, row in enumerate(t.usage):
        if "subscription" in row and row["subscription"] not in t.by_id:
            yield "unknown-subscription", f"/usage/{k}/subscription"
    known = [partner["id"] for partner in t.partners]
    for i, sub in enumerate(t.subs):
        if "partner" in sub and sub["partner"] not in known:
            yield "unknown-partner", f"/subscriptions/{i}/partner"


def partner_findings(t: Tenant) -> Iterator[Found]:
    ids = [partner["id"] for partner in t.partners]
    leader = t.first(i for i, sub in enumerate(t.subs) if sub.get("partner") in ids)
    approvers = {t.users[u]["email"].lower() for u in t.administrators()}
    for i, partner in enumerate(t.partners):
        at = f"/partners/{i}"
        if partner["id"] in ids[:i]:
            yield "duplicate-partner", f"{at}/id"
            continue
        theirs = [j for j in t.all if t.subs[j].get("partner") == partner["id"]]
        full = partner["access"] == "full"
        leads = leader is not None and t.subs[leader]["partner"] == partner["id"]
        if full and "approved_by" not in partner and theirs and not leads:
            yield "unapproved-partner-access", f"{at}/access"
        some_partner = any("partner" in sub for sub in t.subs)
        if full and some_partner and not any(t.live(j) for j in theirs):
            yield "idle-partner-access", f"{at}/access"
        approver = partner.get("approved_by")
        if approver is not None and approvers and approver.lower() not in approvers:
            yield "unknown-approver", f"{at}/approved_by"


def usage_row_findings(t: Tenant, k: int) -> Iterator[Found]:
    """Yield the findings that depend on a single row."""
    row, at = t.usage[k], f"/usage/{k}"
    if any(same_row(row, other) for other in t.usage[:k]):
        yield "duplicate-usage", at
    if t.in_future(row["month"]):
        yield "future-usage", f"{at}/month"
        return
    i = t.by_id.get(row["subscription"]) if "subscription" in row else None
    if i is None or not row["quantity"] > 0:
        return
    days = days_of(row["month"])
    primaries = {t.primary_id(when) for when in days} - {None}
    if row["service"] == CONNECT and primaries and row["subscription"] not in primaries:
        yield "connect-usage-off-primary", f"{at}/subscription"
    if not any(within_term(t.subs[i], when) for when in days):
        yield "usage-outside-term", f"{at}/month"


def same_row(row: Value, other: Value) -> bool:
    keys = ("month", "subscription", "service")
    return all(row.get(key) == other.get(key) for key in keys)


def usage_month_findings(t: Tenant) -> Iterator[Found]:
    """Yield the findings that depend on all rows for a month and service."""
    pairs = {(row["month"], row["service"]) for row in t.usage}
    for month, service in sorted(pairs):
        if service == CONNECT or t.in_future(month) or t.unknown_entitlements(month):
            continue
        at = f"/usage/{t.rows_that_count(month, service)[0]}"
        use, entitled = t.use(month, service), t.entitled(month, service)
        if t.overage(month, service) > 0 and entitled > 0:
            yield "tenant-overage", f"{at}/quantity"
        if use > t.lowest(month, service) > 0 and use <= entitled:
            yield "possible-overage", f"{at}/quantity"
        if use > 0 and entitled == 0:
            yield "usage-without-entitlement", f"{at}/service"


def capacity_drop(t: Tenant) -> Iterator[Found]:
    now = month_of(t.today)
    if t.unknown_entitlements(now):
        return
    coming = [month_of(when) for when in t.window() if when.day == 1]
    for service in sorted({row["service"] for row in t.usage} - {CONNECT}):
        months = {row["month"] for row in t.usage if row["service"] == service}
        recent = [one for one in months if 0 <= months_between(one, now) <= 12]
        if not recent:
            continue
        last = max(recent)
        use, entitled = t.use(last, service), t.entitled(now, service)
        drops = [
            one
            for one in coming
            if t.entitled(one, service) < entitled
            and t.entitled(one, service) < use
            and not t.unknown_entitlements(one)
        ]
        if drops:
            yield "capacity-drop", f"/usage/{t.rows_that_count(last, service)[0]}/quantity"


def shift_findings(t: Tenant) -> Iterator[Found]:
    chief = t.primary(t.today)
    for when in t.window():
        later = t.primary_id(when)
        if chief is not None and later is not None and later != t.id_of(chief):
            last = last_day(t.subs[chief])
            ended = last is not None and last < when
            yield "primary-shift", f"/subscriptions/{chief}" + ("/end" if ended else "")
            break
    for service in SENIORITY:
        bearer = t.bearer(service, t.today)
        if bearer is None:
            continue
        later_ids = {t.bearer_id(service, when) for when in t.window()} - {None}
        if later_ids - {t.id_of(bearer)}:
            yield "bearer-shift", f"/subscriptions/{bearer}/entitlements/{service}"


def primary_without_agents(t: Tenant) -> Iterator[Found]:
    chief = t.primary(t.today)
    if chief is None or "entitlements" not in t.subs[chief]:
        return
    with_agents = [
        i for i in t.all if any(t.has(i, service, t.today) for service in AGENT_SERVICES)
    ]
    if with_agents and chief not in with_agents:
        yield "primary-without-agents", f"/subscriptions/{chief}"


# Section 7


def changes(before: Value, after: Value, on: date) -> Iterator[Found]:
    """Yield the id and path of each finding from the policies that compare two versions."""
    old, new = Tenant(before, on), Tenant(after, on)
    place = new.option_path()
    if old.option() is not None and place is not None and new.option() != old.option():
        yield "telephony-changed", place
    for id, i in new.by_id.items():
        if id in old.by_id:
            yield from subscription_changes(old.subs[old.by_id[id]], new.subs[i], i, on)
    yield from people_changes(old, new)


def subscription_changes(old: Value, new: Value, i: int, today: date) -> Iterator[Found]:
    at = f"/subscriptions/{i}"
    if new["type"] != old["type"]:
        yield "subscription-type-changed", f"{at}/type"
    starts = day(old["start"]), day(new["start"])
    if starts[0] != starts[1] and min(starts) <= today:
        yield "history-rewritten", f"{at}/start"
    for service in new.get("entitlements", {}):
        without_since = any(not one.has_since for one in lines(new, service))
        if not listed(old, service) and day(new["start"]) < today and without_since:
            yield "entitlement-without-since", f"{at}/entitlements/{service}"
    rewritten = [one for one in old.get("entitlements", {}) if past_differs(old, new, one, today)]
    for path in sorted({deepest_path(new, service) for service in rewritten}):
        yield "entitlement-rewritten", at + path


def deepest_path(sub: Value, service: str) -> str:
    if listed(sub, service):
        return f"/entitlements/{service}"
    return "/entitlements" if "entitlements" in sub else ""


def past_differs(old: Value, new: Value, service: str, today: date) -> bool:
    """Whether the sums of the lines that count differ on a past day."""
    when = max(day(old["start"]), day(new["start"]))
    before, now = lines(old, service), lines(new, service)
    while when < today:
        old_sum = sum(one.quantity for one in before if one.counts(when))
        if old_sum != sum(one.quantity for one in now if one.counts(when)):
            return True
        when += ONE
    return False


def people_changes(old: Tenant, new: Tenant) -> Iterator[Found]:
    old_users, new_users = first_by_email(old), first_by_email(new)
    for email, u in new_users.items():
        was_covered = email in old_users and old.covered(old_users[email], old.today)
        if was_covered and not new.covered(u, new.today):
            yield "access-removed", f"/users/{u}"
    if old.administrator_covered(old.today) and not new.administrator_covered(new.today):
        yield "administrator-removed", "/users"


def first_by_email(t: Tenant) -> dict[str, int]:
    found: dict[str, int] = {}
    for u, user in enumerate(t.users):
        found.setdefault(user["email"].lower(), u)
    return found


# Section 11


def usage_rows(value: Value, on: date, months: Iterable[str] | None = None) -> list[Value]:
    """Return the rows of the usage report, without file, document and tenant."""
    t = Tenant(value, on)
    asked = None if months is None else set(months)
    found = []
    for month in sorted({row["month"] for row in t.usage}):
        if t.in_future(month) or (asked is not None and month not in asked):
            continue
        found += [usage_row(t, month, service) for service in sorted(services_of(t, month))]
    return found


def services_of(t: Tenant, month: str) -> set[str]:
    services = {row["service"] for row in t.usage if row["month"] == month}
    for i, sub in enumerate(t.subs):
        for service in sub.get("entitlements", {}):
            if any(t.has(i, service, when) for when in days_of(month)):
                services.add(service)
    return services


def usage_row(t: Tenant, month: str, service: str) -> Value:
    entitled = t.entitled(month, service)
    days = days_of(month)
    largest_on = max(when for when in days if t.tenant_quantity(service, when) == entitled)
    connect = service == CONNECT
    overage = t.overage(month, service)
    bearer = t.id_of(t.month_bearer(month, service))
    return {
        "month": month,
        "service": service,
        "on": largest_on.isoformat(),
        "entitled": entitled,
        "lowest": t.lowest(month, service),
        "used": number(t.use(month, service)),
        "overage": None if connect else number(overage),
        "bearer": None if connect or overage == 0 else bearer,
        "primary": t.id_of(t.month_primary(month)),
        "split": split(t, month, service, largest_on),
    }


def used_by_id(t: Tenant, month: str, service: str) -> dict[str, Fraction]:
    rows = t.rows(month, service)
    primary = t.id_of(t.month_primary(month))
    if service == CONNECT and primary is not None:
        return {primary: t.use(month, service)} if rows else {}
    used: dict[str, Fraction] = {}
    for k in rows:
        if "subscription" in t.usage[k]:
            id = t.usage[k]["subscription"]
            used[id] = used.get(id, Fraction(0)) + exact(t.usage[k]["quantity"])
    return used


def split(t: Tenant, month: str, service: str, when: date) -> list[Value]:
    used = used_by_id(t, month, service)
    parts = []
    for i in sorted(t.all, key=lambda i: (t.subs[i]["start"], t.subs[i]["id"], i)):
        sub = t.subs[i]
        own = used.get(sub["id"]) if t.by_id[sub["id"]] == i else None
        if own is not None or t.has(i, service, when):
            quantity = t.quantity(i, service, when)
            parts.append(part(sub["id"], sub.get("department"), quantity, own or Fraction(0)))
    parts += [part(id, None, 0, used[id]) for id in sorted(used) if id not in t.by_id]
    return parts


def part(id: str, department: str | None, entitled: int, used: Fraction) -> Value:
    return {
        "subscription": id,
        "department": department,
        "entitled": entitled,
        "used": number(used),
    }


def by_department(split: list[Value]) -> list[Value]:
    """Sum a split by department, null last."""
    departments = {one["department"] for one in split}
    names = sorted(departments - {None}) + [None] * (None in departments)
    return [
        {
            "department": name,
            "entitled": sum(one["entitled"] for one in split if one["department"] == name),
            "used": number(
                sum((exact(one["used"]) for one in split if one["department"] == name), Fraction(0))
            ),
        }
        for name in names
    ]
