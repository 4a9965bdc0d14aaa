"""The `forecast` command: its formats, its window and its exit codes."""

import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from click import unstyle

from tests.conftest import ROOT, SOUND, UNSOUND, Run
from validator.reporters.terminal import display_width

WINDOW = ("--from", "2026-05-01", "--days", "120")
SEVERAL = """\
version: 1
tenant: {id: several, name: Several subscriptions, country: NL, telephony: webex-calling}
subscriptions:
  - id: Sub1
    name: Care
    type: named
    start: 2024-06-01
    end: 2026-05-31
    grace_days: 30
    entitlements: {premium-agent: 10, ai-agent: {quantity: 2, until: 2026-05-20}}
  - id: Sub2-of-a-rather-long-name-of-a-subscription
    type: named
    start: 2025-06-01
    end: 2027-05-31
    lapses: [{from: 2026-07-10, until: 2026-07-24}]
    entitlements:
      premium-agent:
        - {quantity: 5, until: 2026-07-31}
        - {quantity: 3, since: 2026-08-01}
  - id: Sub3
    type: named
    start: 2025-07-01
    end: 2026-06-30
    auto_renew: true
    entitlements: {wfo-analytics: 3}
  - {id: Sub4, type: named, start: 2025-01-01, status: suspended}
  - {id: Sub5, type: named, start: 2023-01-01, end: 2024-12-31}
  - {id: Sub6, type: named, start: 2025-08-01, end: 2026-06-30, grace_days: 31}
users:
  - {email: ada@x.example, name: Ada, roles: [administrator], assignments: [Sub1, Sub3]}
  - email: maud@x.example
    name: Maud
    roles: [agent]
    assignments:
      - {subscription: Sub1, license: premium-agent}
      - {subscription: Sub3, license: wfo-analytics}
  - email: tom@x.example
    name: Tom
    roles: [agent]
    assignments:
      - subscription: Sub2-of-a-rather-long-name-of-a-subscription
        license: premium-agent
  - {email: lea@x.example, name: Lea, roles: [agent], assignments: [Sub4]}
---
version: 1
tenant: {id: nobody, name: Covered by nothing}
subscriptions:
  - {id: A1, type: named, start: 2024-06-01, end: 2025-05-31}
users:
  - {email: ada@x.example, name: Ada, roles: [administrator], assignments: [A1]}
"""
ENDING = SOUND.replace("2025-01-01}", "2025-01-01, end: 2026-06-30}")


@pytest.mark.parametrize("name", ["text", "json", "markdown", "html", "ics"])
def test_the_forecast_matches_its_golden_file(
    run: Run, harbour: str, golden: Callable[[str, str], None], name: str
) -> None:
    outcome = run("forecast", harbour, *WINDOW, "--format", name, COLUMNS="100")
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"forecast.{name}", outcome.out)
    assert outcome == run("forecast", harbour, *WINDOW, "--format", name, COLUMNS="100")


@pytest.mark.parametrize("name", ["text", "html"])
def test_the_forecast_for_several_tenants_matches_its_golden_file(
    run: Run, folder: Path, golden: Callable[[str, str], None], name: str
) -> None:
    (folder / "several.tenant.yaml").write_text(SEVERAL)
    outcome = run("forecast", *WINDOW, "--format", name, COLUMNS="130")
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"forecast-several.{name}", outcome.out)


@pytest.mark.parametrize("width", [20, 40, 60, 79, 80, 100, 120, 160, 300])
def test_text_is_no_wider_than_the_terminal(run: Run, folder: Path, width: int) -> None:
    text = SEVERAL.replace("Several subscriptions", "Zwölf Boxkämpfer 日本語日本語日本語日本語")
    (folder / "several.tenant.yaml").write_text(text)
    for color in ("never", "always"):
        out = run("forecast", *WINDOW, "--color", color, COLUMNS=str(width)).out
        lines = [unstyle(line) for line in out.splitlines()]
        assert max(map(display_width, lines)) <= width
        assert "people" in out
        assert "p…" not in out


