"""A revision whose name can mean several commits is refused, not resolved by git's order."""

import pytest

from tests.checking.repositories import TENANT, Repository, ids


def moved(repository: Repository, *refs: str) -> None:
    """Make refs of the first commit, in which the tenant already has the finding of the second."""
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.git("checkout", "-q", "-b", "feature")
    repository.write("tenants/a.yaml", TENANT.replace("type: named", "type: concurrent"))
    repository.commit()
    for ref in refs:
        repository.git("update-ref", ref, "HEAD")


@pytest.mark.parametrize("option", ["--since", "--since-exact"])
@pytest.mark.parametrize(
    ("label", "refs"),
    [
        ("origin/main", ["refs/tags/origin/main", "refs/remotes/origin/main"]),
        ("origin/main^{}", ["refs/tags/origin/main", "refs/remotes/origin/main"]),
        ("origin/main@{0}", ["refs/heads/origin/main", "refs/remotes/origin/main"]),
        ("origin/main~0", ["refs/origin/main", "refs/remotes/origin/main"]),
        ("main", ["refs/tags/main", "refs/heads/main"]),
        ("other", ["refs/heads/other", "refs/remotes/other/HEAD"]),
    ],
)
def test_a_name_of_several_refs_is_2(
    repository: Repository, option: str, label: str, refs: list[str]
) -> None:
    moved(repository, *(ref for ref in refs if ref != "refs/remotes/origin/main"))
    outcome = repository.run("check", option, label)
    name = label.partition("@{")[0].rstrip("~0^{}")
    assert (outcome.code, outcome.findings) == (2, [])
    assert outcome.err == (
        f"tenantlint: {option}: {name} is both {refs[0]} and {refs[1]}; write one of them in full\n"
    )


def test_each_place_of_a_name_is_listed(repository: Repository) -> None:
    moved(repository, "refs/tags/main", "refs/remotes/main")
    assert "main is refs/tags/main, refs/heads/main and refs/remotes/main; write" in (
        repository.since("main").err
    )


def test_a_name_in_full_is_the_ref_itself(repository: Repository) -> None:
    moved(repository, "refs/tags/origin/main", "refs/tags/refs/remotes/origin/main")
    found = ids(repository.since("refs/remotes/origin/main"))
    assert found == ["subscription-type-changed", "subscription-type-changed"]
    repository.git("update-ref", "-d", "refs/remotes/origin/main")
    outcome = repository.since("refs/remotes/origin/main")
    assert (outcome.code, outcome.findings) == (2, [])
    assert "refs/remotes/origin/main is not a revision in" in outcome.err


@pytest.mark.parametrize("before", ["", "v1-0-g"])
def test_a_name_that_can_be_an_id_is_2(repository: Repository, before: str) -> None:
    base = repository.git("rev-parse", "HEAD").strip()
    name = before + base[:7]
    moved(repository, f"refs/tags/{name}")
    outcome = repository.since(name)
    assert (outcome.code, outcome.findings) == (2, [])
    assert f"{name} is both refs/tags/{name} and the commit {base}; write" in outcome.err
    assert len(ids(repository.since(base))) == 2


@pytest.mark.parametrize(
    "label", ["HEAD~1", "@~1", "main", "main@{0}", "@{-1}", "ORIG_HEAD", "feature@{u}"]
)
def test_a_name_with_one_meaning_is_accepted(repository: Repository, label: str) -> None:
    base = repository.git("rev-parse", "HEAD").strip()
    repository.git("update-ref", "ORIG_HEAD", base)
    moved(repository, "refs/tags/HEAD", "refs/heads/HEAD", "refs/tags/ORIG_HEAD", "refs/tags/face")
    repository.git("config", "branch.feature.remote", ".")
    repository.git("config", "branch.feature.merge", "refs/heads/main")
    assert len(ids(repository.since(label))) == 2


@pytest.mark.parametrize("label", ["^main", "main/", "m*n"])
def test_a_label_that_is_no_name_is_2(repository: Repository, label: str) -> None:
    for option in ("--since", "--since-exact"):
        outcome = repository.run("check", f"{option}={label}")
        assert (outcome.code, f"{label} is not a revision in" in outcome.err) == (2, True)
