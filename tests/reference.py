"""The conditions of all policies once more: plainly, over the raw value, a day at a time.

Nothing here is quick or shared with the program; where the two differ, one of them is wrong.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Value = dict[str, Any]
ONE = timedelta(1)
# All generated days lie before it, so that what is active then is active forever.
FAR = date(2028, 6, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def last_day(sub: Value) -> date | None:
    if sub.get("auto_renew") or "end" not in sub:
        return None
    return day(sub["end"]) + timedelta(sub.get("grace_days", 0))


def active(sub: Value, on: date) -> bool:
    last = last_day(sub)
    status = sub.get("status", "active")
    return (
        status in ("active", "trial") and day(sub["start"]) <= on and (last is None or on <= last)
    )


def live(sub: Value, on: date) -> bool:
    last = last_day(sub)
    return not (sub.get("status") == "cancelled" or (last is not None and on > last))


def first(subs: list[Value]) -> Value | None:
    best = None
    for sub in subs:
        if best is None or (sub["start"], sub["id"]) < (best["start"], best["id"]):
            best = sub
    return best


def primary(subs: list[Value], on: date) -> Value | None:
    return first([sub for sub in subs if active(sub, on)])


def covered_within(subs: list[Value], on: date, horizon: int) -> tuple[bool, bool]:
    """Tell whether there is cover today, and whether it ends within the horizon."""
    if not any(active(sub, on) for sub in subs):
        return False, False
    walk = on
    while any(active(sub, walk + ONE) for sub in subs):
        walk += ONE
        if walk > FAR:
            return True, False
    return True, (walk - on).days <= horizon


def line(entry: Any) -> Value:
    return entry if isinstance(entry, dict) else {"quantity": entry}


def line_active(sub: Value, service: str, on: date) -> bool:
    if service not in sub.get("entitlements", {}):
        return False
    entry = line(sub["entitlements"][service])
    since = day(entry["since"] if "since" in entry else sub["start"])
    return active(sub, on) and since <= on and ("until" not in entry or on <= day(entry["until"]))


def assigned(item: Any) -> tuple[str, str | None, str]:
    if isinstance(item, str):
        return item, None, ""
    return item["subscription"], item.get("license"), "/subscription"


def month_end(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])


def reference(value: Value, on: date, horizon: int) -> Iterator[tuple[str, str]]:
    subs: list[Value] = value["subscriptions"]
    users: list[Value] = value.get("users", [])
    partners: list[Value] = value.get("partners", [])
    usage: list[Value] = value.get("usage", [])
    tenant: Value = value["tenant"]
    by_id: dict[str, Value] = {}
    for sub in subs:
        by_id.setdefault(sub["id"], sub)
    lives = [sub for sub in subs if live(sub, on)]
    now = primary(subs, on)

    option = tenant.get("telephony")
    if option is None:
        setter = first([sub for sub in lives if "telephony" in sub])
        option = setter["telephony"] if setter else None
    foreign = tenant.get("country", "US") not in ("US", "CA")
    seen: set[str] = set()
    for i, sub in enumerate(subs):
        at = f"/subscriptions/{i}"
        if sub in lives and live(sub, on):
            if "telephony" in sub and sub["telephony"] != option:
                yield "mixed-telephony", f"{at}/telephony"
            if foreign and sub.get("telephony") == "bundled-pstn":
                yield "bundled-pstn-country", f"{at}/telephony"
            if foreign and "telephony" not in sub and tenant.get("telephony") == "bundled-pstn":
                yield "bundled-pstn-country", "/tenant/telephony"
            chief = first(lives)
            if chief and sub["type"] != chief["type"]:
                yield "mixed-subscription-types", f"{at}/type"
        if sub["id"] in seen:
            yield "duplicate-subscription", f"{at}/id"
        seen.add(sub["id"])
        if "end" in sub and day(sub["end"]) < day(sub["start"]):
            yield "end-before-start", f"{at}/end"
        if "term_months" in sub and "end" in sub:
            start = day(sub["start"])
            months = start.month - 1 + sub["term_months"]
            year, month = start.year + months // 12, months % 12 + 1
            then = date(year, month, min(start.day, monthrange(year, month)[1]))
            if day(sub["end"]) != then - ONE:
                yield "term-mismatch", f"{at}/term_months"
        last = last_day(sub)
        if sub.get("status") in ("active", "trial") and last is not None and on > last:
            yield "status-date-conflict", f"{at}/status"
        if sub.get("primary") and sub is not now:
            yield "wrong-primary", f"{at}/primary"
        if now and sub is not now and active(sub, on) and sub["start"] == now["start"]:
            yield "ambiguous-primary", f"{at}/start"
        if "partner" in sub and sub["partner"] not in [partner["id"] for partner in partners]:
            yield "unknown-partner", f"{at}/partner"
        if by_id[sub["id"]] is sub and sub["type"] == "named" and live(sub, on):
            for service, entry in sub.get("entitlements", {}).items():
                holders = 0
                for user in users:
                    pairs = [assigned(item)[:2] for item in user.get("assignments", [])]
                    holders += (sub["id"], service) in pairs
                if holders > line(entry)["quantity"]:
                    yield "over-assigned", f"{at}/entitlements/{service}"

    covered, ending = covered_within(subs, on, horizon)
    if subs and not covered:
        yield "no-active-subscription", "/subscriptions"
    if ending:
        yield "coverage-gap", "/subscriptions"

    emails: set[str] = set()
    admin_subs: list[Value] = []
    admins = False
    for i, user in enumerate(users):
        at = f"/users/{i}"
        items = [assigned(item) for item in user.get("assignments", [])]
        known = [by_id[id] for id, _, _ in items if id in by_id]
        if user["email"].lower() in emails:
            yield "duplicate-user", f"{at}/email"
        emails.add(user["email"].lower())
        if not items:
            yield "user-unassigned", at
        covered, ending = covered_within(known, on, horizon)
        if items and len(known) == len(items) and not covered:
            yield "user-without-access", f"{at}/assignments"
        if ending:
            yield "user-only-expiring", f"{at}/assignments"
        if "administrator" in user["roles"]:
            admins = True
            admin_subs += known
        if "supervisor" in user["roles"] and items:
            licenses = [license for _, license, _ in items]
            if None not in licenses and "premium-agent" not in licenses:
                yield "supervisor-needs-premium", f"{at}/roles/{user['roles'].index('supervisor')}"
        serving = [
            license if id in by_id and active(by_id[id], on) else None for id, license, _ in items
        ]
        for k, (id, license, suffix) in enumerate(items):
            if serving[k] == "standard-agent" and "premium-agent" in serving:
                yield "duplicate-agent-license", f"{at}/assignments/{k}"
            if id not in by_id:
                yield "unknown-subscription", f"{at}/assignments/{k}{suffix}"
            elif license is not None and license not in by_id[id].get("entitlements", {}):
                yield "license-not-entitled", f"{at}/assignments/{k}/license"
    covered, ending = covered_within(admin_subs, on, horizon)
    if admins and (not covered or ending):
        yield "admin-lockout", "/users"

    leader = first([sub for sub in subs if "partner" in sub])
    hidden: set[str] = set()
    for i, partner in enumerate(partners):
        engaged = any(sub.get("partner") == partner["id"] for sub in subs)
        if (
            partner["access"] == "full"
            and "approved_by" not in partner
            and engaged
            and partner["id"] not in hidden
            and leader
            and leader["partner"] != partner["id"]
        ):
            yield "unapproved-partner-access", f"/partners/{i}/access"
        hidden.add(partner["id"])

    done: set[tuple[str, str]] = set()
    for k, row in enumerate(usage):
        at, end = f"/usage/{k}", month_end(row["month"])
        known_sub = by_id.get(row["subscription"])
        if known_sub is None:
            yield "unknown-subscription", f"{at}/subscription"
        else:
            days = [end.replace(day=number) for number in range(1, end.day + 1)]
            stop = last_day(known_sub)
            if not any(
                day(known_sub["start"]) <= one and (stop is None or one <= stop) for one in days
            ):
                yield "usage-outside-term", f"{at}/month"
        if row["service"] == "webex-connect":
            chief = primary(subs, end)
            if chief and chief["id"] != row["subscription"]:
                yield "connect-usage-off-primary", f"{at}/subscription"
            continue
        key = row["month"], row["service"]
        if key in done:
            continue
        done.add(key)
        used = sum(
            Fraction(str(other["quantity"]))
            for other in usage
            if (other["month"], other["service"]) == key
        )
        entitled = sum(
            line(sub["entitlements"][row["service"]])["quantity"]
            for sub in subs
            if line_active(sub, row["service"], end)
        )
        if entitled and used > entitled:
            yield "tenant-overage", f"{at}/quantity"
        if not entitled and used > 0:
            yield "usage-without-entitlement", f"{at}/service"

    if now is not None:
        i = next(index for index, sub in enumerate(subs) if sub is now)
        for number in range(1, horizon + 1):
            later = primary(subs, on + timedelta(number))
            if later is not None and later is not now:
                yield "primary-shift", f"/subscriptions/{i}" + ("/end" if "end" in now else "")
                break

        def has_agents(sub: Value) -> bool:
            services = ("standard-agent", "premium-agent", "ivr-port")
            return any(line_active(sub, service, on) for service in services)

        if not has_agents(now) and any(active(sub, on) and has_agents(sub) for sub in subs):
            yield "primary-without-agents", f"/subscriptions/{i}"
