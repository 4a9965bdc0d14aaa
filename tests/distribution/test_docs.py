"""The pages that people read: what can be generated is, what is shown is true."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checking.repositories import Repository
from tests.conftest import ROOT, Run
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.findings.wording import listing
from validator.plugins import cel_schema
from validator.plugins.loading import load_plugins
from validator.plugins.policy import Policy
from validator.project.config import load_config
from validator.testing import check_examples, examples, expected, found

POLICIES = list(load_plugins(installed=False).policies.values())
README = ROOT / "README.md"


@pytest.fixture
def generated(request: pytest.FixtureRequest) -> Callable[[Path, str, str, str], None]:
    """Compare what stands between two marks of a page with a text, or rewrite it."""

    def compare(page: Path, begin: str, end: str, text: str) -> None:
        old = page.read_text() if page.exists() else f"{begin}{end}"
        start = old.index(begin) + len(begin)
        new = old[:start] + text + old[old.index(end, start) :]
        if request.config.getoption("--update-golden"):
            page.write_text(new)
        assert page.read_text() == new

    return compare


def block(mark: str, page: Path = README) -> str:
    """Return the block of code after a mark of a page."""
    match = re.search(rf"<!-- {mark} -->\n(```+)\w+\n(.*?)\n\1", page.read_text(), re.DOTALL)
    assert match
    return match[2]


def test_the_output_in_the_readme_is_true(
    run: Run, folder: Path, generated: Callable[[Path, str, str, str], None]
) -> None:
    command = block("main command")
    assert "\n" not in command
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    program, _, arguments = command.rpartition(" && ")[2].partition(" ")
    assert program == ".venv/bin/tenantlint"
    outcome = run(*arguments.split())
    assert outcome.code == 1
    generated(README, "<!-- output of check -->\n```text\n", "```", outcome.out)


def test_the_stopped_pull_request_in_the_readme_is_true(
    run: Run, folder: Path, generated: Callable[[Path, str, str, str], None]
) -> None:
    repository = Repository(folder, run)
    text = (ROOT / "fixtures" / "harbour.tenant.yaml").read_text()
    text = re.sub(r"\s+# expect:.*", "", text)
    repository.write("tenants/harbour.yaml", text)
    repository.commit()
    assert "start: 2025-07-01\n" in text
    repository.write("tenants/harbour.yaml", text.replace("2025-07-01\n", "2023-05-01\n"))
    arguments = ("check", "--since", "main", "--as-of", "2026-05-01")
    outcome = run(*arguments)
    assert outcome.code == 1
    shown = f"$ tenantlint {' '.join(arguments[:3])}\n{outcome.out}"
    generated(README, "<!-- output of since -->\n```text\n", "```", shown)


def test_the_forecast_in_the_readme_is_true(
    run: Run, harbour: str, generated: Callable[[Path, str, str, str], None]
) -> None:
    arguments = ("forecast", harbour, "--from", "2026-05-01")
    outcome = run(*arguments, COLUMNS="100")
    shown = f"$ tenantlint {' '.join(arguments)}\n{outcome.out}"
    generated(README, "<!-- output of forecast -->\n```text\n", "```", shown)


def test_the_plan_in_the_readme_is_true(
    run: Run, folder: Path, generated: Callable[[Path, str, str, str], None]
) -> None:
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    arguments = ("plan", "fixtures/harbour.tenant.yaml", "--from", "2026-05-01")
    shown = f"$ tenantlint {' '.join(arguments)}\n{run(*arguments).out}"
    generated(README, "<!-- output of plan -->\n```text\n", "```", shown)


def test_the_usage_in_the_readme_is_true(
    run: Run, folder: Path, generated: Callable[[Path, str, str, str], None]
) -> None:
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    outcome = run("usage", "fixtures/worked-examples")
    shown = f"$ tenantlint usage fixtures/worked-examples\n{outcome.out}"
    generated(README, "<!-- output of usage -->\n```text\n", "```", shown)


CONSOLE = re.compile(r"```console\n\$ tenantlint (.*)\n(?:.*\n)*?```\n")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_commands_in_the_docs_print_what_is_shown(
    run: Run, folder: Path, request: pytest.FixtureRequest, page: Path
) -> None:
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")

    def with_output(match: re.Match[str]) -> str:
        outcome = run(*shlex.split(match[1]), COLUMNS="100")
        return f"```console\n$ tenantlint {match[1]}\n{outcome.out}{outcome.err}```\n"

    text = CONSOLE.sub(with_output, page.read_text())
    if request.config.getoption("--update-golden"):
        page.write_text(text)
    assert page.read_text() == text


def test_the_table_of_policies(generated: Callable[[Path, str, str, str], None]) -> None:
    rows = [
        f"| {item.topic} | [`{item.id}`](policies/README.md#{item.id}) "
        f"| {item.severity} | {item.title} |\n"
        for item in POLICIES
    ]
    table = "| topic | id | severity | found when |\n|---|---|---|---|\n" + "".join(rows)
    generated(README, "<!-- policies -->\n", "<!-- end of policies -->", table)


def test_the_pages_of_the_policies(generated: Callable[[Path, str, str, str], None]) -> None:
    head = (
        "# Policies\n\nThis page is generated from the policies; their docstrings are its source.\n"
    )
    pages = [
        f"\n## {item.id}\n\n{item.severity}, {item.topic}\n\n{item.text}\n" for item in POLICIES
    ]
    page = ROOT / "policies" / "README.md"
    generated(page, head, "<!-- end -->\n", "".join(pages))


def test_the_pages_of_the_other_findings(generated: Callable[[Path, str, str, str], None]) -> None:
    head = "# Findings that no policy reports\n\nThis page is generated from `findings/builtin_pages.py`.\n"
    pages = [
        f"\n## {item.id}\n\n{item.severity}, {item.topic}\n\n{item.text}\n"
        for item in BUILTIN_FINDINGS.values()
    ]
    generated(ROOT / "docs" / "findings.md", head, "<!-- end -->\n", "".join(pages))


def test_the_configuration_in_the_readme_holds(folder: Path) -> None:
    (folder / "tenantlint.toml").write_text(block("configuration"))
    assert load_config(None).expiring_within == 60
    assert tomllib.loads(block("configuration"))["fail-on"] == "warning"


def test_the_policy_in_contributing_works() -> None:
    text = block("a policy", ROOT / "CONTRIBUTING.md")
    bundled = (ROOT / "policies" / "telephony" / "mixed_telephony.py").read_text()
    assert text.split('"""')[2].strip() == bundled.split('"""')[2].strip()
    page = text.split('"""')[1].strip()
    (real,) = (item for item in POLICIES if item.id == "mixed-telephony")
    check_examples(Policy(real.id, real.topic, real.severity, page, real.function))


