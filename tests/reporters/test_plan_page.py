"""The HTML page of a plan: its structure, ids, hostile names, few and many subscriptions."""

import re
from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_plan_command import TENANT, WINDOW
from tests.conftest import SOUND, Run
from validator.findings.plan_report import PlannedTenant, PlanReport
from validator.reporters.plan.html import render
from validator.run.plan_picture import picture_of
from validator.schema.tenant_schema import tenant_of
from validator.tenant.plan import plan_of

FIRST, LAST = date(2026, 5, 1), date(2026, 8, 31)
EVIL = "<img src=x onerror=alert(1)>\"'&</title></svg></script>\x1b[1m\u202e"
VOID = {"meta", "img", "br", "link", "input"}


class Elements(HTMLParser):
    """Collects the elements of a page, and asserts that each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def count(self, tag: str, kind: str | None = None) -> int:
        return sum(
            name == tag and (kind is None or kind in (values.get("class") or "").split())
            for name, values in self.found
        )


def page_of(value: dict[str, Any], *, file: str = "a.yaml", times: int = 1, **more: Any) -> str:
    tenant = tenant_of(value)
    plan = plan_of(tenant, FIRST, LAST)
    planned = PlannedTenant(
        file, 0, "id", tenant.organisation.name, plan, (), picture_of(tenant, plan, FIRST, LAST)
    )
    return render(PlanReport(FIRST, LAST, (planned,) * times, **more))


def assert_sound(text: str) -> Elements:
    """Assert that ids are unique, references have targets, and nothing is loaded from outside."""
    elements = Elements(text)
    ids = Counter(values["id"] for _, values in elements.found if values.get("id"))
    assert set(ids.values()) <= {1}
    for tag, values in elements.found:
        for key in ("aria-labelledby", "aria-describedby"):
            assert set((values.get(key) or "").split()) <= ids.keys()
        assert tag not in ("script", "img", "link", "iframe")
        assert not any(key.startswith("on") or key == "src" for key in values)
        target = values.get("href")
        assert target is None or target[1:] in ids
        if values.get("role") == "img" or tag in ("figure", "section"):
            assert values.get("aria-label") or values.get("aria-labelledby")
    if elements.count("section"):
        assert set(re.findall(r"url\(#([\w-]+)\)", text)) <= ids.keys()
    assert "http" not in text.replace("http-equiv", "")
    return elements


def many(number: int, users: int) -> dict[str, Any]:
    """Return a tenant with pairs of subscriptions, of which the first ends and the second continues."""
    subscriptions = []
    for n in range(number):
        end = FIRST + timedelta(10 + n)
        start, end = (date(2025, 1, 1), end) if n % 2 == 0 else (FIRST, date(2028, 1, 1))
        subscriptions.append(
            {"id": f"Sub{n:03}", "type": "named", "start": str(start), "end": str(end),
             "entitlements": {"premium-agent": 6, "standard-agent": 2}}
        )  # fmt: skip
    return {
        "version": 1,
        "tenant": {"id": "t", "name": "Harbour"},
        "subscriptions": subscriptions,
        "users": [
            {"email": f"user{n}@x.example", "roles": ["agent"],
             "assignments": [{"subscription": f"Sub{n * 2 % number:03}", "license": "premium-agent"}]}
            for n in range(users)
        ],
    }  # fmt: skip


@pytest.mark.parametrize("number", [0, 1, 2, 3, 24, 60])
def test_the_page_is_valid_with_few_and_many_subscriptions(number: int) -> None:
    text = page_of(many(number, 5 * number))
    elements = assert_sound(text)
    assert elements.count("g", "bar") == number
    assert ("No subscription has a day in the window." in text) == (number == 0)
    assert elements.count("figure") == (2 if number else 0)
    assert (elements.count("g", "flow") > 0) == (number > 1)


def test_several_tenants_have_distinct_ids() -> None:
    elements = assert_sound(page_of(many(3, 9), times=3))
    assert elements.count("section") == elements.count("a") == 3


def test_hostile_names_are_escaped() -> None:
    value = many(4, 40)
    value["tenant"]["name"] = EVIL
    renamed = {f"Sub{n:03}": f"{EVIL}{n}" for n in range(4)}
    for item in value["subscriptions"]:
        item["id"] = item["name"] = renamed[item["id"]]
    for user in value["users"]:
        user["name"], user["email"] = EVIL, f'"<img src=x>&{user["email"][:6]}"@x.example'
        user["assignments"][0]["subscription"] = renamed[user["assignments"][0]["subscription"]]
    text = page_of(
        value, file=EVIL, times=2, assumed=(EVIL,), broken=(EVIL,), failures=(EVIL,)
    )  # fmt: skip
    assert_sound(text)
    assert "&lt;img src=x" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_assumptions_and_unreadable_files_are_shown_first() -> None:
    text = page_of(many(1, 1), assumed=("Sub1.end=2026-12-31",), broken=("b.yaml: broken",), failures=("c.yaml: gone",))  # fmt: skip
    assert "Assuming Sub1.end=2026-12-31" in text
    assert text.index("Assuming") < text.index('role="alert"') < text.index("<main>")
    assert "The plan is not complete:" in text
    for cause in ("b.yaml: broken", "c.yaml: gone"):
        assert f"<li>{cause}</li>" in text
    assert 'role="alert"' not in page_of(many(1, 1))


def test_a_plan_without_a_picture_has_its_tasks() -> None:
    plan = plan_of(tenant_of(many(3, 9)), FIRST, LAST)
    text = render(PlanReport(FIRST, LAST, (PlannedTenant("a.yaml", 0, "id", "Harbour", plan),)))
    elements = assert_sound(text)
    assert elements.count("figure") == 0
    assert elements.count("li", "task") == sum(len(part) for part in plan[:7])
    assert_sound(render(PlanReport(FIRST, LAST, ())))


def test_names_after_the_tenth_are_collapsed(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(TENANT)
    run("plan", *WINDOW, "--report", "html=plan.html")
    text = (folder / "plan.html").read_text()
    elements = assert_sound(text)
    assert text.count("<summary>and 2 more</summary>") == 2
    assert elements.count("details") == 3
    for number in range(1, 12):
        assert f"u{number}@x.example" in text
    assert not re.search(r"(?<!<time>)2026-05-31(?!</time>)", text[text.index("<h3>") :].split("<figure")[0])  # fmt: skip


def test_rows_with_enough_seats_are_collapsed_if_there_are_many() -> None:
    text = page_of(many(60, 300))
    first, *folded = text.split(" with enough seats</summary>")
    assert len(folded) == 1
    shown = first[first.index('<figure class="seats"') :]
    assert "too few" in shown
    assert "too few" not in folded[0]


def test_other_formats_have_no_picture(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    assert "picture" not in run("plan", *WINDOW, "--format", "json").out
    assert run("plan", *WINDOW, "--format", "html").code == 0


def test_many_flows_of_one_day_are_thin_lines_side_by_side() -> None:
    value: dict[str, Any] = {
        "version": 1,
        "tenant": {"id": "t", "name": "T"},
        "subscriptions": [
            {"id": f"{kind}{number:02}", "type": "named", "start": "2025-01-01",
             "entitlements": {"premium-agent": seats}} | end
            for kind, seats, end in (("Old", 40, {"end": "2026-05-31"}), ("New", 8, {}))
            for number in range(8)
        ],
        "users": [
            {"email": f"u{number}@x.example", "roles": ["agent"],
             "assignments": [{"subscription": f"Old{number % 8:02}", "license": "premium-agent"}]}
            for number in range(64)
        ],
    }  # fmt: skip
    page = page_of(value)
    flows = re.findall(r'stroke-width="([\d.]+)"/><polygon points="([\d.]+)', page)
    assert len(flows) == 64
    assert {float(width) for width, _ in flows} == {2.0}
    ends = sorted(float(left) for _, left in flows)
    assert all(later - earlier > 2 for earlier, later in pairwise(ends))
    assert '<text class="number"' not in page
