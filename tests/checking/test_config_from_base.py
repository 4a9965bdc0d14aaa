"""`--config-from-base` reads the configuration that a pull request cannot change."""

import json

import pytest

from tests.checking.repositories import TENANT, Repository, ids
from tests.conftest import Outcome

REWRITTEN = TENANT.replace("start: 2025-01-01", "start: 2024-01-01")
BASE = ("--config-from-base",)


def since(repository: Repository, *arguments: str) -> Outcome:
    return repository.since("HEAD", *BASE, *arguments)


@pytest.mark.parametrize(
    "config",
    [
        "ignore = ['change']",
        "select = ['user']",
        "fail-on = 'never'",
        "exclude = ['tenants/']",
        "include = ['other/**']",
        "[severity]\nhistory-rewritten = 'info'",
        "[[per-file]]\nfiles = ['*']\nignore = ['change']",
    ],
)
@pytest.mark.parametrize("name", ["tenantlint.toml", "pyproject.toml"])
def test_a_pull_request_cannot_ease_its_own_configuration(
    repository: Repository, config: str, name: str
) -> None:
    repository.write("tenants/a.yaml", REWRITTEN)
    text = config
    if name == "pyproject.toml":
        text = "[tool.tenantlint]\n" + config.replace("[[", "[[tool.tenantlint.").replace(
            "\n[s", "\n[tool.tenantlint.s"
        ).replace("[severity]", "[tool.tenantlint.severity]")
    repository.write(name, text)
    outcome = since(repository)
    assert (outcome.code, ids(outcome)) == (1, ["history-rewritten"])


def test_the_configuration_of_the_merge_base_applies(repository: Repository) -> None:
    repository.write("tenantlint.toml", "ignore = ['history-rewritten']\n")
    repository.commit()
    repository.write("tenants/a.yaml", REWRITTEN)
    repository.write("tenantlint.toml", "ignore = []\n")
    assert since(repository).findings == []
    out = repository.run("check", "--as-of", "2026-05-01", "--since", "HEAD", *BASE).out
    assert "tenantlint.toml at the merge base with HEAD turns off history-rewritten" in out
    (repository.folder / "tenantlint.toml").unlink()
    assert since(repository).findings == []
    assert ids(repository.since("HEAD")) == ["history-rewritten"]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ("ignore = ['chnge']", "tenantlint.toml: ignore: no policy or topic is called chnge"),
        ("ignor = []", "tenantlint.toml: ignor"),
        ("ignore = [", "tenantlint.toml: not TOML"),
        ("policy-files = ['own.yaml']", "own.yaml"),
    ],
)
def test_a_mistake_in_the_new_configuration_is_2(
    repository: Repository, config: str, reason: str
) -> None:
    repository.write("tenantlint.toml", config)
    outcome = since(repository)
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err


def test_a_named_configuration_is_read_from_the_merge_base(repository: Repository) -> None:
    repository.write("conf/lint.toml", "ignore = ['history-rewritten']\n")
    repository.commit()
    repository.write("tenants/a.yaml", REWRITTEN)
    repository.write("conf/lint.toml", "ignore = ['telephony']\n")
    assert since(repository, "--config", "conf/lint.toml").findings == []
    repository.write("conf/new.toml", "ignore = ['history-rewritten']\n")
    assert ids(since(repository, "--config", "conf/new.toml")) == ["history-rewritten"]


