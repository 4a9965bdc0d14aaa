"""Program start: `python -m`, lazy imports, and other packages named `validator`."""

import os
import shutil
import subprocess
import sys
import textwrap
import venv
from pathlib import Path
from typing import Any

import click
import pytest

from tests.conftest import COMMAND, ROOT, UNSOUND
from validator.cli.app import COMMANDS, tenantlint

MODULES = ["validator", "validator.cli", "validator.cli.app"]
HELP = """\
Commands:
  check     Check tenant files.
  config    Show the configuration, and the origin of each value.
  drift     Report differences between a tenant file and Control Hub.
  explain   Print the page of a policy or of a built-in finding.
  forecast  Report which findings will appear or clear as time passes.
  import    Create or update a tenant file from Control Hub exports.
  init      Create a first tenant file, a configuration and the hook.
  lsp       Run the language server for editors.
  new       Create new files from a template.
  plan      Plan which users to move to which subscription, and by when.
  policies  List all policies, including those that the configuration names.
  pull      Download the licences and people of a tenant from the Webex API.
  schema    Print the JSON Schema of tenant files, or another schema.
  test      Test policies with their examples.
  usage     Report the usage of each service, and who bears the overage.
  why       Explain the state of subscriptions and users on a day.
"""


def call(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "--as-of", "2026-05-01"], 1),
        (["check", "--as-of", "2026-05-01", "--fail-on", "never"], 0),
        (["check", "nowhere"], 2),
        (["check", "--formt", "json"], 2),
        (["--version"], 0),
        (["--help"], 0),
        ([], 2),
    ],
)
def test_python_m_runs_the_command(
    folder: Path, module: str, arguments: list[str], code: int
) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    expected = call(COMMAND, *arguments)
    started = call(sys.executable, "-m", module, *arguments)
    assert started.returncode == expected.returncode == code
    assert (started.stdout, started.stderr) == (expected.stdout, expected.stderr)
    assert started.stdout + started.stderr


@pytest.mark.parametrize("module", MODULES)
def test_python_m_imports_nothing_from_the_working_folder(folder: Path, module: str) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    for name in ("click", "json", "yaml", "pathlib", "dataclasses", "policies", "pluggy"):
        (folder / f"{name}.py").write_text(f"open({str(folder / 'it-ran')!r}, 'w')\n")
    started = call(sys.executable, "-m", module, "check", "--as-of", "2026-05-01", "--no-cache")
    assert started.returncode == 1, started.stderr
    assert not (folder / "it-ran").exists()


