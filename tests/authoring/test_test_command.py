"""The messages of `tenantlint test` about the pages and the keys of Python policies."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.plugins.test_plugins import POLICY, plant

BAD = "```yaml bad\n"
SECOND = """```yaml bad
subscriptions: [{id: Sub2, type: named, start: 2025-01-01}]  # expect: nameless
```

```yaml good
"""


@pytest.mark.parametrize(
    ("heading", "right"),
    [
        ("bad as_of=2020-01-01", "bad as-of=2020-01-01"),
        ("bad as-of 2020-01-01", "bad as-of=2020-01-01"),
        ("bad  as-of=2020-01-01", "bad as-of=2020-01-01"),
        ("good,", "good"),
        ("before example", "before"),
        ("before as-of=2020-01-01", "before: the day is that of the next example"),
    ],
)
def test_a_misspelt_heading_is_reported(run: Run, folder: Path, heading: str, right: str) -> None:
    # Without this block, the page has a bad and a good example.
    plant(folder, "acme/nameless.py", POLICY.replace(BAD, f"```yaml {heading}\nx\n```\n\n{BAD}"))
    outcome = run("test", "own")
    assert outcome.code == 1
    shown = "bad  as-of=2020-01-01" if "  " in heading else heading
    assert outcome.out == (
        "FAILED  nameless: 1 bad, 1 good\n        own/acme/nameless.py: "
        f"the example heading {shown} is not valid; write {right}\n"
    )


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("```yml bad", "```yaml bad at the start of the line"),
        ("~~~yaml bad", "```yaml bad at the start of the line"),
        ("  ```yaml bad as-of=2026-01-01", "```yaml bad as-of=2026-01-01 at the start of the line"),
        ("````yaml bad", "```yaml bad at the start of the line"),
        ("```YAML good", "```yaml good at the start of the line"),
        ("```yaml Bad", "bad"),
    ],
)
def test_a_heading_of_another_form_is_reported(
    run: Run, folder: Path, line: str, right: str
) -> None:
    plant(folder, "acme/nameless.py", POLICY.replace(BAD, f"{line}\nx\n```\n\n{BAD}"))
    outcome = run("test", "own")
    assert outcome.code == 1
    shown = line.strip().removeprefix("```yaml ") if right == "bad" else line.strip()
    assert f"the example heading {shown} is not valid; write {right}\n" in outcome.out


def test_a_block_without_an_end_is_reported(run: Run, folder: Path) -> None:
    plant(folder, "acme/nameless.py", POLICY.replace("```\n\n```yaml good", "\n```yaml good"))
    outcome = run("test", "own")
    assert outcome.code == 1
    assert "the example under the heading bad has no end; add ``` below it\n" in outcome.out


def test_a_bad_example_of_a_change_needs_an_older_version(run: Run, folder: Path) -> None:
    change = POLICY.replace('severity="warning"', 'severity="warning", over="change"')
    change = change.replace("def look(tenant)", "def look(older, tenant)")
    plant(folder, "acme/nameless.py", change)
    outcome = run("test", "own")
    assert outcome.code == 1
    assert outcome.out == (
        "FAILED  nameless: 1 bad, 1 good\n"
        "        bad example 1: it has no older version; add a block marked `before` above it\n"
    )
    older = "```yaml before\nsubscriptions: [{id: Sub1, type: named, start: 2025-01-01}]\n```\n\n"
    plant(folder, "acme/nameless.py", change.replace(BAD, older + BAD))
    outcome = run("test", "own", "--mutate")
    assert outcome.code == 0
    assert "good examples are not changed: this policy compares two versions\n" in outcome.out


@pytest.mark.parametrize("day", ["01.05.2026", "2026-02-30", "20260501"])
def test_a_day_that_is_not_valid_is_reported(run: Run, folder: Path, day: str) -> None:
    text = POLICY.replace("```yaml good\n", SECOND).replace("yaml bad", f"yaml bad as-of={day}", 1)
    plant(folder, "acme/nameless.py", text)
    outcome = run("test", "own")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.out == (
        "FAILED  nameless: 1 bad, 1 good\n"
        f"        bad example 1: as-of: {day} is not a calendar day (YYYY-MM-DD)\n"
    )


def test_blanks_after_a_heading_are_allowed(run: Run, folder: Path) -> None:
    plant(folder, "acme/nameless.py", POLICY.replace("yaml bad", "yaml bad as-of=2026-01-01  "))
    assert run("test", "own").out == "ok      nameless: 1 bad, 1 good\n"
    assert "Bad, on 2026-01-01:" in run("explain", "nameless", "--policies", "own").out


@pytest.mark.parametrize(
    "text", [POLICY[POLICY.index("from") :], "import re\n" + POLICY], ids=["none", "late"]
)
def test_a_module_without_a_docstring_is_named(run: Run, folder: Path, text: str) -> None:
    plant(folder, "acme/nameless.py", text)
    outcome = run("test", "own")
    assert outcome.code == 1
    (line,) = outcome.out.splitlines()[1:]
    assert line.strip().startswith("the module has no docstring, which is the page of the policy;")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("finding(", 'finding("nme", ', "the subscription has no key nme; did you mean name?"),
        ("subscription.finding(", 'tenant.tenant.finding("user", ', "did you mean users?"),
    ],
)
def test_a_key_that_the_element_cannot_have_is_reported(
    run: Run, folder: Path, old: str, new: str, error: str
) -> None:
    plant(folder, "acme/nameless.py", POLICY.replace(old, new))
    outcome = run("test", "own")
    assert outcome.code == 1
    assert error in outcome.out


@pytest.mark.parametrize("key", ["name", "partner", "x-team"])
def test_a_key_that_the_element_may_have_is_allowed(run: Run, folder: Path, key: str) -> None:
    plant(folder, "acme/nameless.py", POLICY.replace("finding(", f'finding("{key}", '))
    assert run("test", "own").code == 0


@pytest.mark.parametrize("char", ["\N{NEXT LINE}", "\N{LINE SEPARATOR}"])
def test_only_line_breaks_of_yaml_count_for_expected_lines(
    run: Run, folder: Path, char: str
) -> None:
    first = f"x-note: a{char}b\nsubscriptions: "
    plant(folder, "acme/nameless.py", POLICY.replace("subscriptions: ", first))
    assert run("test", "own").out == "ok      nameless: 1 bad, 1 good\n"


def test_a_page_can_be_indented(run: Run, folder: Path) -> None:
    page, code = POLICY[3:].split('"""', 1)
    indented = "".join(f"    {line}" for line in f"\n{page}".splitlines(keepends=True))
    plant(folder, "acme/nameless.py", f'"""{indented}"""{code}')
    assert run("test", "own").out == "ok      nameless: 1 bad, 1 good\n"
    assert "name it." in run("explain", "nameless", "--policies", "own").out


def test_an_unexpected_finding_has_its_message(run: Run, folder: Path) -> None:
    plant(folder, "acme/nameless.py", POLICY.replace(", name: Care", ", name: Care, nme: x"))
    assert "has no key nme" in run("test", "own").out
