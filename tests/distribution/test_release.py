"""README, hook, action and templates name the version of the package."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Run

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
NAMED = re.compile(
    r"(?:\b(?:rev|ref): |tenantlint/tenantlint@|(?<!-)\btenantlint(?:\[[\w,]+\])?==)v?(\d+(?:\.\d+)+)"
)


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("README.md", 2),
        ("docs/integrations.md", 3),
        ("templates/tenantlint.yml", 3),
        ("templates/nightly.yml", 2),
        ("templates/github/nightly.yml", 1),
        ("action.yml", 0),
    ],
)
def test_every_page_names_the_version_of_the_package(page: str, least: int) -> None:
    named = NAMED.findall((ROOT / page).read_text())
    assert len(named) >= least
    assert set(named) <= {VERSION}


def test_init_writes_the_tag_of_the_version(run: Run, folder: Path) -> None:
    assert run("init").code == 0
    (repo,) = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())["repos"]
    assert repo["rev"] == f"v{VERSION}"
    assert [hook["id"] for hook in repo["hooks"]] == ["tenantlint-fleet"]


def test_the_action_installs_its_own_checkout() -> None:
    # The version that runs is then the tag that a workflow names.
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    assert '"$GITHUB_ACTION_PATH${TENANTLINT_EXTRAS:+[$TENANTLINT_EXTRAS]}"' in steps[0]["run"]
    for item in steps:
        if "uses" in item:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", item["uses"]), "a tag can be moved"
