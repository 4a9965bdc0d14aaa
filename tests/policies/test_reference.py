"""All policies against the reference, on random tenants, days and horizons."""

import json
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests import tenants
from tests.reference import reference
from validator.checking.file_check import check_file
from validator.checking.selection import Selection, Settings
from validator.plugins.loading import load_plugins

PLUGINS = load_plugins(installed=False)


@settings(max_examples=1500)
@given(tenants.tenants, tenants.days, st.sampled_from([0, 1, 7, 30, 90]))
def test_findings_are_those_of_the_reference(
    value: dict[str, Any], day: date, horizon: int
) -> None:
    selection = Selection(Settings(day, horizon), PLUGINS)
    outcome = check_file("t.yaml", json.dumps(value).encode(), selection)
    assert outcome.failures == ()
    got = {(item.id, item.path) for item in outcome.diagnostics}
    assert got == set(reference(value, day, horizon))
    assert len(got) == len(outcome.diagnostics), "one finding for one place"
