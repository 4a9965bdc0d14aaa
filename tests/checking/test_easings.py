"""Each way in which a configuration eases a run is said."""

from pathlib import Path

import pytest

from tests.conftest import UNSOUND, Run


@pytest.mark.parametrize(
    ("config", "arguments", "expected"),
    [
        ("", (), []),
        ("expiring-within = 60\nfail-on = 'info'\n[severity]\nterm-mismatch = 'error'", (), []),
        ("ignore = ['mixed-telephony']", (), ["tenantlint.toml turns off mixed-telephony"]),
        ("ignore = ['telephony', 'duplicate-user']", (),
         ["tenantlint.toml turns off all of telephony and duplicate-user"]),
        ("[severity]\nmixed-telephony = 'off'", (), ["tenantlint.toml turns off mixed-telephony"]),
        ("[severity]\nmixed-telephony = 'info'\nterm-mismatch = 'info'", (),
         [("tenantlint.toml lowers term-mismatch from warning to info and mixed-telephony from error"
           " to info")]),
        ("expiring-within = 1", (), ["tenantlint.toml looks 1 day ahead instead of 30"]),
        ("fail-on = 'never'", (), ["tenantlint.toml lets no finding fail the run"]),
        ("exclude = ['b.*']", (), ["tenantlint.toml excludes 1 file"]),
        ("include = ['a.*']", (),
         ["tenantlint.toml does not include 1 file that count by default"]),
        ("[[per-file]]\nfiles = ['b.*']\nignore = ['user']\nseverity = {wrong-primary = 'info'}",
         (), ["tenantlint.toml turns off all of user in 1 file (per-file)",
              "tenantlint.toml lowers wrong-primary from error to info in 1 file (per-file)"]),
        ("[[per-file]]\nfiles = ['c.*']\nignore = ['user']", (), []),
        ("ignore = ['yaml-duplicate-key']", (), ["tenantlint.toml turns off yaml-duplicate-key"]),
        # options win, and are no easing of the configuration
        ("fail-on = 'never'\nexpiring-within = 1", ("--fail-on=error", "--expiring-within=2"), []),
        ("ignore = ['mixed-telephony']", ("--select", "mixed-telephony"), []),
        ("", ("--ignore", "user", "--severity", "mixed-telephony=off"), []),
    ],
)  # fmt: skip
def test_easings(
    run: Run, folder: Path, config: str, arguments: tuple[str, ...], expected: list[str]
) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "b.tenant.yaml").write_text(UNSOUND.replace("t1", "t2").replace("Sub", "Care"))
    (folder / "tenantlint.toml").write_text(config)
    outcome = run("check", "--as-of", "2026-05-01", *arguments)
    said = outcome.out.splitlines()[-1].split("; ")[1:]
    assert said == expected