def test_each_mark_is_in_the_legend(run: Run, folder: Path) -> None:
    (folder / "several.tenant.yaml").write_text(SEVERAL)
    out = run("forecast", *WINDOW, COLUMNS="130").out
    assert "┤1" in out
    for entry in (
        "█ primary", "━ active", "▓ primary, in grace", "░ grace", "· lapse, without service",
        "┄ does not serve", "↻ renews", "▼ something changes", "┤n cover of n people ends",
    ):  # fmt: skip
        assert entry in out
    assert "Maud: premium-agent until 2026-06-30\n" in out
    assert "Maud: wfo-analytics without an end\n" in out
    assert "Ada: access without an end\n" in out
    assert "Lea: no access\n" in out
    assert "2026-05-21: Sub1, ai-agent from 2 to 0\n" in out
    (folder / "several.tenant.yaml").write_text(SOUND)
    assert "━" not in run("forecast", *WINDOW).out


class Elements(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def test_pages_have_accessible_names_and_unique_ids(run: Run, folder: Path) -> None:
    (folder / "several.tenant.yaml").write_text(SEVERAL)
    page = Elements(run("forecast", *WINDOW, "--format", "html").out)
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert ids
    assert len(ids) == len(set(ids))
    assert page.count("table") == page.count("caption") == 4
    names = [attrs.get("aria-label") for tag, attrs in page.elements if tag == "figure"]
    assert len(set(names)) == 2
    assert all(names)
    pictures = [attrs for tag, attrs in page.elements if tag == "svg" and "role" in attrs]
    assert [attrs["role"] for attrs in pictures] == ["img", "img"]
    assert all(attrs["aria-label"] for attrs in pictures)
    assert page.count("time") > 30


@pytest.mark.parametrize(
    "window", [("--from", "2026-05-01"), ("--from", "9999-12-01"), ("--from", "9999-12-31")]
)
@pytest.mark.parametrize("text", [SEVERAL, SEVERAL.split("---\n")[1]])
def test_a_forecast_without_access_or_at_the_end_of_the_calendar_succeeds(
    run: Run, folder: Path, text: str, window: tuple[str, ...]
) -> None:
    (folder / "several.tenant.yaml").write_text(text)
    for name in ("text", "html"):
        assert run("forecast", *window, "--format", name, timeout=20).code == 0


def test_options_set_the_window(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)

    def window(*arguments: str) -> tuple[str, str, list[str]]:
        value = json.loads(run("forecast", "--format", "json", *arguments).out)
        return value["from"], value["until"], [event["date"] for event in value["events"]]

    year = ("2026-05-31", "2026-07-01")
    assert window("--from", "2026-05-01") == ("2026-05-01", "2027-04-30", [*year])
    assert window("--from", "2026-05-01", "--days", "31") == ("2026-05-01", "2026-05-31", [year[0]])
    assert window("--from", "2026-05-01", "--days", "30")[2] == []
    assert window("--from", "2026-05-01", "--until", "2026-07-01")[2] == [*year]
    assert window("--from", "2026-05-01", "--until", "2026-05-01")[1] == "2026-05-01"
    assert window("--from", "2026-05-01", "--expiring-within", "0")[2] == [
        "2026-06-30",
        "2026-07-01",
    ]
    assert window("--from", "9999-12-01")[1] == "9999-12-31"
    begin, until, _ = window()
    assert (date.fromisoformat(until) - date.fromisoformat(begin)).days == 364


def test_json_has_the_documented_keys(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)
    value = json.loads(run("forecast", *WINDOW, "--format", "json").out)
    assert list(value) == ["version", "from", "until", "standing", "events"]
    first, second = value["events"]
    assert list(first) == ["date", "file", "document", "tenant", "appears", "clears"]
    assert first["clears"] == []
    assert [item["id"] for item in first["appears"]] == ["coverage-gap"]
    assert second["clears"] == [{"id": "coverage-gap", "path": "/subscriptions"}]
    on_the_day = json.loads(run("check", "--as-of", "2026-07-01", "--format", "json").out)
    assert second["appears"] == on_the_day["findings"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--fail-on", "error"), 1),
        (("--fail-on", "error", "--days", "10"), 0),
        (("--fail-on", "never"), 0),
        (("--fail-on", "error", "--select", "usage"), 0),
        (("--fail-on", "error", "--severity", "coverage-gap=info", "--days", "40"), 0),
        (("--fail-on", "info", "--severity", "coverage-gap=info", "--days", "40"), 1),
        (("--fail-on", "error", "--ignore", "subscription"), 0),
    ],
)
def test_only_findings_that_appear_fail_the_run(
    run: Run, folder: Path, arguments: tuple[str, ...], code: int
) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)
    window = () if "--days" in arguments else ("--days", "120")
    assert run("forecast", "--from", "2026-05-01", *window, *arguments).code == code


