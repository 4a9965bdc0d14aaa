"""Fixes from custom policies, in a folder or in a policy file."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Run
from tests.plugins.test_policy_file import policy_text
from validator import TenantOn
from validator.plugins.policy_file import load_policy_file
from validator.schema.tenant_schema import tenant_of

DAY = ("--as-of", "2026-05-01")
TENANT = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - id: Sub1
    name: old name  # a comment
    type: named
    start: 2024-03-01
    department: care
    x-notes: [a]
"""
POLICY = '''"""A subscription has an edit."""

from collections.abc import Iterator

from validator import Edit, Finding, Fix, TenantOn, policy


@policy(severity="warning")
def edited(tenant: TenantOn) -> Iterator[Finding]:
    for item in tenant.live:
        if CONDITION:
            yield item.finding("id", message="to be edited", fix=FIX)
'''

CASES = [
    ('item.name != "new"', 'Edit.set(item.at("name"), "new")', "name: new  # a comment"),
    ("item.offer is None", 'Edit.set(item.at("offer"), "flex")', "x-notes: [a]\n    offer: flex"),
    ("item.name", 'Edit.remove(item.at("name"))', "- id: Sub1\n    # a comment\n    type"),
    ("item.name", 'Edit.rename(item.at("name"), "x-name")', "    x-name: old name  # a comment"),
    ("len(item.x['x-notes']) < 2", 'Edit.append(item.at("x-notes"), "b")', "x-notes: [a, b]\n"),
    (
        "'x-a' not in item.x",
        'Edit.set(item.at("x-a"), {"b": [1, True, None, "no"]})',
        "\n    x-a:\n",
    ),
    ("item.department == 'care'", 'Edit.set(item.at("department"), "Care: 1")', '"Care: 1"'),
]


def write_policy(folder: Path, condition: str, fix: str) -> None:
    (folder / "own" / "acme").mkdir(parents=True)
    text = POLICY.replace("CONDITION", condition).replace("FIX", fix)
    (folder / "own" / "acme" / "edited.py").write_text(text)


@pytest.mark.parametrize(("condition", "edit", "result"), CASES)
def test_a_fix_from_a_policy_in_python_is_applied(
    run: Run, folder: Path, condition: str, edit: str, result: str
) -> None:
    write_policy(folder, condition, f'Fix("edit it", [{edit}], safe=True)')
    (folder / "a.tenant.yaml").write_text(TENANT)
    fixed = run("check", *DAY, "--policies", "own", "--fix")
    assert result in (folder / "a.tenant.yaml").read_text()
    assert fixed.out.startswith("No findings")


@pytest.mark.parametrize(
    "edit",
    [
        'Edit.set(item.at("name"), "other")',  # the finding remains
        'Edit.remove(item.at("type"))',  # the schema requires it
        'Edit.set("/nowhere/1", 2)',
        'Edit.set(item.at("end"), "2026-05-10")',  # coverage-gap
    ],
)
def test_a_fix_that_does_not_help_is_not_applied(run: Run, folder: Path, edit: str) -> None:
    write_policy(folder, "item.end is None", f'Fix("edit it", [{edit}], safe=True)')
    (folder / "a.tenant.yaml").write_text(TENANT)
    run("check", *DAY, "--policies", "own", "--fix")
    assert (folder / "a.tenant.yaml").read_text() == TENANT


