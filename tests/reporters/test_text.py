"""The format `text` on a terminal: its width, and the next step at its end."""

import os
import pty
import re
import struct
import subprocess
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from tests.conftest import COMMAND, ROOT, SOUND, UNSOUND, Run
from validator.reporters.terminal import display_width

DAY = ("--as-of", "2026-05-01")


def on_terminal(columns: int, arguments: Sequence[str]) -> list[str]:
    """Run the command on a pseudo-terminal; return its lines without colours."""
    reader, terminal = pty.openpty()
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen([COMMAND, *arguments], stdout=terminal, stderr=terminal, env=env):
        os.close(terminal)
        written = b""
        try:
            while part := os.read(reader, 65536):
                written += part
        except OSError:  # the terminal is closed
            pass
    os.close(reader)
    return re.sub(r"\x1b\[[0-9;]*m", "", written.decode()).replace("\r", "").splitlines()


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_the_lines_fit_the_width_of_the_terminal(run: Run, folder: Path, columns: int) -> None:
    (folder / "h.tenant.yaml").write_bytes((ROOT / "fixtures/harbour.tenant.yaml").read_bytes())
    (folder / "電.tenant.yaml").write_text(
        UNSOUND.replace("Harbour", "電" * 60).replace("t1", "t2")
    )
    (folder / "tenantlint.toml").write_text("ignore = ['partner', 'reference', 'change']\n")
    asked = ("check", *DAY, "--statistics")
    lines = on_terminal(columns, asked)
    assert [line for line in lines if display_width(line) > columns and "-->" not in line] == []
    assert max(map(len, run(*asked).out.splitlines())) > 100


USED = """\
version: 1
tenant: {id: t1, name: Harbour Retail of the north and of all the other parts}
subscriptions:
  - id: Sub1
    type: named
    start: 2025-01-01
    entitlements: {ivr-port: [{quantity: 3, until: 2026-03-15}, {quantity: 4, since: 2026-03-16}]}
  - {id: Sub2-with-a-long-id, type: named, start: 2025-02-01, entitlements: {ivr-port: 15}}
usage:
  - {month: 2026-03, subscription: Sub1, service: ivr-port, quantity: 26}
"""


@pytest.mark.parametrize("columns", [24, 60, 140])
@pytest.mark.usefixtures("run")
def test_a_usage_table_fits_the_width_of_the_terminal(folder: Path, columns: int) -> None:
    (folder / "a.tenant.yaml").write_text(USED)
    lines = on_terminal(columns, ("usage", *DAY))
    assert [line for line in lines if display_width(line) > columns] == []
    words = " ".join(lines).split()
    for word in ("2026-03", "ivr-port", "19", "2026-03-31", "18", "26", "7", "26/4,", "0/15"):
        assert word in words
    assert ("  overage   7" in lines) == (columns < 140)


@pytest.mark.parametrize("columns", [40, 60, 100])
@pytest.mark.usefixtures("run")
def test_the_list_of_policies_fits_the_width_of_the_terminal(columns: int) -> None:
    lines = on_terminal(columns, ("policies",))
    assert [line for line in lines if display_width(line) > columns] == []
    text = " ".join(lines).split()
    assert {"usage-without-entitlement", "subscription-in-two-tenants"} <= set(text)
    assert "[days = 90]" in [line.strip() for line in lines]


@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.usefixtures("run")
def test_the_answers_of_why_fit_the_width_of_the_terminal(folder: Path, columns: int) -> None:
    (folder / "a.tenant.yaml").write_bytes((ROOT / "fixtures/harbour.tenant.yaml").read_bytes())
    asked = ("why", "a.tenant.yaml", *DAY, "--user", "maud@harbour.example")
    lines = on_terminal(columns, (*asked, "--policy", "user-only-expiring"))
    assert [line for line in lines if display_width(line) > columns] == []
    text = " ".join(" ".join(lines).split())
    assert "Maud is covered until 2026-05-31: Sub119911 has premium-agent until then" in text
    assert ": Maud loses the Agent Desktop on 2026-06-01" in text


