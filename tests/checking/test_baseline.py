"""Known findings pass, new findings do not, and outdated entries are reported."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.checking.repositories import Repository
from tests.conftest import SOUND, UNSOUND, Outcome, Run

KNOWN = ("--baseline", "known.json")


@pytest.fixture
def check(run: Run, folder: Path) -> Run:
    """Check a document with the baseline."""

    def check(text: str, *arguments: str) -> Outcome:
        (folder / "a.tenant.yaml").write_text(text)
        return run("check", "--as-of", "2026-05-01", "--format", "concise", *KNOWN, *arguments)

    return check


def test_known_findings_pass_and_others_do_not(check: Run, run: Run, folder: Path) -> None:
    outcome = check(UNSOUND, "--write-baseline")
    assert (outcome.code, outcome.out) == (0, "")
    assert json.loads((folder / "known.json").read_text()) == {
        "version": 1,
        "known": [
            {"id": "mixed-telephony", "tenant": "t1", "place": "/subscriptions/Sub2/telephony"}
        ],
    }
    assert check(UNSOUND).code == 0
    moved = "# a comment\n" + UNSOUND.replace("  - {id: Sub1", "  - {id: Sub0, type: named, "
                                              "start: 2025-01-02}\n  - {id: Sub1")  # fmt: skip
    assert check(moved).code == 0
    more = UNSOUND + "  - {id: Sub3, type: named, start: 2025-06-01, telephony: vpop}\n"
    assert check(more).findings == ["a.tenant.yaml:6:59 mixed-telephony"]
    assert "1 known to known.json" in run("check", "--as-of", "2026-05-01", *KNOWN).out
    summary = json.loads(check(UNSOUND, "--format", "json").out)["summary"]
    assert summary == {
        "files": 1, "documents": 1, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0,
        "known": 1,
    }  # fmt: skip


def test_an_entry_that_matches_nothing_is_reported_at_its_line(
    check: Run, run: Run, folder: Path
) -> None:
    check(UNSOUND, "--write-baseline")
    outcome = check(SOUND)
    assert outcome.findings == ["known.json:4:5 outdated-baseline"]
    assert outcome.code == 0
    assert check(SOUND, "--fail-on", "warning").code == 1
    assert check(SOUND, "--select", "user").findings == []
    (folder / "b.tenant.yaml").write_text(SOUND.replace("t1", "t2").replace("Sub1", "Sub3"))
    outcome = run("check", "b.tenant.yaml", "--format", "concise", *KNOWN)
    assert outcome.findings == [], "a run over other files does not report outdated entries"
    assert check(SOUND, "--write-baseline").out == ""
    assert json.loads((folder / "known.json").read_text())["known"] == []


def test_findings_that_prevent_policies_are_never_in_a_baseline(check: Run, folder: Path) -> None:
    broken = UNSOUND.replace("start: 2025-06-01", "start: x")
    outcome = check(broken, "--write-baseline")
    assert outcome.code == 1
    assert json.loads((folder / "known.json").read_text())["known"] == []
    forged = {"id": "schema-format", "tenant": "t1", "place": "/subscriptions/Sub2/start"}
    (folder / "known.json").write_text(json.dumps({"version": 1, "known": [forged]}))
    assert "schema-format" in check(broken).out
    check(broken, "--write-baseline")
    assert json.loads((folder / "known.json").read_text())["known"] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "known.json: No such file or directory"),
        ("", "known.json: not a baseline"),
        ("[]", "known.json: not a baseline"),
        (
            '{"version": 1,\n<<<<<<< HEAD\n "known": []}',
            "known.json:2:1: this line is a conflict marker",
        ),
        ('{"version": 2, "known": []}', "known.json: not a baseline of tenantlint, version 1"),
        (
            '{"version": 1, "known": [\n{"id": "x"}]}',
            "known.json:2: an entry must have an id, tenant",
        ),
        ('{"version": 1, "known": [3]}', "known.json:1: an entry must have"),
        ("\udcff", "known.json: "),
    ],
)
def test_an_invalid_baseline_is_2(check: Run, folder: Path, text: str | None, reason: str) -> None:
    if text is not None:
        (folder / "known.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    outcome = check(UNSOUND)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert line.startswith(f"tenantlint: {reason}")


def test_a_baseline_is_not_written_without_a_verdict(check: Run, folder: Path) -> None:
    outcome = check(UNSOUND, "nowhere.yaml", "--write-baseline")
    assert outcome.code == 2
    assert not (folder / "known.json").exists()


def test_write_baseline_needs_the_name_of_the_file(run: Run) -> None:
    outcome = run("check", "--write-baseline")
    assert (outcome.code, outcome.err) == (
        2,
        "tenantlint: --write-baseline needs --baseline FILE\n",
    )


def known(folder: Path) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((folder / "known.json").read_text())["known"]
    return entries


OTHER = UNSOUND.replace("t1", "t2").replace("Sub", "Tub")


@pytest.fixture
def two(run: Run, folder: Path) -> Run:
    """Check the working folder, which has two tenants and a baseline for both."""
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "b.tenant.yaml").write_text(
        OTHER + "users:\n  - {email: a@b.example, roles: [agent]}\n"
    )

    def check(*arguments: str, cwd: Path = folder) -> Outcome:
        every = ("check", "--as-of", "2026-05-01", "--format", "concise", *KNOWN)
        return run(*every, *arguments, cwd=cwd)

    assert check("--write-baseline").out == ""
    assert [(item["tenant"], item["id"]) for item in known(folder)] == [
        ("t1", "mixed-telephony"), ("t2", "mixed-telephony"), ("t2", "user-unassigned"),
    ]  # fmt: skip
    return check


def test_entries_for_other_files_and_policies_are_kept(two: Run, folder: Path) -> None:
    before = (folder / "known.json").read_bytes()
    for arguments in (
        ("a.tenant.yaml",),
        ("--select", "user"),
        ("--ignore", "telephony"),
        ("a.tenant.yaml", "--select", "user"),
        ("--severity", "mixed-telephony=off"),
    ):
        assert two(*arguments, "--write-baseline").code == 0
        assert (folder / "known.json").read_bytes() == before
    (folder / "b.tenant.yaml").write_text(OTHER)
    assert two("a.tenant.yaml", "--write-baseline").code == 0
    assert (folder / "known.json").read_bytes() == before
    assert two("b.tenant.yaml", "--select", "user", "--write-baseline").code == 0
    assert [item["id"] for item in known(folder)] == ["mixed-telephony"] * 2


def test_entries_for_a_removed_tenant_are_outdated_in_a_run_over_all_files(
    two: Run, folder: Path
) -> None:
    (folder / "b.tenant.yaml").unlink()
    (folder / "sub").mkdir()
    (folder / "sub" / "c.tenant.yaml").write_text(SOUND.replace("t1", "t3").replace("Sub", "Uub"))
    assert two("a.tenant.yaml").findings == []
    assert two("sub").findings == []
    gone = ["known.json:5:5 outdated-baseline", "known.json:6:5 outdated-baseline"]
    assert two().findings == gone
    assert two("a.tenant.yaml", ".").findings == gone
    # The missing tenant may be in the file that cannot be read.
    (folder / "d.tenant.yaml").write_text("a: [\n")
    assert "outdated" not in two().out
    (folder / "d.tenant.yaml").unlink()
    assert two("--write-baseline").code == 0
    assert [item["tenant"] for item in known(folder)] == ["t1"]


@pytest.mark.parametrize("configuration", ["exclude = ['b.*']", "include = ['a.*']"])
def test_entries_for_files_that_patterns_leave_out_are_kept(
    two: Run, folder: Path, configuration: str
) -> None:
    before = (folder / "known.json").read_bytes()
    (folder / "tenantlint.toml").write_text(configuration)
    assert two().findings == []
    assert two("--write-baseline").code == 0
    assert (folder / "known.json").read_bytes() == before


def test_entries_for_files_outside_of_the_working_folder_are_kept(run: Run, folder: Path) -> None:
    for name, text in (("emea/a", UNSOUND), ("apac/b", OTHER)):
        (folder / name).parent.mkdir()
        (folder / f"{name}.tenant.yaml").write_text(text)
    every = ("check", "--as-of", "2026-05-01", "--format", "concise", "--baseline")
    assert run(*every, "known.json", "--write-baseline").code == 0
    before = (folder / "known.json").read_bytes()
    assert [item["tenant"] for item in known(folder)] == ["t1", "t2"]
    for arguments in ((), ("--write-baseline",)):
        outcome = run(*every, "../known.json", *arguments, cwd=folder / "emea")
        assert (outcome.code, outcome.findings) == (0, [])
    # In a repository, the whole of it is one tree if there is no configuration.
    (folder / "emea" / "own.json").write_bytes(before)
    assert len(run(*every, "own.json", cwd=folder / "emea").findings) == 1
    (folder / ".git").mkdir()
    assert run(*every, "own.json", cwd=folder / "emea").findings == []
    assert (folder / "known.json").read_bytes() == before


def test_entries_for_files_that_a_sparse_checkout_leaves_out_are_kept(
    two: Run, run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    before = (folder / "known.json").read_bytes()
    repository = Repository(folder, run)
    repository.commit()
    worktree = tmp_path_factory.mktemp("worktree") / "w"
    repository.git("worktree", "add", "-q", str(worktree))
    for place in (folder, worktree):
        sparse = ("-C", str(place), "sparse-checkout")
        repository.git(*sparse, "set", "--no-cone", "/*", "!/b.tenant.yaml")
        assert not (place / "b.tenant.yaml").exists()
        for arguments in ((), ("--write-baseline",)):
            outcome = two(*arguments, cwd=place)
            assert (outcome.code, outcome.findings) == (0, [])
        assert (place / "known.json").read_bytes() == before
        repository.git(*sparse, "disable")
        (place / "b.tenant.yaml").unlink()
        assert "outdated-baseline" in two(cwd=place).out


def test_entries_for_an_unchecked_document_are_kept(two: Run, folder: Path) -> None:
    before = (folder / "known.json").read_bytes()
    (folder / "b.tenant.yaml").write_text(OTHER.replace("type: named", "type: nmed"))
    assert "outdated" not in two().out
    assert two("--write-baseline").code == 1
    assert (folder / "known.json").read_bytes() == before


@pytest.mark.parametrize("folders", [("x", "y"), ("y", "x")])
def test_entries_are_kept_if_their_policy_is_off_in_one_of_the_files_of_a_tenant(
    run: Run, folder: Path, folders: tuple[str, str]
) -> None:
    for name in folders:
        (folder / name).mkdir()
        user = f"users:\n  - {{email: {name}@b.example, roles: [agent]}}\n"
        (folder / name / "a.tenant.yaml").write_text(SOUND + user)
    arguments = ("check", *folders, "--as-of", "2026-05-01", *KNOWN)
    assert run(*arguments, "--write-baseline").code == 0
    before = known(folder)
    (folder / "tenantlint.toml").write_text("[[per-file]]\nfiles = ['y/']\nignore = ['user']\n")
    assert "outdated-baseline" not in run(*arguments).out
    assert run(*arguments, "--write-baseline").code == 0
    assert known(folder) == before


def test_an_added_suppression_does_not_hide_that_an_entry_is_outdated(
    run: Run, folder: Path
) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    run("check", "--as-of", "2026-05-01", *KNOWN, "--write-baseline")
    sound = UNSOUND.replace(", telephony: vpop", "")
    (folder / "a.tenant.yaml").write_text(
        f"{sound}users: [{{email: a@x.example, roles: [agent]}}]\n"
    )
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        name = ("-c", "user.name=Test", "-c", "user.email=test@harbour.example")
        subprocess.run(["git", *name, *command], cwd=folder, check=True)
    comment = "# tenantlint: ignore-file[user-unassigned]: OPS-42\n"
    with (folder / "a.tenant.yaml").open("a") as file:
        file.write(comment)
    outcome = run(
        "check", "--as-of", "2026-05-01", "--since-exact", "HEAD", "-f", "concise", *KNOWN
    )
    assert "suppression-added" in outcome.out
    assert "outdated-baseline" in outcome.out


def test_the_severity_of_outdated_baseline_can_be_set(two: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    assert two().code == 0
    assert two("--severity", "outdated-baseline=error").code == 1
    assert two("--severity", "suppression=error").code == 1
    assert ": info: outdated-baseline" in two("--severity", "outdated-baseline=info").out
    for off in (("--ignore", "outdated-baseline"), ("--severity", "outdated-baseline=off")):
        assert two(*off).findings == []
    (folder / "tenantlint.toml").write_text("[severity]\noutdated-baseline = 'error'\n")
    assert two().code == 1
    (folder / "tenantlint.toml").write_text(
        "[[per-file]]\nfiles = ['known.json']\nignore = ['suppression']\n"
    )
    assert two().findings == []


@pytest.mark.parametrize(
    "odd",
    [
        "\ufeff",
        "\x9f",
        "\uffff",
        "\ufffd",
        "\u2028",
        "\x85",
        "\U0001f600",
        "\U0001ffff",
        "\xa0",
        '"',
        "\\u0041",
    ],
)
def test_an_id_with_any_character_matches_its_entry(check: Run, folder: Path, odd: str) -> None:
    escaped = "".join(f"\\U{ord(char):08x}" for char in f"Sub2{odd}é")
    text = UNSOUND.replace("id: Sub2", f'id: "{escaped}"').replace("id: t1", f'id: "t{escaped}"')
    assert check(text, "--write-baseline").code == 0
    before = (folder / "known.json").read_bytes()
    assert (known(folder)[0]["tenant"], len(known(folder))) == (f"tSub2{odd}é", 1)
    assert check(text).code == 0
    assert check(text, "--write-baseline").code == 0
    assert (folder / "known.json").read_bytes() == before


def test_a_file_name_that_is_not_unicode_has_entries(run: Run, folder: Path) -> None:
    name = os.fsdecode(b"a\xff.tenant.yaml")
    (folder / name).write_text("a: 012\n")
    arguments = ("check", "--format", "concise", *KNOWN)
    assert "yaml-ambiguous-scalar" in run("check", "--format", "concise").out
    run(*arguments, "--write-baseline")
    assert "yaml-ambiguous-scalar" not in run(*arguments).out


def test_branches_that_add_entries_merge_without_a_conflict(
    two: Run, run: Run, folder: Path
) -> None:
    from tests.checking.repositories import Repository

    repository = Repository(folder, run)
    repository.commit()
    for branch, file, number in (("one", "a", 1), ("two", "b", 5)):
        repository.git("checkout", "-q", "-b", branch, "main")
        added = f"  - {{id: Aub{number}, type: named, start: 2025-06-01, telephony: vpop}}\n"
        text = (folder / f"{file}.tenant.yaml").read_text()
        text = text.replace("subscriptions:\n", f"subscriptions:\n{added}", 1)
        (folder / f"{file}.tenant.yaml").write_text(text)
        two("--write-baseline")
        repository.commit()
    repository.git("merge", "-q", "-m", "x", "one")
    before = (folder / "known.json").read_bytes()
    assert two().findings == []
    two("--write-baseline")
    assert (folder / "known.json").read_bytes() == before


def test_another_file_is_not_overwritten(check: Run, folder: Path) -> None:
    (folder / "known.json").write_text('{"name": "something else"}\n')
    outcome = check(UNSOUND, "--write-baseline")
    assert outcome.code == 2
    assert "not a baseline of tenantlint" in outcome.err
    assert (folder / "known.json").read_text() == '{"name": "something else"}\n'


def test_a_missing_baseline_is_2_and_says_how_to_write_it(check: Run) -> None:
    assert check(UNSOUND).err == (
        "tenantlint: known.json: No such file or directory; check --write-baseline creates it\n"
    )


@pytest.mark.parametrize("target", ["outside.json", "/dev/zero"])
def test_a_baseline_is_not_read_through_a_link_out_of_the_tree(
    check: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory, target: str
) -> None:
    file = tmp_path_factory.mktemp("outside") / target
    if not file.exists():
        file.write_text('{"version": 1, "known": []}\n')
    (folder / "known.json").symlink_to(file)
    outcome = check(UNSOUND)
    assert outcome.code == 2
    assert outcome.err == (
        f"tenantlint: known.json: this link must point to a file below {folder}, not in .git\n"
    )
    (folder / "known.json").unlink()
    (folder / "inside.json").write_text('{"version": 1, "known": []}\n')
    (folder / "known.json").symlink_to("inside.json")
    assert check(UNSOUND).code == 1


def test_an_endless_baseline_is_2(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    outcome = run("check", "--as-of", "2026-05-01", "--baseline", "/dev/zero")
    assert (outcome.code, outcome.err) == (2, "tenantlint: /dev/zero: larger than 256 MB\n")


def test_entries_that_a_part_of_the_files_cannot_judge_are_kept(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(
        SOUND.replace("t1", "t2") + "x-own: 1  # tenantlint: ignore[user-unassigned]: unused\n"
    )
    every = ("check", "--as-of", "2026-05-01", "-f", "concise", *KNOWN)
    assert run(*every, "--write-baseline").code == 0
    before = (folder / "known.json").read_bytes()
    ids = [item["id"] for item in known(folder)]
    assert ids == ["subscription-in-two-tenants", "unused-suppression"]
    for arguments in (("b.tenant.yaml",), ("--select", "telephony"), ("--no-suppressions",)):
        outcome = run(*every, *arguments, "--write-baseline")
        assert (outcome.code, outcome.findings) == (0, [])
        assert (folder / "known.json").read_bytes() == before
    (folder / "tenantlint.toml").write_text(
        "[[per-file]]\nfiles = ['b.*']\nignore = ['unused-suppression', 'fleet']\n"
    )
    assert run(*every).findings == []
    (folder / "tenantlint.toml").unlink()
    (folder / "a.tenant.yaml").write_text(SOUND.replace("type: named", "type: nmed"))
    assert "outdated-baseline" not in run(*every).out
    (folder / "a.tenant.yaml").unlink()
    assert "outdated-baseline" in run(*every).out


def test_entries_about_suppressions_are_kept_without_suppressions(check: Run, folder: Path) -> None:
    text = SOUND + "x-own: 1  # tenantlint: ignore[nope]: there is no such policy\n"
    assert check(text, "--write-baseline").out == ""
    assert [item["id"] for item in known(folder)] == ["unknown-policy"]
    before = (folder / "known.json").read_bytes()
    for arguments in ((), ("--write-baseline",)):
        assert check(text, "--no-suppressions", *arguments).findings == []
        assert (folder / "known.json").read_bytes() == before
