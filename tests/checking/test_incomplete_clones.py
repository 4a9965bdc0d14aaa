"""A clone that lacks a part of the older version."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checking.repositories import DAY, TENANT, Repository, ids
from tests.conftest import Run

ADVICE = (
    "complete the clone with `git fetch --refetch --no-filter`, or clone again without --filter\n"
)
FILES = ("tenantlint.toml", "own.yaml", "linked.toml", "link.toml", "known.json")
POLICY = """\
version: 1
policies:
  - {id: own, title: Own., severity: info, for-each: users, when: "false", message: x}
"""
BASE = ("--since", "HEAD~1", "--config-from-base")

Clone = Callable[..., Path]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Return a function that replaces a repository by a clone of it.

    The last commit removes the configuration and its files.
    """
    repository.write("tenantlint.toml", "policy-files = ['own.yaml']\n")
    repository.write("own.yaml", POLICY)
    repository.write("known.json", '{"version": 1, "known": []}\n')
    repository.write("link.toml", "fail-on = 'info'\n")
    (repository.folder / "linked.toml").symlink_to("link.toml")
    repository.commit()
    for name in FILES:
        (repository.folder / name).unlink()
    repository.write("tenants/a.yaml", TENANT.replace("type: named", "type: concurrent"))
    repository.commit()
    origin = tmp_path_factory.mktemp("origin")
    repository.git("clone", "-q", "--bare", ".", str(origin))
    git(origin, "config", "uploadpack.allowFilter", "true")

    def make(*options: str) -> Path:
        for folder in (".git", "tenants"):
            shutil.rmtree(repository.folder / folder)
        repository.git("clone", "-q", *options, f"file://{origin}", ".")
        return repository.folder

    return make


def without(folder: Path, name: str) -> None:
    """Delete the object of a file in the last commit but one."""
    for pack in (folder / ".git/objects/pack").glob("*.pack"):
        moved = pack.rename(folder / ".git/moved.pack")
        with moved.open("rb") as file:
            subprocess.run(["git", "unpack-objects", "-q"], cwd=folder, stdin=file, check=True)
    id = git(folder, "rev-parse", f"HEAD~1:{name}")
    (folder / ".git/objects" / id[:2] / id[2:]).unlink()


@pytest.mark.parametrize("filter", ["blob:none", "tree:0"])
@pytest.mark.parametrize("arguments", [BASE, BASE[:2]])
def test_a_partial_clone_says_how_it_is_completed(
    clone: Clone, run: Run, filter: str, arguments: tuple[str, ...]
) -> None:
    folder = clone(f"--filter={filter}")
    outcome = run("check", *DAY, *arguments)
    assert (outcome.code, outcome.findings) == (2, [])
    title = "the merge base with HEAD~1"
    text = f"this is a partial clone, which lacks a part of {title}; {ADVICE}"
    assert outcome.err.removeprefix("tenantlint: ").removeprefix("--since: ") == text
    git(folder, "fetch", "-q", "--refetch", "--no-filter")
    found = ids(run("check", *DAY, "--since", "HEAD~1"))
    assert found == ["subscription-type-changed", "subscription-type-changed"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tenantlint.toml", BASE),
        ("own.yaml", BASE),
        ("link.toml", (*BASE, "--config", "linked.toml")),
        ("known.json", (*BASE, "--baseline", "known.json")),
    ],
)
def test_a_file_that_the_clone_lacks_is_named(
    clone: Clone, run: Run, name: str, arguments: tuple[str, ...]
) -> None:
    pytest.importorskip("cel_expr_python")
    folder = clone()
    without(folder, name)
    if "linked.toml" in arguments:
        (folder / "linked.toml").write_text("")
    outcome = run("check", *DAY, *arguments)
    assert (outcome.code, outcome.findings) == (2, [])
    text = f"{name} at the merge base with HEAD~1 is not in this clone; {ADVICE}"
    assert outcome.err.removeprefix("tenantlint: ").removeprefix("--since: ") == text


def test_a_link_to_a_configuration_that_the_clone_lacks_is_2(clone: Clone, run: Run) -> None:
    folder = clone()
    without(folder, "linked.toml")
    (folder / "linked.toml").write_text("")
    outcome = run("check", *DAY, *BASE, "--config", "linked.toml")
    assert (outcome.code, outcome.findings) == (2, [])
    assert "linked.toml at the merge base with HEAD~1 is a link that cannot" in outcome.err


def test_a_tenant_file_that_the_clone_lacks_is_not_compared(clone: Clone, run: Run) -> None:
    folder = clone()
    without(folder, "tenants/a.yaml")
    outcome = run("check", *DAY, *BASE[:2])
    assert ids(outcome) == ["mixed-telephony"]  # all that is found counts as new
    text = "tenants/a.yaml: its version at the merge base with HEAD~1 is not in this clone"
    assert f"not compared: {text}" in outcome.out


def test_a_partial_clone_without_its_remote_is_2(clone: Clone, run: Run) -> None:
    folder = clone("--filter=blob:none")
    git(folder, "remote", "remove", "origin")
    outcome = run("check", *DAY, *BASE)
    assert (outcome.code, outcome.findings) == (2, [])
    assert "tenantlint.toml at the merge base with HEAD~1 is not in this clone" in outcome.err


def test_a_missing_folder_in_a_partial_clone_without_its_remote_is_2(
    clone: Clone, run: Run
) -> None:
    folder = clone("--filter=tree:0")
    git(folder, "remote", "remove", "origin")
    outcome = run("check", *DAY, *BASE)
    assert (outcome.code, outcome.findings) == (2, [])
    assert "this is a partial clone" in outcome.err
