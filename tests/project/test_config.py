"""The configuration: where it is found, its effects, and its traces in the report."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import PathSpec

from tests.conftest import ROOT, SOUND, UNSOUND, Outcome, Run
from validator.project.file_patterns import FilePatterns, file_matcher

DAY = ("--as-of", "2026-05-01")
ENDING = UNSOUND.replace(", telephony: vpop", "").replace("01-01}", "01-01, end: 2026-07-15}")
FOUND = "a.tenant.yaml:5:59 mixed-telephony"


@pytest.fixture
def check(run: Run, folder: Path) -> Run:
    """Check a.tenant.yaml with a configuration."""
    (folder / "a.tenant.yaml").write_text(UNSOUND)

    def check(config: str, *arguments: str, name: str = "tenantlint.toml") -> Outcome:
        (folder / name).write_text(config)
        return run("check", *DAY, "--format", "concise", *arguments)

    return check


@pytest.mark.parametrize(
    ("config", "code", "findings"),
    [
        ("", 1, [FOUND]),
        ('ignore = ["mixed-telephony"]', 0, []),
        ('ignore = ["telephony"]', 0, []),
        ('select = ["user"]', 0, []),
        ('fail-on = "never"', 0, [FOUND]),
        ("[severity]\nmixed-telephony = 'warning'", 0, [FOUND]),
        ("[severity]\nmixed-telephony = 'off'", 0, []),
        ("fail-on = 'info'\n[severity]\nmixed-telephony = 'info'", 1, [FOUND]),
        ('[[per-file]]\nfiles = ["*.tenant.yaml"]\nignore = ["telephony"]', 0, []),
        ('[[per-file]]\nfiles = ["b*"]\nignore = ["telephony"]', 1, [FOUND]),
        ("[[per-file]]\nfiles = ['/a*']\nseverity = {mixed-telephony = 'info'}", 0, [FOUND]),
        (
            (
                "[severity]\nmixed-telephony = 'off'\n"
                "[[per-file]]\nfiles = ['/a*']\nseverity = {mixed-telephony = 'error'}"
            ),
            1,
            [FOUND],
        ),
    ],
)
def test_a_configuration_selects_policies_and_sets_severities(
    check: Run, config: str, code: int, findings: list[str]
) -> None:
    outcome = check(config)
    assert (outcome.code, outcome.findings, outcome.err) == (code, findings, "")


@pytest.mark.parametrize(
    ("config", "arguments", "code"),
    [
        ('ignore = ["telephony"]', ("--select", "mixed-telephony"), 1),
        ('ignore = ["mixed-telephony"]', ("--select", "telephony"), 1),
        ('select = ["user"]', ("--select", "telephony"), 1),
        ("[severity]\nmixed-telephony = 'info'", ("--severity", "mixed-telephony=error"), 1),
        (
            "[[per-file]]\nfiles = ['*']\nseverity = {mixed-telephony = 'off'}",
            ("--severity", "mixed-telephony=error"),
            1,
        ),
        ("fail-on = 'never'", ("--fail-on", "error"), 1),
        ("[severity]\nmixed-telephony = 'off'", ("--severity", "mixed-telephony=error"), 1),
        ("[severity]\nmixed-telephony = 'off'", ("--severity", "telephony=error"), 1),
        ("[severity]\nmixed-telephony = 'info'", ("--severity", "telephony=error"), 1),
    ],
)
def test_options_override_the_configuration(
    check: Run, config: str, arguments: tuple[str, ...], code: int
) -> None:
    assert check(config, *arguments).code == code


@pytest.mark.parametrize("option", ["--select=mixed-telephony", "--select=telephony"])
def test_ids_that_per_file_ignores_stay_ignored(check: Run, option: str) -> None:
    for name in ("telephony", "mixed-telephony"):
        per_file = f"[[per-file]]\nfiles = ['a*']\nignore = ['{name}']"
        assert check(per_file, option).findings == []
        severity = ("--severity", "mixed-telephony=error")
        assert check(per_file, option, *severity).findings == []
        assert check(f"ignore = ['user']\n{per_file}", *severity).findings == []


@pytest.mark.parametrize(
    ("config", "arguments", "level"),
    [
        ("[severity]\ntelephony = 'info'", (), "info"),
        ("[severity]\ntelephony = 'info'\nmixed-telephony = 'warning'", (), "warning"),
        ("[severity]\nmixed-telephony = 'warning'\ntelephony = 'info'", (), "warning"),
        ("[[per-file]]\nfiles = ['a*']\nseverity = {telephony = 'info'}", (), "info"),
        ("[severity]\nmixed-telephony = 'info'", ("--severity", "telephony=warning"), "warning"),
        ("", ("--severity", "telephony=info"), "info"),
    ],
)
def test_a_severity_can_be_set_for_a_topic(
    check: Run, config: str, arguments: tuple[str, ...], level: str
) -> None:
    assert f": {level}: mixed-telephony" in check(config, *arguments).out


def test_a_configuration_can_name_a_policy_in_a_folder(check: Run, run: Run, folder: Path) -> None:
    # Commands that run no policies accept ids that only --policies defines.
    config = (
        "select = ['telephony', 'wrong-department']\nignore = ['own']\n"
        "[severity]\nwrong-department = 'error'\n"
        "[[per-file]]\nfiles = ['a*']\nignore = ['own']\nseverity = {wrong-department = 'off'}\n"
    )
    outcome = check(config)
    assert outcome.code == 2
    assert outcome.err.splitlines()[-1] == (
        "tenantlint: tenantlint.toml: per-file: severity: no policy or topic is called "
        "wrong-department; it may come from --policies or from a plugin that is not installed"
    )
    assert run("forecast").err == outcome.err
    assert run("usage").code == 0
    (folder / "users.csv").write_text("First Name,Last Name,User ID/Email (Required)\n")
    assert "wrong-department" not in run("drift", "--users", "users.csv").err
    own = folder / "policies" / "own"
    own.mkdir(parents=True)
    (own / "wrong_department.py").write_text(
        '"""A subscription.\n\n**Do:** nothing.\n"""\n'
        "from validator import policy\n@policy(severity='warning')\n"
        "def wrong_department(tenant):\n    return []\n"
    )
    assert check(config, "--policies", "policies").code == 1
    assert run("forecast", "--policies", "policies").code == 0


def test_a_configuration_sets_the_horizon(check: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)
    assert check("").findings == []
    (found,) = check("expiring-within = 80").findings
    assert found.endswith("primary-shift")
    assert check("expiring-within = 80", "--expiring-within", "30").findings == []


@pytest.mark.parametrize(
    ("config", "reasons"),
    [
        ("expirng-within = 3", ["expirng-within: ", "did you mean `expiring-within`?"]),
        ("expiring-within = '3'", ["must be a whole number", "write `3`"]),
        ("expiring-within = 2026-01-01", ["expiring-within: ", "must be a whole number"]),
        ("[idle-license]\nx = 3", ["; the options of a policy belong to [policy.idle-license]"]),
        ("policies = ['p.yaml']", ['has no key policies; write `policy-files = ["p.yaml"]`']),
        ("policies = 'p.yaml'", ['has no key policies; write `policy-files = ["p.yaml"]`']),
        ("idle-license = 3", ["idle-license: the configuration has no key idle-license"]),
        ("fail_on = 'warn'", ['no key fail_on; write `fail-on = "warning"`']),
        ("[tool.tenantlint]\nfail-on = 'error'", ["for pyproject.toml; write the keys without"]),
        ("fail-on = 'warn'", ["fail-on: warn is not one of", "did you mean `warning`?"]),
        ('select = ["telefony"]', ["select: no policy or topic is called telefony", "telephony?"]),
        ('ignore = ["yaml-syntax"]', ["ignore: yaml-syntax must stay an error"]),
        (
            "[severity]\nmixed-telefony = 'off'",
            ["severity: no policy or topic", "mixed-telephony?"],
        ),
        ("[severity]\nmixed-telephony = 'bad'", ["severity.mixed-telephony: bad is not one of"]),
        ("[severity]\nschema-type = 'off'", ["severity: schema-type must stay an error"]),
        ("[[per-file]]\nignore = []", ["per-file.0: the per-file table lacks files; add files = "]),
        ("[[per-file]]\nfiles = []\nignore = ['x']", ["per-file: ignore: no policy or topic"]),
        ("[[per-file]]\nfiles = []\nseverity = {yaml-syntax = 'off'}", ["must stay an error"]),
        ("[per-file]\nfiles = ['x']", ["must be a list, not a table; write [[per-file]]"]),
        ("[[severity]]\nx = 'off'", ["must be a table, not a list; write [severity]"]),
        ("[[per-file]]\nfiles = []\nseverity = 3", ['; write severity = {ID = "info"}']),
        ("[policy]\nx = 3", ["policy.x: x must be a table, not the number 3; write [policy.ID]"]),
        ("import = 3", ["import must be a table, not the number 3; write [import.usage]"]),
        ("[import]\nusage = 3", ["must be a table, not the number 3; write [import.usage]"]),
        ("a = [", ["not TOML"]),
        ("fail-on = never", ['(at line 1, column 11); write `"never"`, with quotes']),
        ("ignore = [\n  tenants/*.yaml]", ['write `"tenants/*.yaml"`, with quotes']),
        ("preview = True", ["(at line 1, column 11); write `true`"]),
        ("preview = no", ["(at line 1, column 11); write `false`"]),
        ("fail-on = ", ["not TOML: Invalid value (at "]),
        ("fail-on = false", ["fail-on: false is not one of", '; write `"never"`']),
        ("a = '\xff'", []),
        ("[" * 10_000, ["not TOML"]),
        (".".join("a" * 20_000) + " = 1", ["tables are nested too deeply"]),
    ],
)
def test_an_invalid_configuration_is_2(check: Run, config: str, reasons: list[str]) -> None:
    outcome = check(config)
    assert (outcome.code, outcome.findings) == (2, [])
    (line,) = outcome.err.splitlines()
    assert line.startswith("tenantlint: tenantlint.toml: ")
    for reason in reasons:
        assert reason in line


def test_each_error_has_its_own_line(check: Run) -> None:
    outcome = check('select = ["usr"]\nignore = ["usge"]\n')
    assert len(outcome.err.splitlines()) == 2


def test_errors_are_in_the_order_of_the_file(check: Run) -> None:
    keys = ["delta", "alpha", "golf", "echo", "bravo", "hotel", "foxtrot", "charlie"]
    severities = "\n".join(f"{key} = 'high'" for key in keys)
    outcome = check(f"[severity]\n{severities}\n")
    assert outcome.code == 2
    lines = [line.split(": ")[2] for line in outcome.err.splitlines()]
    assert lines == [f"severity.{key}" for key in keys]


@pytest.mark.parametrize(
    "config",
    [
        'select = ["yaml"]',
        'ignore = ["fleet", "partner", "reference", "subscription", "telephony", "usage", "user"]',
        (
            "[[per-file]]\nfiles = ['*']\n"
            'ignore = ["fleet", "partner", "reference", "subscription", "telephony", "usage", "user"]'
        ),
    ],
)
def test_turning_off_every_policy_is_2(check: Run, config: str) -> None:
    outcome = check(config)
    assert outcome.code == 2
    assert "no policy" in outcome.err


def test_the_report_says_what_the_configuration_leaves_out(run: Run, folder: Path) -> None:
    for name in "ab":
        (folder / f"{name}.tenant.yaml").write_text(UNSOUND)
    (folder / "tenantlint.toml").write_text(
        "exclude = ['b.*']\nignore = ['usage']\n[[per-file]]\nfiles = ['a*']\nignore = ['telephony']"
    )
    outcome = run("check", *DAY)
    assert outcome.code == 0
    summary, off, fewer, excluded = outcome.out.splitlines()
    found = re.fullmatch(
        r"No findings in 1 file and 1 document on 2026-05-01 \((\d+) of (\d+) policies\)", summary
    )
    assert found is not None
    number = int(found[2]) - int(found[1])
    assert number > 0
    assert off == "eased: tenantlint.toml turns off all of usage"
    assert fewer == "eased: tenantlint.toml turns off all of telephony in 1 file (per-file)"
    assert excluded == "eased: tenantlint.toml excludes 1 file"


def test_excluding_all_files_is_2(check: Run) -> None:
    outcome = check("exclude = ['*.yaml']")
    assert outcome.code == 2
    assert outcome.err == (
        "tenantlint: .: no tenant file in this folder (1 excluded by the configuration); searched for "
        "*.tenant.yaml, *.tenant.yml, and any YAML below a folder tenants/\n"
    )


def test_a_named_file_is_checked_although_it_is_excluded(check: Run) -> None:
    assert check("exclude = ['*.yaml']", "a.tenant.yaml").findings == [FOUND]


@pytest.mark.parametrize("outside", ["/etc/shadow", "../../x", "link.yaml", ".git/config", "."])
def test_a_policy_file_outside_the_repository_is_refused(
    check: Run, folder: Path, outside: str
) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("token = hunter2\n")
    (folder / "link.yaml").symlink_to("/etc/shadow")
    outcome = check(f"policy-files = ['{outside}']")
    assert (outcome.code, outcome.findings) == (2, [])
    assert outcome.err == (
        f"tenantlint: tenantlint.toml: policy-files: {outside} must be below {folder}, "
        "and not in .git\n"
    )


def test_a_policy_file_can_be_above_the_configuration(run: Run, folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "emea").mkdir()
    (folder / "emea" / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "own.yaml").write_text((ROOT / "examples" / "long-trial.yaml").read_text())
    (folder / "emea" / "tenantlint.toml").write_text("policy-files = ['../own.yaml']\n")
    config = ("--config", "emea/tenantlint.toml", *DAY)
    assert run("check", "emea", *config).code == 1
    (folder / ".git").rmdir()
    assert "own.yaml must be below" in run("check", "emea", *config).err


@pytest.mark.parametrize("text", ["root:hunter2\nx: hunter2", "[hunter2]", "hunter2 = 1\n\t"])
def test_the_contents_of_a_file_without_policies_are_not_disclosed(
    check: Run, folder: Path, text: str
) -> None:
    (folder / "secret.env").write_text(text)
    outcome = check("policy-files = ['secret.env']")
    assert outcome.err == "tenantlint: secret.env: not a policy file: it has no key policies\n"


def test_include_replaces_the_default_patterns(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text("include = ['conf/*.yaml']\n")
    for name in ("conf/a.yaml", "conf/deep/b.yaml", "tenants/c.yaml", "d.tenant.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    for path in (".", "conf"):
        outcome = run("check", path, "--format", "concise")
        assert outcome.findings == ["conf/a.yaml:1:1 schema-type"]
    assert run("check", "tenants").code == 2


part = st.text(st.characters(exclude_characters="/\\\n", exclude_categories=["Cs"]), min_size=1)
folders = st.lists(part.map("f{}_".format) | st.just("tenants"), max_size=3)


@given(folders, part, st.sampled_from([".yml", ".yaml", ".tenant.yml", ".tenant.yaml", ".Yaml"]))
@example(["tenants", "one"], "a", ".yml")
@example(["one", "tenants"], "a", ".yml")
@example(["one", "tenants", "two"], "a", ".yaml")
@example(["f0_tenants"], "a", ".yaml")
def test_the_default_patterns_are_those_in_the_documentation(
    folders: list[str], stem: str, end: str
) -> None:
    spec = PathSpec.from_lines(
        "gitignore",
        ["**/*.tenant.yaml", "**/*.tenant.yml", "**/tenants/**/*.yaml", "**/tenants/**/*.yml"],
    )
    name = "/".join([*folders, f"f{stem}{end}"])
    assert file_matcher("/", FilePatterns(None, (), Path("/")))(name) == spec.match_file(name)


def test_the_nearest_configuration_applies(run: Run, folder: Path) -> None:
    sub = folder / "sub"
    sub.mkdir()
    (sub / "a.tenant.yaml").write_text(UNSOUND)
    (folder / "tenantlint.toml").write_text("ignore = ['telephony']\n")

    def code(*arguments: str) -> int:
        return run("check", str(sub), *DAY, *arguments).code

    assert code() == 0
    (folder / "pyproject.toml").write_text("[tool.tenantlint]\n")
    assert code() == 0
    (folder / "tenantlint.toml").unlink()
    assert code() == 1
    (folder / "pyproject.toml").write_text("[tool.tenantlint]\nignore = ['telephony']\n")
    assert code() == 0
    (folder / "pyproject.toml").write_text("[tool.other]\nname = 'tenantlint'\n")
    assert code() == 1
    (folder / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert code("--config", "pyproject.toml") == 2
    (folder / "pyproject.toml").write_text("tenantlint = [\n")
    assert code() == 2


def test_a_configuration_is_found_in_a_parent_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from validator.project.config import load_config

    (folder / "tenantlint.toml").write_text("expiring-within = 7\n")
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    config = load_config(None)
    assert (config.expiring_within, config.folder) == (7, folder)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ('include = "tenants/*.yaml"', '["tenants/*.yaml"]'),
        ('exclude = "archive/, old/"', '["archive/, old/"]'),
        ('policy-files = "../base/policies.yaml"', '["../base/policies.yaml"]'),
        ('extends = "base.toml"', '["base.toml"]'),
        ('select = "user"', '["user"]'),
        ('ignore = "user, usage"', '["user", "usage"]'),
    ],
)
def test_a_string_instead_of_a_list_is_refused_with_advice(
    run: Run, folder: Path, line: str, written: str
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "tenantlint.toml").write_text(f"{line}\n")
    outcome = run("check")
    assert outcome.code == 2
    assert outcome.err.endswith(f"; write `{written}`\n")
