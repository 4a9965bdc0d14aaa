"""Each fixture has the findings that its comments expect, and no others."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT
from validator.testing import expected, found

FILES = sorted((ROOT / "fixtures").rglob("*.yaml"))
_DAY = re.compile(r"^# as-of: (\S+)$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_fixture_has_exactly_the_expected_findings(file: Path) -> None:
    text = file.read_text()
    day = _DAY.search(text)
    assert day, "write `# as-of: DATE`"
    assert found(text, as_of=date.fromisoformat(day[1])) == expected(text)