def test_python_m_runs_in_the_folder_of_the_package(tmp_path: Path) -> None:
    # The copy of the source is only importable from the working folder.
    for name in ("validator", "policies", "schemas"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "a.tenant.yaml").write_text(UNSOUND)
    path = str(Path(click.__file__).parents[1])
    started = subprocess.run(
        [sys.executable, "-S", "-m", "validator", "check", "--as-of", "2026-05-01"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (started.returncode, started.stderr) == (1, "")


def imported_commands(*arguments: str) -> set[str]:
    """Return the command modules that a run imports."""
    code = (
        "import sys\nfrom validator.cli.app import tenantlint\n"
        "try:\n    tenantlint.main(sys.argv[1:])\n"
        "finally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    started = call(sys.executable, "-c", code, *arguments)
    assert started.returncode == 0
    names = {name.removeprefix("validator.cli.") for name in started.stderr.split()}
    assert "app" in names
    return names & set(COMMANDS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_imports_no_other_command(name: str) -> None:
    assert imported_commands(name, "--help") == {COMMANDS[name]}


def test_the_version_imports_no_command() -> None:
    assert imported_commands("--version") == set()


def test_the_help_lists_all_commands() -> None:
    assert HELP in call(COMMAND, "--help", COLUMNS="100").stdout


def test_the_help_is_not_cut_in_a_narrow_terminal() -> None:
    commands = call(COMMAND, "--help", COLUMNS="80").stdout.partition("Commands:")[2]
    assert "..." not in commands


def test_the_completion_lists_all_commands() -> None:
    env = {"_TENANTLINT_COMPLETE": "zsh_complete", "COMP_WORDS": "tenantlint ", "COMP_CWORD": "1"}
    lines = call(COMMAND, **env).stdout.splitlines()
    assert [line.partition(",")[2] for line in lines] == sorted(COMMANDS)


def test_every_command_is_registered_under_its_name() -> None:
    context = click.Context(tenantlint)
    for name in COMMANDS:
        command = tenantlint.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert tenantlint.get_command(context, "app") is None


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Create a virtual environment that has a copy of the package, without `policies` and `schemas`."""
    venv.create(tmp_path / "env", with_pip=False)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    shutil.copytree(ROOT / "validator", site / "validator")
    (site / "dependencies.pth").write_text(f"{Path(click.__file__).parents[1]}\n")
    return site


STARTS = [[str(COMMAND)], ["-m", "validator"], ["-m", "validator.cli"], ["-m", "validator.cli.app"]]


def call_in(environment: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    python = environment.parents[2] / "bin" / "python"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [python, *arguments],
        cwd=environment.parents[3],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("start", STARTS, ids=" ".join)
def test_a_package_replaced_by_another_distribution_is_2(
    environment: Path, start: list[str]
) -> None:
    assert call_in(environment, *start, "--version").returncode == 0
    file = environment / "validator" / "__init__.py"
    file.write_text("from .validators import Validator\n__version__ = '1.3.0'\n")
    file.with_name("validators.py").write_text("class Validator:\n    pass\n")
    for arguments in (["check", "a.tenant.yaml"], ["--version"], []):
        started = call_in(environment, *start, *arguments)
        assert (started.returncode, started.stdout) == (2, "")
        assert started.stderr == (
            f"tenantlint: another distribution has installed a package named validator: {file}; "
            "install tenantlint in its own environment, for example with pipx\n"
        )


@pytest.mark.parametrize("start", STARTS, ids=" ".join)
def test_a_package_file_removed_with_another_distribution_is_2(
    environment: Path, start: list[str]
) -> None:
    file = environment / "validator" / "__init__.py"
    file.unlink()
    started = call_in(environment, *start, "check", "a.tenant.yaml")
    assert (started.returncode, started.stdout) == (2, "")
    (line,) = started.stderr.splitlines()
    assert line.startswith(f"tenantlint: {file} is missing: ")
    assert line.endswith("in its own environment, for example with pipx")


def test_a_package_earlier_on_the_path_fails(environment: Path) -> None:
    # No code of this project runs; the program must at least not succeed.
    other = environment.parent / "other" / "validator"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("")
    (environment / "other.pth").write_text(f"import sys; sys.path.insert(0, {str(other.parent)!r})")
    for start in STARTS:
        started = call_in(environment, *start, "--version")
        assert started.returncode == 1
        assert "No module named" in started.stderr


def script(folder: Path, code: str, *arguments: str, stdout: object = subprocess.PIPE) -> Any:
    """Run a script with the name of the installed command, which imports `main` as that does."""
    begin = "import atexit\nimport sys\nfrom validator.cli import app\n"
    begin += "from validator.cli.entry_point import main\n"
    file = folder / "tenantlint"
    file.write_text(begin + textwrap.dedent(code))
    env = {**os.environ, "PYTHONUNBUFFERED": ""}
    command = [sys.executable, file, *arguments]
    return subprocess.run(command, stdout=stdout, env=env, text=True, check=False)  # type: ignore[call-overload]


def test_output_that_cannot_be_written_at_the_end_is_exit_code_2(folder: Path) -> None:
    code = """
        app.main = lambda: sys.exit(sys.stdout.write("late") - 4)
        sys.exit(main())
    """
    with Path("/dev/full").open("w") as full:
        assert script(folder, code, stdout=full).returncode == 2
    done = script(folder, code)
    assert (done.returncode, done.stdout) == (0, "late")


@pytest.mark.parametrize("when", ["before", "in"])
def test_functions_registered_at_exit_are_called(folder: Path, when: str) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    code = f"""
        check = app.main

        def register():
            atexit.register(sys.stdout.write, "at exit")

        def check_with_plugin():
            if {when!r} == "in":
                register()
            check()

        app.main = check_with_plugin
        if {when!r} == "before":
            register()
        sys.exit(main())
    """
    done = script(folder, code, "check", "--as-of", "2026-05-01")
    assert done.returncode == 1
    assert done.stdout.endswith("\nat exit")


@pytest.mark.parametrize("start", ["entry_point", "app"])
def test_a_program_that_goes_on_has_its_garbage_collector(folder: Path, start: str) -> None:
    code = f"""
        from validator.cli.{start} import main
        import gc

        def end():
            try:
                main()
            except SystemExit as error:
                print(error.code, gc.isenabled())

        end()
    """
    assert script(folder, code, "--version").stdout.endswith("0 True\n")


def test_another_thread_ends_first(folder: Path) -> None:
    code = """
        import threading
        import time

        def late():
            time.sleep(0.2)
            print("late")

        threading.Thread(target=late).start()
        sys.exit(main())
    """
    done = script(folder, code, "--version")
    assert done.returncode == 0
    assert done.stdout.endswith("\nlate\n")


def test_a_program_that_calls_main_goes_on(folder: Path) -> None:
    code = """
        def run():
            main()

        try:
            run()
        except SystemExit:
            sys.exit(7)
    """
    done = script(folder, code, "--version")
    assert done.returncode == 7
    assert done.stdout.startswith("tenantlint ")


def test_a_module_that_is_run_as_the_command_goes_on(folder: Path) -> None:
    code = """
        import runpy

        try:
            runpy.run_module("validator", run_name="__main__")
        except SystemExit:
            sys.exit(7)
    """
    assert script(folder, code, "--version").returncode == 7


def test_main_runs_in_another_thread(folder: Path) -> None:
    code = """
        from concurrent.futures import ThreadPoolExecutor

        def run():
            try:
                main()
            except SystemExit as end:
                return end.code

        with ThreadPoolExecutor() as pool:
            sys.exit(pool.submit(run).result() + 7)
    """
    assert script(folder, code, "--version").returncode == 7
