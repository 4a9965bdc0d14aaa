"""What the tests of comparisons share."""

from pathlib import Path

import pytest

from tests.checking.repositories import TENANT, Repository
from tests.conftest import Run


@pytest.fixture
def repository(folder: Path, run: Run) -> Repository:
    """A repository whose first commit holds one tenant with a known finding."""
    made = Repository(folder, run)
    made.write("tenants/a.yaml", TENANT)
    made.commit()
    return made
