"""`check --fix`, `--unsafe-fixes` and `--diff` on the command line."""

import json
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import COMMAND, OBEDIENT, SOUND, UNSOUND, Run, can_obey
from validator.cli.app import main
from validator.reporters.formats import CHECK_FORMATS

DAY = ("--as-of", "2026-05-01")
NAME = "a.tenant.yaml"

HEAD = "version: 1\ntenant: {id: t1, name: Harbour Retail}\n"
SUBSCRIPTION = "subscriptions:\n  - id: Sub1\n    type: named\n    start: 2024-03-01\n"
SAFE = [
    (f"{HEAD}{SUBSCRIPTION}    name: no\n", '    name: "no"\n'),
    (f"{HEAD}{SUBSCRIPTION}    name: &n no  # x\n", '    name: &n "no"  # x\n'),
    (f"{HEAD}{SUBSCRIPTION}    name: 12:30:00\n", '    name: "12:30:00"\n'),
    (f"{HEAD}{SUBSCRIPTION}    name: 4200\n", '    name: "4200"\n'),
    (f"{HEAD}{SUBSCRIPTION}    term_months: 012\n", "    term_months: 12\n"),
    (f"{HEAD}{SUBSCRIPTION}    term_months: 1_000\n", "    term_months: 1000\n"),
    (f"{HEAD}{SUBSCRIPTION}    term_months: '36'\n", "    term_months: 36\n"),
    (f"{HEAD}{SUBSCRIPTION}    auto_renew: yes   # x\n", "    auto_renew: true   # x\n"),
    (f'{HEAD}{SUBSCRIPTION}    auto_renew: "off"\n', "    auto_renew: false\n"),
    (f"{HEAD}{SUBSCRIPTION}    offer: [flex]\n", "    offer: flex\n"),
    (f"{HEAD}{SUBSCRIPTION}    x-a: {{no: 1}}\n", '    x-a: {"no": 1}\n'),
    (
        f"{HEAD}{SUBSCRIPTION}    lapses: {{from: 2025-03-01, until: 2025-03-14}}\n",
        "    lapses: [{from: 2025-03-01, until: 2025-03-14}]\n",
    ),
    (
        (
            f"{HEAD}{SUBSCRIPTION}users:\n  - email: m@x.example\n    roles: agent\n"
            "    assignments: 'Sub1'  # x\n"
        ),
        "    roles: [agent]\n    assignments: ['Sub1']  # x\n",
    ),
    (
        (
            f"{HEAD}{SUBSCRIPTION}users:\n  - email: m@x.example\n    roles: [agent, agent]\n"
            "    assignments: [Sub1]\n"
        ),
        "    roles: [agent]\n    assignments: [Sub1]\n",
    ),
    (f"{HEAD}{SUBSCRIPTION}    # tenantlint: ignore[over-assigned]: old\n", "2024-03-01\n"),
    (
        (
            f"{HEAD}{SUBSCRIPTION}    # tenantlint: ignore[mixed-telephony] until 2026-01-01: old\n"
            "    name: x  # y # tenantlint: ignore-file[over-assigned]: old\n"
        ),
        "2024-03-01\n    name: x  # y\n",
    ),
    (f"{HEAD}{SUBSCRIPTION}    # tenantlint: ignore[schema-type]: no\n", "2024-03-01\n"),
    (f"{HEAD}{SUBSCRIPTION}    x-phone: 0049301234  # x\n", '    x-phone: "0049301234"  # x\n'),
    (f"{HEAD}{SUBSCRIPTION}    x-a: {{012: [+012, 0o17]}}\n", '    x-a: {"012": ["+012", 15]}\n'),
]
"""Files, and the end of each file after the fix."""