def test_a_value_that_is_not_a_fix_is_a_crash(run: Run, folder: Path) -> None:
    write_policy(folder, "True", '"remove it"')
    (folder / "a.tenant.yaml").write_text(TENANT)
    for options in (["--fix"], ["--format", "concise", "--no-cache"]):
        crashed = run("check", *DAY, "--policies", "own", *options)
        assert crashed.code == 2
        assert "the policy edited crashed: TypeError: a fix is str, not Fix" in crashed.err


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        ('Fix("t", [])', "ValueError: a fix has no edits; write fix=None"),
        ('Fix("t", ["a"])', "TypeError: an edit of a fix is str, not Edit"),
        (
            'Fix("t", Edit.remove("/tenant/name"))',
            "the edits of a fix are Edit, not a list of Edit",
        ),
        ("Fix(3, [])", "TypeError: the title of a fix is int, not str"),
        (
            'Fix("t", [Edit("sett", "/tenant/name", 1)])',
            "ValueError: the kind of an edit is 'sett'; write set, append, remove, rename or quote",
        ),
        (
            'Fix("t", [Edit.remove("tenant/name")])',
            "ValueError: the path of an edit is tenant/name, which does not begin with /",
        ),
        (
            'Fix("t", [Edit.rename("/tenant/name", 5)])',
            "TypeError: the new key of an edit at /tenant/name is int, not str",
        ),
    ],
)
def test_a_malformed_fix_is_a_crash_of_its_policy(
    run: Run, folder: Path, fix: str, reason: str
) -> None:
    write_policy(folder, "True", fix)
    (folder / "a.tenant.yaml").write_text(TENANT)
    for options in (["--diff", "--unsafe-fixes"], ["--format", "concise", "--no-cache"]):
        crashed = run("check", *DAY, "--policies", "own", *options)
        assert crashed.code == 2
        assert "a.tenant.yaml: the policy edited crashed: " in crashed.err
        assert reason in crashed.err


def test_fixes_of_one_value_are_applied_in_turn(run: Run, folder: Path) -> None:
    fix = 'Fix("add it", [Edit.append(item.at("x-notes"), "b")], safe=True)'
    write_policy(folder, "'b' not in item.x['x-notes']", fix)
    first = folder / "own" / "acme" / "edited.py"
    for name in ("c", "d", "e"):
        other = first.read_text().replace("'b'", f"'{name}'").replace('"b"', f'"{name}"')
        (first.parent / f"edited_{name}.py").write_text(other)
    (folder / "a.tenant.yaml").write_text(TENANT)
    assert "fixed 4 findings" in run("check", *DAY, "--policies", "own", "--fix").err
    assert "x-notes: [a, b, c, d, e]\n" in (folder / "a.tenant.yaml").read_text()


DECLARED = """\
version: 1
policies:
  - id: declared
    severity: warning
    title: A subscription has an edit.
    for-each: subscriptions
    when: {when}
    at: {at}
    message: to be edited
    fix: {fix}
"""
DECLARED_CASES = [
    ('subscription.department == "care"', "department", '{set: \'"C" + "are"\'}', "nt: Care\n"),
    ('subscription.name != ""', "name", "{remove: true}", "- id: Sub1\n    # a comment\n"),
    ('subscription.name != ""', "name", "{rename: x-name}", "    x-name: old name  # a"),
    ('!("x-day" in subscription.x)', "x-day", "{set: subscription.start}", "x-day: 2024-03-01\n"),
    ('subscription.x["x-notes"].size() < 2', "x-notes", "{append: '1 + 1'}", "[a, 2]\n"),
]


@pytest.mark.parametrize(("when", "at", "fix", "result"), DECLARED_CASES)
def test_a_fix_from_a_policy_without_code_is_applied(
    run: Run, folder: Path, when: str, at: str, fix: str, result: str
) -> None:
    (folder / "p.yaml").write_text(
        DECLARED.format(when=f"'{when}'", at=at, fix=fix.replace("}", ", safe: true}"))
    )
    (folder / "tenantlint.toml").write_text('policy-files = ["p.yaml"]\n')
    (folder / "a.tenant.yaml").write_text(TENANT)
    fixed = run("check", *DAY, "--fix")
    assert result in (folder / "a.tenant.yaml").read_text(), fixed
    assert fixed.out.startswith("No findings")


EXAMPLES = """\
    examples:
      bad: ["subscriptions: [{id: Sub1, type: named, start: 2025-01-01, department: Care}]  # expect: declared"]
      good: ["subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]"]
"""


