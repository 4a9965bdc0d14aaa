"""Fixtures speak: what their comments expect is found, and nothing else."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT
from validator.testing import expected, found

FILES = sorted((ROOT / "fixtures").rglob("*.yaml"))
_DAY = re.compile(r"^# as-of: (\S+)$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_fixture(file: Path) -> None:
    text = file.read_text()
    day = _DAY.search(text)
    assert day, "say `# as-of: DATE`"
    assert found(text, as_of=date.fromisoformat(day[1])) == expected(text)