UNSAFE = [
    (f"{HEAD}{SUBSCRIPTION}    end: 28 Feb 2027\n", "    end: 2027-02-28\n"),
    (f"{HEAD}{SUBSCRIPTION}    end: never\n", "start: 2024-03-01\n"),
    (f"{HEAD}{SUBSCRIPTION}    end: never  # see OPS-1\n", "2024-03-01\n    # see OPS-1\n"),
    (f"{HEAD}{SUBSCRIPTION}    telephony: Webex Calling\n", "    telephony: webex-calling\n"),
    (f"{HEAD}{SUBSCRIPTION}    notice_days: 4 weeks\n", "    notice_days: 28\n"),
    (f"{HEAD}{SUBSCRIPTION}    autoRenew: ja\n", "    auto_renew: true\n"),
    (f"{HEAD}{SUBSCRIPTION}    'autoRenew': true\n", "    auto_renew: true\n"),
    (f"{HEAD}{SUBSCRIPTION}    descripton: x\n    departmnt: Care\n", "\n    department: Care\n"),
    (f"{HEAD}{SUBSCRIPTION}    status: active\n    end: 2026-01-31\n", "03-01\n    end: 2026-01-31\n"),
    (
        (f"{HEAD}{SUBSCRIPTION}  - primary: true # x\n    id: Sub2\n    type: named\n"
        "    start: 2025-03-01\n"),
        "  - # x\n    id: Sub2\n    type: named\n    start: 2025-03-01\n",
    ),
    (
        (f"{HEAD}{SUBSCRIPTION}usage:\n  - {{month: 2026-04, service: webex-connect, quantity: 1}}\n"
        "  - {month: 2026-04, service: webex-connect, quantity: 1}\n"),
        "\nusage:\n  - {month: 2026-04, service: webex-connect, quantity: 1}\n",
    ),
    (
        f"{HEAD}{SUBSCRIPTION}users:\n  - {{email: m@x.example, roles: [agent], assignments: [Sb1]}}\n",
        "assignments: [Sub1]}\n",
    ),
    (
        (f"{HEAD}{SUBSCRIPTION}users:\n  - email: m@x.example\n    roles: [agent, agnet]\n"
        "    assignments: [Sub1, Sb1]\n"),
        "\n    roles: [agent]\n    assignments: [Sub1]\n",
    ),
    (f"tenant: {{id: t1, name: Harbour Retail}}\n{SUBSCRIPTION}", f"{HEAD}{SUBSCRIPTION}"),
    (HEAD, "subscriptions: []\n"),
    (UNSOUND, "telephony: webex-calling}\n"),
]  # fmt: skip


