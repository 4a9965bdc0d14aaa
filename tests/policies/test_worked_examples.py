"""The worked examples of Cisco's article: the numbers and the bearer that the messages name."""

from datetime import date

from tests.conftest import ROOT
from validator.checking.file_check import check_file
from validator.checking.selection import Selection, Settings
from validator.plugins.loading import load_plugins

DAY = date(2026, 5, 1)
PLAN = Selection(Settings(DAY), load_plugins(installed=False))


def messages(name: str) -> list[str]:
    file = ROOT / "fixtures" / "worked-examples" / f"{name}.tenant.yaml"
    return [item.message for item in check_file(name, file.read_bytes(), PLAN).diagnostics]


def test_overage_of_agents() -> None:
    assert messages("overage") == [
        "premium-agent in 2026-01: entitled 25, used 26, overage 1, borne by Sub1",
        "premium-agent in 2026-03: entitled 15, used 25, overage 10, borne by Sub2",
    ]


def test_bearer_of_ai_agent() -> None:
    assert messages("bearer") == [
        "ai-agent in 2026-04: entitled 2, used 3, overage 1, borne by A1",
        "ai-agent in 2026-04: entitled 1, used 3, overage 2, borne by B2",
        "ai-agent in 2026-04: entitled 2, used 3, overage 1, borne by A3",
        "ivr-outbound-campaign in 2026-04: entitled 1, used 2, overage 1, borne by C4",
        "ai-agent in 2026-04: entitled 2, used 3, overage 1, borne by A4",
    ]


def test_expiry_names_the_successor() -> None:
    assert messages("expiry")[2:4] == [
        (
            "admin1@harbour.example loses Control Hub's contact centre on 2026-05-16; "
            "Sub2 has no end and could take the assignment"
        ),
        (
            "agent1@harbour.example loses the Agent Desktop on 2026-05-16; "
            "Sub2 has no end and could take the assignment"
        ),
    ]
