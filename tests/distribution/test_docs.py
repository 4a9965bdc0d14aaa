"""The documentation: generated parts are current, and shown commands and examples work."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.checking.repositories import Repository
from tests.conftest import ROOT, Run
from tests.docs import expression_tables
from tests.docs.generated_page import DOCS, README, Generated, block, table
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.plugins import cel_schema
from validator.plugins.loading import load_plugins
from validator.project.config import load_config
from validator.testing import examples, expected, found

POLICIES = list(load_plugins(installed=False).policies.values())
DAY = ("--as-of", "2026-05-01")


def test_the_output_in_the_readme_is_current(run: Run, folder: Path, generated: Generated) -> None:
    command = block("main command")
    assert "\n" not in command
    tenant = (ROOT / "fixtures" / "quickstart.tenant.yaml").read_text()
    generated(README, "<!-- the tenant file -->\n```yaml\n", "```", tenant)
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    program, _, arguments = command.rpartition(" && ")[2].partition(" ")
    assert program == ".venv/bin/tenantlint"
    outcome = run(*arguments.split())
    assert outcome.code == 1
    generated(README, "<!-- output of check -->\n```text\n", "```", outcome.out)


def test_the_failing_change_in_the_docs_is_current(
    run: Run, folder: Path, generated: Generated
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
    generated(DOCS / "configuration.md", "<!-- output of since -->\n```text\n", "```", shown)


def test_the_plan_in_the_readme_is_current(run: Run, folder: Path, generated: Generated) -> None:
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    arguments = ("plan", "fixtures/quickstart.tenant.yaml", "--from", "2026-05-01")
    shown = f"$ tenantlint {' '.join(arguments)}\n{run(*arguments).out}"
    generated(README, "<!-- output of plan -->\n```text\n", "```", shown)


CONSOLE = re.compile(r"```console\n\$ tenantlint (.*)\n(?:.*\n)*?```\n")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_the_commands_in_the_docs_print_the_shown_output(
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


def test_the_pages_of_the_policies_are_current(generated: Generated) -> None:
    head = (
        "# Policies\n\nEach policy has a page that says what it finds, why it matters and what to do, "
        "with examples. `tenantlint explain ID` prints the same page. `tenantlint policies` also lists "
        "the policies of plugins.\n\nThis page is generated from the docstrings of the policies.\n"
    )
    rows = [
        [item.topic, f"[`{item.id}`](#{item.id})", item.severity, item.title] for item in POLICIES
    ]
    pages = [
        f"\n## {item.id}\n\n{item.severity}, {item.topic}\n\n{item.text}\n" for item in POLICIES
    ]
    text = f"\n{table('topic|id|severity|found when', rows)}{''.join(pages)}"
    generated(DOCS / "policies.md", head, "<!-- end -->\n", text)


def test_the_pages_of_the_other_findings_are_current(generated: Generated) -> None:
    head = (
        "# Built-in findings\n\nThese findings do not come from a policy. They are reported by the YAML "
        "reader, the schema, suppressions, comparisons with an older version, and `drift`. "
        "`tenantlint explain ID` prints the same page.\n\n"
        "This page is generated from `findings/builtin_pages.py`.\n"
    )
    pages = [
        f"\n## {item.id}\n\n{item.severity}, {item.topic}\n\n{item.text}\n"
        for item in BUILTIN_FINDINGS.values()
    ]
    generated(ROOT / "docs" / "findings.md", head, "<!-- end -->\n", "".join(pages))


def test_the_configuration_in_the_docs_is_valid(folder: Path) -> None:
    shown = block("configuration", DOCS / "configuration.md")
    (folder / "tenantlint.toml").write_text(shown)
    assert load_config(None).expiring_within == 60
    assert tomllib.loads(shown)["fail-on"] == "warning"


def test_the_suppression_in_the_docs_covers_its_finding(run: Run, folder: Path) -> None:
    text = (ROOT / "fixtures" / "quickstart.tenant.yaml").read_text()
    line = "    telephony: vpop  # expect: mixed-telephony"
    shown = block("suppression", DOCS / "configuration.md")
    assert line in text
    (folder / "a.tenant.yaml").write_text(text.replace(line, shown))
    outcome = run("check", *DAY, "--select", "telephony", "--verbose")
    assert outcome.code == 0
    assert "OPS-42, number porting" in outcome.out


def test_the_baseline_commands_in_the_docs_pass(run: Run, folder: Path) -> None:
    shutil.copy(ROOT / "fixtures" / "quickstart.tenant.yaml", folder)
    once, *later = block("baseline", DOCS / "configuration.md").splitlines()
    assert run("check", *DAY).code == 1
    for line in (once, *later):
        program, *arguments = shlex.split(line, comments=True)
        assert program == "tenantlint"
        outcome = run(*arguments, *DAY)
        assert outcome.code == 0, outcome.out
    assert (folder / "known.json").exists()


def test_the_policy_in_the_docs_is_a_bundled_one(generated: Generated) -> None:
    text = (ROOT / "policies" / "telephony" / "mixed_telephony.py").read_text()
    generated(DOCS / "writing-policies.md", "<!-- a policy -->\n````python\n", "````", text)


def test_the_variables_of_expressions_are_documented(generated: Generated) -> None:
    known = {
        *cel_schema.VARIABLES,
        *(f"{name}.{key}" for name, fields in cel_schema.MESSAGES.items() for key in fields),
    }
    assert expression_tables.MEANINGS.keys() <= known
    page = DOCS / "policy-reference.md"
    generated(page, "<!-- scope -->\n", "<!-- end of scope -->", expression_tables.tables())


def test_the_first_policy_without_code_works(run: Run, folder: Path) -> None:
    (folder / "policies.yaml").write_text(block("declared", DOCS / "policies-without-code.md"))
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    assert run("test").out == "ok      department-without-partner: 1 bad, 1 good\n"


def test_an_expression_without_has_is_refused_as_shown(
    run: Run, folder: Path, generated: Generated
) -> None:
    page = DOCS / "policies-without-code.md"
    text, number = re.subn("when: .*", "when: subscription.end < today", block("declared", page))
    assert number == 1
    (folder / "policies.yaml").write_text(f"{text}\n")
    outcome = run("test", "policies.yaml")
    assert outcome.code == 2
    generated(page, "<!-- output without has -->\n```text\n", "```", outcome.err)


def test_the_shown_configuration_in_the_docs_is_current(
    run: Run, folder: Path, generated: Generated
) -> None:
    package = folder / "site" / "acme_tenantlint"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    policies = block("declared", DOCS / "policies-without-code.md")
    for file in (package / "policies.yaml", folder / "own.yaml"):
        file.write_text(f"{policies}\n")
    (package / "strict.toml").write_text('fail-on = "warning"\npolicy-files = ["policies.yaml"]\n')
    (folder / "tenantlint.toml").write_text(
        'extends = ["package:acme_tenantlint/strict.toml"]\npolicy-files = ["own.yaml"]\n'
        '[severity]\nprimary-shift = "error"\n'
    )
    outcome = run("config", PYTHONPATH=str(folder / "site"))
    assert outcome.code == 0, outcome.err
    page = DOCS / "sharing.md"
    generated(page, "<!-- output of config -->\n```toml\n", "```", outcome.out)


def test_the_reasons_for_files_in_the_docs_are_current(
    run: Run, folder: Path, generated: Generated
) -> None:
    repository = Repository(folder, run)
    for name in ("archive/old.tenant.yaml", "build/a.yaml", "notes.yaml", "tenants/harbour.yaml"):
        repository.write(name, "")
    repository.write(".gitignore", "build/\n")
    repository.write("tenantlint.toml", 'exclude = ["archive/"]\n')
    shown = run("config", "--files").out
    page = DOCS / "sharing.md"
    generated(page, "<!-- output of config files -->\n```text\n", "```", shown)


def test_the_policies_on_the_page_about_expressions_work(run: Run, folder: Path) -> None:
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


def test_the_options_of_the_bundled_policies_are_documented() -> None:
    page = (ROOT / "docs" / "policy-options.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    documented = {
        (id, option)
        for line in rows
        for id in re.findall(r"`([a-z-]+)`", line.split("|")[1])
        for option in re.findall(r"`(\w+)`", line.split("|")[2])
    }
    assert documented == {(item.id, option.name) for item in POLICIES for option in item.options}


OUTPUT = re.compile(r"(<!-- output -->\n```text\n).*?^```", re.MULTILINE | re.DOTALL)
MARKS = re.compile(
    r"^<!-- (file|excerpt|run|output)(?:: (\S+))? -->\n(`{3,})\w*\n(.*?)^\3$"
    r"|^<!-- (edit): (\S+): ([^\n]+) => ([^\n]+) -->$",
    re.MULTILINE | re.DOTALL,
)
"""The steps of a page. The page's text describes what an `edit` changes."""
RUN_PAGES = ("quickstart.md", "tenant-file.md", "testing-policies.md", "writing-policies.md")