def write(folder: Path, cases: Sequence[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Write a file for each case; return the cases by file name."""
    named = {f"{number:02}.tenant.yaml": case for number, case in enumerate(cases)}
    for name, (before, _) in named.items():
        (folder / name).write_text(before)
    return named


def test_fix_applies_safe_fixes(run: Run, folder: Path) -> None:
    cases = write(folder, SAFE)
    asked = ("--ignore", "fleet,user-unassigned", "--format", "concise")
    found = run("check", *DAY, *asked).findings
    assert {line.partition(":")[0] for line in found} == {*cases}
    fixed = run("check", *DAY, "--fix", *asked)
    for name, (_, end) in cases.items():
        assert (folder / name).read_text().endswith(end), name
    assert (fixed.findings, fixed.code) == ([], 0)
    assert f" findings in {len(SAFE)} files\n" in fixed.err


def test_unsafe_fixes_need_both_options(run: Run, folder: Path) -> None:
    cases = write(folder, UNSAFE)
    left = run("check", *DAY, "--ignore", "fleet", "--fix")
    alone = run("check", *DAY, "--ignore", "fleet", "--unsafe-fixes")
    for name, (before, _) in cases.items():
        assert (folder / name).read_text() == before, name
    assert "have an unsafe fix: add --unsafe-fixes" in left.err
    assert (alone.code, left.code) == (1, 1)
    run("check", *DAY, "--ignore", "fleet", "--fix", "--unsafe-fixes")
    for name, (_, end) in cases.items():
        assert (folder / name).read_text().endswith(end), name


COMMENTED = [
    "    notice_days: '30'  # see OPS-8\n",
    "    notice_days: |-  # see OPS-8\n      30\n",
    "    end: # see OPS-8\n      never\n",
    "    end:\n      # see OPS-8\n      never\n",
    (
        "  - status: # see OPS-8\n      active\n    id: Sub2\n    type: named\n"
        "    start: 2025-03-01\n    end: 2026-01-31\n"
    ),
    (
        "users: [\n  {email: a@x.example, roles: [agent], assignments: [Sub1]},\n"
        "  {email: a@x.example, roles: [agent],  # see OPS-8\n  assignments: [Sub1]},\n]\n"
    ),
]
"""Ends of files with a finding whose fix would remove a comment, except in the first."""


@pytest.mark.parametrize("end", COMMENTED)
def test_no_fix_removes_a_comment(run: Run, folder: Path, end: str) -> None:
    text = f"{HEAD}{SUBSCRIPTION}{end}"
    bare = text.replace("# see OPS-8", "")
    for name, content in ((NAME, text), ("b.tenant.yaml", bare)):
        (folder / name).write_text(content)
        run("check", *DAY, "--ignore", "fleet", "--unsafe-fixes", "--fix", name)
    assert (folder / "b.tenant.yaml").read_text() != bare
    assert ((folder / NAME).read_text() == text) == (end != COMMENTED[0])
    assert (folder / NAME).read_text().count("# see OPS-8") == 1


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_each_line_break_has_the_same_fixes(run: Run, folder: Path, line_break: str) -> None:
    copy = "  {id: Sub1, type: named, start: 2025-01-01}"
    text = f"{HEAD}subscriptions: [\n{copy} # first\n ,{copy}\n]\n".replace("\n", line_break)
    after = f"{HEAD}subscriptions: [\n{copy} # first\n   \n]\n".replace("\n", line_break)
    (folder / NAME).write_bytes(text.encode())
    fixed = run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (fixed.code, (folder / NAME).read_bytes().decode()) == (0, after)


AMBIGUOUS = f"{HEAD}{SUBSCRIPTION}    name: no\n"


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_a_pipe_is_not_fixed(run: Run, folder: Path, option: str) -> None:
    (folder / NAME).write_text(AMBIGUOUS)
    os.mkfifo(folder / "pipe")
    for pipe in ("pipe", "/dev/stdin"):
        refused = run("check", *DAY, option, NAME, pipe, stdin=AMBIGUOUS.encode())
        assert (refused.code, refused.out) == (2, "")
        assert refused.err == (
            f"tenantlint: {pipe}: not a regular file, so it cannot be fixed; write - and pass it as "
            "standard input\n"
        )
    assert (folder / NAME).read_text() == AMBIGUOUS
    checked = run("check", *DAY, "/dev/stdin", "--format", "concise", stdin=AMBIGUOUS.encode())
    assert (checked.code, checked.findings) == (0, ["/dev/stdin:7:11 yaml-ambiguous-scalar"])


CHANGING = """\
from pathlib import Path
from validator import policy

@policy(severity="info")
def changing(tenant):
    \"""Changes the file.

    **Do:** nothing.
    \"""
    file = Path("a.tenant.yaml")
    file.write_text(file.read_text() + "# changed\\n")
    return []
"""


@pytest.mark.parametrize("options", [("--no-cache",), (), ("--jobs", "2"), ("--diff",)])
def test_a_file_that_changes_while_it_is_checked_is_not_fixed(
    run: Run, folder: Path, options: tuple[str, ...]
) -> None:
    (folder / "policies").mkdir()
    (folder / "policies" / "changing.py").write_text(CHANGING)
    (folder / NAME).write_text(AMBIGUOUS)
    (folder / "b.tenant.yaml").write_text(AMBIGUOUS)
    asked = ("--policies", "policies", "--ignore", "fleet", "--fix")
    written = ("--format", "concise", "--report", "json=r.json")
    refused = run("check", *DAY, *asked, *options, *written, "b.tenant.yaml", NAME)
    line = f"{NAME}: changed while it was being checked; no file is written"
    assert (refused.code, refused.err) == (2, f"tenantlint: {line}\n")
    unfixed = [f"{name}:7:11 yaml-ambiguous-scalar" for name in (NAME, "b.tenant.yaml")]
    assert refused.findings == ([] if "--diff" in options else unfixed)
    report = json.loads((folder / "r.json").read_text())
    assert (report["failures"], report["summary"]["warnings"]) == ([line], 2)
    assert (folder / NAME).read_text().startswith(f"{AMBIGUOUS}# changed\n")
    assert (folder / "b.tenant.yaml").read_text() == AMBIGUOUS


HANDOVER = f"""{HEAD}subscriptions:
  - {{id: Sub1, type: named, start: 2024-01-01, end: 2026-05-15, entitlements: {{premium-agent: 5}}}}
  - {{id: Sub2, type: named, start: 2026-01-01, entitlements: {{premium-agent: 5}}}}
users:
  - email: maud@x.example
    roles: [agent]
    assignments:
      - {{subscription: Sub1, license: premium-agent}}  # first
  - email: tom@x.example
    roles: [supervisor]
    assignments: [{{subscription: Sub1, license: premium-agent}}]
"""


def test_users_are_moved_to_the_only_successor(run: Run, folder: Path) -> None:
    (folder / NAME).write_text(HANDOVER)
    run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    new = "{subscription: Sub2, license: premium-agent}"
    first = "      - {subscription: Sub1, license: premium-agent}  # first\n"
    assert f"{first}      - {new}\n" in (folder / NAME).read_text()
    assert f"license: premium-agent}}, {new}]\n" in (folder / NAME).read_text()
    assert "user-only-expiring" not in run("check", *DAY, NAME).out


@pytest.mark.parametrize("other", ["premium-agent: 1", "premium-agent: 5"])
def test_users_are_not_moved_without_free_seats_or_with_several_successors(
    run: Run, folder: Path, other: str
) -> None:
    text = HANDOVER.replace("{premium-agent: 5}}\nusers", f"{{{other}}}}}\nusers")
    if "5" in other:
        more = "{id: Sub3, type: named, start: 2026-01-01, entitlements: {premium-agent: 9}}"
        text = text.replace("users:", f"  - {more}\nusers:")
    (folder / NAME).write_text(text)
    assert "user-only-expiring" in run("check", *DAY, NAME).out
    assert "would fix" not in run("check", *DAY, "--diff", "--unsafe-fixes", NAME).err


ONE_SEAT = f"""\
{HEAD}subscriptions:
  - {{id: Sub1, type: named, start: 2025-01-01, entitlements: {{premium-agent: 1}}}}
users:
  - email: ada@harbour.example
    roles: [agent]
    assignments: [{{subscription: Sub1, license: premium-agent}}]
  - email: bob@harbour.example
    roles: [agent]
    assignments: [{{subscription: Sub1x, license: premium-agent}}]
"""
"""With the id that `unknown-subscription` proposes, the only seat has two holders."""

REFUSED = "a fix that would cause another finding or change another value: correct by hand"
"""The end of the line about fixes that are not applied."""


def test_a_fix_that_causes_another_finding_is_not_applied(run: Run, folder: Path) -> None:
    (folder / NAME).write_text(ONE_SEAT)
    outcome = run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text() == ONE_SEAT
    assert f"1 finding has {REFUSED}" in outcome.err
    run("check", *DAY, "--fix", "--unsafe-fixes", "--ignore", "over-assigned", NAME)
    assert (folder / NAME).read_text() == ONE_SEAT.replace("Sub1x", "Sub1")


MERGED = f"""\
{HEAD}subscriptions:
  - &sub1 {{id: Sub1, type: named, start: 2025-01-01, auto_renew: no}}
  - {{<<: *sub1, id: Sub2, start: 2025-02-01%s}}
"""
SHARED = f"""\
{HEAD}subscriptions:
  - {{id: Sub1, type: named, start: 2025-01-01, end: 2026-05-10, entitlements: {{premium-agent: 9}}}}
  - {{id: Sub2, type: named, start: 2025-02-01, entitlements: {{premium-agent: 9}}}}
users:
  - email: ada@harbour.example
    roles: [agent]
    assignments: &team [{{subscription: Sub1, license: premium-agent}}]
  - {{email: bob@harbour.example, roles: [agent], assignments: %s}}
"""


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("schema-type", MERGED % ""),  # Sub2 inherits auto_renew
        ("schema-type", MERGED.replace("*sub1", "[*sub1]") % ""),
        ("schema-unknown-property", MERGED.replace("auto_renew: no", "nmae: A") % ""),
        ("user-only-expiring", SHARED % "*team"),
    ],
)
@pytest.mark.parametrize("format", ["json", "sarif", "rdjson"])
def test_a_fix_that_would_also_change_another_value_is_not_offered(
    run: Run, folder: Path, id: str, text: str, format: str
) -> None:
    (folder / NAME).write_text(text)
    outcome = run("check", *DAY, NAME)
    assert f"[{id}]" in outcome.out
    assert "--fix" not in outcome.out
    assert not re.search(r'"(fix|fixes|suggestions)":', run("check", *DAY, "-f", format, NAME).out)
    outcome = run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text() == text
    assert "a fix that" not in outcome.err


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (MERGED % ", auto_renew: true", "auto_renew: no", "auto_renew: false"),
        (MERGED.replace("*sub1", "{x-note: *sub1}") % ", type: named", "no}", "false}"),
        (
            MERGED.replace("no}", "true, nmae: a}") % ", name: b, nmae: b",
            "true, nmae",
            "true, name",
        ),
        (SHARED % "[]", "agent}]\n", "agent}, {subscription: Sub2, license: premium-agent}]\n"),
    ],
)
def test_a_fix_of_a_value_with_an_alias_that_does_not_take_it_is_applied(
    run: Run, folder: Path, text: str, before: str, after: str
) -> None:
    (folder / NAME).write_text(text)
    run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text().startswith(text[: text.index(before)] + after)


