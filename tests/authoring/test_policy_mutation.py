"""Tests for policy authors: mutation of policies, JUnit, the pytest plugin, timing."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT, UNSOUND, Run
from tests.plugins.test_policy_file import policy_text
from tests.reporters.test_reports import validate_junit

TRIAL = "subscriptions:\n  - {{id: Sub1, type: named, start: 2026-01-01, grace_days: {}}}{}\n"
EXPECT = "  # expect: mine"
Write = Callable[..., None]


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a policy about grace days; `bad` and `good` are the days in its examples."""

    def write(when: str, bad: int, good: int, **more: object) -> None:
        examples = {"bad": [TRIAL.format(bad, EXPECT)], "good": [TRIAL.format(good, "")]}
        text = policy_text(when, "x", "subscriptions", examples=examples, **more)
        (folder / "policies.yaml").write_text(text)

    return write


def missed(run: Run, *arguments: str) -> list[str]:
    outcome = run("test", "--mutate", *(arguments or ("policies.yaml",)))
    assert outcome.code == 0, outcome.out + outcome.err
    return [
        line.partition("not detected: ")[2]
        for line in outcome.out.splitlines()
        if "not detected" in line
    ]


@pytest.mark.parametrize(
    ("when", "bad", "good", "expected"),
    [
        # Examples at the threshold notice every change.
        ("subscription.grace_days > 30", 31, 30, []),
        ("subscription.grace_days >= 31", 31, 30, []),
        # Examples next to the threshold miss the changes that do not affect them.
        ("subscription.grace_days > 30", 32, 30, ["`30` becomes `31`"]),
        ("subscription.grace_days > 30", 31, 29, ["`>` becomes `>=`", "`30` becomes `29`"]),
        ("days(subscription.grace_days) > days(30)", 40, 30, ["`30` becomes `31`"]),
        # Durations in days are changed by one day.
        ("subscription.start + days(190) > today && subscription.grace_days > 30", 31, 30,
         ["`190` becomes `191`", "`190` becomes `189`", "`>` becomes `>=`"]),
        ("subscription.type == 'named' && subscription.grace_days > 30", 31, 30, []),
        ("subscription.start < day('2026-05-01') && subscription.grace_days == 31", 31, 30,
         ["`<` becomes `<=`"]),
    ],
)  # fmt: skip
def test_a_change_that_no_example_notices_is_listed(
    run: Run, write: Write, when: str, bad: int, good: int, expected: list[str]
) -> None:
    write(when, bad, good)
    lines = missed(run)
    assert all(re.match(r"policies\.yaml:7:\d+: ", line) for line in lines)
    found = [line.split(": ", 1)[1] for line in lines]
    # The examples may miss other changes too.
    assert set(expected) <= set(found)
    if not expected:
        assert found == []


def test_the_score_is_the_share_of_noticed_changes(run: Run, write: Write) -> None:
    write("subscription.grace_days > 30", 31, 30)
    outcome = run("test", "--mutate", "policies.yaml")
    assert "the examples detect 3 of 3 small changes to the policy\n" in outcome.out
    assert outcome.out.endswith("score: 100 % (3 of 3 policy changes are detected)\n")
    write("subscription.grace_days > 30", 40, 30)
    outcome = run("test", "--mutate", "policies.yaml")
    assert outcome.out.endswith("score: 66 % (2 of 3 policy changes are detected)\n")
    assert run("test", "--mutate", "--fail-under", "66", "policies.yaml").code == 0
    assert run("test", "--mutate", "--fail-under", "67", "policies.yaml").code == 1
    assert "--fail-under needs --mutate" in run("test", "--fail-under", "67", "policies.yaml").err
    assert "score" not in run("test", "policies.yaml").out
    # Without passing examples, there is no score.
    write("subscription.grace_days > 30", 40, 31)
    outcome = run("test", "--mutate", "policies.yaml")
    assert outcome.code == 1
    assert "score" not in outcome.out


