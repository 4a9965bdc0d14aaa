"""`--since` compares with the merge base of HEAD and a revision, `--since-exact` with the revision."""

import subprocess

import pytest

from tests.checking.repositories import DAY, TENANT, Repository, ids
from tests.conftest import Run

USER = "  - {email: eve@harbour.example, roles: [agent], assignments: [Sub1]}\n"
B = TENANT.replace("t1", "t2").replace("Sub", "Care")


def branch_and_main(repository: Repository, main: dict[str, str | None]) -> None:
    """Add a user on a branch, change files on main, and stay on the branch."""
    repository.git("checkout", "-q", "-b", "feature")
    repository.write("tenants/a.yaml", TENANT + USER)
    repository.commit()
    repository.git("checkout", "-q", "main")
    for name, text in main.items():
        if text is None:
            (repository.folder / name).unlink()
        else:
            repository.write(name, text)
    repository.commit()
    repository.git("checkout", "-q", "feature")


def corrected() -> str:
    text = TENANT.replace("start: 2025-01-01", "start: 2024-01-01")
    return text.replace(", telephony: vpop", "")


@pytest.mark.parametrize("revision", ["main", "main...", "refs/heads/main"])
def test_changes_on_main_are_not_findings_of_a_stale_branch(
    repository: Repository, revision: str
) -> None:
    branch_and_main(repository, {"tenants/a.yaml": corrected()})
    assert repository.since(revision).findings == []
    outcome = repository.run("check", *DAY, "--since-exact", revision.removesuffix("..."))
    assert sorted(ids(outcome)) == ["history-rewritten", "mixed-telephony"]


def test_files_that_main_has_since_added_or_deleted_are_not_reported(
    repository: Repository,
) -> None:
    repository.write("tenants/b.yaml", B)
    repository.commit()
    branch_and_main(repository, {"tenants/b.yaml": None, "tenants/c.yaml": B.replace("t2", "t3")})
    assert repository.since("main").findings == []


def test_a_merge_moves_the_merge_base(repository: Repository) -> None:
    branch_and_main(repository, {"tenants/b.yaml": B})
    repository.git("merge", "-q", "-m", "merge", "main")
    assert repository.since("main").findings == []
    repository.write("tenants/b.yaml", B.replace("start: 2025-06-01", "start: 2025-07-01"))
    assert ids(repository.since("main")) == ["history-rewritten"]


def test_since_and_since_exact_exclude_each_other(repository: Repository) -> None:
    outcome = repository.since("HEAD", "--since-exact", "HEAD")
    assert (outcome.code, outcome.findings) == (2, [])
    assert outcome.err == "tenantlint: --since and --since-exact cannot be used together\n"


def test_an_exact_revision_with_dots_is_refused(repository: Repository) -> None:
    outcome = repository.run("check", *DAY, "--since-exact", "main...")
    assert outcome.code == 2
    assert outcome.err.startswith("tenantlint: --since-exact: main... is not a revision in")


def test_no_merge_base_is_2(repository: Repository) -> None:
    repository.git("checkout", "-q", "--orphan", "other")
    repository.write("other.txt", "")
    repository.commit()
    outcome = repository.since("main")
    assert (outcome.code, outcome.findings) == (2, [])
    assert "HEAD and main have no merge base" in outcome.err
    assert "fetch more of its history" in outcome.err
    assert repository.run("check", *DAY, "--since-exact", "main").code == 0


def crossed(repository: Repository, *others: str) -> None:
    """Merge main and branches into each other's older versions, and stay on the branch feature."""
    for branch in ("feature", *others):
        repository.git("branch", branch)
    for branch in ("main", "feature", *others):
        repository.git("checkout", "-q", branch)
        repository.write(f"{branch}.txt", "")
        repository.commit()
        repository.git("tag", f"{branch}-1")
    repository.git("checkout", "-q", "feature")
    repository.git("merge", "-q", "-m", "merge", "main-1", *(f"{name}-1" for name in others))
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "-m", "merge", "feature-1", *(f"{name}-1" for name in others))
    repository.git("checkout", "-q", "feature")


@pytest.mark.parametrize(("others", "number"), [([], 2), (["third"], 3)])
def test_several_merge_bases_are_2(repository: Repository, others: list[str], number: int) -> None:
    crossed(repository, *others)
    outcome = repository.since("main")
    assert (outcome.code, outcome.findings) == (2, [])
    assert outcome.err == (
        f"tenantlint: --since: HEAD and main have {number} merge bases; merge main into this branch, "
        "or compare with main itself: --since-exact main\n"
    )
    assert repository.run("check", *DAY, "--since-exact", "main").code == 0
    repository.git("merge", "-q", "-m", "merge", "main")
    assert repository.since("main").code == 0