def test_the_readme_names_every_option(run: Run) -> None:
    commands = re.findall(r"^  ([a-z]+) ", run("--help").out, re.MULTILINE)
    helps = "".join(run(command, "--help").out for command in commands)
    for option in re.findall(r"`(--[a-z][a-z-]+)", README.read_text()):
        assert f" {option}" in helps, option


def test_the_readme_names_every_command(run: Run) -> None:
    for command in re.findall(r"^  ([a-z]+) ", run("--help").out, re.MULTILINE):
        assert f"tenantlint {command}" in README.read_text(), command


def test_the_scope_of_expressions_is_told(
    generated: Callable[[Path, str, str, str], None],
) -> None:
    def typed(kind: str) -> str:
        plain = kind.removeprefix("list ")
        return f"list of {plain}" if plain != kind else plain

    rows = ["| variable | type | |", "|---|---|---|"]
    elements = {
        name: kind
        for names in cel_schema.ELEMENT_VARIABLES.values()
        for name, kind in names.items()
    }
    for name, kind in elements.items():
        lists = [
            f"`{each}`" for each, names in cel_schema.ELEMENT_VARIABLES.items() if name in names
        ]
        rows.append(f"| `{name}` | {kind} | for each of {listing(lists, 'or')} |")
    for name, kind in cel_schema.VARIABLES.items():
        rows.append(f"| `{name}` | {typed(kind)} | {cel_schema.MEANINGS.get(name, '')} |")
    rows += ["", "| type | field | type | |", "|---|---|---|---|"]
    for name, fields in cel_schema.MESSAGES.items():
        plain = [key for key in fields if f"{name}.{key}" not in cel_schema.MEANINGS]
        for kind in dict.fromkeys(fields[key] for key in plain):
            keys = ", ".join(f"`{key}`" for key in plain if fields[key] == kind)
            rows.append(f"| {name} | {keys} | {typed(kind)} | |")
        for key in (key for key in fields if key not in plain):
            meaning = cel_schema.MEANINGS[f"{name}.{key}"]
            rows.append(f"| {name} | `{key}` | {typed(fields[key])} | {meaning} |")
    known = {
        *cel_schema.VARIABLES,
        *(f"{n}.{key}" for n, record in cel_schema.MESSAGES.items() for key in record),
    }
    assert cel_schema.MEANINGS.keys() <= known
    table = "\n".join(("", *rows, ""))
    generated(README, "<!-- scope -->\n", "<!-- end of scope -->", table)