def test_a_change_to_a_good_example_on_which_the_policy_crashes_is_listed(
    run: Run, folder: Path
) -> None:
    tenant = (
        "subscriptions: [{{id: {0}, type: named, start: 2026-01-01}}]\nusers:\n"
        "  - {{email: a@b.example, roles: [agent], assignments: [{0}]}}{1}\n"
    )
    examples = {"bad": [tenant.format("Sub1", EXPECT)], "good": [tenant.format("Sub2", "")]}
    text = policy_text('subscriptions[0].id == "Sub1"', "x", "users", examples=examples)
    (folder / "policies.yaml").write_text(text)
    outcome = run("test", "--mutate", "policies.yaml")
    assert (outcome.code, outcome.err) == (0, "")
    assert ", 1 crash the policy\n" in outcome.out
    assert "        crashes: good example 1: /subscriptions/0: removed: " in outcome.out
    assert "Index error" in outcome.out


def test_the_default_of_an_option_is_changed_too(run: Run, write: Write) -> None:
    option = {"most": {"type": "integer", "default": 30, "minimum": 30, "description": "x."}}
    write("subscription.grace_days > options.most", 31, 30, options=option)
    assert missed(run) == []
    write("subscription.grace_days > options.most", 32, 30, options=option)
    assert missed(run) == ["option most: 30 becomes 31"]


PYTHON = '''"""A user is too long in grace.

**Do:** something.

```yaml bad
subscriptions:
  - {id: Sub1, type: named, start: 2026-01-01, grace_days: BAD}  # expect: long-grace
```

```yaml good
subscriptions:
  - {id: Sub1, type: named, start: 2026-01-01, grace_days: 30}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy

MOST = 30


@policy(severity="error")
def long_grace(tenant: TenantOn) -> Iterator[Finding]:
    """Not changed: 5 < 6."""
    for subscription in tenant.live:
        if not _is_short(subscription.grace_days):
            yield subscription.finding(message="x")


def _is_short(days: int) -> bool:
    while days < 0:
        days += 1
    return days <= MOST
'''


def test_the_code_of_a_policy_is_changed_too(run: Run, folder: Path) -> None:
    (folder / "own").mkdir()
    file = folder / "own" / "long_grace.py"
    file.write_text(PYTHON.replace("BAD", "31"))
    # Changes in code that no example reaches are missed.
    unreached = {
        "long_grace.py:32:11: `<` becomes `<=`", "long_grace.py:32:18: `0` becomes `-1`",
        "long_grace.py:33:17: `1` becomes `2`", "long_grace.py:33:17: `1` becomes `0`",
        "long_grace.py:32:18: `0` becomes `1`",
    }  # fmt: skip
    assert set(missed(run, "own")) <= unreached
    file.write_text(PYTHON.replace("BAD", "33"))
    assert set(missed(run, "own")) - unreached == {"long_grace.py:20:8: `30` becomes `31`"}


def test_the_example_policies_have_examples_at_their_thresholds(run: Run) -> None:
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        assert missed(run, str(file)) == [], file.stem


def test_ten_policies_have_examples_at_their_thresholds(run: Run, folder: Path) -> None:
    shutil.copy(ROOT / "tests" / "data" / "ten_policies.yaml", folder / "policies.yaml")
    outcome = run("test", "--mutate", "--fail-under", "100", "policies.yaml")
    assert outcome.code == 0, outcome.out
    assert len([line for line in outcome.out.splitlines() if line.startswith("ok ")]) == 10
    assert "score: 100 %" in outcome.out


