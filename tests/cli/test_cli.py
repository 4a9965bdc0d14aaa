"""The command line of `check` and of the informational commands: output and exit codes."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import COMMAND, OBEDIENT, SOUND, UNSOUND, Run, can_obey

DAY = ("--as-of", "2026-05-01")
# Several files with the same tenant are a finding from a fleet policy.
WITHOUT_FLEET = (*DAY, "--ignore", "fleet")


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.tenant.yaml").write_text(text)


@pytest.mark.parametrize("name", ["text", "concise", "json"])
def test_the_output_matches_its_golden_file(
    run: Run, harbour: str, golden: Callable[[str, str], None], name: str
) -> None:
    outcome = run("check", harbour, *DAY, "--format", name)
    assert (outcome.code, outcome.err) == (1, "")
    golden(f"harbour.{name}", outcome.out)


def test_the_coloured_output_matches_its_golden_file(
    run: Run, harbour: str, golden: Callable[[str, str], None]
) -> None:
    outcome = run("check", harbour, *DAY, "--color", "always", "--statistics")
    golden("harbour.color", outcome.out)


def test_json_has_the_documented_keys(run: Run, harbour: str) -> None:
    outcome = json.loads(run("check", harbour, *DAY, "--format", "json").out)
    assert list(outcome) == [
        "version", "as_of", "tool", "failures", "eased", "not_compared", "assumed", "summary",
        "findings",
    ]  # fmt: skip
    assert outcome["tool"] == {"name": "tenantlint", "version": version("tenantlint")}
    assert outcome["summary"] == {
        "files": 1, "documents": 1, "errors": 4, "warnings": 4, "infos": 0, "suppressed": 0,
    }  # fmt: skip
    first = outcome["findings"][0]
    assert list(first) == [
        "id", "topic", "severity", "message", "help", "file", "document", "tenant", "path",
        "line", "column", "end_line", "end_column", "related",
    ]  # fmt: skip
    assert first["related"][0].keys() == {
        "message", "file", "path", "line", "column", "end_line", "end_column",
    }  # fmt: skip


def test_files_without_findings_are_0(run: Run, folder: Path) -> None:
    write(folder, a=SOUND)
    outcome = run("check", *DAY)
    assert outcome.code == 0
    assert re.fullmatch(
        r"No findings in 1 file and 1 document on 2026-05-01 \(\d+ policies\)\n", outcome.out
    )


def test_quiet_prints_nothing_without_findings(run: Run, folder: Path) -> None:
    write(folder, a=SOUND)
    assert run("check", "--quiet").out == ""


def test_the_default_day_is_today_in_utc(run: Run, folder: Path) -> None:
    write(folder, a=SOUND)
    before = datetime.now(UTC).date().isoformat()
    as_of = json.loads(run("check", "--format", "json", TZ="Pacific/Kiritimati").out)["as_of"]
    assert before <= as_of <= datetime.now(UTC).date().isoformat()


def test_standard_input_is_checked_under_its_given_name(run: Run) -> None:
    outcome = run("check", "-", *DAY, "--format", "concise", stdin=UNSOUND.encode())
    assert outcome.findings == ["<stdin>:5:59 mixed-telephony"]
    outcome = run(
        "check", "-", *DAY, "--format", "concise", "--stdin-filename", "a.yaml",
        stdin=UNSOUND.encode(),
    )  # fmt: skip
    assert outcome.findings == ["a.yaml:5:59 mixed-telephony"]
    assert outcome.code == 1


@pytest.mark.parametrize(
    "paths",
    [
        ["-", ".", "--stdin-filename", "a.tenant.yaml"],
        [".", "-", "--stdin-filename", "./a.tenant.yaml"],
        ["a.tenant.yaml", "-", ".", "--stdin-filename", "link.tenant.yaml"],
    ],
)
def test_standard_input_replaces_the_file_of_its_name(
    run: Run, folder: Path, paths: list[str]
) -> None:
    write(folder, a=SOUND, b=SOUND.replace("t1", "t2").replace("Sub", "Care"))
    (folder / "link.tenant.yaml").symlink_to("a.tenant.yaml")
    outcome = run("check", *paths, *DAY, "--format", "json", stdin=UNSOUND.encode())
    report = json.loads(outcome.out)
    assert [item["id"] for item in report["findings"]] == ["mixed-telephony"]
    assert report["summary"]["files"] == 2


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "never"), 0),
        (("--severity", "mixed-telephony=warning"), 0),
        (("--severity", "mixed-telephony=warning", "--fail-on", "warning"), 1),
        (("--severity", "mixed-telephony=info", "--fail-on", "info"), 1),
        (("--severity", "mixed-telephony=info", "--fail-on", "warning"), 0),
        (("--severity", "mixed-telephony=off"), 0),
        (("--ignore", "mixed-telephony"), 0),
        (("--ignore", "user, telephony"), 0),
        (("--select", "telephony"), 1),
        (("--select", "user", "--select", "usage,partner"), 0),
        (("--select", "telephony", "--ignore", "mixed-telephony"), 0),
    ],
)
def test_options_decide_whether_findings_fail_the_run(
    run: Run, folder: Path, options: tuple[str, ...], code: int
) -> None:
    write(folder, a=UNSOUND)
    assert run("check", *DAY, *options).code == code


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("check", "nowhere.yaml"), "nowhere.yaml: No such file or directory"),
        (("check", "empty"), "empty: no tenant file in this folder"),
        (("check", ""), "the value is empty; write a value or leave it out"),
        (("check", "a.tenant.yaml", "--as-of", "2026-02-30"), "2026-02-30 is not a calendar day"),
        (
            ("check", "a.tenant.yaml", "--as-of", "20260201"),
            "20260201 is not a calendar day (YYYY-MM-DD); write 2026-02-01.",
        ),
        (
            ("check", "a.tenant.yaml", "--as-of", "3/4/2026"),
            "3/4/2026 is not a calendar day (YYYY-MM-DD); write 2026-04-03 or 2026-03-04.",
        ),
        (
            ("check", "a.tenant.yaml", "--as-of", "today"),
            "today is not a calendar day (YYYY-MM-DD).",
        ),
        (("check", "a.tenant.yaml", "--expiring-within", "-1"), "-1 is not in the range"),
        (("check", "a.tenant.yaml", "--jobs", "0"), "0 is not in the range"),
        (("check", "a.tenant.yaml", "--format", "jsn"), "did you mean json?"),
        (("check", "a.tenant.yaml", "--report", "jsn=x"), "did you mean json?"),
        (("check", "a.tenant.yaml", "--report", "json"), "json is not of the form NAME=FILE"),
        (("check", "a.tenant.yaml", "--report", "json=no/x"), "no/x: No such file or directory"),
        (("check", "a.tenant.yaml", "--report", "json=empty"), "empty: Is a directory"),
        (("check", "a.tenant.yaml", "--report", "json=new/"), "new/: Is a directory"),
        (("check", "a.tenant.yaml", "--output", "new/."), "new/.: Is a directory"),
        (("plan", "a.tenant.yaml", "-f", "csv", "-o", "new/"), "new/: Is a directory"),
        (
            ("check", "a.tenant.yaml", "--baseline", "new/", "--write-baseline"),
            "new/: Is a directory",
        ),
        (
            ("check", "a.tenant.yaml", "--ignore", "user,"),
            "--ignore: the id is empty; write the id",
        ),
        (("check", "a.tenant.yaml", "--select", "telefony"), "did you mean telephony?"),
        (("check", "a.tenant.yaml", "--ignore", "mixed"), "--ignore: no policy or topic is called"),
        (("check", "a.tenant.yaml", "--ignore", "yaml-syntax"), "yaml-syntax must stay an error"),
        (("check", "a.tenant.yaml", "--ignore", "schema"), "schema must stay an error"),
        (("check", "a.tenant.yaml", "--severity", "x=error"), "no policy or topic is called x"),
        (("check", "a.tenant.yaml", "--severity", "yaml=info"), "yaml must stay an error"),
        (("check", "a.tenant.yaml", "--severity", "user"), "user is not of the form ID=LEVEL"),
        (("check", "a.tenant.yaml", "--severity", "user=bad"), "write error, warning, info or off"),
        (("check", "a.tenant.yaml", "--severity", "schema-type=info"), "must stay an error"),
        (("check", "a.tenant.yaml", "--select", "yaml"), "no policy is left to run"),
        (("check", "a.tenant.yaml", "--config", "no.toml"), "no.toml: No such file"),
        (("check", "a.tenant.yaml", "--policies", "no"), "no policy folder at no"),
        (("check", "a.tenant.yaml", "--policies", "empty"), "no policy in empty"),
        (("check", "a.tenant.yaml", "--fail-on", "bad"), "'bad' is not one of"),
        (("check", "a.tenant.yaml", "--formt", "json"), "--format"),
        (("chek",), "check"),
        (("explain", "mixed-telefony"), "did you mean mixed-telephony?"),
        (("explain", "zzzz"), "called zzzz; `tenantlint policies` lists all ids"),
        (("test", "own.py"), "own.py is a Python file; name its folder: tenantlint test ."),
        (("new", "policy", "no-name"), "TOPIC/NAME in kebab-case, such as acme/no-name"),
        (("schema", "tennant"), "the schemas are config, policies, report and tenant"),
    ],
)
def test_a_usage_error_is_2_with_one_line(
    run: Run, folder: Path, arguments: tuple[str, ...], reason: str
) -> None:
    write(folder, a=UNSOUND)
    (folder / "empty").mkdir()
    (folder / "own.py").touch()
    outcome = run(*arguments)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert line.startswith("tenantlint: ")
    assert reason in line


def test_without_a_command_the_help_is_printed_and_the_code_is_2(run: Run) -> None:
    outcome = run()
    assert outcome.code == 2
    assert "Check tenant files." in outcome.err


def test_a_missing_file_does_not_hide_the_findings_in_others(run: Run, folder: Path) -> None:
    write(folder, a=UNSOUND, b=SOUND)
    (folder / "c.tenant.yaml").symlink_to("nowhere")
    outcome = run("check", ".", "no.yaml", *WITHOUT_FLEET, "--format", "concise")
    assert outcome.code == 2
    assert outcome.findings == ["a.tenant.yaml:5:59 mixed-telephony"]
    assert outcome.err.splitlines() == [
        "tenantlint: no.yaml: No such file or directory",
        "tenantlint: c.tenant.yaml: No such file or directory",
    ]


@pytest.mark.parametrize("command", ["check", "forecast", "plan", "usage"])
def test_a_line_break_in_a_name_does_not_begin_a_line(run: Run, folder: Path, command: str) -> None:
    (folder / "no\ntenantlint: all is well.tenant.yaml").symlink_to("nowhere")
    (line,) = run(command, *([] if command == "check" else ["."])).err.splitlines()[-1:]
    assert line == (
        "tenantlint: no\\x0atenantlint: all is well.tenant.yaml: No such file or directory"
    )


@can_obey
def test_a_file_without_read_permission_is_2(run: Run, folder: Path) -> None:
    write(folder, a=UNSOUND)
    (folder / "a.tenant.yaml").chmod(0)
    outcome = run("check", before=OBEDIENT)
    assert (outcome.code, outcome.err) == (2, "tenantlint: a.tenant.yaml: Permission denied\n")


def test_a_working_folder_that_was_removed_is_2(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    completed = subprocess.run(
        f"cd {gone} && rmdir {gone} && {COMMAND} check",
        shell=True, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert (completed.returncode, completed.stderr) == (
        2, "tenantlint: the working folder cannot be used: No such file or directory\n",
    )  # fmt: skip


def test_an_endless_device_is_refused(run: Run) -> None:
    outcome = run("check", "/dev/zero")
    assert (outcome.code, outcome.err) == (2, "tenantlint: /dev/zero: larger than 256 MB\n")


def test_yaml_and_schema_findings_are_1_whatever_is_selected(run: Run, folder: Path) -> None:
    write(folder, a="a: [", b="", c="version: 1\n")
    outcome = run("check", "--format", "concise", "--select", "user")
    assert outcome.code == 1
    assert outcome.findings == [
        "a.tenant.yaml:1:4 yaml-syntax",
        "b.tenant.yaml:1:1 schema-type",
        "c.tenant.yaml:1:1 schema-required",
    ]


def test_a_folder_is_searched_for_tenant_files(run: Run, folder: Path) -> None:
    names = [
        "a.tenant.yaml", "b.tenant.yml", "c.yaml", ".d.tenant.yaml", "tenants/e.yaml",
        "tenants/deep/f.yml", "tenants/g.json", "sub/tenants/h.yaml", "sub/i.tenant.yaml",
        ".hidden/j.tenant.yaml", "tenants/.k.yaml",
    ]  # fmt: skip
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")

    def searched(*arguments: str) -> list[str]:
        outcome = run("check", *arguments, "--format", "concise")
        return [line.split(":")[0] for line in outcome.out.splitlines()]

    assert searched() == [
        "a.tenant.yaml", "b.tenant.yml", "sub/i.tenant.yaml", "sub/tenants/h.yaml",
        "tenants/deep/f.yml", "tenants/e.yaml",
    ]  # fmt: skip
    assert searched("sub") == ["sub/i.tenant.yaml", "sub/tenants/h.yaml"]
    assert searched("tenants") == ["tenants/deep/f.yml", "tenants/e.yaml"]
    assert searched("./tenants/deep") == ["./tenants/deep/f.yml"]
    assert searched("c.yaml", "c.yaml", "./c.yaml", ".hidden") == [
        ".hidden/j.tenant.yaml",
        "c.yaml",
    ]


def test_a_pipe_in_a_folder_does_not_block(run: Run, folder: Path) -> None:
    write(folder, a=SOUND)
    os.mkfifo(folder / "b.tenant.yaml")
    assert run("check", timeout=20).code == 0


def test_files_that_git_ignores_are_not_searched(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    (folder / ".gitignore").write_text("/build/\nsecret*\n!secret-not*\n")
    for name in ("build", "kept"):
        (folder / name).mkdir()
        write(folder / name, a=UNSOUND)
    write(folder, secret=UNSOUND)
    (folder / "secret-not.tenant.yaml").write_text(UNSOUND)
    outcome = run("check", *WITHOUT_FLEET, "--format", "concise")
    assert outcome.findings == [
        "kept/a.tenant.yaml:5:59 mixed-telephony",
        "secret-not.tenant.yaml:5:59 mixed-telephony",
    ]
    assert run("check", "build", *WITHOUT_FLEET).code == 1
    assert run("check", "secret.tenant.yaml", *WITHOUT_FLEET).code == 1


def test_a_folder_below_an_ignored_folder_can_be_named(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    (folder / ".gitignore").write_text("/build/\n")
    (folder / "build" / "tenants").mkdir(parents=True)
    write(folder / "build" / "tenants", a=UNSOUND)
    for path in ("build", "build/tenants"):
        outcome = run("check", path, *DAY, "--format", "concise")
        assert (outcome.code, outcome.err) == (1, "")


def test_no_code_in_the_tree_runs(run: Run, folder: Path) -> None:
    # Code is placed wherever a program might import or run it by mistake.
    proof = folder / "it-ran"
    code = f"open({str(proof)!r}, 'w')\n"
    subprocess.run(["git", "init", "-q", "."], check=True)
    (folder / "evil.sh").write_text(f"#!/bin/sh\ntouch {proof}\n")
    (folder / "evil.sh").chmod(0o755)
    subprocess.run(["git", "config", "core.fsmonitor", "./evil.sh"], check=True)
    for name in ("validator", "policies", "multiprocessing", "yaml", "click", "schemas"):
        (folder / name / "telephony").mkdir(parents=True)
        for module in ("__init__", "telephony/mixed_telephony", "spawn", "conftest"):
            (folder / name / f"{module}.py").write_text(code)
    for name in ("sitecustomize.py", "difflib.py", "conftest.py", "tenantlint.py", "json.py"):
        (folder / name).write_text(code)
    (folder / "evil-1.0.dist-info").mkdir()
    (folder / "evil-1.0.dist-info" / "entry_points.txt").write_text("[tenantlint]\nx = difflib\n")
    (folder / "evil-1.0.dist-info" / "METADATA").write_text("Name: evil\nVersion: 1.0\n")
    tag = SOUND + f'x-a: !!python/object/apply:os.system ["touch {proof}"]\n'
    write(folder, a=UNSOUND, b=UNSOUND, c=tag)
    outcome = run("check", *WITHOUT_FLEET, "--jobs", "2", "--format", "concise", fresh=True)
    assert outcome.code == 1
    assert len(outcome.findings) == 3
    assert not proof.exists()


@pytest.mark.parametrize("name", ["--policies=own.yaml", "--config=a.toml", "-v", "--report"])
def test_a_file_that_is_named_like_an_option_is_2(run: Run, folder: Path, name: str) -> None:
    # A hook or a shell pattern passes the names of files as arguments.
    proof = folder / "it-ran"
    (folder / "own.yaml").mkdir()
    (folder / "own.yaml" / "look.py").write_text(f"open({str(proof)!r}, 'w')\n")
    write(folder, a=SOUND)
    (folder / name).write_text("")
    outcome = run("check", "--force-exclude", *sorted(item.name for item in folder.iterdir()))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"tenantlint: {name} is an option, but also a file in the work")
    assert not proof.exists()
    assert run("check", "--force-exclude", "--", name, "a.tenant.yaml").code == 0


def test_a_configuration_cannot_name_code(run: Run, folder: Path) -> None:
    write(folder, a=SOUND)
    (folder / "tenantlint.toml").write_text('policies = ["policies"]\n')
    outcome = run("check")
    assert outcome.code == 2
    assert "policies" in outcome.err


def test_control_characters_are_escaped_in_the_output(run: Run, folder: Path) -> None:
    name = "a\x1b[2J\u202e.tenant.yaml"
    text = UNSOUND.replace("Sub2", '"Su\\e[2Jb\\u202e"') + "# \u202e\n"
    (folder / name).write_text(text)
    for format_name in ("text", "concise"):
        outcome = run("check", *DAY, "--format", format_name)
        assert outcome.code == 1
        assert "\\x1b[2J" in outcome.out
        assert "\x1b" not in outcome.out
        assert "\u202e" not in outcome.out


def test_a_file_name_that_is_not_unicode_is_printed(run: Run, folder: Path) -> None:
    name = os.fsdecode(b"a\xff.tenant.yaml")
    (folder / name).write_text(UNSOUND)
    for format_name in ("text", "concise", "json"):
        assert run("check", *DAY, "--format", format_name).code == 1


def test_characters_outside_the_output_encoding_are_escaped(run: Run, folder: Path) -> None:
    write(folder, a=UNSOUND.replace("Sub2", "Süb😀"))
    outcome = run("check", *DAY, PYTHONIOENCODING="ascii")
    assert outcome.code == 1
    assert "S\\xfcb\\U0001f600" in outcome.out


def test_the_caret_is_below_its_value_in_a_line_with_wide_characters(
    run: Run, folder: Path
) -> None:
    text = UNSOUND.replace("id: Sub2", "id: 電話ééé").replace(" vpop", "\tvpop")
    write(folder, a=text)
    lines = run("check", *DAY).out.splitlines()
    (line,) = [line for line in lines if "電" in line and line.startswith("5")]
    caret = lines[lines.index(line) + 1]
    before = line[: line.index("vpop")]
    assert caret.index("^") == len(before) + 2  # two of the characters are two columns wide
    assert caret.count("^") == 4


def test_colour_follows_the_option_and_the_variables(run: Run, folder: Path) -> None:
    write(folder, a=UNSOUND)
    assert "\x1b[" in run("check", *DAY, FORCE_COLOR="1").out
    assert "\x1b[" in run("check", *DAY, "--color", "always", NO_COLOR="1").out
    for env in ({}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        assert "\x1b[" not in run("check", *DAY, **env).out
    assert "\x1b[" not in run("check", *DAY, "--color", "never", FORCE_COLOR="1").out


def test_reports_are_written_in_addition_to_the_output(run: Run, folder: Path) -> None:
    write(folder, a=UNSOUND)
    (folder / "old.json").write_text("old")
    (folder / "old.json").chmod(0o640)
    outcome = run(
        "check", *DAY, "--report", "json=old.json", "--report", "concise=/dev/stderr",
        "--color", "always",
    )  # fmt: skip
    assert outcome.code == 1
    assert json.loads((folder / "old.json").read_text())["summary"]["errors"] == 1
    assert (folder / "old.json").stat().st_mode & 0o777 == 0o640
    assert outcome.err.startswith("a.tenant.yaml:5:59: error: mixed-telephony: ")
    assert sorted(os.listdir()) == ["a.tenant.yaml", "old.json"]


def test_the_number_of_processes_changes_nothing(run: Run, folder: Path) -> None:
    for number in range(20):
        write(folder, **{f"t{number}": UNSOUND if number % 3 else SOUND})
    (folder / "broken.tenant.yaml").symlink_to("nowhere")
    one, two = (run("check", *DAY, "--format", "json", "--jobs", jobs) for jobs in "12")
    assert one == two
    assert one.code == 2


def test_a_closed_pipe_does_not_change_the_exit_code(folder: Path) -> None:
    write(folder, a=SOUND + "".join(UNSOUND.splitlines(keepends=True)[4:]) * 3000)
    arguments = [str(COMMAND), "check", "--as-of", "2026-05-01"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("redirection", "reason"),
    [
        ("> /dev/full", "standard output: No space left on device"),
        (">&-", "there is no standard output"),
        ("- <&-", "there is no standard input"),
        ("--report json=/dev/full", "/dev/full: No space left on device"),
    ],
)
def test_a_stream_that_fails_is_2(folder: Path, redirection: str, reason: str) -> None:
    write(folder, a=SOUND)
    completed = subprocess.run(
        f"{COMMAND} check a.tenant.yaml {redirection}",
        shell=True, cwd=folder, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert completed.returncode == 2
    (line,) = completed.stderr.splitlines()
    assert line.startswith(f"tenantlint: {reason}")


def test_a_report_in_a_file_needs_no_standard_output(folder: Path) -> None:
    write(folder, a=SOUND)
    command = f"{COMMAND} check a.tenant.yaml --format concise --output report >&-"
    completed = subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, check=False
    )
    assert (completed.returncode, completed.stderr) == (0, "")
    assert (folder / "report").exists()


def test_ctrl_c_is_130(folder: Path) -> None:
    os.mkfifo(folder / "slow.yaml")
    arguments = [str(COMMAND), "check", "slow.yaml"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, b"", b"")


def test_ctrl_c_ends_the_workers_at_once(folder: Path) -> None:
    # A policy keeps the workers busy for a minute; an interrupt must not wait for it.
    for number in range(8):
        write(folder, **{f"t{number}": SOUND})
    (folder / "own").mkdir()
    (folder / "own" / "slow.py").write_text(
        "import time\nfrom validator import policy\n@policy(severity='error')\n"
        "def slow(tenant):\n    open('started', 'w').close()\n    time.sleep(60)\n    return []\n"
    )
    arguments = ["check", "--jobs", "2", "--policies", "own", "--report", "json=out.json"]
    with subprocess.Popen(
        [COMMAND, *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        while not (folder / "started").exists():
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, b"", b"")
    assert not (folder / "out.json").exists()


def write_policy_that_dies(folder: Path) -> None:
    """Write a policy to the folder `own` that ends its process."""
    (folder / "own").mkdir()
    (folder / "own" / "dies.py").write_text(
        "import os\nfrom validator import policy\n@policy(severity='error')\n"
        "def dies(tenant):\n    os._exit(0)\n"
    )


def test_a_worker_that_dies_is_2(run: Run, folder: Path) -> None:
    for number in range(4):
        write(folder, **{f"t{number}": SOUND})
    write_policy_that_dies(folder)
    outcome = run("check", "--jobs", "2", "--policies", "own")
    assert (outcome.code, outcome.findings) == (2, [])
    assert outcome.err == (
        "tenantlint: a worker process died, so there are no results; if memory is short, "
        "try --jobs 1\n"
    )


def in_terminal(folder: Path, *arguments: str) -> str:
    """Run the command on a pseudo-terminal; return its output."""
    screen, terminal = pty.openpty()
    process = subprocess.Popen([COMMAND, *arguments], cwd=folder, stdout=terminal, stderr=terminal)
    os.close(terminal)
    written = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while chunk := os.read(screen, 65536):
            written += chunk
    process.wait(timeout=60)
    os.close(screen)
    return written.decode()


def test_progress_is_shown_only_on_a_terminal(run: Run, folder: Path) -> None:
    write_many(folder)
    assert "0/120" in in_terminal(folder, "check")
    assert "/120" not in in_terminal(folder, "check", "--quiet")
    outcome = run("check")
    assert (outcome.code, outcome.err) == (0, "")


def write_many(folder: Path) -> None:
    for number in range(120):
        tenant = SOUND.replace("t1", f"t{number}").replace("Sub1", f"Sub{number}")
        write(folder, **{f"t{number}": tenant})


@pytest.mark.parametrize("command", ["check -v", "explain telephony", "policies", "forecast"])
def test_a_closed_standard_stream_is_no_internal_error(folder: Path, command: str) -> None:
    write_many(folder)
    without_err = f'"{COMMAND}" {command} 2>&-'
    done = subprocess.run(["sh", "-c", without_err], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout
    without_out = f'"{COMMAND}" {command} >&-'
    done = subprocess.run(["sh", "-c", without_out], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("tenantlint: there is no standard output\n")


def test_an_interrupted_run_shows_the_cursor_again(folder: Path) -> None:
    write_many(folder)
    (folder / "own").mkdir()
    (folder / "own" / "slow.py").write_text(
        "import time\nfrom validator import policy\n@policy(severity='error')\n"
        "def slow(tenant):\n    time.sleep(0.05)\n    return []\n"
    )
    screen, terminal = pty.openpty()
    process = subprocess.Popen([COMMAND, "check", "--policies", "own"], stdout=-3, stderr=terminal)
    os.close(terminal)
    written = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while chunk := os.read(screen, 65536):
            written += chunk
            if b"\x1b[?25l" in written and process.poll() is None:
                process.send_signal(signal.SIGTERM)
    os.close(screen)
    assert process.wait(timeout=60) == 143
    assert written.endswith(b"\x1b[?25h")


def test_output_on_a_terminal_is_styled(folder: Path) -> None:
    write(folder, a=UNSOUND)
    assert "\x1b[31m" in in_terminal(folder, "check", *DAY)
    assert "mixed-telephony" in in_terminal(folder, "policies")
    assert "\x1b[" in in_terminal(folder, "explain", "mixed-telephony")


def test_verbose_names_the_configuration_and_the_policies_that_are_off(
    run: Run, folder: Path
) -> None:
    write(folder, a=SOUND)
    (folder / "tenantlint.toml").write_text('ignore = ["usage"]\n')
    outcome = run("check", "--verbose")
    assert "tenantlint: configuration: tenantlint.toml" in outcome.err
    assert "tenantlint: off: primary-shift" in outcome.err


def test_policies_lists_all_policies(run: Run) -> None:
    rows = json.loads(run("policies", "--format", "json").out)["policies"]
    assert len(rows) == len(run("policies").out.splitlines())
    (row,) = (item for item in rows if item["id"] == "mixed-telephony")
    assert (row["topic"], row["severity"]) == ("telephony", "error")
    assert row["title"] == "A subscription and its tenant use different telephony options."


@pytest.mark.parametrize("id", ["mixed-telephony", "yaml-syntax", "schema-type", "schema-required"])
def test_explain_prints_the_page_of_a_finding(run: Run, id: str) -> None:
    outcome = run("explain", id)
    assert outcome.code == 0
    assert "**Do:**" in outcome.out
    assert "**Source:**" in outcome.out


def test_schema_prints_each_schema(run: Run) -> None:
    assert json.loads(run("schema").out)["title"] == "Webex Contact Center tenant"
    assert json.loads(run("schema", "config").out)["title"] == "The configuration"


def test_the_shell_completes_commands(run: Run) -> None:
    outcome = run(_TENANTLINT_COMPLETE="bash_source")
    assert outcome.code == 0
    assert "_tenantlint_completion" in outcome.out
    outcome = run(_TENANTLINT_COMPLETE="bash_complete", COMP_WORDS="tenantlint ch", COMP_CWORD="1")
    assert outcome.out == "plain,check\n"
