"""The report lists each way in which the configuration eases a run."""

import json
import shutil
from pathlib import Path

import pytest

from tests.checking.repositories import DAY, Repository
from tests.conftest import SOUND, UNSOUND, Run


@pytest.mark.parametrize(
    ("config", "arguments", "expected"),
    [
        ("", (), []),
        ("expiring-within = 60\nfail-on = 'info'\n[severity]\nterm-mismatch = 'error'", (), []),
        ("ignore = ['mixed-telephony']", (), ["tenantlint.toml turns off mixed-telephony"]),
        ("ignore = ['telephony', 'duplicate-user']", (),
         ["tenantlint.toml turns off all of telephony and duplicate-user"]),
        ("[severity]\nmixed-telephony = 'off'", (), ["tenantlint.toml turns off mixed-telephony"]),
        ("[severity]\nmixed-telephony = 'info'\nmixed-subscription-types = 'warning'", (), [
            ("tenantlint.toml lowers mixed-subscription-types from error to warning and "
             "mixed-telephony from error to info")]),
        ("expiring-within = 1", (), ["tenantlint.toml sets expiring-within to 1 day instead of 30"]),
        ("fail-on = 'never'", (), ["tenantlint.toml sets fail-on to never, so no finding fails the run"]),
        ("exclude = ['b.*']", (), ["tenantlint.toml excludes 1 file"]),
        ("include = ['a.*']", (),
         ["tenantlint.toml leaves out 1 file that is included by default"]),
        ("[[per-file]]\nfiles = ['b.*']\nignore = ['user']\nseverity = {wrong-primary = 'info'}",
         (), ["tenantlint.toml turns off all of user in 1 file (per-file)",
              "tenantlint.toml lowers wrong-primary from error to info in 1 file (per-file)"]),
        ("[[per-file]]\nfiles = ['c.*']\nignore = ['user']", (), []),
        ("ignore = ['yaml-duplicate-key']", (), ["tenantlint.toml turns off yaml-duplicate-key"]),
        # Options override the configuration, and are not listed.
        ("fail-on = 'never'\nexpiring-within = 1", ("--fail-on=error", "--expiring-within=2"), []),
        ("ignore = ['mixed-telephony']", ("--select", "mixed-telephony"), []),
        ("", ("--ignore", "user", "--severity", "mixed-telephony=off"), []),
    ],
)  # fmt: skip
def test_the_report_lists_each_easing_of_the_configuration(
    run: Run, folder: Path, config: str, arguments: tuple[str, ...], expected: list[str]
) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "b.tenant.yaml").write_text(UNSOUND.replace("t1", "t2").replace("Sub", "Care"))
    (folder / "tenantlint.toml").write_text(config)
    outcome = run("check", "--as-of", "2026-05-01", "--format", "json", *arguments)
    assert json.loads(outcome.out)["eased"] == expected


def test_an_easing_names_the_file_that_has_the_value(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(SOUND)
    (folder / "conf").mkdir()
    (folder / "conf" / "base.toml").write_text(
        'expiring-within = 1\nfail-on = "never"\nexclude = ["b.*"]\n'
        'ignore = ["telephony"]\n'
        "[policy.idle-license]\ndays = 200\n"
        '[severity]\nduplicate-user = "off"\nmixed-subscription-types = "info"\n'
        '[[per-file]]\nfiles = ["a.*"]\nseverity = {wrong-primary = "info"}\n'
    )
    (folder / "tenantlint.toml").write_text(
        'extends = ["conf/base.toml"]\n[severity]\nadmin-lockout = "warning"\n'
    )
    outcome = run("check", "--as-of", "2026-05-01", "--format", "json")
    assert json.loads(outcome.out)["eased"] == [
        "tenantlint.toml lowers admin-lockout from error to warning",
        "conf/base.toml turns off all of telephony and duplicate-user",
        "conf/base.toml lowers mixed-subscription-types from error to info",
        "conf/base.toml sets days of idle-license to 200 instead of 90",
        "conf/base.toml lowers wrong-primary from error to info in 1 file (per-file)",
        "conf/base.toml sets expiring-within to 1 day instead of 30",
        "conf/base.toml sets fail-on to never, so no finding fails the run",
        "conf/base.toml excludes 1 file",
    ]


def test_a_named_file_is_not_left_out(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(SOUND.replace("t1", "t2").replace("Sub", "Care"))
    (folder / "tenantlint.toml").write_text("include = ['a.*']")
    for paths in ((".", "b.tenant.yaml"), ("b.tenant.yaml", ".")):
        report = json.loads(run("check", *paths, "--format", "json").out)
        assert (report["summary"]["files"], report["eased"]) == (2, [])


def test_what_turns_off_all_policies_of_a_file_is_named(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "base.toml").write_text(
        "[[per-file]]\nfiles = ['a.*']\nignore = ['mixed-telephony']\n"
    )
    (folder / "tenantlint.toml").write_text("extends = ['base.toml']\nselect = ['telephony']\n")
    outcome = run("check", *DAY, "--select", "mixed-telephony")
    assert outcome.code == 2
    failure = "no policy runs because base.toml turns off all that are selected"
    assert f"a.tenant.yaml: {failure}" in outcome.err


def test_the_patterns_that_hide_a_removed_file_are_named(run: Run, folder: Path) -> None:
    repository = Repository(folder, run)
    repository.write("a.tenant.yaml", SOUND)
    repository.write("b.tenant.yaml", SOUND.replace("t1", "t2").replace("Sub", "Care"))
    repository.commit()
    (folder / "b.tenant.yaml").unlink()
    repository.write("base.toml", "exclude = ['b.*']\n")
    repository.write("tenantlint.toml", "extends = ['base.toml']\n")
    rest = "out 1 removed file of the older version"
    assert f"eased: base.toml leaves {rest}" in repository.since("HEAD").out
    repository.write("tenantlint.toml", "extends = ['base.toml']\ninclude = ['*.tenant.yaml']\n")
    assert f"eased: tenantlint.toml and base.toml leave {rest}" in repository.since("HEAD").out


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("exclude = ['b.*']", "leaves out 1 removed file of the older version"),
        ("include = ['a.*']", "leaves out 1 removed file of the older version"),
        ("[[per-file]]\nfiles = ['b.*']\nignore = ['tenant-removed']",
         "turns off tenant-removed in 1 file (per-file)"),
        ("[[per-file]]\nfiles = ['b.*']\nseverity = {change = 'off'}",
         "turns off all of change in 1 file (per-file)"),
        ("ignore = ['tenant-removed']", "turns off tenant-removed"),
    ],
)  # fmt: skip
def test_hiding_the_removal_of_a_tenant_is_reported(
    run: Run, folder: Path, config: str, expected: str
) -> None:
    repository = Repository(folder, run)
    repository.write("a.tenant.yaml", SOUND)
    repository.write("b.tenant.yaml", SOUND.replace("t1", "t2").replace("Sub", "Care"))
    repository.commit()
    assert repository.since("HEAD").out == ""
    (folder / "b.tenant.yaml").unlink()
    repository.write("tenantlint.toml", config)
    assert f"eased: tenantlint.toml {expected}" in repository.since("HEAD").out
    from_base = repository.since("HEAD", "--config-from-base")
    assert from_base.findings == ["b.tenant.yaml:1:1 tenant-removed"]
    assert "eased" not in from_base.out


