"""The path of the cursor, and the completions at it, in valid and broken texts."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from tests import tenants
from tests.conftest import ROOT
from tests.lsp.editor import editor
from validator.document.nodes import SCALAR
from validator.document.reader import Document, read_documents
from validator.lsp.completion import complete
from validator.lsp.cursor import cursor_at
from validator.lsp.folder import Folder
from validator.lsp.messages import Place
from validator.lsp.node_path import node_at
from validator.lsp.schema_lookup import ITEM

Value = dict[str, Any]
SCHEMA = json.loads((ROOT / "schemas" / "tenant.schema.json").read_text())
SERVICES = SCHEMA["$defs"]["service"]["enum"]
SUBSCRIPTION_KEYS = list(SCHEMA["$defs"]["subscription"]["properties"])
DAY = date(2026, 5, 1)

TENANT = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: Sub1, name: Care core, type: named, start: 2025-01-01, end: 2026-05-31, entitlements: {premium-agent: 3}}
  - {id: "2 Sub", type: named, start: 2025-02-01}
users:
  - {email: ada@x.example, name: Ada, roles: [administrator], assignments: [Sub1]}
  - {email: tom@x.example, roles: [agent], assignments: [Sub1]}
partners:
  - {id: northwind, name: Northwind BV, access: full}
"""
USERS = TENANT[: TENANT.index("partners:")] + "  - email: x@x.example\n"


def completed(before: str, text: str) -> dict[str, str]:
    """Return labels and inserted texts at the `|` in a text, after the text `before` was open."""
    folder = Folder({})
    name = "a.tenant.yaml"
    folder.check(Place(name, before, DAY))
    start = text[: text.index("|")]
    place = Place(
        name, text.replace("|", "", 1), DAY, start.count("\n"), len(start.rpartition("\n")[2])
    )
    return {item.label: item.text for item in complete(folder, place)}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        # keys: without existing ones, required ones first
        ("|", ["version", "tenant", "subscriptions", "users", "partners", "usage"]),
        ("version: 1\n|\nsubscriptions: []\n", ["tenant", "users", "partners", "usage"]),
        ("tenant:\n  id: x\n  |\n  country: NL\n", ["name", "telephony"]),
        ("version: 1\r\n|\r\ntenant:\r\n  id: x\r\nsubscriptions:\r\n  - id: y\r\n", ["users", "partners", "usage"]),
        ("tenant: {id: x, |}", ["name", "country", "telephony"]),
        ("subscriptions:\n  - {id: Sub3,\n     |\n     type: named, start: 2024-01-01}\n", [key for key in SUBSCRIPTION_KEYS if key not in ("id", "type", "start")]),
        ("users:\n  - {email: a@b.example, |\npartners: []\n", ["roles", "name", "department", "status", "last_access", "assignments"]),
        ("version: 1\npartners: [\ntenant:\n  |\nsubscriptions: []\n", ["id", "name", "country", "telephony"]),
        ('{"tenant": {"id": "x", "n|', ["name", "country", "telephony"]),
        ("subscriptions:\n  - id: Sub1\n    start: 2025-01-01\n    t|", ["type", *[key for key in SUBSCRIPTION_KEYS if key not in ("id", "type", "start")]]),
        ("subscriptions:\n- id: Sub1\n  entitlements:\n    premium-agent: 1\n    |", [item for item in SERVICES if item != "premium-agent"]),
        ("subscriptions:\n  - id: a\n    entitlements:\n      ivr-port:\n        - quantity: 1\n          |", ["since", "until"]),
        ("subscriptions:\n  - id: a\n    lapses:\n      - |", ["from", "until"]),
        ("users:\n  -\n    email: a@b.example\n    |", ["roles", "name", "department", "status", "last_access", "assignments"]),
        # values
        ("version: |", ["1"]),
        ("tenant: {telephony: |", ["webex-calling", "bundled-pstn", "vpop"]),
        ("subscriptions:\n  - type: |\n    id: Sub1\n", ["named", "concurrent"]),
        ("subscriptions:\n  - {id: a, auto_renew: |", ["true", "false"]),
        ("subscriptions:\n  - id: a\n    notice_days: |", ["30"]),
        ("users:\n  - email: x\n    roles: [agent, |]", ["agent", "supervisor", "administrator", "read-only-administrator"]),
        ("users:\n  - email: x\n    roles:\n    - agent\n    - |", ["agent", "supervisor", "administrator", "read-only-administrator"]),
        ("partners:\n  - access: |", ["full", "read-only"]),
        # ids that are defined in the last text that could be read
        ("users:\n  - email: x\n    assignments: [|", ["Sub1", "2 Sub"]),
        ("users:\n  - email: x\n    assignments:\n      - {subscription: Su|", ["Sub1", "2 Sub"]),
        (f"{USERS}    assignments:\n      - |", ["subscription", "license", "Sub1", "2 Sub"]),
        (f"{TENANT}usage:\n  - month: 2026-04\n    subscription: |", ["Sub1", "2 Sub"]),
        (TENANT.replace("2025-02-01}", "2025-02-01, partner: |"), ["northwind"]),
        (TENANT.replace("2025-02-01}", "2025-02-01, partner: |}"), ["northwind"]),
        (f"{TENANT}  - id: a\n    approved_by: |", ["ada@x.example"]),
        (f"{USERS}    assignments:\n      - subscription: Sub1\n        license: |", ["premium-agent", *[item for item in SERVICES if item != "premium-agent"]]),
        # places without a completion
        ("# version|", []),
        ("version: 1 # |", []),
        ("tenant:\n  name: |", []),
        ("tenant:\n  x-own: |", []),
        ("nonsense:\n  - |", []),
    ],
)  # fmt: skip
def test_keys_values_and_ids_are_completed(text: str, labels: list[str]) -> None:
    assert list(completed(TENANT, text)) == labels