@pytest.mark.parametrize("name", RUN_PAGES)
def test_the_steps_of_the_tutorials_print_the_shown_output(
    folder: Path, request: pytest.FixtureRequest, name: str
) -> None:
    page = (DOCS / name).read_text()
    marks = MARKS.findall(page)
    place = folder / "installed"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(place)}
    assert {kind for kind, *_ in marks} >= {"file", "run", "output"}
    said, errors = "", ""
    shown: list[tuple[str, str, str]] = []
    for kind, file, _, text, is_edit, edited, old, new in marks:
        if is_edit:
            before = (folder / edited).read_text()
            assert before.count(old) == 1, old
            (folder / edited).write_text(before.replace(old, new))
        elif kind == "file":
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text)
        elif kind == "excerpt":
            assert text in (folder / file).read_text()
        elif kind == "run":
            # Install to a separate folder instead of the environment that runs the tests.
            aside = text.replace("pip install", f"pip install --no-deps --target {place}")
            script = ["bash", "-c", aside]
            done = subprocess.run(
                script, cwd=folder, env=env, capture_output=True, text=True, check=False
            )
            assert "Traceback" not in done.stderr, done.stderr
            errors = done.stderr
            notes = (line for line in errors.splitlines(True) if line.startswith("tenantlint: "))
            said = "".join((done.stdout, *notes))
        else:
            shown.append((text, said, errors))
    if request.config.getoption("--update-golden"):
        outputs = iter(shown)
        page = OUTPUT.sub(lambda match: match[1] + next(outputs)[1] + "```", page)
        (DOCS / name).write_text(page)
    else:
        for text, said, errors in shown:
            assert text == said, errors


def test_every_source_that_a_policy_cites_is_listed() -> None:
    listed = set(re.findall(r"^\| (R\d+) \|", (DOCS / "development.md").read_text(), re.MULTILINE))
    for item in POLICIES:
        assert set(re.findall(r"\bR\d+\b", item.page)) <= listed, item.id


def test_the_two_hook_manifests_are_identical() -> None:
    first, second = (ROOT / name for name in (".pre-commit-hook.yaml", ".pre-commit-hooks.yaml"))
    assert not first.is_symlink()
    assert not second.is_symlink()
    assert first.read_bytes() == second.read_bytes()


def test_examples_are_checked_with_the_lines_before_them() -> None:
    (example, *_) = examples(POLICIES[0].page)
    (got, before) = (POLICIES[0], example.before)
    assert expected(example.text) == found(example.text, policies=[got], before=before)
