"""The baseline: what is known passes, what is new does not, and the file only shrinks."""

import json
from pathlib import Path

import pytest

from tests.conftest import SOUND, UNSOUND, Outcome, Run

KNOWN = ("--baseline", "known.json")


@pytest.fixture
def check(run: Run, folder: Path) -> Run:
    """Check a document against the baseline."""

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


def test_an_entry_that_matches_nothing_is_reported_where_it_stands(
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
    assert outcome.findings == [], "a run over other files cannot tell"
    assert check(SOUND, "--write-baseline").out == ""
    assert json.loads((folder / "known.json").read_text())["known"] == []


def test_what_keeps_policies_from_looking_is_never_known(check: Run, folder: Path) -> None:
    broken = UNSOUND.replace("start: 2025-06-01", "start: x")
    outcome = check(broken, "--write-baseline")
    assert outcome.code == 1
    assert json.loads((folder / "known.json").read_text())["known"] == []
    forged = {"id": "schema-format", "tenant": "t1", "place": "/subscriptions/Sub2/start"}
    (folder / "known.json").write_text(json.dumps({"version": 1, "known": [forged]}))
    assert "schema-format" in check(broken).out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "known.json: No such file or directory"),
        ("", "known.json: not a baseline"),
        ("[]", "known.json: not a baseline"),
        ('{"version": 2, "known": []}', "known.json: not a baseline of tenantlint, version 1"),
        ('{"version": 1, "known": [\n{"id": "x"}]}', "known.json:2: an entry has an id, a tenant"),
        ('{"version": 1, "known": [3]}', "known.json:1: an entry has"),
        ("\udcff", "known.json: "),
    ],
)
def test_a_baseline_that_is_none_is_2(
    check: Run, folder: Path, text: str | None, reason: str
) -> None:
    if text is not None:
        (folder / "known.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    outcome = check(UNSOUND)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert line.startswith(f"tenantlint: {reason}")


def test_it_is_not_written_without_a_verdict(check: Run, folder: Path) -> None:
    outcome = check(UNSOUND, "nowhere.yaml", "--write-baseline")
    assert outcome.code == 2
    assert not (folder / "known.json").exists()


def test_to_write_one_takes_its_name(run: Run) -> None:
    outcome = run("check", "--write-baseline")
    assert (outcome.code, outcome.err) == (
        2,
        "tenantlint: --write-baseline needs --baseline FILE\n",
    )
