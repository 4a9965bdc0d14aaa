"""`--since` in a git repository, commit by commit."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checking.repositories import DAY, TENANT, Repository, ids
from tests.conftest import Run

# Each step changes the text of the previous step, and is compared with it.
HISTORY: list[tuple[str, list[tuple[str, str]], list[str]]] = [
    ("nothing", [], []),
    ("a comment is added and a user moves", [
        ("version: 1\n", "# a comment\nversion: 1\n"),
        ("  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}\n", ""),
        ("assignments: [Sub1]}\n", ("assignments: [Sub1]}\n  - {email: ada@harbour.example, "
         "roles: [administrator], assignments: [Sub1]}\n")),
    ], []),
    ("a new finding next to an old one", [
        ("users:", "  - {id: Sub3, type: named, start: 2025-07-01, telephony: vpop}\nusers:"),
    ], ["mixed-telephony"]),
    ("the telephony option changes", [
        ("telephony: webex-calling", "telephony: vpop"),
    ], ["telephony-changed"]),
    ("the type changes", [
        ("Sub2, type: named", "Sub2, type: concurrent"),
    ], ["mixed-subscription-types", "subscription-type-changed"]),
    ("history is rewritten", [
        ("start: 2025-06-01", "start: 2024-06-01"),
    ], ["history-rewritten", "mixed-subscription-types", "mixed-subscription-types"]),
    ("access is removed", [
        ("tom@harbour.example, roles: [agent], assignments: [Sub1]",
         "Tom@harbour.example, roles: [agent], assignments: []"),
    ], ["access-removed", "user-unassigned"]),
    ("the last administrator is removed", [
        ("  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}\n", ""),
    ], ["administrator-removed"]),
    ("the findings are fixed", [
        ("assignments: []", "assignments: [Sub1]"),
        ("Sub2, type: concurrent", "Sub2, type: named"),
    ], ["subscription-type-changed"]),
    ("nothing again", [], []),
]  # fmt: skip


HEAD = "version: 1\ntenant: {id: t1, name: Harbour Retail, country: US, telephony: webex-calling}\n"
FOLLOWED: list[tuple[str, str, str, str, str]] = [
    ("wrong-primary", "{start: 2025-01-01}, {start: 2025-06-01, primary: true}",
     "2025-01-01", "2025-08-01", "history-rewritten"),
    ("ambiguous-primary", "{start: 2025-01-01}, {start: 2025-01-01}",
     "2025-01-01}]", "2025-01-02}]", "history-rewritten"),
    ("overdue-pending", "{start: 2025-01-01}, {start: 2026-04-01, status: pending}",
     "2026-04-01", "2026-06-01", "history-rewritten"),
    ("end-before-start", "{start: 2025-01-01}, {start: 2026-06-01, end: 2026-01-31}",
     "2026-06-01", "2025-06-01", "history-rewritten"),
    ("end-before-start", "{start: 2025-01-01, entitlements: {ivr-port: {quantity: 1, until: 2024-12-31}}}",
     "2024-12-31", "2025-12-31", "entitlement-rewritten"),
    ("term-mismatch", "{start: 2025-01-02, end: 2026-12-31, term_months: 24}",
     "2025-01-02", "2025-01-01", "history-rewritten"),
    ("no-active-subscription", "{start: 2026-06-01}",
     "2026-06-01", "2025-06-01", "history-rewritten"),
    ("usage-outside-term", "{start: 2026-04-01}",
     "2026-04-01", "2026-03-01", "history-rewritten"),
    ("usage-without-entitlement",
     "{start: 2025-01-01, entitlements: {ivr-port: [{quantity: 1, until: 2026-02-28}]}}",
     "2026-02-28}", "2026-02-28}, {quantity: 1, since: 2026-03-01}", "entitlement-rewritten"),
    ("mixed-telephony", "{start: 2025-01-01, telephony: vpop}",
     "webex-calling", "vpop", "telephony-changed"),
    ("pstn-without-bundle", "{start: 2025-01-01, entitlements: {pstn-toll-free: 1}}",
     "webex-calling", "bundled-pstn", "telephony-changed"),
    ("bundled-pstn-country", "{start: 2025-01-01}",
     "country: NL, telephony: bundled-pstn", "country: NL, telephony: vpop", "telephony-changed"),
]  # fmt: skip
"""Policies whose help changes the past: the subscriptions, the old and the new text, and the
finding about that change."""


@pytest.mark.parametrize(("id", "subscriptions", "old", "new", "about"), FOLLOWED)
def test_a_page_that_asks_to_change_the_past_says_how_to_agree_on_it(
    run: Run, repository: Repository, id: str, subscriptions: str, old: str, new: str, about: str
) -> None:
    listed = re.sub(
        r"{start", lambda at: f"{{id: S{at.start():02}, type: named, start", subscriptions
    )
    usage = "usage: [{month: 2026-03, subscription: S00, service: ivr-port, quantity: 1}]\n"
    head = HEAD.replace(
        "country: US, telephony: webex-calling", "country: NL, telephony: bundled-pstn"
    )
    text = (head if old in head else HEAD) + f"subscriptions: [{listed}]\n"
    text += usage if id.startswith("usage-") else ""
    repository.write("tenants/a.yaml", text)
    repository.commit()
    assert id in ids(run("check", *DAY))
    repository.write("tenants/a.yaml", text.replace(old, new))
    assert about in ids(repository.since("HEAD"))
    assert id not in ids(run("check", *DAY))
    page = " ".join(run("explain", id).out.split())
    assert re.search(rf"\*\*Do:\*\*.*With `--since`, suppress [^.]*`{about}`", page)


def test_each_commit_reports_only_its_new_findings(repository: Repository) -> None:
    text = TENANT
    for what, changes, expected in HISTORY:
        for old, new in changes:
            assert old in text, what
            text = text.replace(old, new)
        repository.write("tenants/a.yaml", text)
        repository.commit()
        outcome = repository.since()
        assert sorted(ids(outcome)) == sorted(expected), what


LINES = TENANT.replace(
    "start: 2025-01-01}", "start: 2018-01-01, entitlements: {ivr-port: [LINES]}}"
)
OLD_LINE = "{quantity: 5, until: 2017-06-01}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (f"{{quantity: 3}}, {OLD_LINE}", []),
        (f"{{quantity: 3, until: 2027-01-01}}, {OLD_LINE}", []),
        (f"{{quantity: 3, until: 2016-01-01}}, {OLD_LINE}", ["2016-01-01"]),
        ("{quantity: 3, until: 2016-01-01}, {quantity: 5, since: 2018-02-01}", ["2016-01-01"]),
    ],
)
def test_a_line_without_since_is_known_by_its_last_day(
    repository: Repository, lines: str, expected: list[str]
) -> None:
    repository.write("a.tenant.yaml", LINES.replace("LINES", OLD_LINE))
    repository.commit()
    repository.write("a.tenant.yaml", LINES.replace("LINES", lines))
    repository.commit()
    found = [line for line in repository.since().out.splitlines() if "end-before-start" in line]
    assert [day for day in ("2016-01-01", "2017-06-01") if day in "".join(found)] == expected


def test_a_file_whose_line_ends_git_converts_is_unchanged(repository: Repository) -> None:
    repository.write("tenants/a.yaml", "version: 1\ntenant: {id: t1, name: T}\nsubscriptions: [\n")
    repository.write(".gitattributes", "*.yaml text eol=crlf\n")
    repository.commit()
    (repository.folder / "tenants/a.yaml").unlink()
    repository.git("checkout", "-q", "--", "tenants/a.yaml")
    assert (repository.folder / "tenants/a.yaml").read_bytes().count(b"\r\n") == 3
    outcome = repository.since("HEAD")
    assert (outcome.code, outcome.findings) == (0, [])
    assert "not compared" not in outcome.err


def test_old_findings_pass_and_are_counted(repository: Repository) -> None:
    outcome = repository.run("check", "--as-of", "2026-05-01", "--since", "HEAD")
    assert outcome.code == 0
    assert outcome.out.startswith("No findings in 1 file and 1 document on 2026-05-01 (")
    assert outcome.out.endswith("policies), 1 older than HEAD\n")


def test_removing_a_suppression_is_a_new_finding(repository: Repository) -> None:
    repository.write(
        "tenants/a.yaml", TENANT.replace("vpop}", "vpop}  # tenantlint: ignore[mixed-telephony]: x")
    )
    repository.commit()
    repository.write("tenants/a.yaml", TENANT)
    assert ids(repository.since("HEAD")) == ["mixed-telephony"]


@pytest.mark.parametrize("staged", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_a_renamed_file_is_compared_with_its_old_name(
    repository: Repository, *, staged: bool, named: bool
) -> None:
    (repository.folder / "tenants/a.yaml").rename(repository.folder / "tenants/b.yaml")
    if staged:
        repository.git("add", "-A")
    arguments = ["tenants/b.yaml"] if named else []
    assert ids(repository.since("HEAD", *arguments)) == []
    repository.write("tenants/b.yaml", TENANT.replace("type: named", "type: concurrent"))
    found = ids(repository.since("HEAD", *arguments))
    assert found == ["subscription-type-changed"] * 2


def test_an_added_file_is_new_and_a_deleted_file_is_a_removed_tenant(
    repository: Repository,
) -> None:
    repository.write("tenants/b.yaml", TENANT.replace("t1", "t2").replace("Sub", "Care"))
    outcome = repository.since("HEAD")
    assert outcome.findings == ["tenants/b.yaml:5:60 mixed-telephony"]
    repository.commit()
    (repository.folder / "tenants/a.yaml").unlink()
    assert repository.since("HEAD").findings == ["tenants/a.yaml:1:1 tenant-removed"]


def test_patterns_apply_to_older_files_as_to_those_of_a_search(repository: Repository) -> None:
    repository.write("tenantlint.toml", "exclude = ['/archive/']\n")
    for number, name in enumerate(("tenants/archive/b.yaml", "archive/tenants/c.yaml")):
        ids_of = TENANT.replace("t1", f"o{number}").replace("Sub", f"Care{number}")
        repository.write(name, ids_of)
    repository.commit()
    repository.git("rm", "-q", "tenants/archive/b.yaml", "archive/tenants/c.yaml")
    removed = ["tenants/archive/b.yaml:1:1 tenant-removed"]
    for paths in ([], ["tenants"], ["tenants", "archive"], ["tenants/archive"]):
        assert repository.since("HEAD", *paths).findings == removed, paths


def test_a_tenant_that_moved_to_another_file_is_compared(repository: Repository) -> None:
    repository.write("tenants/b.yaml", TENANT.replace("t1", "t2").replace("Sub", "Care"))
    repository.commit()
    (repository.folder / "tenants/a.yaml").unlink()
    text = TENANT.replace("t1", "t2").replace("Sub", "Care") + "---\n"
    repository.write("tenants/b.yaml", text + TENANT.replace("type: named", "type: concurrent", 1))
    found = ids(repository.since("HEAD"))
    assert found == ["subscription-type-changed", "mixed-subscription-types"]


def test_a_folder_within_the_repository_can_be_compared(repository: Repository, run: Run) -> None:
    repository.write("tenants/a.yaml", TENANT.replace("type: named", "type: concurrent"))
    outcome = run("check", "tenants", *DAY, "--since", "HEAD")
    assert ids(outcome) == ["subscription-type-changed"] * 2


def test_standard_input_is_compared_by_its_name(repository: Repository) -> None:
    text = TENANT.replace("type: named", "type: concurrent").encode()
    arguments = ("check", "-", *DAY, "--since", "HEAD", "--stdin-filename", "tenants/a.yaml")
    assert ids(repository.run(*arguments, stdin=text)) == ["subscription-type-changed"] * 2
    outcome = repository.run(*arguments[:-2], stdin=text)
    assert (outcome.code, outcome.out, outcome.err) == (
        2, "", "tenantlint: --since with - needs --stdin-filename NAME, the file to compare it with\n"
    )  # fmt: skip


def test_the_number_of_processes_changes_nothing(repository: Repository) -> None:
    for number in range(6):
        repository.write(
            f"tenants/{number}.yaml",
            TENANT.replace("t1", f"t{number}x").replace("Sub", f"S{number}"),
        )
    repository.commit()
    for number in range(6):
        file = repository.folder / f"tenants/{number}.yaml"
        file.write_text(file.read_text().replace("type: named", "type: concurrent"))
    one, two = (repository.since("HEAD", "--jobs", jobs) for jobs in "12")
    assert one == two
    assert len(ids(one)) == 12


def test_an_unreadable_older_version_does_not_crash(repository: Repository) -> None:
    repository.write("tenants/a.yaml", "a: [")
    repository.commit()
    repository.write("tenants/a.yaml", TENANT)
    assert ids(repository.since("HEAD")) == ["mixed-telephony"]


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        ("nowhere", "nowhere is not a revision in"),
        ("HEAD~99", "HEAD~99 is not a revision in"),
        ("--all", "--all is not a revision in"),
        ("HEAD:tenants/a.yaml", "is not a revision in"),
    ],
)
def test_an_unknown_revision_is_2(repository: Repository, revision: str, reason: str) -> None:
    outcome = repository.run("check", *DAY, f"--since={revision}")
    assert (outcome.code, outcome.findings) == (2, [])
    (line,) = outcome.err.splitlines()
    assert line.startswith("tenantlint: --since: ")
    assert reason in line


def test_a_folder_outside_a_repository_is_2(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(TENANT)
    outcome = run("check", *DAY, "--since", "HEAD")
    assert (outcome.code, outcome.findings) == (2, [])
    assert "is not in a git repository" in outcome.err


def test_a_path_outside_the_repository_is_2(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "b.tenant.yaml"
    other.write_text(TENANT)
    outcome = repository.since("HEAD", "tenants/a.yaml", str(other))
    assert outcome.code == 2
    assert "is outside the git repository" in outcome.err


def test_a_shallow_clone_without_the_revision_is_2(
    repository: Repository, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit()
    clone = tmp_path_factory.mktemp("clone")
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone)],
        check=True,
    )
    outcome = run("check", str(clone), *DAY, "--since", "HEAD~1")
    assert outcome.code == 2
    assert "the clone is shallow, fetch more of its history" in outcome.err
    assert run("check", str(clone), *DAY, "--since", "HEAD").code == 0


def test_a_file_that_is_not_checked_out_is_not_removed(repository: Repository) -> None:
    for number, name in enumerate(("tenants/b.yaml", "other/tenants/c.yaml", "tenants/d.yaml"), 2):
        repository.write(name, TENANT.replace("t1", f"t{number}").replace("Sub", f"S{number}"))
    repository.write("other/x.yaml", "x: 1\n")
    repository.commit()
    repository.write("other/tenants/new.yaml", "x: 1\n")
    repository.commit()
    (repository.folder / "tenants/d.yaml").unlink()
    repository.git("add", "-A")
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/other/", "!/tenants/b.yaml")
    assert not (repository.folder / "other").exists()
    for paths in ([], ["tenants"]):
        outcome = repository.since("HEAD~1", *paths)
        assert outcome.findings == ["tenants/d.yaml:1:1 tenant-removed"]
        lines = [line for line in outcome.out.splitlines() if "not compared" in line]
        outside = [] if paths else ["other/tenants/c.yaml", "other/tenants/new.yaml"]
        assert lines == [
            f"tenantlint: warning: not compared: {name}: it is not checked out (see git sparse-checkout)"
            for name in (*outside, "tenants/b.yaml")
        ]


def test_git_variables_of_a_hook_are_ignored(repository: Repository) -> None:
    outcome = repository.run(
        "check", *DAY, "--since", "HEAD", GIT_DIR="/nowhere", GIT_INDEX_FILE="x"
    )
    assert outcome.code == 0


@pytest.fixture
def of_another_user(
    repository: Repository,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Repository:
    """Make git believe that another user owns the repository, which has an ignored file."""
    repository.write(".gitignore", "ignored/\n")
    repository.write("ignored/x.tenant.yaml", "x: 1\n")
    folder = tmp_path_factory.mktemp("bin")
    git = shutil.which("git")
    script = f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {git} "$@"\n'
    (folder / "git").write_text(script)
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return repository


def test_a_repository_of_another_user_is_refused(of_another_user: Repository) -> None:
    repository = of_another_user
    reason = f"git refuses {repository.folder}: another user owns it (see safe.directory)"
    outcome = repository.since("HEAD", "tenants")
    assert (outcome.code, outcome.err) == (2, f"tenantlint: --since: {reason}\n")
    for paths in (["tenants", "."], ["--force-exclude", "ignored/x.tenant.yaml"]):
        outcome = repository.run("check", *DAY, *paths)
        assert "ignored/x.tenant.yaml" in outcome.out
        assert outcome.err == f"tenantlint: {reason}; git-ignored files are checked, too\n"


def test_settings_of_git_in_the_environment_apply(
    of_another_user: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository = of_another_user
    config = tmp_path_factory.mktemp("home") / "config"
    config.write_text("[safe]\n\tdirectory = *\n")
    one = {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*", "GIT_CONFIG_COUNT": "1"}
    for variables in (one, {"GIT_CONFIG_GLOBAL": str(config)}):
        outcome = repository.run("check", *DAY, "--since", "HEAD", **variables)
        assert (outcome.code, outcome.findings, outcome.err) == (0, [], "")
    outcome = repository.run("check", *DAY, "--since", "HEAD", GIT_CONFIG_COUNT="x")
    assert (outcome.code, "bogus count in GIT_CONFIG_COUNT" in outcome.err) == (2, True)


def test_git_runs_no_program_of_the_environment_in_place_of_reading(repository: Repository) -> None:
    proof = repository.folder / "it-ran"
    keys = ("core.fsmonitor", "diff.external", "core.pager")
    variables = {"GIT_CONFIG_COUNT": str(len(keys))}
    for number, key in enumerate(keys):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = f"touch {proof}"
    assert repository.run("check", *DAY, "--since", "HEAD", **variables).code == 0
    assert not proof.exists()


def test_git_runs_no_program_that_the_repository_configures(repository: Repository) -> None:
    proof = repository.folder / "it-ran"
    script = repository.folder / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {proof}\ncat\n")
    script.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "filter.evil.clean", "filter.evil.smudge",
                "diff.evil.textconv", "diff.evil.command", "core.pager"):  # fmt: skip
        repository.git("config", key, str(script))
    repository.write(".gitattributes", "*.yaml filter=evil diff=evil\n")
    repository.write("tenants/a.yaml", TENANT.replace("type: named", "type: concurrent"))
    assert len(ids(repository.since("HEAD"))) == 2
    assert not proof.exists()


def test_change_policies_need_an_older_version(repository: Repository, run: Run) -> None:
    outcome = run("check", *DAY, "--select", "change")
    assert outcome.code == 2
    assert "need --since" in outcome.err
    assert run("check", *DAY, "--select", "change", "--since", "HEAD").code == 0
    assert repository


PER_FILE = '[[per-file]]\nfiles = ["lab/*"]\nignore = ["mixed-telephony"]\n'


@pytest.mark.parametrize(
    ("old", "new", "added", "expected"),
    [
        ("lab/a.tenant.yaml", "prod/a.tenant.yaml", "", ["mixed-telephony"]),
        ("lab/a.tenant.yaml", "prod/a.tenant.yaml", "# a comment\n", ["mixed-telephony"]),
        ("lab/a.tenant.yaml", "lab/b.tenant.yaml", "", []),
        ("prod/a.tenant.yaml", "lab/a.tenant.yaml", "", []),
        ("prod/a.tenant.yaml", "prod/b.tenant.yaml", "", []),
    ],
)
def test_a_renamed_file_is_compared_under_the_settings_of_its_old_name(
    repository: Repository, old: str, new: str, added: str, expected: list[str]
) -> None:
    (repository.folder / "tenants" / "a.yaml").unlink()
    repository.write("tenantlint.toml", PER_FILE)
    repository.write(old, TENANT)
    repository.commit()
    (repository.folder / old).unlink()
    repository.write(new, TENANT + added)
    repository.commit()
    assert ids(repository.since()) == expected
    assert ids(repository.since("HEAD~1", "--config-from-base")) == expected


@pytest.mark.parametrize(
    ("link", "target"), [("lab", "prod"), ("lab/a.tenant.yaml", "../prod/a.tenant.yaml")]
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_link_at_the_old_name_does_not_change_the_settings_of_a_renamed_file(
    repository: Repository, link: str, target: str, jobs: str
) -> None:
    (repository.folder / "tenants" / "a.yaml").unlink()
    repository.write("tenantlint.toml", PER_FILE)
    for name in ("a", "b"):
        repository.write(f"lab/{name}.tenant.yaml", TENANT.replace("id: t1", f"id: {name}"))
    repository.commit()
    repository.git("mv", "lab", "prod")
    (repository.folder / link).parent.mkdir(exist_ok=True)
    (repository.folder / link).symlink_to(target)
    repository.commit()
    outcome = repository.since("HEAD~1", "--config-from-base", "--jobs", jobs)
    assert ids(outcome) == ["mixed-telephony", "mixed-telephony"]


@pytest.mark.parametrize("path", ["current", "d", "d/x", "inner/tenants"])
def test_a_tenant_that_is_removed_below_a_link_to_its_folder_is_reported(
    repository: Repository, path: str
) -> None:
    (repository.folder / "tenants" / "a.yaml").unlink()
    repository.write("tenantlint.toml", "include = ['data/x/*.yaml', 'tenants/*.yaml']\n")
    files = ("tenants/b.yaml", "tenants/c.yaml", "data/x/b.yaml", "data/x/c.yaml")
    for name in files:
        repository.write(name, TENANT.replace("id: t1", f"id: {name}"))
    (repository.folder / "current").symlink_to("tenants")
    (repository.folder / "d").symlink_to("data")
    (repository.folder / "inner").mkdir()
    (repository.folder / "inner" / "tenants").symlink_to("../data/x")
    repository.commit()
    for name in files:
        if name.endswith("c.yaml"):
            (repository.folder / name).unlink()
    outcome = repository.run("check", *DAY, path, "--since", "HEAD")
    assert ids(outcome) == ["tenant-removed"], outcome


def test_the_older_version_of_a_file_beside_the_target_of_a_link_is_found(
    repository: Repository,
) -> None:
    (repository.folder / "tenants" / "a.yaml").unlink()
    repository.write("real/sub/.keep", "")
    repository.write("real/x.tenant.yaml", TENANT)
    repository.write("x.tenant.yaml", TENANT.replace("id: t1", "id: t2"))
    (repository.folder / "link").symlink_to("real/sub")
    repository.commit()
    plain = repository.run("check", *DAY, "real/x.tenant.yaml", "--since", "HEAD")
    through = repository.run("check", *DAY, "link/../x.tenant.yaml", "--since", "HEAD")
    assert (through.code, ids(through)) == (plain.code, ids(plain)) == (0, [])
