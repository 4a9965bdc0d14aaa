"""`drift` without a verdict."""

import json
from pathlib import Path

import pytest

from tests.conftest import SOUND, Run
from tests.controlhub.exports import write_csv
from validator.reporters.formats import CHECK_FORMATS


def test_a_run_without_a_verdict_says_so_in_every_report(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "u.csv").write_text("User ID/Email (Required)\n")
    (folder / "out.json").write_text("of an earlier run")
    outcome = run("drift", "--users", "u.csv", "-f", "json", "--report", "json=out.json")
    assert outcome.code == 2
    (failure,) = json.loads(outcome.out)["failures"]
    assert outcome.err == f"tenantlint: {failure}\n"
    assert (folder / "out.json").read_text() == outcome.out


@pytest.mark.parametrize(
    ("config", "arguments"),
    [
        ("", ("--ignore", "drift")),
        ("", ("--severity", "drift=off")),
        ("ignore = ['drift']", ()),
        ("[severity]\ndrift-role = 'off'", ("--select", "drift-role")),
    ],
)
def test_a_comparison_that_looks_for_nothing_is_2(
    run: Run, folder: Path, config: str, arguments: tuple[str, ...]
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text(config)
    title = "Contact Center Premium Agent [Sub1]"
    write_csv(folder / "u.csv", [title], ("maud@x.example", ["TRUE"], {}))
    outcome = run("drift", "--users", "u.csv", *arguments)
    assert outcome.code == 2
    reason = "no difference is left to look for; ignore fewer findings of drift"
    assert outcome.err == f"tenantlint: {reason}\n"


def test_the_line_about_many_files_names_a_few_of_them(run: Run, folder: Path) -> None:
    for number in range(200):
        (folder / f"{number:03}.tenant.yaml").write_text(SOUND.replace("t1", f"t{number}"))
    title = "Contact Center Premium Agent [Sub1]"
    write_csv(folder / "u.csv", [title], ("maud@x.example", ["TRUE"], {}))
    outcome = run("drift", "--users", "u.csv")
    assert outcome.code == 2
    assert outcome.err == (
        "tenantlint: 000.tenant.yaml, 001.tenant.yaml, 002.tenant.yaml and 197 more: 200 tenants, "
        "and the exports do not name their tenant; name a file with one tenant, or add --licenses\n"
    )


@pytest.mark.parametrize(
    ("config", "arguments", "expected"),
    [
        ("", (), []),
        ("ignore = ['drift-role', 'user']", (), ["tenantlint.toml turns off drift-role"]),
        ("[severity]\ndrift-role = 'info'", (),
         ["tenantlint.toml lowers drift-role from error to info"]),
        ("[[per-file]]\nfiles = ['a.*']\nignore = ['drift-user-extra']", (),
         ["tenantlint.toml turns off drift-user-extra in 1 file (per-file)"]),
        ("[[per-file]]\nfiles = ['b.*']\nignore = ['drift']", (), []),
        ("exclude = ['b.*']", (), ["tenantlint.toml excludes 1 file"]),
        # These settings have no effect on drift.
        ("fail-on = 'never'\nexpiring-within = 1\nselect = ['user']", (), []),
        ("ignore = ['drift-role']", ("--select", "drift-quantity"), []),
        ("", ("--ignore", "drift-user", "--severity", "drift-role=info"), []),
    ],
)  # fmt: skip
def test_the_report_lists_each_easing_of_the_configuration(
    run: Run, folder: Path, config: str, arguments: tuple[str, ...], expected: list[str]
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    if "exclude" in config:
        (folder / "b.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text(config)
    title = "Contact Center Premium Agent [Sub1]"
    write_csv(folder / "u.csv", [title], ("maud@x.example", ["TRUE"], {}))
    asked = ("drift", "--users", "u.csv", *arguments, "--format")
    assert json.loads(run(*asked, "json").out)["eased"] == expected
    for name in CHECK_FORMATS if expected else ():
        assert expected[0] in run(*asked, name).out, name
