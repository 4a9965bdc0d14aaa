"""Schemas: jsonschema-rs and jsonschema agree, and findings describe the intended branch."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.checking.placement import MAX_ID_LENGTH, organisation_id
from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.schema.formats import is_date, is_email
from validator.schema.json_schema import Schema, SchemaError
from validator.system.bundled_files import bundled_schema

TENANT = Schema("tenant", bundled_schema("tenant"))
A_QUANTITY = (
    "a quantity such as 10, a line such as {quantity: 10, since: 2026-01-01}, or a list of both"
)
ROLES = "agent, supervisor, administrator or read-only-administrator"
VALID: dict[str, Any] = {
    "version": 1,
    "tenant": {"id": "t", "name": "T"},
    "subscriptions": [
        {
            "id": "Sub1", "type": "named", "start": "2025-01-01", "end": "2027-12-31",
            "term_months": 36, "entitlements": {"premium-agent": 2, "ai-agent": {"quantity": 1}},
            "lapses": [{"from": "2026-01-01", "until": "2026-01-31"}],
        },
        {
            "id": "Sub2", "type": "named", "start": "2025-01-01", "notice_days": 60,
            "deployment": "cloud",
            "entitlements": {"ivr-port": [1, {"quantity": 2, "since": "2026-01-01"}]},
        }
    ],
    "users": [
        {"email": "a@b.example", "roles": ["agent"], "status": "pending",
         "last_access": "2026-01-01",
         "assignments": ["Sub1", {"subscription": "Sub1", "license": "ai-agent"}]},
    ],
    "partners": [{"id": "p", "access": "full"}],
    "usage": [
        {"month": "2026-04", "subscription": "Sub1", "service": "ai-agent", "quantity": 0.5},
        {"month": "2026-04", "service": "ai-agent", "quantity": 2},
    ],
}  # fmt: skip


def findings(value: object, schema: Schema = TENANT) -> list[tuple[str, str]]:
    return [(keyword, finding.path) for keyword, finding in schema.findings(value)]


def messages(value: object, schema: Schema = TENANT) -> list[Finding]:
    return [finding for _, finding in schema.findings(value)]


def test_a_valid_document_has_no_findings() -> None:
    assert findings(VALID) == []


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            found += paths(item, (*path, key))
    return found


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["named", "2026-02-29", "2024-02-29", "0000-01-01", "2026-04", "2026-04\n", "0000-04",
         "a@b", "a@b\n", "٢٠٢٦-٠١-٠١", "agent", "premium-agent", "Sub1", 1, 1.0, 36.0, 2**70]
    ),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(["id", "x-a", "start", "quantity", "nmae", "", "a/b~c"]), inner, max_size=2
    ),
    max_leaves=4,
)  # fmt: skip


@st.composite
def changed_documents(draw: st.DrawFn) -> Any:
    """A valid document that is changed in up to three places."""
    value = json.loads(json.dumps(VALID))
    for _ in range(draw(st.integers(1, 3))):
        *above, last = draw(st.sampled_from(paths(value)[1:]))
        parent = value
        for key in above:
            parent = parent[key]
        if draw(st.booleans()):
            parent[last] = draw(junk)
        elif draw(st.booleans()):
            del parent[last]
        elif isinstance(parent, dict):
            parent[draw(st.sampled_from(["x-new", "new", "end", "name"]))] = draw(junk)
        if not isinstance(value, dict) or len(paths(value)) < 2:
            break
    return value


@settings(max_examples=800)
@given(changed_documents())
def test_both_validators_agree(value: Any) -> None:
    assert TENANT.is_valid(value) == (not TENANT.explain(value))


json_values = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 0.5, 10**30, "", "1", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=6,
)


@given(st.lists(json_values, max_size=6))
@settings(max_examples=400)
def test_both_validators_agree_whether_items_are_equal(value: list[Any]) -> None:
    schema = Schema("unique", '{"type": "array", "uniqueItems": true}')
    assert schema.is_valid(value) == (not schema.explain(value))


@pytest.mark.parametrize("enum", [["auto", "manual", 1, 2], ["auto", "manual", ["auto"], None]])
@pytest.mark.parametrize("is_unique", [True, False])
def test_the_words_in_an_entry_are_told_apart_from_other_values(
    enum: list[object], is_unique: bool
) -> None:
    listed = {"type": "array", "uniqueItems": is_unique, "items": {"enum": enum}}
    schema = Schema("mixed", json.dumps(listed))

    def helps(value: object) -> list[str]:
        return [found.help for _, found in schema.explain(value)]

    assert helps(["auto manual"]) == ["write auto and manual, each as a separate entry"]
    (similar,) = helps(["autoo"])
    assert "auto" in similar
    (listed_already,) = helps(["auto", "auto manual"])
    assert ("already listed" in listed_already) == is_unique
    assert len(helps("auto manual")) == 1


def test_a_value_is_not_an_entry() -> None:
    schema = Schema("top", '{"enum": ["auto", "manual"]}')
    ((_, found),) = schema.explain("auto manual")
    assert found.fix is None


def test_an_entry_that_means_a_listed_word_is_to_be_removed() -> None:
    of_texts = {"$ref": "#/$defs/list"}
    listed = {"type": "array", "uniqueItems": True, "items": {"type": "string"}}
    text = json.dumps({"properties": {"a": of_texts}, "$defs": {"list": listed}})
    schema = Schema("words", text)
    ((_, found),) = schema.explain({"a": ["12", 12]})
    assert found.help == 'remove `12`: "12" is already listed'
    assert found.fix is not None
    assert (found.fix.edits, found.fix.safe) == ([Edit.remove("/a/1")], False)
    ((_, other),) = schema.explain({"a": ["13", 12]})
    assert other.help == 'write `"12"`'
    repeatable = Schema("words", text.replace("true", "false"))
    assert [item.help for _, item in repeatable.explain({"a": ["12", 12]})] == ['write `"12"`']


def changed(path: tuple[str | int, ...], new: object) -> Any:
    value = json.loads(json.dumps(VALID))
    parent = value
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = new
    return value


@pytest.mark.parametrize(
    ("path", "new", "keyword", "message", "help"),
    [
        (("version",), 2, "const", "version must be 1, not 2", "write `1`"),
        (("version",), "1", "const", 'version must be 1, not "1"', "write `1`"),
        (("subscriptions", 0, "type"), "nmed", "enum", "nmed is not one of named or concurrent",
         "did you mean `named`?"),
        (("subscriptions", 0, "start"), "2020-02-31", "format",
         "2020-02-31 is not a calendar day (YYYY-MM-DD)", "write `2020-02-29`"),
        (("subscriptions", 0, "start"), 2020, "type",
         "start must be a calendar day (YYYY-MM-DD), not the number 2020",
         "write a day such as 2024-03-01"),
        (("subscriptions", 0, "entitlements", "ai-agent"), "x", "type",
         'ai-agent must be a whole number, a mapping or a list, not the string "x"',
         f"write {A_QUANTITY}"),
        (("subscriptions", 0, "entitlements", "ai-agent"), -1, "minimum",
         "ai-agent is -1, but must be at least 0", "write 0 or more"),
        (("subscriptions", 0, "entitlements", "ai-agent"), {}, "required",
         "the entitlement lacks quantity", "add quantity (such as 10)"),
        (("users", 0, "assignments", 0), None, "type", "an entry of assignments is empty",
         "write the entry after the dash, or remove the dash"),
        (("users", 0, "assignments", 0), {"license": "ai-agent"}, "required",
         "the assignment lacks subscription", "add subscription (such as Sub119911)"),
        (("users", 0, "email"), "nobody", "format", "nobody is not an e-mail address",
         "add @ and the domain, such as maud@harbour.example"),
        (("users", 0, "roles"), ["agent", "agent"], "uniqueItems", "roles lists agent twice",
         "write `[agent]`"),
        (("users", 0, "roles"), [], "minItems", "roles is empty",
         f"write a list of {ROLES}, such as [agent]"),
        (("tenant", "id"), "", "minLength", "id is empty",
         "write the Webex organisation id, as Control Hub shows it"),
        (("tenant", "country"), "nl", "enum", "nl is not an ISO 3166-1 country code (two letters, such as NL)", "write `NL`"),
        (("usage", 0, "quantity"), float("inf"), "type",
         "quantity must be a number, not the number inf", "write a number such as 12"),
        (("usage", 0, "month"), "2026-4", "pattern", "2026-4 is not a month (YYYY-MM)",
         "write `2026-04`"),
    ],
)  # fmt: skip
def test_a_finding_has_a_message_and_a_help(
    path: tuple[str | int, ...], new: object, keyword: str, message: str, help: str
) -> None:
    ((found, finding),) = TENANT.findings(changed(path, new))
    pointer = "".join(f"/{part}" for part in path)
    got = (found, finding.path, finding.message, finding.help)
    assert got == (keyword, pointer, message, help)


ENTITLEMENT = "/subscriptions/0/entitlements/ai-agent"


@pytest.mark.parametrize(
    ("value", "below", "keyword", "message"),
    [
        (
            "ten",
            "",
            "type",
            'ai-agent must be a whole number, a mapping or a list, not the string "ten"',
        ),
        (
            2.5,
            "",
            "type",
            "ai-agent must be a whole number, a mapping or a list, not the number 2.5",
        ),
        (True, "", "type", "ai-agent must be a whole number, a mapping or a list, not true"),
        (None, "", "type", "ai-agent is empty"),
        ({"since": "2026-01-01"}, "", "required", "the entitlement lacks quantity"),
        (
            {"quantity": "5"},
            "/quantity",
            "type",
            'quantity must be a whole number, not the string "5"',
        ),
        ({"quantity": -5}, "/quantity", "minimum", "quantity is -5, but must be at least 0"),
        (
            {"quantity": 5, "until": "2026-02-30"},
            "/until",
            "format",
            "2026-02-30 is not a calendar day (YYYY-MM-DD)",
        ),
        (
            {"quantity": 5, "form": "2026-01-01"},
            "/form",
            "unknown-property",
            "the entitlement has no key form",
        ),
        ([], "", "minItems", "ai-agent is empty"),
        ([3, -1], "/1", "minimum", "an entry of ai-agent is -1, but must be at least 0"),
        (
            ["5"],
            "/0",
            "type",
            'an entry of ai-agent must be a whole number or a mapping, not the string "5"',
        ),
        (
            [[5]],
            "/0",
            "type",
            "an entry of ai-agent must be a whole number or a mapping, not a list",
        ),
        ([5, {"since": "2026-01-01"}], "/1", "required", "the entitlement line lacks quantity"),
        (
            [5, {"quantity": 1, "since": "2026-1-1"}],
            "/1/since",
            "format",
            "2026-1-1 is not a calendar day (YYYY-MM-DD)",
        ),
        (
            [{"quantity": 1, "untill": "2026-01-01"}],
            "/0/untill",
            "unknown-property",
            "the entitlement line has no key untill",
        ),
    ],
)
def test_an_invalid_entitlement_is_explained_by_the_intended_branch(
    value: object, below: str, keyword: str, message: str
) -> None:
    ((found, finding),) = TENANT.findings(
        changed(("subscriptions", 0, "entitlements", "ai-agent"), value)
    )
    got = (found, finding.path, finding.message)
    assert got == (keyword, ENTITLEMENT + below, message)
    assert finding.help


@pytest.mark.parametrize(
    ("path", "new", "keyword", "message", "help"),
    [
        (
            ("subscriptions", 0, "lapses"),
            {"from": "2026-01-01", "until": "2026-01-02"},
            "type",
            "lapses must be a list, not a mapping",
            "make it a list: write a dash before its first key: - from:",
        ),
        (
            ("subscriptions", 0, "lapses"),
            ["2026-01-01"],
            "type",
            'an entry of lapses must be a mapping, not the string "2026-01-01"',
            "write the entry as a mapping: - from: 2026-01-01, with until: below",
        ),
        (
            ("subscriptions", 0, "lapses"),
            [{"from": "2026-01-01"}],
            "required",
            "the lapse lacks until",
            "add until (such as 2025-03-14)",
        ),
        (
            ("subscriptions", 0, "lapses"),
            [{"from": "2026-13-01", "until": "2026-01-02"}],
            "format",
            "2026-13-01 is not a calendar day (YYYY-MM-DD)",
            "write `2026-01-13`",
        ),
        (
            ("subscriptions", 0, "notice_days"),
            -1,
            "minimum",
            "notice_days is -1, but must be at least 0",
            "write 0 or more",
        ),
        (
            ("subscriptions", 0, "notice_days"),
            "30d",
            "type",
            'notice_days must be a whole number, not the string "30d"',
            "write `30`",
        ),
        (
            ("subscriptions", 0, "deployment"),
            "clod",
            "enum",
            "clod is not one of cloud or hybrid",
            "did you mean `cloud`?",
        ),
        (
            ("subscriptions", 0, "status"),
            "canceled",
            "enum",
            "canceled is not one of active, trial, pending, suspended or cancelled",
            "write `cancelled`",
        ),
        (
            ("users", 0, "status"),
            "not verified",
            "enum",
            "not verified is not one of active, verified, not-verified, pending or inactive",
            "write `not-verified`",
        ),
        (
            ("users", 0, "last_access"),
            "2026-04-20T10:00:00Z",
            "format",
            "2026-04-20T10:00:00Z is not a calendar day (YYYY-MM-DD)",
            "write `2026-04-20`",
        ),
        (
            ("users", 0, "assignments", 1, "license"),
            "premium",
            "enum",
            "premium is not one of standard-agent, premium-agent, ivr-port or …",
            "write `premium-agent`",
        ),
        (
            ("usage", 0, "subscription"),
            None,
            "type",
            "subscription is empty",
            "write the subscription such as Sub119911, or remove `subscription`",
        ),
        (
            ("usage", 0),
            {"month": "2026-04"},
            "required",
            "the usage lacks service and quantity",
            "add service and quantity (such as 12)",
        ),
    ],
)
def test_a_finding_about_a_newer_key_has_a_message_and_a_help(
    path: tuple[str | int, ...], new: object, keyword: str, message: str, help: str
) -> None:
    ((found, finding),) = TENANT.findings(changed(path, new))
    assert (found, finding.message, finding.help) == (keyword, message, help)
    assert finding.path.startswith("".join(f"/{part}" for part in path))


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("subscriptions", 0, "entitlements", "ai-agent"), 0),
        (("subscriptions", 0, "entitlements", "ai-agent"), [1]),
        (("subscriptions", 0, "entitlements", "ai-agent"), [{"quantity": 1, "x-a": []}, 2]),
        (("subscriptions", 0, "entitlements"), {}),
        (("subscriptions", 0, "lapses"), []),
        (("subscriptions", 0, "lapses"), [{"from": "2026-01-01", "until": "2026-01-01"}]),
        (("subscriptions", 0, "notice_days"), 0),
        (("subscriptions", 0, "deployment"), "hybrid"),
        (("users", 0, "status"), "not-verified"),
        (("users", 0, "last_access"), "2026-04-20"),
        (("usage", 0), {"month": "2026-04", "service": "ivr-port", "quantity": 40}),
    ],
)
def test_the_newer_keys_are_valid(path: tuple[str | int, ...], new: object) -> None:
    assert findings(changed(path, new)) == []


def test_files_in_the_first_version_of_the_format_are_valid() -> None:
    # The document has every key of the first version, in every form that it allowed.
    line = {"quantity": 3, "since": "2025-02-01", "until": "2027-12-31", "x-order": 1}
    dates = {"start": "2024-03-01", "end": "2027-02-28", "term_months": 36.0, "grace_days": 0}
    first = {
        "id": "Sub1", "name": "Core", "department": "", "partner": "p", "type": "concurrent",
        "offer": "flex-3", "telephony": "vpop", "status": "cancelled", **dates,
        "auto_renew": False, "primary": True, "x-note": None,
        "entitlements": {"premium-agent": 0, "ai-agent": {"quantity": 1}, "ivr-port": line},
    }  # fmt: skip
    user = {
        "email": "a@b.example", "name": "A", "department": "Care",
        "roles": ["agent", "supervisor", "administrator", "read-only-administrator"],
        "assignments": ["Sub1", {"subscription": "Sub1"}, {"subscription": "", "license": "ivr-port"}],
    }  # fmt: skip
    value = {
        "version": 1,
        "tenant": {"id": "t", "name": "T", "country": "NL", "telephony": "webex-calling"},
        "subscriptions": [first, {"id": "Sub2", "type": "named", "start": "2024-03-01"}],
        "users": [user, {"email": "b@b.example", "roles": ["agent"], "assignments": []}],
        "partners": [
            {"id": "p", "name": "P", "access": "full", "approved_by": "a@b.example"},
            {"id": "q", "access": "read-only"},
        ],
        "usage": [
            {
                "month": "2026-04",
                "subscription": "Sub9",
                "service": "webex-connect",
                "quantity": 0.5,
            }
        ],
        "x-anything": [1, {"a": None}],
    }
    assert findings(value) == []


def test_one_finding_for_all_missing_keys() -> None:
    (finding,) = messages(changed(("subscriptions", 0), {"id": "Sub1"}))
    assert (finding.path, finding.message) == (
        "/subscriptions/0",
        "the subscription lacks type and start",
    )


def test_each_unknown_key_is_a_finding_at_its_key() -> None:
    tenant = {"id": "t", "name": "T", "contry": "NL", "x-note": [None], "X-Note": 1}
    contry, note = messages(changed(("tenant",), tenant))
    assert (contry.path, contry.on_key, contry.help) == (
        "/tenant/contry",
        True,
        "did you mean `country`?",
    )
    assert (note.path, note.help) == (
        "/tenant/X-Note",
        "the valid keys are id, name, country and telephony; remove it, or begin its name with x-",
    )


def test_the_order_of_findings_is_stable() -> None:
    value = {"subscriptions": [{"b": 1, "a": 2}, 3], "tenant": {"z": 1}}
    assert findings(value) == findings(json.loads(json.dumps(value)))
    assert len(findings(value)) == 7


@pytest.mark.parametrize(
    ("branches", "value", "expected"),
    [
        ([{"type": "string"}, {"type": "object", "required": ["a"]}], {}, [("required", "/v")]),
        ([{"type": "string", "minLength": 3}, {"type": "object"}], "a", [("minLength", "/v")]),
        ([{"type": "string"}, {"type": "object"}], 1, [("anyOf", "/v")]),
    ],
)
def test_a_finding_comes_from_the_intended_branch(
    branches: list[object], value: object, expected: list[tuple[str, str]]
) -> None:
    schema = {"properties": {"v": {"anyOf": branches}}}
    assert findings({"v": value}, Schema("own", json.dumps(schema))) == expected


@pytest.mark.parametrize(
    "text",
    ["{", '{"type": "nothing"}', '{"$ref": "https://schemas.example/x.json"}', '{"pattern": "("}'],
)
def test_an_invalid_schema_is_an_error(text: str) -> None:
    with pytest.raises(SchemaError, match="the schema own"):
        Schema("own", text).findings({})


def test_every_property_has_a_title_or_description() -> None:
    def walk(schema: Any, path: str) -> None:
        for name, sub in schema.get("properties", {}).items():
            target = sub
            if "$ref" in sub:
                target = TENANT.value["$defs"][sub["$ref"].rsplit("/", 1)[1]] | sub
            assert {"title", "description"} & target.keys(), f"{path}/{name}"
            walk(sub, f"{path}/{name}")

    walk(TENANT.value, "")
    for name, sub in TENANT.value["$defs"].items():
        walk(sub, name)


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_calendar_days_are_valid(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "2026-2-1", "20260201", "2026-W01-1", "0000-01-01", "2026-01-01T00:00:00",
     "2026-01-01\n", " 2026-01-01", "٢٠٢٦-٠١-٠١", ""],
)  # fmt: skip
def test_other_notations_of_days_are_invalid(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize(
    "text",
    ["maud@harbour.example", "m.a+u-d_1@x", "jürgen@häfen.example", '"m d"@x.example', "a@[::1]"],
)
def test_common_email_addresses_are_valid(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    ["maud", "@x", "a@", "a@b@c", "a b@c", "a@b c", ".a@b", "a.@b", "a..b@c", "a@-b", "a@b.", "a@b\n",
     "a@b\x00", "<a@b>", "a@" + "b." * 200 + "c"],
)  # fmt: skip
def test_malformed_email_addresses_are_invalid(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize("part", ["tenant", "subscriptions"])
def test_an_id_has_at_most_the_length_that_reports_repeat(part: str) -> None:
    value = json.loads(json.dumps(VALID))
    holder = value["tenant"] if part == "tenant" else value["subscriptions"][0]
    holder["id"] = "x" * MAX_ID_LENGTH
    assert TENANT.findings(value) == []
    assert organisation_id(value) == value["tenant"]["id"]
    holder["id"] += "x"
    assert [keyword for keyword, _ in TENANT.findings(value)] == ["maxLength"]
    assert (organisation_id(value) is None) == (part == "tenant")
