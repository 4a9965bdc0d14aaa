"""The stages of a policy (preview, stable, deprecated), and former ids."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.checking.repositories import Repository
from tests.conftest import SOUND, Run
from tests.plugins.test_policy_file import policy_text

DAY = ("--as-of", "2026-05-01", "--format", "concise")
CONFIG = 'policy-files = ["policies.yaml"]\n'
FOUND = "a.tenant.yaml:4:5: error: new-name: x\n"
WHEN = "subscription.is_live"
COMMENT = "  # tenantlint: ignore[old-name]: agreed\n"


RENAMED = ("old-name", "older-name")


def write(
    folder: Path,
    config: str = "",
    text: str = SOUND,
    former: Sequence[str] = (),
    message: str = "x",
    **more: object,
) -> None:
    values = {"id": "new-name", "topic": "acme", **more}
    if former:
        values["former-ids"] = list(former)
    policy = policy_text(WHEN, message, "subscriptions", **values)
    (folder / "policies.yaml").write_text(policy)
    (folder / "tenantlint.toml").write_text(CONFIG + config)
    (folder / "a.tenant.yaml").write_text(text)


@pytest.fixture
def renamed(folder: Path) -> Path:
    write(folder, former=RENAMED)
    return folder


@pytest.mark.parametrize(
    ("config", "options", "out", "note"),
    [
        ("", ("--select", "old-name"), FOUND, "--select"),
        ("", ("--select", "acme", "--ignore", "old-name"), None, "--ignore"),
        ("", ("--select", "acme", "--severity", "old-name=info"), FOUND.replace("error", "info"), "--severity"),
        ('select = ["old-name"]\n', (), FOUND, "tenantlint.toml: select"),
        ('ignore = ["old-name"]\n', ("--ignore", "user"), "", "tenantlint.toml: ignore"),
        ('select = ["acme"]\n[severity]\nold-name = "warning"\n', (), FOUND.replace("error", "warning"), "tenantlint.toml: severity"),
        ('select = ["acme"]\n[severity]\nold-name = "info"\nnew-name = "warning"\n', (), FOUND.replace("error", "warning"), "tenantlint.toml: severity"),
        ('select = ["acme"]\n[[per-file]]\nfiles = ["a.*"]\nseverity = {old-name = "info"}\n', (), FOUND.replace("error", "info"), "tenantlint.toml: per-file: severity"),
    ],
)  # fmt: skip
def test_an_old_id_has_the_effect_of_the_new_one(
    run: Run, renamed: Path, config: str, options: tuple[str, ...], out: str | None, note: str
) -> None:
    (renamed / "tenantlint.toml").write_text(CONFIG + config)
    outcome = run("check", *DAY, *options)
    if out is None:
        assert outcome.code == 2  # no other policy was selected
        assert "no policy is left to run" in outcome.err
        return
    lines = [line for line in outcome.out.splitlines(keepends=True) if "eased" not in line]
    assert "".join(lines) == out
    notes = [line for line in outcome.err.splitlines() if "was renamed" in line]
    assert notes == [f"tenantlint: {note}: old-name was renamed; write new-name"]
    assert "was renamed; write new-name" in run("forecast", "--days", "2", *options).err


def test_an_old_id_works_in_an_option_table(run: Run, folder: Path) -> None:
    option = {"least": {"type": "integer", "default": 1, "description": "x."}}
    write(
        folder,
        "[policy.old-name]\nleast = 2\n",
        former=["old-name"],
        message="{options.least}",
        options=option,
    )
    outcome = run("check", *DAY, "--select", "acme")
    assert ": new-name: 2\n" in outcome.out
    assert "tenantlint.toml: policy: old-name was renamed; write new-name" in outcome.err


def test_an_easing_of_an_old_id_names_the_file_that_has_it(run: Run, renamed: Path) -> None:
    (renamed / "base.toml").write_text('[severity]\nold-name = "info"\n')
    (renamed / "tenantlint.toml").write_text(f'extends = ["base.toml"]\n{CONFIG}')
    outcome = run("check", *DAY[:2], "--format", "json")
    assert json.loads(outcome.out)["eased"] == ["base.toml lowers new-name from error to info"]


def test_an_old_id_works_in_suppressions(run: Run, renamed: Path) -> None:
    text = SOUND.replace("01}\n", f"01}}{COMMENT}")
    assert text != SOUND
    (renamed / "a.tenant.yaml").write_text(text)
    (renamed / "b.tenant.yaml").write_text(
        text.replace("t1", "t2").replace("Sub1", "Sub2").replace("old-name", "older-name, old-name")
    )
    for jobs in "12":
        outcome = run("check", *DAY, "--jobs", jobs, "--fail-on", "info")
        assert (outcome.code, outcome.out) == (0, "")
        assert outcome.err.splitlines() == [
            "tenantlint: a.tenant.yaml:4 and 1 more: old-name was renamed; write new-name",
            "tenantlint: b.tenant.yaml:4: older-name was renamed; write new-name",
        ]
    for option in ("--diff", "--fix"):
        assert run("check", *DAY, option).err == outcome.err
    (renamed / "b.tenant.yaml").unlink()
    (renamed / "a.tenant.yaml").write_text(text.replace("old-name", "oldname"))
    assert "unknown-policy: no policy or topic is called oldname" in run("check", *DAY).out


def test_a_cached_result_reports_an_old_id(run: Run, renamed: Path) -> None:
    users = "".join(
        f"  - {{email: u{number}@harbour.example, roles: [agent], assignments: [Sub1]}}\n"
        for number in range(2_000)
    )
    text = SOUND.replace("01}\n", f"01}}{COMMENT}") + f"users:\n{users}"
    (renamed / "a.tenant.yaml").write_text(text)
    first = run("check", *DAY)
    assert "old-name was renamed; write new-name" in first.err
    assert run("check", *DAY) == first
    # The cached file results are used for another format.
    again = run("check", *DAY[:2])
    assert "old-name was renamed; write new-name" in again.err


def test_a_suppression_with_a_renamed_id_is_not_new(run: Run, folder: Path) -> None:
    repository = Repository(folder, run)
    text = SOUND.replace("01}\n", f"01}}{COMMENT}")
    write(folder, text=text, former=["old-name"])
    repository.commit()
    (folder / "a.tenant.yaml").write_text(text.replace("old-name", "new-name"))
    outcome = run("check", "--since", "HEAD", *DAY)
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_an_old_id_works_in_a_baseline(run: Run, folder: Path) -> None:
    write(folder, id="old-name")
    run("check", *DAY, "--baseline", "known.json", "--write-baseline")
    assert '"old-name"' in (folder / "known.json").read_text()
    write(folder, former=["old-name"])
    outcome = run("check", *DAY, "--baseline", "known.json", "--fail-on", "info")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == (
        "tenantlint: known.json: old-name was renamed to new-name; "
        "update the baseline with --write-baseline\n"
    )
    run("check", *DAY, "--baseline", "known.json", "--write-baseline")
    text = (folder / "known.json").read_text()
    assert '"new-name"' in text
    assert "old-name" not in text
    assert run("check", *DAY, "--baseline", "known.json").err == ""


def test_pages_show_the_stage_and_the_former_ids(run: Run, renamed: Path) -> None:
    page = run("explain", "old-name").out
    assert page.startswith("# new-name\n\nerror, acme\n\nFormerly `old-name`, `older-name`.\n\nx.")
    assert run("explain", "new-name").out == page
    (row,) = (
        item
        for item in json.loads(run("policies", "--format", "json").out)["policies"]
        if item["id"] == "new-name"
    )
    assert (row["stage"], row["former_ids"]) == ("stable", ["old-name", "older-name"])
    write(renamed, stage="preview")
    assert "In preview: it may change" in run("explain", "new-name").out
    assert run("policies").out.splitlines()[0].split() == [
        "acme",
        "new-name",
        "error",
        "x.",
        "(preview)",
    ]


def test_a_policy_in_preview_runs_only_on_request(run: Run, folder: Path) -> None:
    write(folder, stage="preview")
    assert "new-name" not in run("check", *DAY).out
    assert run("check", *DAY, "--preview").out == FOUND
    assert "x" in run("forecast", "--days", "1", "--preview", "--select", "acme").out
    outcome = run("check", *DAY, "--select", "new-name")
    assert outcome.code == 2
    assert "--select: new-name is in preview; add --preview, or set preview = true" in outcome.err
    assert run("check", *DAY, "--severity", "new-name=info").code == 0
    # A suppression of a policy that did not run is not unused.
    comment = COMMENT.replace("old-name", "new-name")
    (folder / "a.tenant.yaml").write_text(SOUND.replace("01}\n", f"01}}{comment}"))
    assert run("check", *DAY).out == ""
    assert run("check", *DAY, "--preview").out == ""
    why = ("why", "a.tenant.yaml", "--policy", "new-name", "--as-of", "2026-05-01")
    assert "it is in preview; add --preview" in run(*why).out
    assert "it is in preview" not in run(*why, "--preview").out
    write(folder, "preview = true\n", stage="preview")
    assert run("check", *DAY).out == FOUND


def test_a_deprecated_policy_runs_and_is_reported_where_it_is_named(run: Run, folder: Path) -> None:
    write(folder, stage="deprecated")
    outcome = run("check", *DAY)
    assert (outcome.out, outcome.err) == (FOUND, "")
    (folder / "tenantlint.toml").write_text(f'{CONFIG}[severity]\nnew-name = "info"\n')
    assert run("check", *DAY).err == (
        "tenantlint: tenantlint.toml: severity: new-name is deprecated; "
        "run tenantlint explain new-name to see why\n"
    )
    assert "Deprecated: it will be removed." in run("explain", "new-name").out


@pytest.mark.parametrize("old", ["mixed-telephony", "yaml-syntax", "user", "acme", "new-name"])
def test_a_former_id_cannot_be_the_id_of_another_policy(run: Run, folder: Path, old: str) -> None:
    write(folder, former=[old])
    outcome = run("check", *DAY)
    assert outcome.code == 2
    place = "policies.yaml:3:7: the former id"
    assert f"{place} {old} is the id of another policy or topic" in outcome.err


def test_two_policies_cannot_have_the_same_former_id(run: Run, renamed: Path) -> None:
    text = (renamed / "policies.yaml").read_text()
    second = text.partition("policies:\n")[2].replace("new-name", "other-name")
    (renamed / "policies.yaml").write_text(text + second)
    assert "the former id old-name is also a former id of new-name" in run("check", *DAY).err


def test_the_note_names_the_file_with_the_old_id(run: Run, renamed: Path) -> None:
    (renamed / "base.toml").write_text(f'{CONFIG}[severity]\nold-name = "warning"\n')
    (renamed / "tenantlint.toml").write_text('extends = ["base.toml"]\n')
    outcome = run("check", *DAY)
    note = "base.toml: severity: old-name was renamed; write new-name"
    assert f"tenantlint: {note}\n" in outcome.err


@pytest.mark.parametrize(("near", "far"), [("old-name", "new-name"), ("new-name", "old-name")])
def test_the_nearest_file_has_precedence_under_either_id(
    run: Run, renamed: Path, near: str, far: str
) -> None:
    (renamed / "base.toml").write_text(f'{CONFIG}[severity]\n{far} = "warning"\n')
    (renamed / "tenantlint.toml").write_text(
        f'extends = ["base.toml"]\n[severity]\n{near} = "info"\n'
    )
    assert ": info: new-name: " in run("check", *DAY).out


@pytest.mark.parametrize(("near", "far"), [("older", "mine"), ("mine", "older")])
def test_the_nearest_option_has_precedence_under_either_id(
    run: Run, folder: Path, near: str, far: str
) -> None:
    option = {"type": "integer", "default": 1, "description": "A number."}
    item = {"options": {"a": option, "b": option, "c": option}, "former-ids": ["older"]}
    text = policy_text("true", "{options.a} {options.b} {options.c}", "tenant", **item)
    (folder / "policies.yaml").write_text(text)
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "base.toml").write_text(f"{CONFIG}[policy.{far}]\na = 2\nb = 2\n")
    (folder / "tenantlint.toml").write_text(
        f'extends = ["base.toml"]\n[policy.{near}]\nb = 3\nc = 3\n'
    )
    outcome = run("check", "--as-of", "2026-05-01", "--format", "concise")
    assert ": mine: 2 3 3\n" in outcome.out
    assert "\n- `b = 3` (tenantlint.toml)\n" in run("explain", "mine").out
    assert "\n- `a = 2` (base.toml)\n" in run("explain", "mine").out
