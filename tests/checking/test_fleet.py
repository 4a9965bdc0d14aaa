"""Fleet policies run over all files of a run, in any order and with any number of processes."""

import json
from pathlib import Path

from tests.conftest import SOUND, Run


def plant(folder: Path) -> None:
    (folder / "b.tenant.yaml").write_text(SOUND)
    (folder / "a.tenant.yaml").write_text(SOUND.replace("t1", "t2"))
    (folder / "c.tenant.yaml").write_text(SOUND.replace("Sub1", "Sub3"))
    (folder / "d.tenant.yaml").write_text(SOUND.replace("type: named", "type: nmed"))


EXPECTED = [
    "b.tenant.yaml:4:10 subscription-in-two-tenants",
    "c.tenant.yaml:2:14 tenant-in-two-files",
    "d.tenant.yaml:4:22 schema-enum",
]


def test_the_later_file_has_the_finding_and_the_first_is_related(run: Run, folder: Path) -> None:
    plant(folder)
    for arguments in ((), ("--jobs", "3"), ("d.tenant.yaml", "c.tenant.yaml", ".")):
        assert run("check", *arguments, "--format", "concise").findings == EXPECTED
    found = json.loads(run("check", "--format", "json").out)["findings"][0]
    assert found["path"] == "/subscriptions/0/id"
    (related,) = found["related"]
    assert (related["file"], related["line"], related["column"]) == ("a.tenant.yaml", 4, 10)


def test_one_tenant_listed_twice_is_one_tenant(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(f"{SOUND}---\n{SOUND}")
    outcome = run("check", "--format", "concise")
    assert outcome.findings == ["a.tenant.yaml:7:14 tenant-in-two-files"]


def test_severities_and_per_file_settings_apply_to_fleet_findings(run: Run, folder: Path) -> None:
    plant(folder)
    outcome = run("check", "--format", "concise", "--ignore", "tenant-in-two-files",
                  "--severity", "subscription-in-two-tenants=info")  # fmt: skip
    assert [line.split(": ")[1] for line in outcome.out.splitlines()] == ["info", "error"]
    (folder / "tenantlint.toml").write_text("[[per-file]]\nfiles = ['b*']\nignore = ['fleet']\n")
    assert run("check", "--format", "concise").findings == EXPECTED[1:]


def test_a_fleet_policy_that_crashes_is_2(run: Run, folder: Path) -> None:
    plant(folder)
    (folder / "own").mkdir()
    text = "from validator import policy\n@policy(severity='error', over='fleet', facts={})\n"
    text += "def x(seen):\n    {}\n"
    crash = text.format("lambda tenant: []", "raise SystemExit(0)")
    (folder / "own" / "x.py").write_text(crash)
    outcome = run("check", "--policies", "own", "--format", "concise")
    assert (outcome.code, outcome.findings) == (2, EXPECTED)
    assert outcome.err == "tenantlint: the policy x crashed: SystemExit: 0 (x.py:4)\n"
    (folder / "own" / "x.py").write_text(text.format("lambda tenant: [3]", "return []"))
    outcome = run("check", "--policies", "own", "--format", "concise")
    assert outcome.code == 2
    assert "TypeError: yields int, not Fact" in outcome.err


def test_a_fleet_policy_that_reports_no_known_fact_is_2(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "own").mkdir()
    text = """
from validator import Fact, FleetFinding, policy

def facts(tenant):
    yield Fact({path!r}, "x")

@policy(severity="error", over="fleet", facts=facts, page="Page.\\n\\n**Do:** something.")
def x(seen):
    for sighting in seen:
        yield FleetFinding({at}, "the message")
"""
    check = ("check", "--policies", "own", "--format", "concise")
    for path, at, reported in (
        ("/users/7", "sighting", "/users/7"),
        ("/tenant/id", "sighting._replace(path='/tenant')", "/tenant"),
        ("/tenant/id", "sighting._replace(path='')", "the document"),
    ):
        (folder / "own" / "x.py").write_text(text.format(path=path, at=at))
        outcome = run(*check)
        assert (outcome.code, outcome.findings) == (2, [])
        wanted = f"a.tenant.yaml: the policy x reports {reported}, which is not a known fact"
        assert outcome.err == f"tenantlint: {wanted}\n"
    (folder / "own" / "x.py").write_text(text.format(path="/tenant/id", at="sighting"))
    assert run(*check).findings == ["a.tenant.yaml:2:14 x"]


def test_only_a_run_over_everything_finds_an_unused_suppression(run: Run, folder: Path) -> None:
    line = "  - {id: Sub1, type: named, start: 2025-01-01}"
    comment = "  # tenantlint: ignore[subscription-in-two-tenants]: moved"
    assert line in SOUND
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(SOUND.replace("t1", "t2").replace(line, line + comment))
    assert run("check", "-f", "concise").findings == []
    for command in ("check", "forecast"):
        assert "unused-suppression" not in run(command, "b.tenant.yaml").out
    assert run("check", "--diff", "b.tenant.yaml").out.count("ignore") == 0
    (folder / "a.tenant.yaml").write_text(SOUND.replace("type: named", "type: nmed"))
    assert "unused-suppression" not in run("check").out
    (folder / "a.tenant.yaml").unlink()
    assert run("check", "-f", "concise").findings == ["b.tenant.yaml:4:49 unused-suppression"]
    # A file that the configuration leaves out may be the other one.
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text("exclude = ['a.*']\n")
    assert run("check", "-f", "concise").findings == []


def test_a_suppression_of_a_finding_that_is_off_is_not_unused(run: Run, folder: Path) -> None:
    comment = "country: NO}  # tenantlint: ignore[yaml-ambiguous-scalar]: Norway"
    (folder / "a.tenant.yaml").write_text(
        SOUND.replace("webex-calling}", f"webex-calling, {comment}")
    )
    assert "country: NO" in (folder / "a.tenant.yaml").read_text()
    off = ("--ignore", "yaml-ambiguous-scalar")
    assert run("check", *off, "-f", "concise").findings == []
    assert run("check", *off, "--diff").code == 0
