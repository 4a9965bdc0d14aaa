"""The pages that people read: what can be generated is, what is shown is true."""

import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.test_since import Repository
from validator.config import load_config
from validator.definition import Policy
from validator.plugins import load_plugins
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


def test_the_usage_in_the_readme_is_true(
    run: Run, folder: Path, generated: Callable[[Path, str, str, str], None]
) -> None:
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    outcome = run("usage", "fixtures/worked-examples")
    shown = f"$ tenantlint usage fixtures/worked-examples\n{outcome.out}"
    generated(README, "<!-- output of usage -->\n```text\n", "```", shown)


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
    check_examples(Policy(real.id, real.topic, real.severity, page, real.look))


def test_the_readme_names_every_option(run: Run) -> None:
    commands = re.findall(r"^  ([a-z]+) ", run("--help").out, re.MULTILINE)
    helps = "".join(run(command, "--help").out for command in commands)
    for option in re.findall(r"`(--[a-z][a-z-]+)", README.read_text()):
        assert f" {option}" in helps, option


def test_the_readme_names_every_command(run: Run) -> None:
    for command in re.findall(r"^  ([a-z]+) ", run("--help").out, re.MULTILINE):
        assert f"tenantlint {command}" in README.read_text(), command


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