@pytest.mark.parametrize(
    ("text", "label", "inserted"),
    [
        ("tenant:\n  te|", "telephony", "telephony: "),
        ("tenant:\n  te|: vpop", "telephony", "telephony"),
        ('tenant: {"te|"', "telephony", '"telephony": '),
        ("users:\n  - assignments: [|", "2 Sub", '"2 Sub"'),
        ("users:\n  - assignments: ['|'", "2 Sub", "'2 Sub'"),
        ("users:\n  - assignments: [|", "Sub1", "Sub1"),
        ('users:\n  - assignments: ["|', "Sub1", '"Sub1"'),
        # A colon and a dash need a space after them, and the rest of the word is replaced.
        ("usage:\n  - service:|", "ai-agent", " ai-agent"),
        ("usage:\n  - {month: 2026-04, service:|}", "ai-agent", " ai-agent"),
        ("usage:\n  -|", "service", " service: "),
        ("usage:\n  - {ser|vice: ai-agent}", "service", "service"),
        ("subscriptions:\n  - {id: a, type: na|med}", "named", "named"),
        ('subscriptions:\n  - {id: a, type: "na|med"}', "named", '"named"'),
    ],
)
def test_the_inserted_text_is_quoted_if_necessary(text: str, label: str, inserted: str) -> None:
    assert completed(TENANT, text)[label] == inserted


@pytest.mark.parametrize("value", ["na|med", "|named", '"na|med"', "named|"])
def test_a_completion_replaces_the_word_at_the_cursor(value: str) -> None:
    text = f"subscriptions:\n  - {{id: a, type: {value}, start: 2025-01-01}}\n"
    column = text.splitlines()[1].index("|")
    place = Place("a.tenant.yaml", text.replace("|", ""), DAY, 1, column)
    line = text.replace("|", "").splitlines()[1]
    found = {item.label: item for item in complete(Folder({}), place)}["concurrent"]
    made = line[: found.span.column - 1] + found.text + line[found.span.end_column - 1 :]
    assert made == line.replace("named", "concurrent")


def test_a_document_that_was_never_valid_is_completed() -> None:
    assert list(completed("tenant: {", "tenant: {telephony: |")) == [
        "webex-calling", "bundled-pstn", "vpop",
    ]  # fmt: skip
    # Ids come from a readable text even if it does not match the schema.
    partial = "subscriptions:\n  - {id: Sub7}\n"
    assert list(completed(partial, f"{partial}users:\n  - assignments: [|")) == ["Sub7"]


