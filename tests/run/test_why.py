"""The answers of `why` compared with the reference, for random tenants and days."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests import tenants
from tests.reference import AGENT_LICENCES, FOREVER, Tenant, last_day, over
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.plugins.loading import load_plugins
from validator.project.sources import Source
from validator.reporters.why.json import render
from validator.run.why_run import Subject, why_run

Value = dict[str, Any]

PLUGINS = load_plugins(installed=False)
FAR = 800
"""A horizon in days that is longer than any term of a random tenant."""
ONE = timedelta(1)
SOME = settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


def answers(value: Value, day: date, subject: Subject) -> Value:
    """Return the only tenant in the answer of `why`."""
    selection = Selection(Settings(day), PLUGINS)
    data = json.dumps(value).encode()
    report = why_run(Source("t.yaml", None), selection, subject, data, None)
    assert (report.broken, report.failures) == ((), ())
    (tenant,) = json.loads("".join(render(report)))["tenants"]
    found: Value = tenant
    return found


def period(t: Tenant, holds: Callable[[date], bool]) -> Value:
    """Return until or from which day a condition holds, by testing each day."""
    until = t.covered_until(holds)
    begins = None if until else next((when for when in t.window() if holds(when)), None)
    return {"today": until is not None, "until": text(until), "from": text(begins)}


def text(day: date | None) -> str | None:
    return None if day is None or day == FOREVER else day.isoformat()


def role(t: Tenant, who: Callable[[date], int | None]) -> Value | None:
    now = who(t.today)
    if now is None:
        return None
    until = t.covered_until(lambda when: who(when) == now)
    after = None if until in (None, FOREVER) else t.id_of(who((until or t.today) + ONE))
    return {"subscription": t.id_of(now), "until": text(until), "next": after}


def users_of(t: Tenant, i: int) -> int:
    if i not in t.firsts:
        return 0
    named = [
        {t.assigned_to(u, k) for k in range(len(t.assignments(u)))} for u in range(len(t.users))
    ]
    return sum(i in found for found in named)


def subscription(t: Tenant, i: int) -> Value:
    sub = t.subs[i]
    active = period(t, lambda when: t.active(i, when))
    primary = t.primary(t.today) == i
    ahead = [when for when in t.window() if t.primary(when) == i and t.primary(when - ONE) != i]
    left = None if active["until"] is None else (date.fromisoformat(active["until"]) - t.today).days
    return {
        "subscription": sub["id"],
        "path": f"/subscriptions/{i}",
        "status": sub.get("status", "active"),
        "is_first": i in t.firsts,
        "live": not over(sub, t.today),
        "active": active,
        "last_day": text(last_day(sub)),
        "days_left": left,
        "primary": primary,
        "primary_until": (role(t, t.primary) or {})["until"] if primary else None,
        "primary_from": text(ahead[0]) if ahead else None,
        "users": users_of(t, i),
        "entitlements": [service(t, i, name) for name in sub.get("entitlements", {})],
    }


def service(t: Tenant, i: int, name: str) -> Value:
    now = t.quantity(i, name, t.today)
    until = t.covered_until(lambda when: t.quantity(i, name, when) == now)
    changes = until not in (None, FOREVER)
    holders = t.holders(i, name)
    return {
        "service": name,
        "quantity": now,
        "quantity_until": text(until),
        "next_quantity": t.quantity(i, name, (until or t.today) + ONE) if changes else None,
        "active": period(t, lambda when: t.has(i, name, when)),
        "holders": holders,
        "free": free_seats(t, i, name) if t.subs[i]["type"] == "named" else None,
        "bearer": role(t, lambda when: t.bearer(name, when)),
    }


def free_seats(t: Tenant, i: int, name: str) -> int:
    free = t.quantity(i, name, t.today) - t.holders(i, name)
    if name in AGENT_LICENCES:
        both = sum(t.quantity(i, one, t.today) for one in AGENT_LICENCES)
        free = min(free, both - agent_holders(t, i))
    return max(0, free)


def agent_holders(t: Tenant, i: int) -> int:
    if i not in t.firsts:
        return 0
    return sum(
        any(
            t.assigned_to(u, k) == i
            and (item.license in AGENT_LICENCES or (item.license is None and t.works(u)))
            for k, item in enumerate(t.assignments(u))
        )
        for u in range(len(t.users))
    )


def user(t: Tenant, u: int) -> Value:
    covered = period(t, lambda when: t.covered(u, when))
    left = covered["until"] and (date.fromisoformat(covered["until"]) - t.today).days
    items = range(len(t.assignments(u)))
    named = [t.assignments(u)[k].license for k in items]
    asked = [*AGENT_LICENCES, *(one for one in named if one is not None)]
    licences = {one: [k for k in items if t.gives(u, k, one, t.today)] for one in asked}
    return {
        "user": t.users[u]["email"],
        "path": f"/users/{u}",
        "works": t.works(u),
        "idle": t.idle(u),
        "covered": covered,
        "days_left": left,
        "assignments": [assignment(t, u, k) for k in items],
        "licenses": {
            one: (
                period(t, lambda when, one=one: t.licence_covered(u, one, when)),  # type: ignore[misc]
                [f"/users/{u}/assignments/{k}" for k in by],
            )
            for one, by in licences.items()
            if by or one in named
        },
    }


def assignment(t: Tenant, u: int, k: int) -> Value:
    item, seat = t.assignments(u)[k], t.seat(u, k)
    named = AGENT_LICENCES if item.license is None else (item.license,)
    return {
        "path": f"/users/{u}/assignments/{k}",
        "subscription": item.subscription,
        "license": item.license,
        "known": t.assigned_to(u, k) is not None,
        "access": k in t.access_assignments(u),
        "serves": period(t, lambda when: t.serves(u, k, when)),
        "gives": sorted(one for one in named if t.gives(u, k, one, t.today)),
        "seat": None if seat is None else seat[1],
    }


def without_words(item: Value) -> Value:
    """Return a user or subscription without its sentences and names."""
    plain = {key: part for key, part in item.items() if key not in ("text", "name")}
    for key in ("entitlements", "assignments"):
        if key in plain:
            plain[key] = [without_words(part) for part in plain[key]]
    if "licenses" in plain:
        plain["licenses"] = {
            part["license"]: (part["covered"], part["by"]) for part in plain["licenses"]
        }
    if "gives" in plain:
        plain["gives"] = sorted(plain["gives"])
    return plain


@SOME
@given(tenants.tenants(), tenants.todays)
def test_answers_are_those_of_the_reference(value: Value, day: date) -> None:
    t = Tenant(value, day, FAR)
    got = answers(value, day, Subject())
    assert got["covered"] == period(t, t.tenant_covered)
    assert got["primary"] == role(t, t.primary)
    option = {"option": t.option(), "path": t.option_path()}
    assert got["telephony"] == (option if t.option() else None)
    assert [without_words(item) for item in got["subscriptions"]] == [
        subscription(t, i) for i in t.all
    ]
    assert [without_words(item) for item in got["users"]] == [
        user(t, u) for u in range(len(t.users))
    ]
    # The sentences agree with the values.
    for item in got["users"]:
        covered = item["covered"]
        end = f"covered until {covered['until']}" if covered["until"] else "covered without an end"
        assert (f"is {end}" in item["text"]) == covered["today"]
        assert ("is not covered on" in item["text"]) != covered["today"]
    for item in got["subscriptions"]:
        until = item["active"]["until"]
        end = f"active until {until}" if until else "active without an end"
        assert (end in item["text"].split(". ")[0]) == item["active"]["today"]


@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(tenants.extreme_tenants(), tenants.todays)
def test_answers_at_the_end_of_the_calendar_are_those_of_the_reference(
    value: Value, day: date
) -> None:
    t = Tenant(value, day, 10)
    got = answers(value, day, Subject())
    for item, i in zip(got["subscriptions"], t.all, strict=True):
        assert item["active"]["today"] == t.active(i, day)
    for item, u in zip(got["users"], range(len(t.users)), strict=True):
        assert item["covered"]["today"] == t.covered(u, day)


@settings(max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
@given(tenants.tenants(), tenants.todays)
def test_findings_are_those_of_check(value: Value, day: date) -> None:
    from tests.reference import reference

    expected = set(reference(value, day, 30))
    policies = [item.id for item in PLUGINS.policies.values() if item.over == "tenant"]
    for id in policies:
        answer = answers(value, day, Subject(policy=id))["policy"]
        assert answer["outcome"] == "ran"
        assert {(id, item["path"]) for item in answer["findings"]} == {
            item for item in expected if item[0] == id
        }