def test_a_fix_that_would_change_what_a_later_merge_gives_is_not_applied(
    run: Run, folder: Path
) -> None:
    more = "  - &sub3 {id: Sub3, type: named, start: 2025-03-01}\n"
    text = MERGED.replace("  - {<<: *sub1", f"{more}  - {{<<: [*sub3, *sub1]") % ""
    (folder / NAME).write_text(text)
    outcome = run("check", *DAY, "--fix", NAME)
    assert (folder / NAME).read_text() == text
    assert f"1 finding has {REFUSED}" in outcome.err


def test_a_fix_does_not_hide_a_finding_behind_a_suppression(run: Run, folder: Path) -> None:
    text = (
        f"{HEAD}subscriptions:\n  - {{id: Sub1, type: named, start: 2024-03-01, end: 2025-12-31,\n"
        "     term_months: 7,\n     status: active  # tenantlint: ignore[term-mismatch]: OPS-1\n"
        "    }\n"
    )
    (folder / NAME).write_text(text, encoding="utf-8")
    assert "[term-mismatch]" in run("check", *DAY, "--select", "term-mismatch", NAME).out
    run("check", *DAY, "--select", "status-date-conflict", "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text(encoding="utf-8").endswith("\n     term_months: 7\n    }\n")
    assert "[term-mismatch]" in run("check", *DAY, "--select", "term-mismatch", NAME).out


