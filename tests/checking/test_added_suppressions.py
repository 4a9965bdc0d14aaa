"""Suppressions that a change adds, widens, moves or renames, and runs without suppressions."""

import json
from pathlib import Path

import pytest

from tests.checking.repositories import DAY, TENANT, Repository, ids
from tests.conftest import Run

ITEM = "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}"
IGNORE = "# tenantlint: ignore[mixed-telephony]: OPS-42"
ABOVE = TENANT.replace(ITEM, f"  {IGNORE}\n{ITEM}")
BESIDE = TENANT.replace(ITEM, f"{ITEM}  {IGNORE}")
FILE = f"{TENANT}# tenantlint: ignore-file[mixed-telephony]: OPS-42\n"
BLOCK = """\
  - id: Sub2
    type: named
    start: 2025-06-01
    telephony: vpop
"""
OTHER = "  - {id: Sub3, type: named, start: 2025-06-01, telephony: vpop}"
ADDED = ["suppression-added"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # new
        (TENANT, ABOVE, ADDED),
        (TENANT, BESIDE, ADDED),
        (TENANT, FILE, ADDED),
        (None, ABOVE, ADDED),
        # unchanged
        (ABOVE, ABOVE, []),
        (BESIDE, BESIDE + "x-a: 1\n", []),
        (FILE, "# a comment\n" + FILE, []),
        (FILE, FILE.replace("# tenantlint: ignore-file[mixed-telephony]: OPS-42\n", "").replace(
            "users:", "# tenantlint: ignore-file[mixed-telephony]:   OPS-42\nusers:"), []),
        # moved with its block
        (ABOVE, ABOVE.replace(
            "  - {id: Sub1", "  - {id: Sub0, type: named, start: 2025-01-02}\n  - {id: Sub1"), []),
        (BESIDE, BESIDE.replace(
            "  - {id: Sub1", "  - {id: Sub0, type: named, start: 2025-01-02}\n  - {id: Sub1"), []),
        # A comment for one value may be above it or next to it.
        (TENANT.replace(ITEM + "\n", BLOCK.replace("vpop", f"vpop  {IGNORE}")),
         TENANT.replace(ITEM + "\n", BLOCK.replace("    tele", f"    {IGNORE}\n    tele")), []),
        # other ids, another day, another reason, another kind
        (ABOVE, ABOVE.replace("[mixed-telephony]", "[mixed-telephony, wrong-primary]"), ADDED),
        (ABOVE.replace("[mixed-telephony]", "[wrong-primary, mixed-telephony]"),
         ABOVE.replace("[mixed-telephony]", "[mixed-telephony,wrong-primary]"), []),
        (ABOVE, ABOVE.replace("]:", "] until 2030-01-01:"), ADDED),
        (ABOVE.replace("]:", "] until 2026-04-30:"), ABOVE.replace("]:", "] until 2026-12-31:"),
         ADDED),
        (ABOVE, ABOVE.replace("OPS-42", "OPS-43"), ADDED),
        (ABOVE, FILE, ADDED),
        # another place
        (ABOVE, TENANT.replace(ITEM, f"  {IGNORE}\n{OTHER}"), ADDED),
        (ABOVE, ABOVE.replace("Sub2", "Sub3"), ADDED),
        (ABOVE, ABOVE.replace(ITEM, f"{ITEM}\n  {IGNORE}\n{OTHER}"), ADDED),
        (BESIDE, TENANT.replace(ITEM, f"{ITEM}\n{OTHER}  {IGNORE}"), ["mixed-telephony", *ADDED]),
        # wider
        (BESIDE, ABOVE, ADDED),
        (ABOVE, TENANT.replace("subscriptions:", f"{IGNORE}\nsubscriptions:"), ADDED),
        (TENANT.replace(ITEM + "\n", BLOCK.replace("Sub2", f"Sub2  {IGNORE}")), BESIDE, ADDED),
        # covers nothing: expired, without a reason, without a finding
        (TENANT, ABOVE.replace("]:", "] until 2026-04-30:"),
         ["expired-suppression"]),
        (TENANT, ABOVE.replace(": OPS-42", ""), ["unexplained-suppression"]),
        (TENANT, ABOVE.replace(", telephony: vpop", ""), ["unused-suppression"]),
        # A suppression of suppression-added has no effect.
        (TENANT, ABOVE + "# tenantlint: ignore-file[suppression-added]: no\n",
         ["suppression-added", "unused-suppression"]),
    ],
)  # fmt: skip
def test_only_a_new_or_wider_suppression_is_reported(
    repository: Repository, before: str | None, after: str, expected: list[str]
) -> None:
    if before is None:
        (repository.folder / "tenants/a.yaml").unlink()
    else:
        repository.write("tenants/a.yaml", before)
    repository.commit()
    repository.write("tenants/a.yaml", after)
    assert ids(repository.since("HEAD")) == expected


