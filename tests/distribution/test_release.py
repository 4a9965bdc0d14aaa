"""A release: README, hook, action and template name the version of the package."""

import re
import tomllib

import pytest
import yaml

from tests.conftest import ROOT
from validator.project.init_files import init_files

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
NAMED = re.compile(
    r"(?:\b(?:rev|ref): |tenantlint/tenantlint@|(?<!-)\btenantlint(?:\[[\w,]+\])?==)v?(\d+(?:\.\d+)+)"
)


@pytest.mark.parametrize(
    ("page", "least"), [("README.md", 3), ("templates/tenantlint.yml", 3), ("action.yml", 0)]
)
def test_the_version_is_the_same_everywhere(page: str, least: int) -> None:
    named = NAMED.findall((ROOT / page).read_text())
    assert len(named) >= least
    assert set(named) <= {VERSION}


def test_what_init_writes_names_the_tag_of_the_version() -> None:
    from datetime import date

    text = init_files(date(2026, 5, 1), VERSION)[".pre-commit-config.yaml"]
    (repo,) = yaml.safe_load(text)["repos"]
    assert repo["rev"] == f"v{VERSION}"
    assert [hook["id"] for hook in repo["hooks"]] == ["tenantlint-fleet"]


def test_the_action_installs_its_own_checkout() -> None:
    """So the version of the action is the tag that a workflow names."""
    steps = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    assert '"$GITHUB_ACTION_PATH${TENANTLINT_EXTRAS:+[$TENANTLINT_EXTRAS]}"' in steps[0]["run"]
    for item in steps:
        if "uses" in item:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", item["uses"]), "a tag can be moved"