def test_the_dates_of_commits_do_not_choose_the_configuration(repository: Repository) -> None:
    repository.git("branch", "feature")
    repository.write("tenantlint.toml", "fail-on = 'info'\n")
    repository.commit()
    repository.git("checkout", "-q", "feature")
    repository.write("later.txt", "")
    repository.git("add", "-A")
    later = "2036-01-01T00:00:00Z"
    repository.git("commit", "-q", "-m", "x", GIT_COMMITTER_DATE=later)
    repository.git("branch", "unconfigured")
    repository.git("merge", "-q", "-m", "merge", "main")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "-m", "merge", "unconfigured")
    repository.git("checkout", "-q", "feature")
    repository.write("tenants/a.yaml", TENANT)
    outcome = repository.since("main", "--config-from-base")
    assert (outcome.code, "2 merge bases" in outcome.err) == (2, True)


def test_a_shallow_clone_without_the_merge_base_is_2(
    repository: Repository, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    branch_and_main(repository, {"tenants/a.yaml": corrected()})
    clone = tmp_path_factory.mktemp("clone")
    url = f"file://{repository.folder}"
    for arguments in (
        ["clone", "-q", "--depth", "1", "-b", "feature", url, str(clone)],
        ["-C", str(clone), "fetch", "-q", "--depth", "1", "origin", "main:main"],
    ):
        subprocess.run(["git", *arguments], check=True)
    outcome = run("check", str(clone), *DAY, "--since", "main")
    assert (outcome.code, outcome.findings) == (2, [])
    assert "the clone is shallow, fetch more of its history" in outcome.err


@pytest.mark.parametrize(("depth", "code"), [(3, 2), (6, 0)])
def test_a_shallow_clone_that_may_lack_a_later_merge_base_is_2(
    repository: Repository,
    run: Run,
    tmp_path_factory: pytest.TempPathFactory,
    depth: int,
    code: int,
) -> None:
    # The branch has a long way to the true merge base, and a short one to an older commit.
    repository.git("branch", "old")
    repository.commit()
    repository.git("checkout", "-q", "-b", "feature")
    for _ in range(3):
        repository.commit()
    tree = repository.git("rev-parse", "HEAD^{tree}").strip()
    merge = repository.git("commit-tree", "-p", "HEAD", "-p", "old", "-m", "merge", tree)
    repository.git("reset", "-q", "--hard", merge.strip())
    clone = tmp_path_factory.mktemp("clone")
    options = ["--depth", str(depth), "--no-single-branch", "-b", "feature"]
    url = f"file://{repository.folder}"
    subprocess.run(["git", "clone", "-q", *options, url, str(clone)], check=True)
    outcome = run("check", str(clone), *DAY, "--since", "origin/main")
    assert (outcome.code, outcome.findings) == (code, [])
    text = "HEAD and origin/main may have a later merge base; the clone is shallow, fetch more"
    assert (text in outcome.err) == (code == 2)
    assert run("check", str(clone), *DAY, "--since", "HEAD~1").code == 0


def test_a_shallow_clone_with_the_merge_base_is_compared(
    repository: Repository, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for _ in range(3):
        repository.commit()
    branch_and_main(repository, {"tenants/b.yaml": B})
    clone = tmp_path_factory.mktemp("clone")
    options = ["--depth", "2", "--no-single-branch", "-b", "feature"]
    url = f"file://{repository.folder}"
    subprocess.run(["git", "clone", "-q", *options, url, str(clone)], check=True)
    for revision in ("origin/main", "HEAD~1", "HEAD"):
        outcome = run("check", str(clone), *DAY, "--since", revision)
        assert (outcome.code, outcome.findings) == (0, [])


def test_findings_in_unchanged_files_are_not_reported(repository: Repository) -> None:
    # This holds for findings of YAML, the schema, tenant policies and fleet policies.
    for name in "bcd":
        repository.write(f"tenants/{name}.yaml", TENANT)
    repository.write("tenants/e.yaml", TENANT.replace("type: named", "type: nmed") + "x: [\n")
    repository.write("tenants/f.yaml", "x: 1\n")
    repository.write("tenants/g.yaml", TENANT + USER.replace("}", "}  # tenantlint: ignore[x]: x"))
    repository.commit()
    assert repository.since("HEAD").findings == []
    repository.write("tenants/h.yaml", B)
    assert repository.since("HEAD").findings == ["tenants/h.yaml:5:60 mixed-telephony"]