def test_a_configuration_outside_the_repository_is_read_from_disk(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A pull request cannot change a file outside the repository.
    file = tmp_path_factory.mktemp("central") / "lint.toml"
    file.write_text("ignore = ['history-rewritten']\n")
    repository.write("tenants/a.yaml", REWRITTEN)
    assert since(repository, "--config", str(file)).findings == []


def test_a_configuration_that_becomes_a_link_is_read_from_the_merge_base(
    repository: Repository,
) -> None:
    repository.write("tenantlint.toml", "exclude = ['/archive/']\n")
    repository.write("archive/b.tenant.yaml", TENANT.replace("t1", "t2").replace("Sub", "Care"))
    repository.commit()
    (repository.folder / "tenantlint.toml").unlink()
    repository.write("other/x.toml", "")
    (repository.folder / "tenantlint.toml").symlink_to("other/x.toml")
    repository.write("tenants/a.yaml", REWRITTEN)
    repository.write("archive/b.tenant.yaml", "x: 1\n")
    assert ids(since(repository)) == ["history-rewritten"]


POLICY = """\
version: 1
policies:
  - id: named-only
    title: A subscription is named.
    severity: error
    for-each: subscriptions
    when: subscription.type == "named"
    message: "{subscription.id} is named"
    at: type
"""


def test_policy_files_are_read_from_the_merge_base(repository: Repository) -> None:
    pytest.importorskip("cel_expr_python")
    policy = POLICY
    repository.write("lint/own.yaml", policy)
    repository.write("tenantlint.toml", "policy-files = ['lint/own.yaml']\n")
    repository.commit()
    repository.write("tenants/a.yaml", TENANT.replace(
        "users:", "  - {id: Sub3, type: named, start: 2025-07-01}\nusers:"))  # fmt: skip
    repository.write("lint/own.yaml", policy.replace('== "named"', '== "nobody"'))
    for jobs in "12":
        outcome = since(repository, "--jobs", jobs)
        assert (outcome.code, ids(outcome)) == (1, ["named-only"]), outcome.err
    repository.write("tenantlint.toml", "")
    assert ids(since(repository)) == ["named-only"]
    repository.write("tenantlint.toml", "policy-files = ['lint/own.yaml']\n")
    repository.write("lint/own.yaml", "x")
    assert since(repository).code == 2


def test_the_baseline_is_read_from_the_merge_base(repository: Repository) -> None:
    known = ("--baseline", "known.json")
    entry = {"id": "history-rewritten", "tenant": "t1", "place": "/subscriptions/Sub1/start"}
    own = json.dumps({"version": 1, "known": [entry]})
    repository.write("tenants/a.yaml", REWRITTEN)
    repository.write("known.json", own)
    assert repository.since("HEAD", *known).code == 0
    outcome = since(repository, *known)
    assert (outcome.code, ids(outcome)) == (1, ["history-rewritten"])
    repository.write("tenants/a.yaml", TENANT)
    repository.commit()
    repository.write("tenants/a.yaml", REWRITTEN)
    repository.write("known.json", '{"version": 1, "known": []}')
    assert since(repository, *known).findings == []
    repository.write("tenants/a.yaml", TENANT)
    assert since(repository, *known).findings == [], "an entry that was removed is not outdated"
    repository.write("known.json", "x")
    assert since(repository, *known).code == 2
    (repository.folder / "known.json").unlink()
    assert since(repository, *known).code == 0
    assert since(repository, "--baseline", "nowhere.json").code == 2


def test_a_removed_baseline_needs_no_new_names_of_policies(repository: Repository) -> None:
    pytest.importorskip("cel_expr_python")
    repository.write(
        "own.yaml", POLICY.replace("    title", "    former-ids: [only]\n    title", 1)
    )
    repository.write("tenantlint.toml", "policy-files = ['own.yaml']\n")
    repository.write("known.json", '{"version": 1, "known": []}')
    repository.commit()
    (repository.folder / "known.json").unlink()
    assert since(repository, "--baseline", "known.json").code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--config-from-base",), "--config-from-base needs --since REV or --since-exact REV"),
        (("--config-from-base", "--since", "HEAD", "--baseline", "k", "--write-baseline"),
         "--config-from-base and --write-baseline cannot be used together"),
    ],
)  # fmt: skip
def test_an_option_that_does_not_fit_is_refused(
    repository: Repository, arguments: tuple[str, ...], reason: str
) -> None:
    outcome = repository.run("check", *arguments)
    assert (outcome.code, outcome.err) == (2, f"tenantlint: {reason}\n")


def test_the_configuration_can_come_from_an_exact_revision(repository: Repository) -> None:
    repository.write("tenantlint.toml", "[[per-file]]\nfiles = ['/tenants/']\nignore = ['user']\n")
    repository.commit()
    repository.write("tenants/a.yaml", TENANT.replace("assignments: [Sub1]", "assignments: []"))
    repository.write("tenantlint.toml", "ignore = ['telephony']\n")
    outcome = repository.run(
        "check", "--as-of", "2026-05-01", "--since-exact", "HEAD", *BASE, "--format", "concise"
    )
    assert set(ids(outcome)) == {"access-removed", "administrator-removed"}


@pytest.mark.parametrize("target", ["{outside}/x.toml", ".git/config"])
def test_a_configuration_that_links_outside_the_repository_is_refused(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory, target: str
) -> None:
    # Messages about a configuration quote its keys, which must not disclose another file.
    outside = tmp_path_factory.mktemp("outside")
    (outside / "x.toml").write_text("[secret]\n")
    target = target.format(outside=outside)
    (repository.folder / "tenantlint.toml").symlink_to(target)
    for arguments in ((), ("--config", "tenantlint.toml")):
        outcome = repository.run("check", *arguments)
        assert outcome.code == 2
        assert outcome.err.endswith(
            f"tenantlint.toml: this link must point to a file below {repository.folder}, not in .git\n"
        )
        assert "secret" not in outcome.err
        assert "core" not in outcome.err


def test_a_linked_configuration_and_its_policy_files_are_read_from_the_merge_base(
    repository: Repository,
) -> None:
    pytest.importorskip("cel_expr_python")
    repository.write("conf/tenants.toml", "policy-files = ['p.yaml']\n")
    repository.write("conf/p.yaml", POLICY)
    (repository.folder / "tenantlint.toml").symlink_to("conf/tenants.toml")
    repository.commit()
    repository.write("conf/tenants.toml", "")
    (repository.folder / "conf/p.yaml").unlink()
    repository.write("b.tenant.yaml", TENANT.replace("t1", "t2").replace("Sub", "Care"))
    assert "named-only" not in ids(repository.since("HEAD"))
    assert "named-only" in ids(since(repository))