def test_a_fix_that_is_left_out_does_not_prevent_the_others(run: Run, folder: Path) -> None:
    # One fix in a hundred would cause another finding; only this one is left out.
    users = "".join(
        f"  - {{email: u{n}@x.example, roles: [read-only-administrator], name: no}}\n"
        for n in range(99)
    )
    (folder / NAME).write_text(ONE_SEAT + users)
    run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text() == ONE_SEAT + users.replace("no}", '"no"}')


PREMIUM = "{subscription: %s, license: premium-agent}"
STANDARD = "{subscription: %s, license: standard-agent}"


@pytest.mark.parametrize(
    ("entry", "fixed", "number", "left"),
    [
        ("roles: [Agent, agnt], assignments: [Sub1]", "roles: [agent], assignments: [Sub1]", 120, 0),
        ("roles: [agent], nmae: a, naem: b, assignments: [Sub1]",
         "roles: [agent], name: a, naem: b, assignments: [Sub1]", 60, 0),
        (f"roles: [agent], assignments: [{PREMIUM % 'Sub1x'}, {STANDARD % 'Sub1y'}]",
         f"roles: [agent], assignments: [{PREMIUM % 'Sub1'}, {STANDARD % 'Sub1y'}]", 60, 60),
    ],
)  # fmt: skip
def test_of_two_fixes_that_exclude_each_other_the_first_is_made_in_every_entry(
    run: Run, folder: Path, entry: str, fixed: str, number: int, left: int
) -> None:
    lines = [f"  - {{email: u{n}@x.example, {entry}}}\n" for n in range(60)]
    head = "version: 1\ntenant: {id: t1, name: T, telephony: webex-calling}\nsubscriptions:\n"
    head += "  - {id: Sub1, type: concurrent, start: 2025-01-01,\n"
    head += "     entitlements: {premium-agent: 60, standard-agent: 60}}\nusers:\n"
    (folder / NAME).write_text(head + "".join(lines))
    outcome = run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text() == head + "".join(lines).replace(entry, fixed)
    assert f"fixed {number} findings in 1 file" in outcome.err
    assert (f"{left} findings have {REFUSED}" in outcome.err) == bool(left)


