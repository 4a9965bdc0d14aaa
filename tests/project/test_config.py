"""The configuration: where it is found, what it says, and that it leaves a trace."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import PathSpec

from tests.conftest import UNSOUND, Outcome, Run
from validator.project.file_search import FilePatterns, file_matcher

DAY = ("--as-of", "2026-05-01")
ENDING = UNSOUND.replace(", telephony: vpop", "").replace("01-01}", "01-01, end: 2026-07-15}")
FOUND = "a.tenant.yaml:5:59 mixed-telephony"


@pytest.fixture
def check(run: Run, folder: Path) -> Run:
    """Check a.tenant.yaml under a configuration."""
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
    ],
)
def test_what_a_configuration_does(check: Run, config: str, code: int, findings: list[str]) -> None:
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
    ],
)
def test_flags_win(check: Run, config: str, arguments: tuple[str, ...], code: int) -> None:
    assert check(config, *arguments).code == code


def test_horizon(check: Run, folder: Path) -> None:
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
        ("fail-on = 'warn'", ["fail-on: warn is not one of", "did you mean `warning`?"]),
        ('select = ["telefony"]', ["select: no policy or topic is called telefony", "telephony?"]),
        ('ignore = ["yaml-syntax"]', ["ignore: yaml-syntax stays an error"]),
        ("[severity]\nmixed-telefony = 'off'", ["severity: no policy", "mixed-telephony?"]),
        ("[severity]\nmixed-telephony = 'bad'", ["severity.mixed-telephony: bad is not one of"]),
        ("[severity]\nschema-type = 'off'", ["severity: schema-type stays an error"]),
        ("[[per-file]]\nignore = []", ["per-file.0: The per-file table lacks files"]),
        ("[[per-file]]\nfiles = []\nignore = ['x']", ["per-file: ignore: no policy or topic"]),
        ("[[per-file]]\nfiles = []\nseverity = {yaml-syntax = 'off'}", ["stays an error"]),
        ("a = [", ["not TOML"]),
        ("a = '\xff'", []),
        ("[" * 10_000, ["not TOML"]),
    ],
)
def test_a_wrong_configuration_is_2(check: Run, config: str, reasons: list[str]) -> None:
    outcome = check(config)
    assert (outcome.code, outcome.out) == (2, "")
    (line,) = outcome.err.splitlines()
    assert line.startswith("tenantlint: tenantlint.toml: ")
    for reason in reasons:
        assert reason in line


def test_each_cause_has_its_line(check: Run) -> None:
    outcome = check('select = ["usr"]\nignore = ["usge"]\n')
    assert len(outcome.err.splitlines()) == 2


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
def test_no_policy_left_is_2(check: Run, config: str) -> None:
    outcome = check(config)
    assert outcome.code == 2
    assert "no policy" in outcome.err


def test_what_is_left_out_leaves_a_trace(run: Run, folder: Path) -> None:
    for name in "ab":
        (folder / f"{name}.tenant.yaml").write_text(UNSOUND)
    (folder / "tenantlint.toml").write_text(
        "exclude = ['b.*']\nignore = ['usage']\n[[per-file]]\nfiles = ['a*']\nignore = ['telephony']"
    )
    outcome = run("check", *DAY)
    assert outcome.code == 0
    assert outcome.out == (
        "No findings in 1 file and 1 document on 2026-05-01 "
        "(25 of 31 policies), fewer policies on 1 file, 1 file excluded\n"
    )


def test_all_excluded_is_2(check: Run) -> None:
    outcome = check("exclude = ['*.yaml']")
    assert outcome.code == 2
    assert outcome.err == (
        "tenantlint: .: no tenant file in this folder (1 excluded by the configuration)\n"
    )


def test_a_named_file_is_checked_though_excluded(check: Run) -> None:
    assert check("exclude = ['*.yaml']", "a.tenant.yaml").findings == [FOUND]


def test_include(run: Run, folder: Path) -> None:
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
def test_what_counts_by_default_is_what_the_readme_says(
    folders: list[str], stem: str, end: str
) -> None:
    spec = PathSpec.from_lines(
        "gitignore",
        ["**/*.tenant.yaml", "**/*.tenant.yml", "tenants/**/*.yaml", "tenants/**/*.yml"],
    )
    name = "/".join([*folders, f"f{stem}{end}"])
    assert file_matcher("/", FilePatterns(None, (), Path("/")))(name) == spec.match_file(name)


def test_the_nearest_configuration_counts(run: Run, folder: Path) -> None:
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


def test_it_is_found_upwards(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from validator.project.config import load_config

    (folder / "tenantlint.toml").write_text("expiring-within = 7\n")
    deep = folder / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    config = load_config(None)
    assert (config.expiring_within, config.folder) == (7, folder)