@pytest.mark.parametrize(
    "head",
    ["", "---\n", "# a comment\n---\n", "\n# a\n\n  # b\n---\n", "%YAML 1.2\n---\n", "# a\r\n\r\n---\r\n"],
)  # fmt: skip
def test_ids_are_those_of_the_document_at_the_cursor(head: str) -> None:
    alpha, beta = (f"subscriptions:\n  - {{id: {name}}}\n" for name in ("Alpha", "Beta"))
    users = "users:\n  - assignments: [|]\n"
    before = f"{head}{alpha}---\n{beta}"
    assert list(completed(before, f"{head}{alpha}{users}---\n{beta}")) == ["Alpha"]
    assert list(completed(before, f"{head}{alpha}---\n{beta}{users}")) == ["Beta"]
    # Four dashes begin a key.
    key = "----key: 1\n"
    assert list(completed(before, f"{head}{alpha}{key}{users}---\n{beta}")) == ["Alpha"]


def test_ids_in_a_suppression_are_completed_with_nearby_findings_first() -> None:
    text = TENANT.replace("[agent], assignments: [Sub1]}", "[agent]} # tenantlint: ignore[|")
    labels = list(completed(TENANT, text))
    assert labels[0] == "user-unassigned"
    assert "mixed-telephony" in labels
    assert "schema-required" not in labels
    assert len(set(labels)) == len(labels)
    # A finding about the comment itself is not offered.
    assert "unknown-policy" not in completed(TENANT, f"{TENANT}# tenantlint: ignore[|]: x\n")
    second = text.replace("ignore[|", "ignore[user-unassigned, mixed-|")
    assert completed(TENANT, second)["mixed-telephony"] == "mixed-telephony"


def test_completions_have_details_and_a_range(folder: Path) -> None:
    file = folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=("--as-of", "2026-05-01")) as there:
            await there.open(file, TENANT)
            text = TENANT.replace("assignments: [Sub1]}\n  -", "assignments: [Su|\n  -")
            found = await there.complete(file, text)
            assert list(found) == ["Sub1", "2 Sub"]
            item = found["Sub1"]
            assert item.detail == "Care core"
            assert item.documentation == (
                "Sub1 is active until 2026-05-31: its term ends then; 30 days left"
            )
            edit: Any = item.text_edit
            line = text.splitlines()[edit.range.start.line]
            assert line[edit.range.start.character : edit.range.end.character + 1] == "Su|"
            assert edit.new_text == "Sub1"
            found = await there.complete(file, "tenant: {telephony: |")
            assert "The option that the tenant declares." in str(found["vpop"].documentation)

    asyncio.run(work())


# The cursor compared with the reader


def generic(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ITEM if part.isdecimal() else part for part in parts)


def scalars(document: Document) -> Iterator[tuple[int, int]]:
    nodes = document.nodes
    for node in range(len(nodes)):
        start, end = nodes.offsets(node)
        if nodes.kind(node) == SCALAR and end > start:
            yield start, end


@settings(max_examples=6, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
@given(tenants.tenants())
def test_the_cursor_has_the_path_that_the_reader_finds(value: Value) -> None:
    # This is tested at each key and value, with the rest of the text and without it.
    texts = [
        yaml.safe_dump(value, sort_keys=False),
        yaml.safe_dump(value, sort_keys=False, default_flow_style=None),
        yaml.safe_dump(value, sort_keys=False, default_flow_style=True, width=10_000),
        json.dumps(value, indent=2),
    ]
    for text in texts:
        (document,) = read_documents(text)
        for start, end in scalars(document):
            node = node_at(document, start)
            for shown in (text, text[:start]):
                if shown[start - 1 : start] in ('"', "'"):
                    continue
                cursor = cursor_at(shown, start)
                if cursor is None:
                    assert text[start] in "\"'", (shown, start)
                    continue
                assert cursor.start == start
                path = generic(node.parts)
                if node.is_key:
                    assert cursor.can_be_key
                    assert cursor.path == path[:-1], (shown, start, end)
                else:
                    assert cursor.can_be_value
                    assert cursor.path == path, (shown, start, end)
