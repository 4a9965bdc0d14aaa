"""Configurations that extend files in the repository or in installed packages."""

import json
import os
import tomllib
from pathlib import Path

import pytest

from tests.checking.repositories import Repository
from tests.conftest import ROOT, SOUND, UNSOUND, Run
from tests.plugins.test_policy_file import policy_text

DAY = ("--as-of", "2026-05-01", "--format", "concise")
POLICY = policy_text("subscription.is_live", "live", "subscriptions", id="own-policy", topic="acme")


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a folder with an installed package that must not be imported."""
    site = tmp_path_factory.mktemp("site")
    package = site / "acme_tenantlint"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')\n")
    (package / "sets").mkdir()
    (package / "sets" / "strict.toml").write_text(
        'extends = ["base.toml"]\nfail-on = "warning"\npolicy-files = ["../policies.yaml"]\n'
    )
    (package / "sets" / "base.toml").write_text(
        'ignore = ["term-mismatch"]\nexclude = ["archive/"]\n[severity]\nown-policy = "warning"\n'
        'mixed-telephony = "info"\n'
    )
    (package / "policies.yaml").write_text(POLICY)
    return site


def values(run: Run, **env: str) -> dict[str, tuple[object, str]]:
    outcome = run("config", "--format", "json", **env)
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)["values"]
    return {item["key"]: (item["value"], item["origin"]) for item in found}


def test_the_nearest_file_has_precedence(run: Run, folder: Path) -> None:
    (folder / "one.toml").write_text(
        'fail-on = "warning"\nignore = ["usage"]\nexpiring-within = 10\n'
        '[severity]\nprimary-shift = "info"\nwrong-primary = "warning"\n'
        "[policy.idle-license]\ndays = 10\n[policy.tenant-overage]\nmonths = 3\n"
        '[[per-file]]\nfiles = ["lab.yaml"]\nignore = ["user"]\n'
    )
    (folder / "two.toml").write_text(
        'fail-on = "info"\n[severity]\nprimary-shift = "error"\n[policy.idle-license]\ndays = 20\n'
    )
    (folder / "tenantlint.toml").write_text(
        'extends = ["one.toml", "two.toml"]\nignore = []\n[severity]\nwrong-primary = "error"\n'
        '[[per-file]]\nfiles = ["test.yaml"]\nignore = ["partner"]\n'
    )
    assert values(run) == {
        "include": (
            ["**/*.tenant.yaml", "**/*.tenant.yml", "**/tenants/**/*.yaml", "**/tenants/**/*.yml"],
            "default",
        ),
        "exclude": ([], "default"),
        "select": ([], "default"),
        "ignore": ([], "tenantlint.toml"),
        "expiring-within": (10, "one.toml"),
        "fail-on": ("info", "two.toml"),
        "preview": (False, "default"),
        "severity.primary-shift": ("error", "two.toml"),
        "severity.wrong-primary": ("error", "tenantlint.toml"),
        "policy.idle-license.days": (20, "two.toml"),
        "policy.tenant-overage.months": (3, "one.toml"),
        "per-file.0": ({"files": ["lab.yaml"], "ignore": ["user"]}, "one.toml"),
        "per-file.1": ({"files": ["test.yaml"], "ignore": ["partner"]}, "tenantlint.toml"),
    }
    text = run("config").out
    assert "# extends: two.toml\n# extends: one.toml\n" in text
    assert '[severity]\nprimary-shift = "error"  # two.toml\n' in text
    # The output is a configuration with the same values.
    (folder / "tenantlint.toml").write_text(text)
    shown = values(run)
    assert {key: value for key, (value, _) in shown.items()} == {
        key: value for key, (value, _) in values(run).items()
    }
    assert shown["per-file.1"] == (
        {"files": ["test.yaml"], "ignore": ["partner"]},
        "tenantlint.toml",
    )


def test_the_configuration_is_toml_whatever_its_keys(run: Run, folder: Path) -> None:
    config = (
        'exclude = ["a\\u007f\\n"]\n'
        '[severity]\n"a b" = "info"\n"é" = "info"\n"x.y" = "info"\nprimary-shift = "info"\n'
        '[[per-file]]\nfiles = ["lab.yaml"]\nseverity = {"é" = "info", "x.y" = "off"}\n'
    )
    (folder / "tenantlint.toml").write_text(config)
    read = tomllib.loads(run("config").out)
    assert {key: read[key] for key in ("exclude", "severity", "per-file")} == tomllib.loads(config)
    assert values(run)["severity.x.y"] == ("info", "tenantlint.toml")


def test_three_repositories_share_a_set_and_one_overrides_it(
    run: Run, folder: Path, site: Path
) -> None:
    env = {"PYTHONPATH": str(site)}
    shared = 'extends = ["package:acme_tenantlint/sets/strict.toml"]\n'
    own = '[severity]\nown-policy = "error"\nmixed-telephony = "error"\n'
    expected = {"one": ("warning", "info"), "two": ("warning", "info"), "three": ("error", "error")}
    for name, (first, second) in expected.items():
        place = folder / name
        (place / ".git").mkdir(parents=True)
        (place / "tenantlint.toml").write_text(shared + (own if name == "three" else ""))
        (place / "a.tenant.yaml").write_text(UNSOUND)
        (place / "archive").mkdir()
        (place / "archive" / "b.tenant.yaml").write_text(UNSOUND)
        config = str(place / "tenantlint.toml")
        outcome = run("check", str(place), "--config", config, *DAY, **env)
        assert outcome.code == 1, outcome.err
        assert outcome.out.count(f": {first}: own-policy: live") == 2
        assert f": {second}: mixed-telephony: " in outcome.out
        assert "b.tenant.yaml" not in outcome.out
        two = run("check", str(place), "--config", config, *DAY, "--jobs", "2", **env)
        assert two.out == outcome.out
    shown = run("config", "--config", str(folder / "one" / "tenantlint.toml"), **env).out
    assert "# extends: package:acme_tenantlint/sets/strict.toml\n" in shown
    assert "# extends: package:acme_tenantlint/sets/base.toml\n" in shown
    assert 'policy-files = ["package:acme_tenantlint/policies.yaml"]' in shown
    config = str(folder / "one" / "tenantlint.toml")
    assert run("explain", "own-policy", "--config", config, **env).code == 0
    listed = json.loads(run("policies", "--format", "json", "--config", config, **env).out)
    (row,) = (item for item in listed["policies"] if item["id"] == "own-policy")
    assert row["origin"] == {"kind": "file", "name": "package:acme_tenantlint/policies.yaml"}


def test_a_set_is_cached_by_its_contents(run: Run, folder: Path, site: Path) -> None:
    env = {"PYTHONPATH": str(site)}
    (folder / ".git").mkdir()
    (folder / "tenantlint.toml").write_text(
        'extends = ["package:acme_tenantlint/sets/strict.toml"]\n'
    )
    users = "".join(f"  - {{email: u{n}@x.example, roles: [agent]}}\n" for n in range(3_000))
    (folder / "a.tenant.yaml").write_text(SOUND + "users:\n" + users)
    for message in ("live", "other"):
        (site / "acme_tenantlint" / "policies.yaml").write_text(
            POLICY.replace("message: live", f"message: {message}")
        )
        for _ in range(2):
            outcome = run("check", *DAY, "--select", "acme", **env)
            assert f"own-policy: {message}" in outcome.out, outcome.err


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("nowhere.toml", "extends: nowhere.toml does not exist"),
        ("../../x.toml", "extends: ../../x.toml must be below"),
        ("/etc/passwd", "extends: /etc/passwd must be below"),
        (".git/config", "extends: .git/config must be below"),
        ("link.toml", "extends: link.toml must be below"),
        ("tenantlint.toml", "extends: a cycle: tenantlint.toml extends tenantlint.toml"),
        ("a.toml", "extends: a cycle: a.toml extends b.toml extends a.toml"),
        ("https://x.example/strict.toml", "is a URL; name a file, or a file in an installed"),
        ("package:acme_nowhere/x.toml", "the package acme_nowhere is not installed"),
        ("package:acme_tenantlint/x.toml", "the package acme_tenantlint has no file x.toml"),
        ("package:acme_tenantlint/../x.toml", "must be in the package acme_tenantlint"),
        ("package:acme_tenantlint", "is not of the form package:NAME/FILE.toml"),
        ("package:acme.inner/x.toml", "is not of the form package:NAME/FILE.toml"),
        ("package:acme_tenantlint/bad.toml", "policies.yaml must be in package:acme_tenantlint"),
        ("a\\u0000b.toml", "has a null character"),
        ("package:acme_tenantlint/\\u0000", "has a null character"),
        ("wrong.toml", "wrong.toml: expirng-within: the configuration has no key"),
        ("ids.toml", "ids.toml: ignore: no policy or topic is called usge; did you mean usage?"),
        ("pyproject.toml", "pyproject.toml: has no [tool.tenantlint]"),
    ],
)
def test_an_invalid_entry_in_extends_is_2(
    run: Run, folder: Path, site: Path, entry: str, reason: str
) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("token = 'hunter2'\n")
    (folder / "link.toml").symlink_to("/etc/passwd")
    (folder / "a.toml").write_text('extends = ["b.toml"]\n')
    (folder / "b.toml").write_text('extends = ["a.toml"]\n')
    (folder / "wrong.toml").write_text("expirng-within = 3\n")
    (folder / "ids.toml").write_text('ignore = ["usge"]\n')
    (folder / "pyproject.toml").write_text("[project]\nname = 'tenantlint'\n")
    bad = site / "acme_tenantlint" / "bad.toml"
    bad.write_text(f'policy-files = ["{os.path.relpath(folder / "policies.yaml", bad.parent)}"]\n')
    (folder / "policies.yaml").write_text(POLICY)
    (folder / "tenantlint.toml").write_text(f'extends = ["{entry}"]\n')
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("check", *DAY, PYTHONPATH=str(site))
    assert outcome.code == 2
    assert reason in outcome.err
    assert "hunter2" not in outcome.err
    assert "root:" not in outcome.err


def test_a_file_may_be_extended_twice_and_a_chain_is_limited(run: Run, folder: Path) -> None:
    (folder / "base.toml").write_text("expiring-within = 1\n")
    (folder / "left.toml").write_text('extends = ["base.toml"]\nexpiring-within = 2\n')
    (folder / "right.toml").write_text('extends = ["base.toml"]\n')
    (folder / "tenantlint.toml").write_text('extends = ["left.toml", "right.toml"]\n')
    assert values(run)["expiring-within"] == (2, "left.toml")
    for number in range(60):
        (folder / f"c{number}.toml").write_text(f'extends = ["c{number + 1}.toml"]\n')
    (folder / "c60.toml").write_text("")
    (folder / "tenantlint.toml").write_text('extends = ["c0.toml"]\n')
    assert "extends: more than 50 files" in run("check", *DAY).err


def test_paths_in_an_extended_file_are_resolved(run: Run, folder: Path) -> None:
    # Policy files are relative to the file that names them, patterns to the nearest configuration.
    (folder / ".git").mkdir()
    (folder / "sets").mkdir()
    (folder / "sets" / "base.toml").write_text(
        'policy-files = ["policies.yaml"]\nexclude = ["/old/"]\n'
    )
    (folder / "sets" / "policies.yaml").write_text(POLICY)
    (folder / "old").mkdir()
    (folder / "old" / "b.tenant.yaml").write_text(SOUND)
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text('extends = ["sets/base.toml"]\n')
    outcome = run("check", *DAY, "--select", "acme")
    assert outcome.findings == ["a.tenant.yaml:4:5 own-policy"]


def test_extended_files_are_read_from_the_merge_base(run: Run, folder: Path) -> None:
    repository = Repository(folder, run)
    repository.write(
        "sets/base.toml", 'policy-files = ["p.yaml"]\n[severity]\nown-policy = "error"\n'
    )
    repository.write("sets/p.yaml", POLICY)
    repository.write("tenantlint.toml", 'extends = ["sets/base.toml"]\n')
    repository.write("tenants/a.yaml", SOUND)
    repository.commit()
    repository.write("tenants/a.yaml", SOUND + "  - {id: Sub2, type: named, start: 2025-01-02}\n")
    repository.write("sets/base.toml", 'policy-files = ["p.yaml"]\nignore = ["acme"]\n')
    assert repository.since("HEAD").findings == []
    outcome = repository.since("HEAD", "--config-from-base")
    assert outcome.findings == ["tenants/a.yaml:5:5 own-policy"], outcome.err
    repository.write("sets/base.toml", 'policy-files = ["p.yaml"]\nignore = ["acmee"]\n')
    outcome = repository.since("HEAD", "--config-from-base")
    assert outcome.code == 2
    assert "sets/base.toml: ignore: no policy or topic is called acmee" in outcome.err
    (folder / "sets" / "base.toml").unlink()
    assert repository.since("HEAD", "--config-from-base").code == 2


def test_a_pull_request_that_changes_a_folder_of_policies_is_reported(
    run: Run, folder: Path
) -> None:
    repository = Repository(folder, run)
    run("new", "policy", "acme/no-name")
    repository.write("tenants/a.yaml", SOUND)
    repository.commit()
    arguments = ("HEAD", "--config-from-base", "--policies", "policies")
    assert "--policies" not in repository.since(*arguments).out
    file = folder / "policies" / "acme" / "no_name.py"
    file.write_text(file.read_text().replace("is None", "== 'x'"))
    line = (
        "eased: --policies policies is read from the working tree, where "
        "policies/acme/no_name.py differs from the merge base with HEAD"
    )
    assert line in repository.since(*arguments).out
    assert line in repository.since(
        "HEAD", "--config-from-base", "--policies", f"{folder}/policies"
    ).out.replace(f"--policies {folder}/policies", "--policies policies")
    assert "--policies" not in repository.since("HEAD", "--policies", "policies").out
    repository.git("checkout", "-q", ".")
    (folder / "policies" / "acme" / "_helper.py").write_text("x = 1\n")
    assert "policies/acme/_helper.py differs from" in repository.since(*arguments).out
    (folder / "policies" / "acme" / "_helper.py").unlink()
    file.rename(folder / "policies" / "no_name.py")
    assert "policies/no_name.py differs from" in repository.since(*arguments).out


# The config command


def test_config_names_environment_variables(run: Run) -> None:
    outcome = run("config", TENANTLINT_CHECK_FAIL_ON="info", TENANTLINT_CHECK_SELECT="")
    assert (
        "# in check, the variable TENANTLINT_CHECK_FAIL_ON overrides the configuration: info\n"
        in outcome.out
    )
    assert "SELECT" not in outcome.out
    assert outcome.out.startswith("# configuration: none\n")


@pytest.mark.parametrize("has_config", [False, True])
def test_config_says_why_a_file_is_checked_or_not(
    run: Run, folder: Path, *, has_config: bool
) -> None:
    repository = Repository(folder, run)
    if has_config:
        (folder / "tenantlint.toml").write_text(
            'include = ["**/*.yaml", "!b*.yaml"]\nexclude = ["old/", "*.bak.yaml"]\n'
        )
    for name in (
        "a.tenant.yaml", "b.tenant.yaml", "tenants/c.yaml", "other.yaml", "old/d.tenant.yaml",
        "e.bak.yaml", ".hidden/f.tenant.yaml", "build/g.tenant.yaml", "tenants/.h.yaml",
        "notes.txt", "i.tenant.yml",
    ):  # fmt: skip
        repository.write(name, SOUND)
    repository.write(".gitignore", "build/\ni.*\n")
    (folder / "l.tenant.yaml").symlink_to("/etc/passwd")
    rows = json.loads(run("config", "--files", "--format", "json").out)["files"]
    reasons = {row["file"]: (row["checked"], row["reason"]) for row in rows}
    checked = {name for name, (is_checked, _) in reasons.items() if is_checked}
    report = json.loads(run("check", "--format", "json", *DAY[:2]).out)
    assert len(checked) == report["summary"]["files"]
    common = {
        ".hidden/": (False, "hidden"),
        ".git/": (False, "hidden"),
        "build/": (False, "ignored by git"),
        "tenants/.h.yaml": (False, "hidden"),
        "i.tenant.yml": (False, "ignored by git"),
        "l.tenant.yaml": (
            False, "a link that points outside the tree, or to a file that is already checked",
        ),
    }  # fmt: skip
    if has_config:
        assert reasons == {
            **common,
            "a.tenant.yaml": (True, "matches `**/*.yaml` in include"),
            "b.tenant.yaml": (False, "matches no pattern in include"),
            "tenants/c.yaml": (True, "matches `**/*.yaml` in include"),
            "other.yaml": (True, "matches `**/*.yaml` in include"),
            "old/d.tenant.yaml": (False, "matches `old/` in exclude"),
            "e.bak.yaml": (False, "matches `*.bak.yaml` in exclude"),
        }
    else:
        assert reasons == {
            **common,
            "a.tenant.yaml": (True, "matches the default pattern `**/*.tenant.yaml`"),
            "b.tenant.yaml": (True, "matches the default pattern `**/*.tenant.yaml`"),
            "tenants/c.yaml": (True, "matches the default pattern `**/tenants/**/*.yaml`"),
            "other.yaml": (False, "matches no default pattern"),
            "old/d.tenant.yaml": (True, "matches the default pattern `**/*.tenant.yaml`"),
            "e.bak.yaml": (False, "matches no default pattern"),
        }
    assert "checked  a.tenant.yaml: matches " in run("config", "--files").out
    named = run("config", "--files", "other.yaml", "notes.txt", "tenants").out.splitlines()
    assert named[0].startswith("checked  other.yaml: named in PATHS; ")
    assert "checked  tenants/c.yaml: " in "\n".join(named)


def test_standard_input_is_a_named_file(run: Run) -> None:
    assert run("config", "--files", "-").out.startswith("checked  -: named in PATHS; ")


def test_the_configuration_is_printed_as_toml(run: Run, folder: Path) -> None:
    escapes = r"a\u00a0b/*.yaml", r"x\u00adz", r"\u007f", r"\U000e0001", r"\u00e9電"
    text = "include = [" + ", ".join(f'"{item}"' for item in escapes) + "]\n"
    (folder / "tenantlint.toml").write_text(text)
    printed = run("config").out
    assert tomllib.loads(printed)["include"] == tomllib.loads(text)["include"]
    assert r'"a\u00a0b/*.yaml", "x\u00adz", "\u007f", "\U000e0001", "é電"' in printed


def test_an_empty_include_is_refused(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text("include = []\n")
    outcome = run("check")
    assert (outcome.code, outcome.out) == (2, "")
    assert "include is empty" in outcome.err


def test_errors_of_the_config_command_are_2(run: Run) -> None:
    assert "PATHS need --files" in run("config", "x").err
    outcome = run("config", "--files", "nowhere")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "tenantlint: nowhere: No such file or directory\n"
    outcome = run("config", "--files")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "tenantlint: no YAML files found\n")


def test_a_string_in_extends_is_refused_with_advice(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text('extends = "base.toml"\n')
    assert run("config").err.endswith('; write `["base.toml"]`\n')


def test_the_page_about_sharing_is_current(run: Run, folder: Path, site: Path) -> None:
    page = (ROOT / "docs" / "sharing.md").read_text()
    first = page.partition("```toml\n")[2].partition("```")[0]
    (folder / ".git").mkdir()
    place = folder / "repository"
    place.mkdir()
    (folder / "base.toml").write_text("expiring-within = 7\n")
    (place / "tenantlint.toml").write_text(first)
    env = {"PYTHONPATH": str(site)}
    (site / "acme_tenantlint" / "strict.toml").write_text(
        'fail-on = "warning"\npolicy-files = ["policies.yaml"]\n'
    )
    config = ("--config", "repository/tenantlint.toml")
    out = run("config", *config, **env).out
    assert 'fail-on = "warning"  # package:acme_tenantlint/strict.toml\n' in out
    assert "expiring-within = 7  # base.toml\n" in out
    assert 'primary-shift = "error"  # repository/tenantlint.toml\n' in out