def test_suppressed_known_and_older_findings_are_not_fixed(run: Run, folder: Path) -> None:
    text = UNSOUND.replace("vpop}", "vpop}  # tenantlint: ignore[mixed-telephony]: agreed")
    (folder / NAME).write_text(text)
    run("check", *DAY, "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text() == text
    (folder / NAME).write_text(UNSOUND)
    run("check", *DAY, "--baseline", "k.json", "--write-baseline", NAME)
    known = run("check", *DAY, "--baseline", "k.json", "--fix", "--unsafe-fixes", NAME)
    assert ((folder / NAME).read_text(), known.code) == (UNSOUND, 0)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        identity = ["-c", "user.name=t", "-c", "user.email=t@x.example"]
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)
    changed = (
        UNSOUND
        + "users:\n  - {email: a@x.example, name: no, roles: [agent], assignments: [Sub1]}\n"
    )
    (folder / NAME).write_text(changed)
    older = run("check", *DAY, "--since", "HEAD", "--fix", "--unsafe-fixes", NAME)
    assert (folder / NAME).read_text() == changed.replace("name: no", 'name: "no"')
    assert older.code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-be"])
@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
def test_a_fix_keeps_encoding_line_breaks_and_permissions(
    run: Run, folder: Path, encoding: str, line_break: str
) -> None:
    text = f"# é\n{HEAD}{SUBSCRIPTION}    name: no # ü".replace("\n", line_break)
    (folder / NAME).write_bytes(text.encode(encoding))
    (folder / NAME).chmod(0o640)
    run("check", *DAY, "--fix", NAME)
    assert (folder / NAME).read_bytes() == text.replace(": no", ': "no"').encode(encoding)
    assert (folder / NAME).stat().st_mode & 0o777 == 0o640


def test_fixed_standard_input_is_printed(run: Run) -> None:
    text = f"{HEAD}{SUBSCRIPTION}    name: no\r\n    foo: 1\r\n".encode()
    fixed = run("check", *DAY, "--fix", "-", "--format", "concise", stdin=text)
    assert fixed.out.encode() == text.replace(b": no", b': "no"')
    assert "<stdin>:8:5: error: schema-unknown-property" in fixed.err
    assert fixed.code == 1
    sound = run("check", *DAY, "--fix", "-", stdin=SOUND.encode())
    assert (sound.out, sound.code) == (SOUND, 0)
    shown = run("check", *DAY, "--diff", "-", "--stdin-filename", NAME, stdin=text)
    assert f"--- a/{NAME}\n+++ b/{NAME}\n" in shown.out


@pytest.mark.parametrize("path", [".", "./a.tenant.yaml", "{folder}"])
def test_a_diff_is_a_patch_for_any_path_in_the_working_folder(
    run: Run, folder: Path, path: str
) -> None:
    (folder / "a.tenant.yaml").write_text(AMBIGUOUS)
    shown = run("check", *DAY, "--diff", path.format(folder=folder))
    (folder / "x.patch").write_text(shown.out)
    subprocess.run(["git", "apply", "x.patch"], cwd=folder, check=True)
    assert run("check", *DAY, "--diff").out == ""


