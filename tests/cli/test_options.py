"""Options that several commands share: output, environment variables and numbers."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.conftest import COMMAND, SOUND, UNSOUND, Run
from validator.cli.app import COMMANDS, tenantlint
from validator.cli.exports import few_lines

DAY = ("--as-of", "2026-05-01")


@pytest.fixture
def tenant(folder: Path) -> Path:
    file = folder / "a.tenant.yaml"
    file.write_text(UNSOUND)
    return file


def test_output_writes_to_a_file_instead_of_standard_output(run: Run, tenant: Path) -> None:
    shown = run("check", *DAY, "-f", "json")
    for option in ("-o", "--output"):
        outcome = run("check", *DAY, "-f", "json", option, "out.json")
        assert (outcome.code, outcome.out) == (1, "")
        assert (tenant.parent / "out.json").read_text() == shown.out
    assert run("check", *DAY, "-f", "json", "-o", "-") == shown
    assert not (tenant.parent / "-").exists()
    outcome = run("check", *DAY, "-o", "no/x")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("tenantlint: no/x: No such file")
    run("check", *DAY, "--color", "always", "-o", "out.txt")
    assert "\x1b" not in (tenant.parent / "out.txt").read_text()


def test_a_report_can_be_written_to_standard_output(run: Run, tenant: Path) -> None:
    outcome = run("check", *DAY, "-o", "out.txt", "--report", "json=-")
    assert json.loads(outcome.out)["summary"]["errors"] == 1
    assert (tenant.parent / "out.txt").read_text().startswith("error[mixed-telephony]")
    outcome = run("check", *DAY, "-f", "concise", "--report", "concise=-")
    assert outcome.findings == ["a.tenant.yaml:5:59 mixed-telephony"]


@pytest.mark.parametrize("command", ["usage", "forecast"])
def test_other_commands_have_the_output_option(run: Run, tenant: Path, command: str) -> None:
    shown = run(command, "-f", "json").out
    assert run(command, "-f", "json", "-o", "out.json").out == ""
    assert (tenant.parent / "out.json").read_text() == shown
    assert run(command, "-o", "out.txt", "--report", "json=-").out == shown


@pytest.mark.parametrize(
    ("variables", "arguments", "code"),
    [
        ({"FAIL_ON": "never"}, (), 0),
        ({"FAIL_ON": "never"}, ("--fail-on", "error"), 1),
        ({"FAIL_ON": ""}, (), 1),
        ({"SELECT": "user usage,reference"}, (), 0),
        ({"IGNORE": "telephony", "NO_CACHE": "1", "QUIET": "true", "JOBS": "1"}, (), 0),
        ({"SEVERITY": "mixed-telephony=info user=warning"}, (), 0),
        ({"FORCE_EXCLUDE": "1"}, ("b.yaml",), 0),
        ({"FORCE_EXCLUDE": "0"}, ("b.yaml",), 1),
        ({"FAIL_ON": "bad"}, (), 2),
        ({"POLICIES": "nowhere", "WRITE_BASELINE": "1", "FIX": "1", "ASSUME": "x"}, (), 1),
    ],
)
def test_options_come_from_variables(
    run: Run, tenant: Path, variables: dict[str, str], arguments: tuple[str, ...], code: int
) -> None:
    (tenant.parent / "b.yaml").write_text("")
    named = {f"TENANTLINT_CHECK_{name}": value for name, value in variables.items()}
    assert run("check", *DAY, *arguments, **named).code == code


def test_a_variable_overrides_the_configuration(run: Run, tenant: Path) -> None:
    (tenant.parent / "tenantlint.toml").write_text("fail-on = 'never'\n")
    assert run("check", *DAY).code == 0
    assert run("check", *DAY, TENANTLINT_CHECK_FAIL_ON="error").code == 1
    out = run("check", TENANTLINT_CHECK_FORMAT="json", TENANTLINT_CHECK_AS_OF="2026-05-01").out
    assert json.loads(out)["as_of"] == "2026-05-01"
    assert run("usage", TENANTLINT_USAGE_FORMAT="json", TENANTLINT_CHECK_FORMAT="bad").out[0] == "{"


def test_the_help_names_the_variables(run: Run) -> None:
    assert "TENANTLINT_CHECK_FORMAT for" in run("check", "--help").out
    assert "TENANTLINT_" not in run("import", "--help").out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("check", "--expiring-within", "30d"), "30d is not a whole number of days; write 30."),
        (("check", "--expiring-within", "90 days"), "not a whole number of days; write 90."),
        (("check", "--expiring-within", "x"), "of days; write a number such as 7."),
        (("check", "--jobs", "two"), "two is not a whole number of processes; write a number"),
        (("forecast", "--days", "1.5"), "1.5 is not a whole number of days; write a number"),
        (("test", "--fail-under", "50.1"), "50.1 is not a whole number of percent; write a number"),
        (("test", "--fail-under", "80%"), "80% is not a whole number of percent; write 80."),
        (("pull", "--timeout", "nan"), "nan is not a number of seconds; write a number such as 30"),
        (("drift", "--timeout", "1e9"), "1e9 is not a number of seconds; write a number such as"),
    ],
)
def test_a_value_that_is_not_a_number_is_refused_with_advice(
    run: Run, arguments: tuple[str, ...], reason: str
) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert reason in outcome.err


def words_with_an_empty_value() -> Iterator[list[str]]:
    """Yield command lines in which the value of an option or argument is empty."""
    for name in COMMANDS:
        command = tenantlint.get_command(click.Context(tenantlint), name)
        inner = command.commands.items() if isinstance(command, click.Group) else ()
        for words, item in (([name], command), *(([name, other], item) for other, item in inner)):
            assert item is not None
            for param in item.params:
                if isinstance(param, click.Argument):
                    yield [*words, ""]
                elif isinstance(param, click.Option) and not param.is_flag:
                    yield from ([*words, option, ""] for option in param.opts)


@pytest.mark.parametrize("words", list(words_with_an_empty_value()), ids=" ".join)
def test_an_empty_value_is_refused(words: list[str]) -> None:
    with pytest.raises(click.BadParameter) as refusal:
        tenantlint.main(words, standalone_mode=False)
    assert re.search("the value is empty; |is not a whole|is not a num|is not one of", str(refusal))


def test_an_organisation_whose_variable_is_not_set_is_refused(run: Run, folder: Path) -> None:
    outcome = run("pull", "--into", "saved", "--org", "")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "tenantlint: Invalid value for '--org': the value is empty; write a value or leave it "
        "out.\n"
    )
    assert not (folder / "saved").exists()


@pytest.mark.parametrize(
    ("arguments", "proposed"),
    [("forecast --as-of 2026-05-01", "--from"), ("plan --as-of=2026-05-01", "--from"),
     ("check --from 2026-05-01", "--as-of")],
)  # fmt: skip
def test_the_option_for_the_day_of_another_command_leads_to_that_of_this_one(
    run: Run, tenant: Path, arguments: str, proposed: str
) -> None:
    outcome = run(*arguments.split(), str(tenant))
    assert (outcome.code, outcome.out) == (2, "")
    option = arguments.split()[1].partition("=")[0]
    assert outcome.err == f"tenantlint: No such option '{option}'. Did you mean '{proposed}'?\n"


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [("check a.yaml --fix --unsafe-fixes -o a.yaml", "a.yaml"),
     ("check a.yaml --report json=./a.yaml", "./a.yaml"),
     ("check link.yaml -o a.yaml", "a.yaml"), ("check none.yaml a.yaml -o a.yaml", "a.yaml"),
     ("check a.yaml --baseline k.json --write-baseline -o k.json", "k.json"),
     ("check a.yaml --baseline new.json --write-baseline -o ./new.json", "./new.json"),
     ("check a.yaml -o tenantlint.toml", "tenantlint.toml"),
     ("check a.yaml --config c.toml -o c.toml", "c.toml"),
     ("check . -o new.tenant.yaml", "new.tenant.yaml"),
     ("check . -o tenants/new.yaml", "tenants/new.yaml"),
     ("check . -o taken.yml", "taken.yml"), ("plan . -o base.toml", "base.toml"),
     ("plan a.yaml --apply -o a.yaml", "a.yaml"), ("why a.yaml -o a.yaml", "a.yaml"),
     ("usage a.yaml --report csv=a.yaml", "a.yaml"), ("forecast a.yaml -o a.yaml", "a.yaml"),
     ("drift a.yaml --users u.csv -o u.csv", "u.csv")],
)  # fmt: skip
def test_a_report_does_not_replace_a_file_that_the_command_reads(
    run: Run, folder: Path, arguments: str, refused: str
) -> None:
    files = {name: f"# {name}\n" for name in ("a.yaml", "k.json", "c.toml", "u.csv", "taken.yml")}
    files |= {"base.toml": "# base\n", "tenantlint.toml": "extends = ['base.toml']\nunknown = 1\n"}
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "link.yaml").symlink_to("a.yaml")
    outcome = run(*arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        f"tenantlint: {refused} would be replaced by a report, but this command reads it or "
        "files with such names; write the report to another file\n"
    )
    assert {name: (folder / name).read_text() for name in files} == files
    assert not (folder / "new.tenant.yaml").exists()


@pytest.mark.parametrize("command", ["check", "forecast", "plan", "usage"])
@pytest.mark.parametrize(
    "target", ["../outside/profile", "../outside/new", ".git/config", "/dev/null", "dir/config"]
)
def test_a_report_does_not_leave_the_tree_through_a_link(
    folder: Path, command: str, target: str
) -> None:
    tree, outside = folder / "tree", folder / "outside"
    (tree / ".git").mkdir(parents=True)
    outside.mkdir()
    files = {tree / ".git" / "config": "[core]\n", outside / "profile": "# mine\n"}
    for file, text in files.items():
        file.write_text(text)
    (tree / "a.tenant.yaml").write_text(SOUND)
    (tree / "dir").symlink_to(".git")
    (tree / "report.json").symlink_to(target)
    words = [str(COMMAND), command, ".", "-f", "json", "-o", "report.json"]
    done = subprocess.run(words, cwd=tree, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"tenantlint: report.json: this link must point to a file below {tree}, not in .git; "
        "a report would replace what it points to\n"
    )
    assert {file: file.read_text() for file in files} == files
    assert [*outside.iterdir()] == [outside / "profile"]


@pytest.mark.parametrize(
    ("cwd", "report"),
    [
        ("alias/tree", "{0}/alias/tree/report.json"), ("alias/tree", "report.json"),
        ("tree", "../alias/tree/report.json"), ("outside", "{0}/tree/report.json"),
        ("outside", "../alias/tree/report.json"), ("tree/sub", "../report.json"),
        ("tree", "out/profile"),
    ],
)  # fmt: skip
def test_the_path_of_a_report_that_leaves_the_tree_can_have_any_form(
    folder: Path, cwd: str, report: str
) -> None:
    tree, outside = folder / "tree", folder / "outside"
    for made in (tree / ".git", tree / "sub", outside):
        made.mkdir(parents=True)
    (outside / "profile").write_text("# mine\n")
    (tree / "a.tenant.yaml").write_text(SOUND)
    (folder / "alias").symlink_to(".")
    (tree / "report.json").symlink_to("../outside/profile")
    (tree / "out").symlink_to("../outside")
    arguments = f"check -f json -o {report.format(folder)} {tree}/a.tenant.yaml"
    script = f"cd {folder / cwd} && exec {COMMAND} {arguments}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert f": this link must point to a file below {tree}, not in .git" in done.stderr
    assert (outside / "profile").read_text() == "# mine\n"


def test_a_report_follows_a_link_within_the_tree_and_one_outside_of_it(folder: Path) -> None:
    (folder / "tree").mkdir()
    (folder / "tree" / "a.tenant.yaml").write_text(SOUND)
    (folder / "tree" / "reports").mkdir()
    (folder / "tree" / "in.json").symlink_to("reports/in.json")
    (folder / "out.json").symlink_to("real.json")
    for name in ("in.json", "../out.json"):
        words = [str(COMMAND), "check", ".", "-f", "json", "-o", name]
        subprocess.run(words, cwd=folder / "tree", check=True)
    assert (folder / "tree" / "reports" / "in.json").is_file()
    assert (folder / "real.json").is_file()


@pytest.mark.parametrize(
    "arguments", ["--report json=x --report sarif=./x", "-f json -o x --report sarif=x"]
)
def test_two_formats_cannot_have_one_file(run: Run, tenant: Path, arguments: str) -> None:
    outcome = run("check", str(tenant), *arguments.split())
    file = arguments.rpartition("=")[2] if "-o" not in arguments else "x"
    line = f"tenantlint: {file} is given for two formats; write each to its own file\n"
    assert (outcome.code, outcome.out, outcome.err) == (2, "", line)


@pytest.mark.parametrize(
    ("command", "arguments", "formats"),
    [
        ("check", "-f json --report text=-", "json and text"),
        ("check", "--report json=-", "text and json"),
        ("check", "-o - --report json=-", "text and json"),
        ("check", "-o x --report json=- --report sarif=-", "json and sarif"),
        ("drift", "-f json --report sarif=- --users users.csv", "json and sarif"),
        ("forecast", "-f json --report html=-", "json and html"),
        ("plan", "-f json --report html=-", "json and html"),
        ("plan", "-f csv --report ics=-", "csv and ics"),
        ("usage", "--report csv=-", "text and csv"),
    ],
)
def test_standard_output_cannot_have_two_formats(
    run: Run, tenant: Path, command: str, arguments: str, formats: str
) -> None:
    outcome = run(command, str(tenant), *arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    first, _, second = formats.partition(" and ")
    to_file = "-o FILE" if "-o x" not in arguments else f"--report {first}=FILE"
    assert outcome.err == (
        f"tenantlint: standard output is given for two formats, {formats}; write {first} to a file "
        f"with {to_file}, or {second} with --report {second}=FILE\n"
    )
    assert not (tenant.parent / "x").exists()


def test_a_device_can_be_read_and_written(run: Run, tenant: Path) -> None:
    reports = ("-o", "/dev/stdout", "--report", "json=/dev/null")
    outcome = run("check", "/dev/stdin", *reports, stdin=tenant.read_bytes())
    assert (outcome.code, "error" in outcome.out) == (1, True)
    several = ("--report", "json=/dev/null", "--report", "html=/dev/null", "-o", "/dev/null")
    assert run("check", str(tenant), *several).code == 1


@pytest.mark.parametrize("command", ["schema", "test policies", "explain user", "policies"])
def test_a_configuration_that_does_not_exist_is_2(run: Run, folder: Path, command: str) -> None:
    (folder / "policies").mkdir()
    (folder / "policies" / "a.yaml").write_text("version: 1\npolicies: []\n")
    done = run(*command.split(), "--config", "none.toml")
    assert (done.code, done.err) == (2, "tenantlint: none.toml: No such file or directory\n")


def test_verbose_says_that_there_is_no_configuration(run: Run, tenant: Path) -> None:
    assert tenant.exists()
    assert run("check", "-v").err.splitlines()[0] == "tenantlint: configuration: none"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("check nofile 2>/dev/full", 2),
        ("check 2>/dev/full --verbose", 1),
        ("check --bad 2>/dev/full", 2),
        ("check nofile 2>&-", 2),
        ("2>/dev/full", 2),
        ("--help | true", 0),
        ("check --help | true", 0),
        ("new policy --help | true", 0),
        ("--version | true", 0),
        ("check --as-of 2026-05-01 | true", 1),
    ],
)
def test_the_exit_code_does_not_depend_on_streams_that_fail(
    tenant: Path, command: str, code: int
) -> None:
    script = f'sleep 0.2; {COMMAND} {command}; exit "${{PIPESTATUS[0]}}"'
    if "| true" in command:
        script = f'({COMMAND} {command.replace(" | true", "")}; echo $? >code) | true; exit "$(cat code)"'
    done = subprocess.run(
        ["bash", "-c", script], cwd=tenant.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(
    "arguments", ["--help", "check -h", "--version", "policies", "explain user"]
)
def test_output_that_cannot_be_written_is_2_with_one_line(folder: Path, arguments: str) -> None:
    done = subprocess.run(
        f"{COMMAND} {arguments} > /dev/full",
        shell=True, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        2, "tenantlint: standard output: No space left on device\n",
    )  # fmt: skip


def test_explaining_a_topic_lists_its_ids(run: Run) -> None:
    outcome = run("explain", "telephony")
    assert outcome.code == 0
    assert outcome.out.startswith("# telephony\n\n- `")
    assert (
        "- `mixed-telephony` (error): A subscription and its tenant use different telephony options.\n"
    ) in outcome.out
    assert "- `yaml-syntax` (error): " in run("explain", "yaml").out
    assert "did you mean telephony?" in run("explain", "telefony").err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("check --select mixed", ["mixed-subscription-types", "mixed-telephony"]),
        ("check --ignore usage,telep", ["usage,telephony", "usage,telephony-changed"]),
        ("check --severity mixed-tel", ["mixed-telephony="]),
        ("check --severity user=w", ["user=warning"]),
        ("check --format js", ["json"]),
        ("usage --format c", ["csv"]),
        ("explain yaml-s", ["yaml-syntax"]),
        ("schema con", ["config"]),
        ("drift --select drift-s", ["drift-status", "drift-subscription"]),
        ("drift --ignore drift-r", ["drift-role"]),
    ],
)
def test_the_shell_completes_ids_formats_and_schemas(
    run: Run, words: str, expected: list[str]
) -> None:
    number = str(len(words.split()))
    outcome = run(
        _TENANTLINT_COMPLETE="bash_complete", COMP_WORDS=f"tenantlint {words}", COMP_CWORD=number
    )
    assert outcome.out.splitlines() == [f"plain,{name}" for name in expected]


@pytest.mark.parametrize(
    ("value", "findings"), [("1", 1), ("true", 1), ("0", 0), ("no", 0), ("", 0)]
)
def test_the_variable_for_no_suppressions_has_the_effect_of_the_option(
    run: Run, folder: Path, value: str, findings: int
) -> None:
    text = UNSOUND.rstrip() + "  # tenantlint: ignore[mixed-telephony]: porting\n"
    (folder / "a.tenant.yaml").write_text(text)
    outcome = run("check", *DAY, "-f", "concise", TENANTLINT_CHECK_NO_SUPPRESSIONS=value)
    assert len(outcome.findings) == findings
    assert len(run("check", *DAY, "-f", "concise", "--no-suppressions").findings) == 1


@pytest.mark.parametrize(
    ("number", "ending"),
    [(10, []), (11, ["and 1 more line that cannot be read"]), (13, ["and 3 more lines that cannot be read"])],
)  # fmt: skip
def test_only_the_first_lines_of_an_export_are_listed(number: int, ending: list[str]) -> None:
    lines = [f"line {index}" for index in range(number)]
    assert few_lines(lines) == lines[:10] + ending