def test_the_policy_without_code_in_the_readme_works(run: Run, folder: Path) -> None:
    (folder / "policies.yaml").write_text(block("declared"))
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    assert run("test").out == "ok      department-without-partner: 1 bad, 1 good\n"


def test_the_policies_in_the_page_about_expressions_work(run: Run, folder: Path) -> None:
    page = ROOT / "docs" / "policies-without-code.md"
    (folder / "policies.yaml").write_text(block("a file of policies", page))
    outcome = run("test", "policies.yaml")
    assert outcome.out == (
        "ok      half-unused: 1 bad, 1 good\n"
        "ok      long-notice: 1 bad, 1 good\n"
        "ok      no-cost-centre: 1 bad, 1 good\n"
    )


def test_the_policies_with_options_work(run: Run, folder: Path) -> None:
    page = ROOT / "docs" / "policy-options.md"
    (folder / "policies.yaml").write_text(block("a file of policies", page))
    assert run("test", "policies.yaml").out == "ok      long-trial: 1 bad, 1 good\n"
    (folder / "own").mkdir()
    (folder / "own" / "many_assignments.py").write_text(block("a policy with options", page))
    explained = run("explain", "many-assignments", "--policies", "own").out
    assert "- `most`: a whole number; by default 3; at least 1." in explained


def test_the_options_of_the_bundled_policies_are_told() -> None:
    page = (ROOT / "docs" / "policy-options.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    told = {
        (id, option)
        for line in rows
        for id in re.findall(r"`([a-z-]+)`", line.split("|")[1])
        for option in re.findall(r"`(\w+)`", line.split("|")[2])
    }
    assert told == {(item.id, option.name) for item in POLICIES for option in item.options}


def test_the_chapter_about_plugins_is_true(folder: Path) -> None:
    page = (ROOT / "docs" / "policies.md").read_text()
    marks = re.findall(
        r"^<!-- (file|excerpt|run|output)(?:: (\S+))? -->\n(`{3,})\w*\n(.*?)^\3$",
        page,
        re.MULTILINE | re.DOTALL,
    )
    place = folder / "installed"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(place)}
    assert {kind for kind, *_ in marks} == {"file", "excerpt", "run", "output"}
    said, errors = "", ""
    for kind, name, _, text in marks:
        if kind == "file":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        elif kind == "excerpt":
            assert text in (folder / name).read_text()
        elif kind == "run":
            # Into a folder of its own, and not among the packages that the tests run with.
            aside = text.replace("pip install", f"pip install --no-deps --target {place}")
            script = ["bash", "-c", aside]
            done = subprocess.run(
                script, cwd=folder, env=env, capture_output=True, text=True, check=False
            )
            assert "Traceback" not in done.stderr, done.stderr
            said, errors = done.stdout, done.stderr
        else:
            assert said == text, errors


def test_sources_are_listed() -> None:
    listed = set(re.findall(r"^\| (R\d+) \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE))
    for item in POLICIES:
        assert set(re.findall(r"\bR\d+\b", item.page)) <= listed, item.id


def test_the_two_manifests_of_hooks_agree() -> None:
    first, second = (ROOT / name for name in (".pre-commit-hook.yaml", ".pre-commit-hooks.yaml"))
    assert not first.is_symlink()
    assert not second.is_symlink()
    assert first.read_bytes() == second.read_bytes()


def test_examples_count_lines_as_they_stand() -> None:
    (example, *_) = examples(POLICIES[0].page)
    (got, before) = (POLICIES[0], example.before)
    assert expected(example.text) == found(example.text, policies=[got], before=before)