def test_a_diff_is_the_only_standard_output(run: Run, folder: Path) -> None:
    (folder / "a b.tenant.yaml").write_text(f"{HEAD}{SUBSCRIPTION}    name: no")
    (folder / "é\n.tenant.yaml").write_text(
        f"{HEAD}{SUBSCRIPTION}    name: off\n".replace("t1", "t2")
    )
    asked = ("--ignore", "fleet", "--format", "json", "--report", "json=r.json")
    shown = run("check", *DAY, "--diff", *asked)
    assert shown.code == 1
    assert "would fix 2 findings in 2 files" in shown.err
    # The report is about the files as they are.
    found = json.loads((folder / "r.json").read_text())["findings"]
    assert [item["id"] for item in found] == ["yaml-ambiguous-scalar"] * 2
    (folder / "x.patch").write_text(shown.out)
    subprocess.run(["git", "apply", "x.patch"], cwd=folder, check=True)
    assert run("check", *DAY, "--diff", *asked).code == 0
    assert run("check", *DAY, "--diff", *asked).out == ""
    assert json.loads((folder / "r.json").read_text())["findings"] == []
    assert (folder / "a b.tenant.yaml").read_text().endswith('name: "no"')


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--fix", "--assume", "Sub1.end=2027-01-01"),
            "--fix and --assume cannot be used together",
        ),
        (
            ("--diff", "--assume", "Sub1.end=2027-01-01"),
            "--diff and --assume cannot be used together",
        ),
        (("--fix", "--baseline", "k.json", "--write-baseline"), "--write-baseline cannot"),
        (("--fix", "--no-suppressions"), "suppressed findings are not fixed"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    run: Run, folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    (folder / NAME).write_text(UNSOUND)
    refused = run("check", *DAY, *arguments, NAME)
    assert (refused.code, refused.out) == (2, "")
    assert words in refused.err
    assert (folder / NAME).read_text() == UNSOUND


def test_environment_variables_do_not_turn_on_fixes(run: Run, folder: Path) -> None:
    (folder / NAME).write_text(f"{HEAD}{SUBSCRIPTION}    name: no\n")
    names = ("FIX", "UNSAFE_FIXES", "DIFF")
    variables = {f"TENANTLINT_CHECK_{name}": "1" for name in names}
    assert "yaml-ambiguous-scalar" in run("check", *DAY, NAME, **variables).out
    assert (folder / NAME).read_text().endswith("name: no\n")


@can_obey
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_if_one_file_cannot_be_written_none_is_and_all_findings_are_reported(
    folder: Path, jobs: str
) -> None:
    (folder / "d").mkdir()
    texts = {NAME: AMBIGUOUS, "b.tenant.yaml": UNSOUND, "d/9.tenant.yaml": AMBIGUOUS}
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / "d").chmod(0o555)
    checked = _obedient(folder, "--format", "json", "--jobs", jobs)
    line = "d/9.tenant.yaml: Permission denied; no file is written"
    for name in CHECK_FORMATS:
        asked = ("--fix", "--report", "json=r.json", "--format", name, "--jobs", jobs)
        refused = _obedient(folder, *asked)
        assert (refused.returncode, refused.stderr) == (2, f"tenantlint: {line}\n"), name
        assert "mixed-telephony" in refused.stdout, name
        report = json.loads((folder / "r.json").read_text())
        assert report == {**json.loads(checked.stdout), "failures": [line]}
        assert {item["id"] for item in report["findings"]} == {
            "mixed-telephony", "yaml-ambiguous-scalar",
        }  # fmt: skip
    assert {name: (folder / name).read_text() for name in texts} == texts
    (folder / "d").chmod(0o755)