def test_the_message_names_the_hidden_findings(repository: Repository) -> None:
    repository.write("tenants/a.yaml", FILE)
    outcome = repository.since("HEAD", "--format", "json")
    (found,) = json.loads(outcome.out)["findings"]
    assert found["message"] == (
        "a new suppression hides mixed-telephony: Sub2 uses vpop, but its tenant uses webex-calling"
    )
    assert (found["topic"], found["severity"], found["line"]) == ("change", "warning", 9)
    text = FILE.replace("2025-01-01", "2024-01-01").replace(ITEM, f"{ITEM}\n{OTHER}")
    repository.write("tenants/a.yaml", text.replace("[mixed", "[history-rewritten, mixed"))
    (line,) = repository.since("HEAD").out.splitlines()
    assert line.endswith("hides 3 findings: 1 of history-rewritten and 2 of mixed-telephony")


def test_only_command_line_options_turn_off_suppression_added(repository: Repository) -> None:
    repository.write("tenants/a.yaml", ABOVE)
    for text in (
        "ignore = ['suppression-added', 'change', 'suppression']",
        "[severity]\nsuppression-added = 'off'",
        "[severity]\nsuppression-added = 'info'",
        "[[per-file]]\nfiles = ['*']\nignore = ['change', 'suppression-added']",
        "[[per-file]]\nfiles = ['*']\nseverity = {suppression-added = 'info'}",
        "select = ['user', 'telephony']",
    ):
        repository.write("tenantlint.toml", text)
        assert ids(repository.since("HEAD")) == ["suppression-added"], text
        assert ": warning: suppression-added: " in repository.since("HEAD").out, text
    repository.write("tenantlint.toml", "[severity]\nsuppression-added = 'error'")
    assert repository.since("HEAD").code == 1
    assert repository.since("HEAD", "--ignore", "suppression-added").findings == []
    assert repository.since("HEAD", "--ignore", "change").findings == []
    assert repository.since("HEAD", "--severity", "suppression-added=off").findings == []
    outcome = repository.since("HEAD", "--severity", "suppression-added=info")
    assert ": info: suppression-added" in outcome.out


def test_a_baseline_does_not_hide_suppression_added(repository: Repository) -> None:
    repository.write("tenants/a.yaml", ABOVE)
    entry = {"id": "suppression-added", "tenant": "t1", "place": f"#{IGNORE}"}
    known = json.dumps({"version": 1, "known": [entry]})
    repository.write("known.json", known)
    assert ADDED[0] in ids(repository.since("HEAD", "--baseline", "known.json"))
    repository.since("HEAD", "--baseline", "known.json", "--write-baseline")
    assert "suppression-added" not in (repository.folder / "known.json").read_text()


def test_a_new_suppression_of_a_fleet_finding_is_reported(repository: Repository) -> None:
    shared = TENANT.replace("t1", "t2").replace("  - {id: Sub1", "  HERE\n  - {id: Sub1")
    shared = shared.replace(ITEM + "\n", "")
    repository.write("tenants/b.yaml", shared.replace("  HERE\n", ""))
    repository.commit()
    ignore = "# tenantlint: ignore[subscription-in-two-tenants]: one contract"
    repository.write("tenants/b.yaml", shared.replace("HERE", ignore))
    for jobs in "12":
        outcome = repository.since("HEAD", "--jobs", jobs)
        assert outcome.findings == ["tenants/b.yaml:4:3 suppression-added"]
        assert "hides subscription-in-two-tenants: " in outcome.out
    repository.commit()
    assert repository.since("HEAD").findings == []
    repository.write("tenants/b.yaml", "# x\n" + shared.replace("HERE", ignore))
    assert repository.since("HEAD").findings == []