@pytest.mark.parametrize(
    ("fix", "is_made"),
    [
        ("{remove: true}", True),
        ("{rename: x-department}", True),
        ("{rename: dept}", False),  # no such key
        ("{set: '\"\"'}", False),  # an empty text does not match the schema
        ("{set: subscription.department}", False),  # nothing changes
        ("{set: '\"Sales\"'}", False),  # the finding remains
    ],
)
def test_a_fix_of_an_example_is_tested(run: Run, folder: Path, fix: str, is_made: bool) -> None:
    text = DECLARED.format(when="has(subscription.department)", at="department", fix=fix)
    (folder / "p.yaml").write_text(text + EXAMPLES)
    outcome = run("test", "p.yaml")
    assert outcome.code == (0 if is_made else 1), outcome.out
    line = "bad example 1, line 1: the fix of declared is never made: the finding remains, another"
    assert (line in outcome.out) != is_made


@pytest.mark.parametrize(
    ("at", "before", "expression", "after"),
    [
        ("x-n", "3", 'subscription.x["x-n"] + 1.0', "4"),
        ("x-n", "3.0", 'subscription.x["x-n"] + 1.0', "4.0"),
        ("x-n", "3", 'subscription.x["x-n"] + 0.5', "3.5"),
        ("x-n", "3", '[subscription.x["x-n"], 2]', "[3, 2]"),
        ("x-n", "[1, 2.0]", 'subscription.x["x-n"].map(n, n)', "[1.0, 2.0]"),
        ("notice_days", "29", "double(subscription.notice_days) * 2.0", "58"),
        ("x-new", "", "7.0", "7"),
        ("x-new", "", "9007199254740991.0", "9007199254740991"),
        ("x-new", "", "9007199254740992.0", "9007199254740992.0"),
        ("x-new", "1.0e+300", 'subscription.x["x-new"]', "1e+300"),
        ("x-new", "", "[-1e300, 2.0]", "[-1e+300, 2]"),
    ],
)
def test_a_whole_number_stays_whole(
    tmp_path: Path, at: str, before: str, expression: str, after: str
) -> None:
    write = DECLARED.format(when="'true'", at=at, fix=f"{{set: '{expression}', safe: true}}")
    file = tmp_path / "p.yaml"
    file.write_text(write)
    (policy,) = load_policy_file(str(file), "p.yaml")
    old = f"    {at}: {before}\n" if before else ""
    document = yaml.safe_load((TENANT + old).replace("2024-03-01", '"2024-03-01"'))
    (finding,) = policy.function(TenantOn(tenant_of(document), date(2026, 5, 1)))
    (edit,) = finding.fix.edits
    assert repr(edit.value) == after


def test_a_fix_from_a_policy_without_code_is_unsafe_by_default(run: Run, folder: Path) -> None:
    when, at, fix, _ = DECLARED_CASES[0]
    (folder / "p.yaml").write_text(DECLARED.format(when=f"'{when}'", at=at, fix=fix))
    (folder / "tenantlint.toml").write_text('policy-files = ["p.yaml"]\n')
    (folder / "a.tenant.yaml").write_text(TENANT)
    assert "1 finding has an unsafe fix" in run("check", *DAY, "--fix").err
    run("check", *DAY, "--fix", "--unsafe-fixes")
    assert "Care" in (folder / "a.tenant.yaml").read_text()


@pytest.mark.parametrize(
    ("fix", "line"),
    [
        ("{}", "p.yaml:10:5: a fix must have exactly one of set, append, remove and rename"),
        ("{remove: true, rename: x}", "p.yaml:10:5: a fix must have exactly one of set, append, remove and rename"),
        ("{set: subscriptin.name}", "p.yaml:10:27: undeclared reference"),
        ("{set: subscription}", "p.yaml:10:16: subscription is a mapping with several keys and cannot be written to a file; name one of its fields"),
        ("{set: x}", "p.yaml:10:16: x is a map and cannot be written to a file; name one of its fields, or write '\"x\"' for a text"),
        ("{set: subscription.end}", "p.yaml:10:16: subscription.end may be unset"),
        ("{set: days(60)}", "p.yaml:10:16: days(60) is a duration and cannot be written to a file; write a number or a day"),
        ("{append: '[null]'}", "p.yaml:10:19: [null] is a list with null and cannot be written to a file; use `remove: true` to remove the key\n"),
        ("{set: '[{1: 2}]'}", "p.yaml:10:16: [{1: 2}] is a list with a map and cannot be written to a file; name one of its fields"),
        ("{quote: true}", "p.yaml:10:11: the fix has no key quote"),
    ],
)  # fmt: skip
def test_an_invalid_fix_in_a_policy_file_is_2(run: Run, folder: Path, fix: str, line: str) -> None:
    (folder / "p.yaml").write_text(DECLARED.format(when="'true'", at="name", fix=fix))
    (folder / "tenantlint.toml").write_text('policy-files = ["p.yaml"]\n')
    (folder / "a.tenant.yaml").write_text(TENANT)
    refused = run("check", *DAY)
    assert refused.code == 2
    assert line in refused.err


