"""Shared fixtures for tests that compare with an older version."""

from pathlib import Path

import pytest

from tests.checking.repositories import TENANT, Repository
from tests.conftest import Run


@pytest.fixture
def repository(folder: Path, run: Run) -> Repository:
    """Create a repository whose first commit has one tenant with a finding."""
    made = Repository(folder, run)
    made.write("tenants/a.yaml", TENANT)
    made.commit()
    return made
