"""All policies against the reference, on random tenants, days and horizons."""

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tenants
from tests.reference import reference
from validator.checking.engine import check
from validator.checking.selection import Plan, Settings
from validator.plugins.loading import load_plugins

PLUGINS = load_plugins(installed=False)


@settings(max_examples=1500)
@given(tenants.tenants, tenants.days, st.sampled_from([0, 1, 7, 30, 90]))
def test_findings_are_those_of_the_reference(
    value: dict[str, Any], day: date, horizon: int
) -> None:
    plan = Plan(Settings(day, horizon), PLUGINS)
    outcome = check("t.yaml", json.dumps(value).encode(), plan)
    assert outcome.failures == ()
    got = {(item.id, item.path) for item in outcome.diagnostics}
    assert got == set(reference(value, day, horizon))
    assert len(got) == len(outcome.diagnostics), "one finding for one place"