@pytest.mark.parametrize("head", [b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# \xe9\n"])
def test_the_encoding_of_a_policy_is_that_of_python(run: Run, folder: Path, head: bytes) -> None:
    (folder / "own").mkdir()
    text = PYTHON.replace("BAD", "31").encode()
    (folder / "own" / "long_grace.py").write_bytes(head + text)
    assert "detected" in run("test", "--mutate", "own").out


def test_a_score_is_required_only_of_policies_that_can_be_changed(run: Run, folder: Path) -> None:
    (folder / "own").mkdir()
    head = PYTHON[: PYTHON.index("MOST = 30")].replace("BAD", "31")
    (folder / "own" / "long_grace.py").write_text(f"""{head}
LONG = frozenset(map(int, ["31"]))


@policy(severity="error")
def long_grace(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.live:
        for days in LONG.intersection([subscription.grace_days]):
            yield subscription.finding(message=f"{{days}} days")
""")
    assert run("test", "--mutate", "own").code == 0
    outcome = run("test", "--mutate", "--fail-under", "1", "own")
    assert outcome.code == 2
    assert outcome.err == (
        "tenantlint: --fail-under: these policies have nothing that can be changed\n"
    )


def test_a_change_that_exits_does_not_end_the_run(run: Run, folder: Path) -> None:
    (folder / "own").mkdir()
    text = PYTHON.replace("BAD", "31").replace("days += 1", "raise SystemExit(7)")
    (folder / "own" / "long_grace.py").write_text(text)
    assert run("test", "--mutate", "own").code == 0


# JUnit


def test_junit_has_a_test_case_for_each_example_and_for_the_changes(run: Run, write: Write) -> None:
    write("subscription.grace_days > 30", 40, 31)
    outcome = run("test", "--format", "junit", "policies.yaml")
    assert outcome.code == 1
    validate_junit(outcome.out)
    suite = ET.fromstring(outcome.out)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failure = suite.find("testcase[@name='good example 1']/failure")
    assert failure is not None
    assert "found but not expected: mine" in (failure.text or "")
    write("subscription.grace_days > 30", 40, 30)
    text = run("test", "--format", "junit", "--mutate", "policies.yaml").out
    validate_junit(text)
    suite = ET.fromstring(text)[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "0", "1")


# pytest


def pytest_of(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_pytest_collects_policy_files(write: Write, folder: Path) -> None:
    write("subscription.grace_days > 30", 31, 30)
    (folder / "notes.yaml").write_text("a: 1\n")
    assert "no tests ran" in pytest_of(folder)
    assert "2 passed" in pytest_of(folder, "-p", "validator.testing")
    write("subscription.grace_days > 31", 31, 30)
    failed = pytest_of(folder, "-p", "validator.testing")
    assert "1 failed, 1 passed" in failed
    assert "FAILED policies.yaml::mine: bad example 1" in failed
    assert "bad example 1, line 2: expected but not found: mine" in failed
    assert "Traceback" not in failed
    write("subscription.grace_day > 31", 31, 30)
    assert "policies.yaml:7:21: undefined field 'grace_day'" in pytest_of(
        folder, "-p", "validator.testing"
    )
    write("subscription.grace_days > 30", 31, 30)
    (folder / "policies.yaml").rename(folder / "rules.yaml")
    (folder / "pytest.ini").write_text("[pytest]\ntenantlint_policy_files = rules.yaml\n")
    assert "2 passed" in pytest_of(folder, "-p", "validator.testing")


# Timing


def test_timing_lists_the_slowest_policies_first(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    outcome = run("check", "--as-of", "2026-05-01", "--timing")
    assert outcome.code == 1
    first, *others = outcome.err.splitlines()
    assert re.fullmatch(
        r"tenantlint: timing: \d+\.\d{3} s in policies, \d+\.\d{3} s in total", first
    )
    assert any(line.endswith(" s  mixed-telephony") for line in others)
    times = [float(line.split()[2]) for line in others]
    assert times == sorted(times, reverse=True)
    assert "mixed-telephony" in outcome.out
    plain = run("check", "--as-of", "2026-05-01")
    assert (plain.out, plain.err) == (outcome.out, "")
    assert "--timing measures one process" in run("check", "--timing", "--jobs", "2").err
    for option in ("--diff", "--fix"):
        fixed = run("check", "--as-of", "2026-05-01", "--timing", option)
        assert " s in policies, " in fixed.err
        assert " s  mixed-telephony\n" in fixed.err