@pytest.mark.parametrize(
    ("text", "width"),
    [("สวัสดีครับ", 7), ("مَد", 2), ("\u1100\u1161\u11a8", 2), ("각", 2), ("e\u0301", 1), ("電話", 4), ("a\u20dd", 1)],
)  # fmt: skip
def test_marks_over_and_within_a_character_take_no_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_a_report_ends_with_the_next_step(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    out = run("check", *DAY).out
    repair = "add --fix --unsafe-fixes to repair"
    assert out.endswith(f"\nnext: tenantlint explain mixed-telephony; {repair} 1\n")
    (folder / "b.tenant.yaml").write_text(UNSOUND.replace("t1", "t2") + "x-y: {a: 1, a: 1}\n")
    out = run("check", *DAY).out
    assert out.count("next: ") == 1
    assert out.endswith(f"\nnext: tenantlint explain mixed-telephony (or another id); {repair} 2\n")
    assert "next: " not in run("check", *DAY, "--quiet").out
    assert "next: " not in run("check", *DAY, "nofile", ".").out
    run("check", *DAY, "--report", "text=out.txt")
    assert "next: " not in (folder / "out.txt").read_text()


def test_the_closing_line_names_the_fixes(run: Run, folder: Path) -> None:
    text = SOUND + "  - {id: Sub2, type: named, start: 2025-01-01, auto_renew: yes}\n"
    (folder / "a.tenant.yaml").write_text(text)
    assert run("check", *DAY).out.endswith("; add --fix to repair 1\n")
    left = run("check", *DAY, "--fix").out
    assert "--fix" not in left.splitlines()[-1]


def test_a_report_without_findings_has_no_next_step(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    assert "next: " not in run("check", *DAY).out


def test_the_next_step_is_a_valid_command(run: Run, folder: Path) -> None:
    # The step repeats the options that define the policy.
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "own lint" / "acme").mkdir(parents=True)
    (folder / "own lint" / "acme" / "any_named.py").write_text(
        '"""A subscription is named."""\n'
        "from validator import TenantOn, policy\n\n\n"
        '@policy(severity="warning")\n'
        "def any_named(tenant: TenantOn):\n"
        "    for item in tenant.live:\n"
        '        yield item.finding("type", message="named")\n'
    )
    (folder / "other.toml").write_text("")
    out = run("check", *DAY, "--policies", "own lint", "--config", "other.toml").out
    (step,) = re.findall(r"^next: (.*)$", out, re.MULTILINE)
    done = subprocess.run(
        step.replace("tenantlint", str(COMMAND), 1),
        shell=True, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "A subscription is named." in done.stdout


USERS_WITH_DIFFERENT_HELPS = """version: 1
tenant: {id: t1, name: T}
subscriptions:
  - id: A
    type: named
    start: 2024-01-01
    end: 2026-12-10
    entitlements: {premium-agent: 9, %s: 9}
users:
  - {email: a@x.example, roles: [agent], assignments: [&p {subscription: A, license: premium-agent}]}
  - {email: d@x.example, name: Ed, roles: [agent], assignments: [*p]}
"""


@pytest.mark.parametrize("more", [1, 2, 4])
def test_users_in_one_finding_keep_their_helps(run: Run, folder: Path, more: int) -> None:
    services = ["ai-agent", "ai-assistant", "ivr-outbound-campaign", "wfo-analytics"][:more]
    text = USERS_WITH_DIFFERENT_HELPS % ": 9, ".join(services)
    for service in services:
        text += (
            f"  - {{email: {service}@x.example, roles: [agent], assignments: "
            f"[*p, {{subscription: A, license: {service}}}]}}\n"
        )
    (folder / "a.tenant.yaml").write_text(text)
    asked = ("check", "--as-of", "2026-12-01", "--select", "user-only-expiring")
    lines = re.sub(r"\n {9,}", " ", run(*asked).out).splitlines()
    helps = [line.partition("= help: ")[2] for line in lines if "= help: " in line]
    seats = f"order {2 + more} premium-agent seats from 2026-12-11 on"
    assert helps[0] == (
        f"a@x.example and Ed: {seats}, and assign one to each of them on that day; "
        "`tenantlint plan` lists all users who must be moved"
    )
    for service, help in zip(services[:2], helps[1:3], strict=True):
        assert help.startswith(f"{seats} and 1 {service} seat from 2026-12-11 on, and assign one")
        assert f"to {service}@x.example on" in help
    assert helps[3:] == ["the help differs for 2 more; `--format json` shows each"] * (more == 4)
    markdown = run(*asked, "-f", "markdown").out
    assert markdown.count("order ") == min(3, 1 + more)