@pytest.mark.parametrize("format_name", ["text", "json", "markdown", "html", "ics"])
def test_every_format_says_how_the_configuration_weakens_the_forecast(
    run: Run, folder: Path, format_name: str
) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)
    (folder / "tenantlint.toml").write_text('ignore = ["subscription"]\nfail-on = "never"\n')
    shown = run("forecast", *WINDOW, "-f", format_name, "--fail-on", "error")
    lines = re.sub(r"\r\n |\s+", lambda fold: "" if "\r" in fold[0] else " ", shown.out)
    assert "tenantlint.toml turns off all of subscription" in lines
    assert "fail-on" not in lines  # that of the configuration is for `check`


@pytest.mark.parametrize("format_name", ["text", "json", "markdown", "html", "ics"])
def test_every_format_names_a_file_that_cannot_be_judged(
    run: Run, folder: Path, format_name: str
) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)
    (folder / "b.tenant.yaml").write_text("x: [\n")
    shown = run("forecast", *WINDOW, "-f", format_name)
    assert "b.tenant.yaml" in shown.out.replace("\r\n ", "")


def test_findings_on_the_first_day_do_not_fail_the_run(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    assert run("forecast", *WINDOW, "--fail-on", "error").code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere.yaml",), "nowhere.yaml: No such file or directory"),
        (("--from", "2026-02-30"), "2026-02-30 is not a calendar day"),
        (("--until", "2020-01-01"), "--until 2020-01-01 is before the first day"),
        (("--until", "2030-01-01", "--days", "3"), "--until and --days cannot be used together"),
        (("--days", "0"), "0 is not in the range"),
        (("--format", "sarif"), "no format of forecast is called sarif"),
        (("--format", "icls"), "did you mean ics?"),
        (("--report", "pdf=x"), "no format of forecast is called pdf"),
        (("--select", "telefony"), "did you mean telephony?"),
        (("--policies", "nowhere"), "no policy folder at nowhere"),
    ],
)
def test_a_usage_error_is_2_with_one_line(
    run: Run, folder: Path, arguments: tuple[str, ...], reason: str
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    outcome = run("forecast", *arguments)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert reason in line


def test_a_crash_on_a_later_day_is_2(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(ENDING)
    (folder / "own").mkdir()
    (folder / "own" / "late.py").write_text(
        "from validator import policy\n@policy(severity='error')\ndef late(tenant):\n"
        "    if tenant.today > tenant.subscriptions[0].end:\n        raise SystemExit(0)\n"
        "    return []\n"
    )
    outcome = run("forecast", *WINDOW, "--policies", "own", "--format", "json")
    assert outcome.code == 2
    assert "the policy late crashed: SystemExit" in outcome.err
    assert len(json.loads(outcome.out)["events"]) == 2


@pytest.mark.parametrize("until", ["2026-05-01", "2029-01-01", "2040-01-01", "9999-12-31"])
def test_windows_of_any_length_can_be_drawn(run: Run, harbour: str, until: str) -> None:
    for name in ("text", "html", "markdown", "ics"):
        arguments = ("forecast", harbour, "--from", "2026-05-01", "--until", until)
        outcome = run(*arguments, "--format", name, timeout=30)
        assert (outcome.code, outcome.err) == (0, "")
        assert len(outcome.out) < 40_000


@pytest.mark.parametrize("days", [1, 3, 60, 90])
def test_a_primary_of_the_whole_window_fills_its_row(run: Run, days: int) -> None:
    file = str(ROOT / "fixtures" / "worked-examples" / "three-year-core-two-year-wfo.tenant.yaml")
    out = run("forecast", file, "--from", "2026-05-01", "--days", str(days)).out
    (row,) = (line for line in out.splitlines() if line.startswith("Core "))
    assert set(row.split()[1]) == {"█"}


def test_broken_files_have_findings_on_the_first_day(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text("a: [")
    (folder / "b.tenant.yaml").write_text("")
    outcome = run("forecast", "--format", "json")
    value = json.loads(outcome.out)
    assert [item["id"] for item in value["standing"]] == ["yaml-syntax", "schema-type"]
    assert value["events"] == []
    assert outcome.err == "".join(
        f"tenantlint: {name}.tenant.yaml: has YAML or schema errors; run `tenantlint check "
        f"{name}.tenant.yaml`\n"
        for name in "ab"
    )
    for name in ("text", "html", "markdown", "ics"):
        outcome = run("forecast", "--format", name)
        assert outcome.code == 1
        assert "Nothing changes" not in outcome.out
    assert "No forecast from " in run("forecast").out


def test_the_forecast_names_files_that_were_not_checked(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(f"{SOUND}---\nx: 1\n")
    (folder / "b.tenant.yaml").write_text("version: 1\n")
    unread = "a.tenant.yaml, document 2 and b.tenant.yaml were not checked"
    why = "because of YAML or schema findings"
    window = "from 2026-05-01 to 2026-08-28"
    outcome = run("forecast", *WINDOW, COLUMNS="160")
    last = " ".join(outcome.out.split("\n\n")[-1].split())
    assert (outcome.code, last) == (1, f"{unread} {why}; nothing changes elsewhere {window}")
    (folder / "a.tenant.yaml").write_text(f"{ENDING}---\nx: 1\n")
    outcome = run("forecast", *WINDOW, "--format", "markdown")
    counts = "2 findings will appear and 1 clear on 2 days"
    assert (outcome.code, outcome.out.splitlines()[0]) == (
        1,
        f"### {unread} {why}; {counts} {window}",
    )


def test_calendar_libraries_read_the_calendar(run: Run, harbour: str, folder: Path) -> None:
    text = (folder / harbour).read_text().replace("name: Maud", 'name: "Ma,ud;\\\\ \\nX 😀"')
    (folder / harbour).write_text(text)
    out = run("forecast", harbour, *WINDOW, "--format", "ics").out.encode()
    calendar: Any = icalendar.Calendar.from_ical(out)
    entries = calendar.walk("VEVENT")
    assert [entry.errors for entry in entries] == [[]] * len(entries)
    events = json.loads(run("forecast", harbour, *WINDOW, "--format", "json").out)["events"]
    starts = [f"{entry['DTSTART'].dt}" for entry in entries]
    assert starts == [event["date"] for event in events]
    parsed = vobject.readOne(out.decode())
    uids = [entry.uid.value for entry in parsed.vevent_list]
    assert len(set(uids)) == len(uids) == len(entries)
    longer = run(
        "forecast", harbour, "--from", "2026-05-02", "--days", "365", "--format", "ics"
    ).out
    assert set(uids[1:]) <= {entry.uid.value for entry in vobject.readOne(longer).vevent_list}
    for line in out.split(b"\r\n"):
        assert len(line) <= 75


def test_several_reports_are_written_in_one_run(run: Run, harbour: str, folder: Path) -> None:
    names = ["json", "ics", "html", "markdown"]
    targets = [word for name in names for word in ("--report", f"{name}=f.{name}")]
    assert run("forecast", harbour, *WINDOW, *targets).code == 0
    for name in names:
        written = (folder / f"f.{name}").read_bytes().decode()
        assert written.replace("\r\n", "\n") == run(
            "forecast", harbour, *WINDOW, "--format", name
        ).out.replace("\r\n", "\n")


def test_hostile_text_is_escaped(run: Run, folder: Path) -> None:
    hostile = '"</title><script>alert(1)</script>\\e[2J\\u202e|`*"'
    text = ENDING.replace("Harbour Retail", hostile).replace("Sub1", hostile)
    (folder / "a.tenant.yaml").write_text(text)
    for name in ("text", "markdown", "html", "ics"):
        outcome = run("forecast", *WINDOW, "--format", name)
        assert outcome.code == 0
        assert "\x1b" not in outcome.out
        assert "\u202e" not in outcome.out
        if name in ("markdown", "html"):
            assert "<script>alert" not in outcome.out


def test_the_calendar_counts_one_finding_that_clears(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(
        UNSOUND.replace("2025-06-01,", "2025-06-01, end: 2026-06-10,")
    )
    asked = ("--from", "2026-05-01", "--format", "ics", "--select", "mixed-telephony")
    out = run("forecast", "a.tenant.yaml", *asked).out
    assert "SUMMARY:Harbour Retail: 1 finding clears in a.tenant.yaml\n" in out.replace("\r", "")