def test_new_entries_of_the_baseline_are_reported(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository = Repository(folder, run)
    repository.write("a.tenant.yaml", SOUND)
    repository.write("known.json", '{"version": 1, "known": []}')
    repository.commit()
    repository.write("a.tenant.yaml", UNSOUND)
    known = ("--baseline", "known.json")
    run("check", *DAY, *known, "--write-baseline")
    outcome = repository.since("HEAD", *known)
    assert (outcome.code, outcome.findings) == (0, [])
    base = "the merge base with HEAD"
    line = f"eased: known.json lists 1 known finding that it does not list at {base}\n"
    assert line in outcome.out
    from_base = repository.since("HEAD", *known, "--config-from-base")
    assert (from_base.code, "eased" in from_base.out) == (1, False)
    (folder / "known.json").rename(folder / "new.json")
    assert "new.json lists 1 known" in repository.since("HEAD", "--baseline", "new.json").out
    outside = tmp_path_factory.mktemp("outside") / "known.json"
    (folder / "new.json").rename(outside)
    outcome = repository.since("HEAD", "--baseline", str(outside))
    assert (outcome.code, outcome.out) == (0, "")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("exclude = ['a.*']", ["tenantlint.toml excludes 1 file"]),
        ("include = ['b.*']", ["tenantlint.toml leaves out 1 file that is included by default"]),
        ("", ["links to targets outside the tree are not followed: 1 link"]),
    ],
)
def test_force_exclude_reports_the_same_easings_as_a_search(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory, config: str,
    expected: list[str],
) -> None:  # fmt: skip
    outside = tmp_path_factory.mktemp("outside") / "x.yaml"
    outside.write_text(SOUND)
    if config:
        (folder / "a.tenant.yaml").write_text(SOUND)
        (folder / "tenantlint.toml").write_text(config)
    else:
        (folder / "a.tenant.yaml").symlink_to(outside)
    for paths in (["a.tenant.yaml", "docker-compose.yaml"], ["."]):
        (folder / "docker-compose.yaml").write_text("")
        outcome = run("check", "--force-exclude", *paths, "--format", "json")
        assert json.loads(outcome.out)["eased"] == expected
        assert outcome.code == 0


def test_policies_that_differ_only_in_line_ends_are_not_reported(run: Run, folder: Path) -> None:
    repository = Repository(folder, run)
    repository.write("a.tenant.yaml", SOUND)
    repository.write(".gitattributes", "*.py text eol=crlf\n")
    run("new", "policy", "acme/no-name", "--policies", "policies")
    repository.commit()
    shutil.rmtree(folder / "policies")
    repository.git("checkout", "--", "policies")
    assert b"\r\n" in next((folder / "policies").rglob("no_name.py")).read_bytes()
    outcome = repository.since("HEAD", "--config-from-base", "--policies", "policies")
    assert "eased" not in outcome.out