def test_a_suppression_of_a_merged_value_is_reported_once(repository: Repository) -> None:
    # The place of a merged value is not on the line of its own node.
    text = TENANT.replace("users:", "  - id: Sub3\n    <<: *base  " + IGNORE + "\nusers:")
    text = text.replace("  - {id: Sub2", "  - &base {id: Sub2")
    repository.write("tenants/a.yaml", text)
    assert ids(repository.since("HEAD")) == ADDED
    repository.commit()
    repository.write("tenants/a.yaml", "# a comment\n" + text)
    assert ids(repository.since("HEAD")) == []


def test_a_suppression_in_a_moved_document_is_not_new(repository: Repository) -> None:
    other = TENANT.replace("t1", "t2").replace("Sub", "Care")
    repository.write("tenants/a.yaml", ABOVE)
    repository.write("tenants/b.yaml", other)
    repository.commit()
    (repository.folder / "tenants/a.yaml").unlink()
    repository.write("tenants/b.yaml", f"{other}---\n{ABOVE}")
    assert ids(repository.since("HEAD")) == []


def test_no_suppressions_reports_the_hidden_findings(repository: Repository) -> None:
    repository.write("tenants/a.yaml", ABOVE + "# tenantlint: ignore[wrong-primary]: x\n")
    run = repository.run
    assert ids(run("check", *DAY)) == ["unused-suppression"]
    outcome = run("check", *DAY, "--no-suppressions")
    assert (outcome.code, ids(outcome)) == (1, ["mixed-telephony"])
    summary = json.loads(run("check", *DAY, "--no-suppressions", "--format", "json").out)["summary"]
    assert summary["suppressed"] == 0
    assert ids(repository.since("HEAD", "--no-suppressions")) == []
    ignore = "# tenantlint: ignore-file[history-rewritten]: because\n"
    repository.write("tenants/a.yaml", TENANT.replace("2025-01-01", "2024-01-01") + ignore)
    assert ids(repository.since("HEAD")) == ADDED
    assert ids(repository.since("HEAD", "--no-suppressions")) == ["history-rewritten"]


def test_without_an_older_version_no_suppression_is_new(repository: Repository) -> None:
    repository.write("tenants/a.yaml", ABOVE)
    assert repository.run("check", *DAY).findings == []


def test_a_suppression_of_a_topic_names_the_hidden_ids(repository: Repository) -> None:
    ignore = "# tenantlint: ignore-file[change, telephony]: because\n"
    text = TENANT.replace("2025-01-01", "2024-01-01")
    repository.write("tenants/a.yaml", text + ignore)
    assert ids(repository.since("HEAD")) == ADDED
    hides = "hides 2 findings: 1 of history-rewritten and 1 of mixed-telephony"
    assert hides in repository.since("HEAD").out
    repository.commit()
    repository.write("tenants/a.yaml", text.replace("Harbour", "Haven") + ignore)
    assert ids(repository.since("HEAD")) == []


LISTED = """\
version: 1
tenant:
  id: t1  # tenantlint: ignore[tenant-in-two-files]: two copies
  name: T
subscriptions: []
users:
  - {email: b@x.example, roles: [agent]} # tenantlint: ignore[user-unassigned]: why
  - email: c@x.example  # tenantlint: ignore[user-unassigned]: why
    roles: [agent]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("users:\n", "users:\n  - {email: a@x.example, roles: [read-only-administrator]}\n"),
        ("tenant:\n", "tenant:\n  country: NL\n"),
    ],
)
def test_something_above_the_first_child_is_no_new_suppression(
    run: Run, folder: Path, old: str, new: str
) -> None:
    repository = Repository(folder, run)
    repository.write("a.tenant.yaml", LISTED)
    repository.commit()
    repository.write("a.tenant.yaml", LISTED.replace(old, new))
    assert repository.since("HEAD").findings == []
    first, second = LISTED.index("  - {email"), LISTED.index("  - email")
    swapped = LISTED[:first] + LISTED[second:] + LISTED[first:second]
    repository.write("a.tenant.yaml", swapped)
    assert repository.since("HEAD").findings == []
    repository.write("a.tenant.yaml", LISTED.replace("b@x", "d@x"))
    assert ids(repository.since("HEAD")) == ["suppression-added"]