def test_a_fix_needs_a_key(run: Run, folder: Path) -> None:
    text = DECLARED.format(when="'true'", at="name", fix="{set: '1'}").replace("    at: name\n", "")
    (folder / "p.yaml").write_text(text)
    (folder / "tenantlint.toml").write_text('policy-files = ["p.yaml"]\n')
    (folder / "a.tenant.yaml").write_text(TENANT)
    assert "add `at` with the key to write" in run("check", *DAY).err


def test_the_policy_in_the_docs_works(run: Run, folder: Path) -> None:
    page = (ROOT / "docs" / "fixes.md").read_text()
    (block,) = re.findall(r"<!-- a policy with a fix -->\n```python\n(.*?)```", page, re.DOTALL)
    (folder / "own" / "acme").mkdir(parents=True)
    (folder / "own" / "acme" / "department_spelling.py").write_text(f'"""A department."""\n{block}')
    (folder / "a.tenant.yaml").write_text(TENANT.replace("care", "customer care"))
    run("check", *DAY, "--policies", "own", "--fix")
    assert "department: Customer care\n" in (folder / "a.tenant.yaml").read_text()


BARE = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, type: named, start: 2024-03-01, entitlements: {premium-agent: 3, ai-agent: {quantity: 2}}}
users:
  - {email: a@x.example, roles: [agent], assignments: [Sub1, {subscription: Sub1, license: premium-agent}]}
"""


def write_declared(folder: Path, each: str, when: str, at: str, fix: dict[str, object]) -> None:
    text = policy_text(when, each=each, at=at, fix={**fix, "safe": True})
    (folder / "policies.yaml").write_text(text)
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    (folder / "a.tenant.yaml").write_text(BARE)


@pytest.mark.parametrize("at", ["quantity", "since", "until", "x-own"])
def test_a_key_of_a_bare_quantity_marks_the_quantity(run: Run, folder: Path, at: str) -> None:
    write_declared(folder, "entitlements", "true", at, {"remove": True})
    outcome = run("check", *DAY, "--select", "custom", "-f", "json")
    line = BARE.splitlines()[3]
    second = line.index("2}" if at == "quantity" else "ai-agent") + 1
    places = [(item["line"], item["column"]) for item in json.loads(outcome.out)["findings"]]
    assert places == [(4, line.index("3,") + 1), (4, second)]


@pytest.mark.parametrize(
    ("each", "at", "fix", "result"),
    [
        ("assignments", "license", {"remove": True}, BARE),
        ("assignments", "license", {"set": "'ai-agent'"}, BARE.replace("license: premium-agent", "license: ai-agent")),
        ("entitlements", "until", {"remove": True}, BARE),
        ("entitlements", "quantity", {"set": "7"}, BARE.replace("agent: 3", "agent: 7").replace("quantity: 2", "quantity: 7")),
    ],
)  # fmt: skip
def test_a_fix_does_not_change_a_bare_element_for_another_key(
    run: Run, folder: Path, each: str, at: str, fix: dict[str, object], result: str
) -> None:
    when = "assignment.license != 'ai-agent'" if "set" in fix else "true"
    when = "entitlement.quantity != 7" if each == "entitlements" else when
    write_declared(folder, each, when, at, fix)
    run("check", *DAY, "--select", "custom", "--fix")
    assert (folder / "a.tenant.yaml").read_text() == result
