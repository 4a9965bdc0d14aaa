"""All policies compared with the reference, for random tenants, days and horizons."""

import json
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings

from tests import tenants
from tests.reference import changes, reference
from validator.checking.file_check import FileCheck, check_file
from validator.checking.older_documents import OlderDocuments
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.plugins.loading import load_plugins

Value = dict[str, Any]

PLUGINS = load_plugins(installed=False)
MANY = settings(max_examples=500, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=200, suppress_health_check=list(HealthCheck))


def found(value: Value, day: date, horizon: int, older: Value | None = None) -> set[Any]:
    """Return the id and path of each finding, and assert that no pair repeats."""
    selection = Selection(Settings(day, horizon, since=older is not None), PLUGINS)
    documents = None
    if older is not None:
        opened = FileCheck("t.yaml", json.dumps(older).encode(), selection)
        opened.on(day)
        documents = OlderDocuments("before", {"t.yaml": opened.older_documents()})
    data = json.dumps(value).encode()
    outcome = check_file("t.yaml", data, selection, older=documents)
    assert outcome.failures == ()
    got = {(item.id, item.path) for item in outcome.diagnostics}
    assert len(got) == len(outcome.diagnostics), "a policy has two findings at one place"
    return got


@MANY
@given(tenants.tenants(), tenants.todays, tenants.horizons)
def test_findings_are_those_of_the_reference(value: Value, day: date, horizon: int) -> None:
    assert found(value, day, horizon) == set(reference(value, day, horizon))


@SOME
@given(tenants.extreme_tenants(), tenants.todays, tenants.horizons)
def test_findings_at_the_end_of_the_calendar_are_those_of_the_reference(
    value: Value, day: date, horizon: int
) -> None:
    assert found(value, day, horizon) == set(reference(value, day, horizon))


def test_the_first_and_the_last_month_of_the_calendar_count() -> None:
    def value(start: str, end: str | None, month: str) -> Value:
        subscription: Value = {"id": "A", "type": "named", "start": start, "end": end}
        subscription["entitlements"] = {"premium-agent": 2}
        row = {"month": month, "service": "premium-agent", "quantity": 3, "subscription": "A"}
        return {
            "version": 1,
            "tenant": {"id": "t", "name": "X"},
            "subscriptions": [{key: item for key, item in subscription.items() if item}],
            "usage": [row],
        }

    for tenant, day, id in (
        (value("9999-01-01", None, "9999-12"), date.max, "tenant-overage"),
        (value("9999-01-01", "9999-11-30", "9999-12"), date.max, "usage-outside-term"),
        (value("0001-01-01", "0001-06-30", "0001-03"), date(1, 6, 15), "capacity-drop"),
    ):
        expected = set(reference(tenant, day, 30))
        assert id in {policy for policy, _ in expected}
        assert found(tenant, day, 30) == expected


@MANY
@given(tenants.pairs(), tenants.todays)
def test_changes_are_those_of_the_reference(pair: tuple[Value, Value], day: date) -> None:
    before, after = pair
    got = {item for item in found(after, day, 30, before) if item[0] in CHANGES}
    assert got == set(changes(before, after, day))


CHANGES = {policy.id for policy in PLUGINS.policies.values() if policy.over == "change"}
