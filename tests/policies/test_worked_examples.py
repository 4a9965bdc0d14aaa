"""The worked examples in Cisco's article: findings, figures, and the bearer of the overage."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import ROOT
from validator.checking.file_check import FileCheck, check_file
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.plugins.loading import load_plugins
from validator.tenant.usage import uses_of

DAY = date(2026, 5, 1)
PLAN = Selection(Settings(DAY), load_plugins(installed=False))
FOLDER = ROOT / "fixtures" / "worked-examples"

USAGE = {
    "agents-within-entitlement": ["2026-04 premium-agent: 25 of 25, overage 0, None"],
    "agents-overage": ["2026-04 premium-agent: 26 of 25, overage 1, Sub1"],
    "primary-ended": ["2026-04 premium-agent: 25 of 15, overage 10, Sub2"],
    "ai-agent-oldest": ["2026-04 ai-agent: 3 of 2, overage 1, A"],
    "ai-agent-oldest-ended": ["2026-04 ai-agent: 3 of 1, overage 2, B"],
    "ai-agent-renewed-after-lapse": [
        "2026-02 ai-agent: 3 of 2, overage 1, A",
        "2026-03 ai-agent: 3 of 1, overage 2, B",
        "2026-04 ai-agent: 3 of 2, overage 1, A",
    ],
    "line-added-at-renewal": [
        "2026-04 ai-agent: 3 of 2, overage 1, B",
        "2026-04 premium-agent: 0 of 10, overage 0, None",
    ],
    "outbound-campaign-alone": [
        "2026-04 ai-agent: 3 of 2, overage 1, A",
        "2026-04 ivr-outbound-campaign: 2 of 1, overage 1, C",
        "2026-04 premium-agent: 0 of 1, overage 0, None",
    ],
    "ramp": [
        "2025-12 premium-agent: 15 of 10, overage 5, Sub1",
        "2026-01 premium-agent: 15 of 20, overage 0, None",
        "2026-03 premium-agent: 25 of 30, overage 0, None",
        "2026-04 premium-agent: 25 of 30, overage 0, None",
    ],
    "connect-usage": [
        "2026-03 premium-agent: 0 of 10, overage 0, None",
        "2026-03 webex-connect: 800 of 1000, overage None, None",
        "2026-04 premium-agent: 0 of 10, overage 0, None",
        "2026-04 webex-connect: 800 of 1000, overage None, None",
    ],
}
SOUND = [
    "agents-within-entitlement", "three-year-core-two-year-wfo", "second-partner-read-only",
    "flex-and-flex-3",
]  # fmt: skip


def path(name: str) -> Path:
    return FOLDER / f"{name}.tenant.yaml"


def messages(name: str) -> list[str]:
    return [item.message for item in check_file(name, path(name).read_bytes(), PLAN).diagnostics]


@pytest.mark.parametrize("name", USAGE)
def test_the_usage_has_the_figures_of_the_article(name: str) -> None:
    ((_, tenant),) = FileCheck(name, path(name).read_bytes(), PLAN).tenants
    assert [
        f"{use.month} {use.service}: {use.used} of {use.entitled}, "
        f"overage {use.overage}, {use.bearer}"
        for use in uses_of(tenant, DAY)
    ] == USAGE[name]


@pytest.mark.parametrize("name", USAGE)
def test_the_messages_have_the_figures_of_the_article(name: str) -> None:
    overage_messages = [message for message in messages(name) if ", overage " in message]
    over = [row for row in USAGE[name] if "overage 0" not in row and "overage None" not in row]
    rows = [
        f"{service} in {month}: entitled {entitled}, used {used}, overage {more}, borne by {bearer}"
        for month, service, used, _, entitled, _, more, bearer in (
            row.replace(":", "").replace(",", "").split() for row in over
        )
    ]
    assert sorted(message.split(";")[0] for message in overage_messages) == sorted(rows)


@pytest.mark.parametrize("name", SOUND)
def test_an_example_without_a_conflict_has_no_findings(name: str) -> None:
    assert messages(name) == []


def test_usage_of_webex_connect_belongs_to_the_primary() -> None:
    ((_, tenant),) = FileCheck("c", path("connect-usage").read_bytes(), PLAN).tenants
    for use in uses_of(tenant, DAY):
        if use.service == "webex-connect":
            assert [(share.subscription, share.used) for share in use.split] == [
                ("Sub1", Decimal(800)), ("Sub2", Decimal(0)),
            ]  # fmt: skip


def test_the_administrator_and_the_agent_are_both_reported() -> None:
    missing = messages("handover-missing")
    assert [message.split(";")[0] for message in missing[1:]] == [
        "the only administrator, admin1@harbour.example, loses access on 2026-05-16",
        "admin1@harbour.example loses Control Hub's contact centre on 2026-05-16",
        "agent1@harbour.example loses the Agent Desktop on 2026-05-16",
    ]
    assert [message.split(";")[0] for message in messages("handover-of-the-administrator")[1:]] == [
        "agent1@harbour.example loses the Agent Desktop on 2026-05-16"
    ]
    (shift,) = messages("handover-done")
    assert shift.startswith("the primary changes from Sub1 to Sub2 on 2026-05-16")
    assert [message.split(";")[0] for message in messages("handover-missed")] == [
        "the only administrator, admin1@harbour.example, has no access on 2026-05-01",
        "admin1@harbour.example has no access on 2026-05-01: Sub1 ended on 2026-04-30",
        "agent1@harbour.example has no access on 2026-05-01: Sub1 ended on 2026-04-30",
    ]
