"""Helps that can be followed to the letter: the finding goes, and no other comes."""

import json
import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from datetime import date
from typing import Any

import yaml
from hypothesis import HealthCheck, event, given, note, settings

from tests import tenants
from validator.checking.file_check import check_file
from validator.checking.selection import Selection, Settings
from validator.findings.diagnostic import Diagnostic
from validator.plugins.loading import load_plugins

Value = dict[str, Any]
Place = tuple[str, str]

PLUGINS = load_plugins(installed=False)
MANY = settings(max_examples=600, suppress_health_check=list(HealthCheck))

ADD = re.compile(
    r"add (`.+`) to the assignments of ([^,]+), and assign (?:it|them) in Control Hub:"
)
WRITE = re.compile(
    r"write (`.+`) instead of (`.+`) in the assignments of ([^,]+), and assign (?:it|them) in Control"
)
ORDERS = ("order ", "assign an administrator", "assign the user", "assign `license: premium-agent`")
"""How helps begin that nobody can follow in the file alone."""


def findings(value: Value, day: date, horizon: int) -> list[Diagnostic]:
    selection = Selection(Settings(day, horizon), PLUGINS)
    outcome = check_file("t.yaml", json.dumps(value).encode(), selection)
    assert outcome.failures == ()
    return list(outcome.diagnostics)


def places(value: Value, found: Iterable[Diagnostic]) -> set[Place]:
    """Return the ids and places, assignments by what they say: their numbers change."""
    return {(item.id, stable(value, item.path)) for item in found}


def stable(value: Value, path: str) -> str:
    match = re.fullmatch(r"(/users/(\d+)/assignments)/(\d+)(.*)", path)
    if match is None:
        return path
    items = [json.dumps(item) for item in value["users"][int(match[2])]["assignments"]]
    number = int(match[3])
    return f"{match[1]}/{items[number]} {items[:number].count(items[number])}{match[4]}"


# Each function edits the value as the help of a finding says. False: that cannot be done.


def user_at(value: Value, path: str) -> Value:
    user: Value = value["users"][int(path.split("/")[2])]
    return user


def subscription_at(value: Value, path: str) -> Value:
    subscription: Value = value["subscriptions"][int(path.split("/")[2])]
    return subscription


def assign(value: Value, item: Diagnostic) -> bool:
    add, write = ADD.match(item.help), WRITE.match(item.help)
    if add is not None:
        new, old, email = entries(add[1]), [], add[2]
    elif write is not None:
        new, old, email = entries(write[1]), entries(write[2]), write[3]
    else:
        assert item.help.startswith(ORDERS), item.help
        return False
    if item.path == "/users":
        named = [user for user in value["users"] if user["email"] == email]
        if len(named) != 1:
            return False  # the help cannot tell two users of one name from each other
        (user,) = named
        assert "administrator" in user["roles"]
    else:
        user = user_at(value, item.path)
        assert user["email"] == email
    assert all(entry in user["assignments"] for entry in old)
    user["assignments"] = [entry for entry in user["assignments"] if entry not in old] + new
    return True


def entries(text: str) -> list[Any]:
    return [yaml.safe_load(entry) for entry in re.findall("`([^`]+)`", text)]


def remove_status(value: Value, item: Diagnostic) -> bool:
    del subscription_at(value, item.path)["status"]
    return True


def remove_primary(value: Value, item: Diagnostic) -> bool:
    assert item.help.startswith("remove `primary: true` here")
    del subscription_at(value, item.path)["primary"]
    return True


def claim_primary(value: Value, item: Diagnostic) -> bool:
    """Write the claim on the one that counts as the primary as long as nobody claims."""
    start = subscription_at(value, item.path)["start"]
    (related,) = item.related
    for subscription in value["subscriptions"]:
        if subscription["start"] == start:
            subscription.pop("primary", None)
    subscription_at(value, related.path)["primary"] = True
    return True


def remove_assignment(value: Value, item: Diagnostic) -> bool:
    del user_at(value, item.path)["assignments"][int(item.path.split("/")[4])]
    return True


def remove_standard(value: Value, item: Diagnostic, found: Iterable[Diagnostic]) -> None:
    """Remove each such assignment of the user: each has a finding that says so."""
    assert item.help.startswith("remove the standard-agent assignment")
    user = item.path.split("/")[:3]
    same = [one for one in found if one.id == item.id and one.path.split("/")[:3] == user]
    for one in sorted(same, key=lambda one: int(one.path.split("/")[4]), reverse=True):
        remove_assignment(value, one)


def only_read(value: Value, item: Diagnostic) -> bool:
    assert "set `access: read-only`" in item.help
    value["partners"][int(item.path.split("/")[2])]["access"] = "read-only"
    return True


FOLLOW: dict[str, Callable[[Value, Diagnostic], bool]] = {
    "user-only-expiring": assign,
    "user-without-access": assign,
    "admin-lockout": assign,
    "supervisor-needs-premium": assign,
    "status-date-conflict": remove_status,
    "wrong-primary": remove_primary,
    "ambiguous-primary": claim_primary,
    "license-inactive": remove_assignment,
    "unapproved-partner-access": only_read,
    "idle-partner-access": only_read,
}


@MANY
@given(tenants.tenants(), tenants.todays, tenants.horizons)
def test_following_a_help_makes_no_other_finding(value: Value, day: date, horizon: int) -> None:
    found = findings(value, day, horizon)
    before = places(value, found)
    for item in found:
        changed = deepcopy(value)
        if item.id == "duplicate-agent-license":
            remove_standard(changed, item, found)
        elif item.id not in FOLLOW or not FOLLOW[item.id](changed, item):
            continue
        event(item.id)
        note(f"{item.id} at {item.path}: {item.message}\n{item.help}\n{changed}")
        after = places(changed, findings(changed, day, horizon))
        assert after - before == set()
        assert (item.id, stable(value, item.path)) not in after