@can_obey
def test_standard_input_is_not_fixed_if_a_file_cannot_be_written(folder: Path) -> None:
    (folder / NAME).write_text(AMBIGUOUS)
    folder.chmod(0o555)
    refused = _obedient(folder, "--fix", "--format", "concise", "-", NAME, stdin=AMBIGUOUS)
    assert (refused.returncode, refused.stdout) == (2, AMBIGUOUS)
    assert refused.stderr.startswith("<stdin>:7:11: warning: yaml-ambiguous-scalar: ")
    assert refused.stderr.endswith(f"{NAME}: Permission denied; no file is written\n")
    assert "fixed" not in refused.stderr
    folder.chmod(0o755)


def _obedient(folder: Path, *asked: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [*OBEDIENT, str(COMMAND), "check", *DAY, "--ignore", "fleet", *asked]
    return subprocess.run(
        command, cwd=folder, input=stdin, text=True, capture_output=True, check=False
    )


def test_if_fixing_fails_the_findings_are_reported(
    capfd: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / NAME).write_text(AMBIGUOUS)

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("validator.run.fix_run._to_take_back", fail)
    arguments = ["check", *DAY, "--fix", "--no-cache", "--format", "concise", NAME]
    monkeypatch.setattr("sys.argv", ["tenantlint", *arguments])
    with pytest.raises(SystemExit, match="2"):
        main()
    printed = capfd.readouterr()
    assert printed.out.startswith(f"{NAME}:7:11: warning: yaml-ambiguous-scalar")
    assert printed.err == "tenantlint: not enough memory; no file is written\n"
    assert (folder / NAME).read_text() == AMBIGUOUS


@pytest.mark.parametrize("more", [(), ("--jobs", "2"), ("--no-cache",)])
def test_cached_and_parallel_runs_apply_fixes(
    run: Run, folder: Path, more: tuple[str, ...]
) -> None:
    many = "".join(
        f"  - {{email: u{n}@x.example, name: no, roles: [agent], assignments: [Sub1]}}\n"
        for n in range(900)
    )
    for name in ("a", "b"):
        text = HEAD.replace("t1", name) + SUBSCRIPTION.replace("Sub1", name)
        text += f"users:\n{many.replace('Sub1', name)}"
        (folder / f"{name}.tenant.yaml").write_text(text)
    first = run("check", *DAY, *more, "--format", "sarif")
    again = run("check", *DAY, *more, "--format", "sarif")
    assert first.out == again.out
    (fix,) = json.loads(again.out)["runs"][0]["results"][0]["fixes"]
    (change,) = fix["artifactChanges"][0]["replacements"]
    assert change["insertedContent"] == {"text": '"no"'}
    fixed = run("check", *DAY, *more, "--fix")
    assert "fixed 1,800 findings in 2 files" in fixed.err
    assert run("check", *DAY, *more).out.startswith("No findings")


def test_a_policy_that_fails_only_on_the_second_check_is_2(run: Run, folder: Path) -> None:
    (folder / NAME).write_text(UNSOUND)
    (folder / "own").mkdir()
    (folder / "own" / "once.py").write_text(
        "from validator import policy\ncalls = []\n@policy(severity='error')\n"
        "def once(tenant):\n    calls.append(1)\n    if len(calls) > 1:\n"
        "        raise ValueError('twice')\n    return []\n"
    )
    options = ("--jobs", "1", "--no-cache", "--policies", "own", "--fix", "--unsafe-fixes")
    outcome = run("check", *DAY, NAME, *options)
    assert outcome.code == 2
    assert f"{NAME}: the policy once crashed: ValueError: twice" in outcome.err
    assert (folder / NAME).read_text() == UNSOUND


def test_no_fix_is_blamed_if_a_file_cannot_be_checked(run: Run, folder: Path) -> None:
    (folder / NAME).write_text(SAFE[0][0] + "users:\n  - {email: m@x.example, roles: [agent]}\n")
    (folder / "policies.yaml").write_text(
        "version: 1\npolicies:\n  - {id: mine, severity: info, title: x., for-each: users,"
        " when: \"user.roles[3] == 'agent'\", message: x}\n"
    )
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    outcome = run("check", *DAY, "--fix", NAME)
    assert outcome.code == 2
    assert "policies.yaml:3:" in outcome.err
    assert "would cause another finding" not in outcome.err
