"""Control Hub's names, and the parsing of days, months, numbers and addresses."""

import json

import pytest

from validator.schema.countries import COUNTRIES
from validator.schema.json_schema import Schema
from validator.schema.readings import addresses, booleans, days, months, numbers
from validator.schema.vocabulary import (
    LICENSE_NAMES,
    meant_key,
    meant_value,
    plain,
    service_of_license,
)
from validator.system.bundled_files import bundled_schema

TENANT = Schema("tenant", bundled_schema("tenant"))
SERVICES = TENANT.value["$defs"]["service"]["enum"]
CODES = TENANT.value["$defs"]["tenant"]["properties"]["country"]["enum"]


def test_the_tables_match_the_schema() -> None:
    assert set(LICENSE_NAMES) == set(SERVICES)
    assert set(COUNTRIES) <= set(CODES)
    names = [name for words in COUNTRIES.values() for name in words]
    assert len(names) == len(set(names))
    assert all(plain(name) == name for name in names)
    assert all(plain(word) == word for words in LICENSE_NAMES.values() for word in words)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_found_by_its_names(service: str) -> None:
    for name in LICENSE_NAMES[service]:
        for form in (
            name,
            name.title(),
            f"{name.removesuffix('s')}s",
            f"Contact Center {name}",
            f"Webex {name}",
        ):
            assert meant_value(form, SERVICES) == service, form


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("Contact Center Premium Agent", "premium-agent"),
        ("Webex Contact Centre Standard Agents", "standard-agent"),
        ("contact center premium agent", "premium-agent"),
        ("Webex Calling Professional", None),
        ("Webex Premium Agent", None),
        ("Premium", None),
    ],
)
def test_a_service_is_found_by_the_name_of_its_licence(name: str, service: str | None) -> None:
    assert service_of_license(name) == service


@pytest.mark.parametrize("code", COUNTRIES)
def test_every_country_is_found_by_its_names(code: str) -> None:
    for name in (*COUNTRIES[code], code.lower()):
        assert meant_value(name.title(), CODES) == code


def test_unknown_words_have_no_meaning() -> None:
    assert meant_value("", CODES) is None
    assert meant_value("x" * 1000, CODES) is None
    assert meant_value("Atlantis", CODES) is None
    assert meant_key("foo", ["id", "name"]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027/02/28", ["2027-02-28"]),
        ("28 Feb 2027", ["2027-02-28"]),
        ("28 februari 2027", ["2027-02-28"]),
        ("Sunday, February 28th, 2027", ["2027-02-28"]),
        ("01-03-2024", ["2024-03-01", "2024-01-03"]),
        ("01.03.2024", ["2024-03-01"]),
        ("20270228", ["2027-02-28"]),
        ("2027-2-8", ["2027-02-08"]),
        ("2027-28-02", ["2027-02-28"]),
        ("28-02-27", ["2027-02-28", "2028-02-27"]),
        ("2027-02-28T23:59:59Z", ["2027-02-28"]),
        ("2027-02-30", []),
        ("2027-02", []),
        ("", []),
        ("9" * 200, []),
    ],
)
def test_days_are_read_in_many_notations(text: str, expected: list[str]) -> None:
    assert days(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-4", ["2026-04"]),
        ("April 2026", ["2026-04"]),
        ("04/2026", ["2026-04"]),
        ("202604", ["2026-04"]),
        ("2026-04-30", ["2026-04"]),
        ("2026-13", []),
    ],
)
def test_months_are_read_in_many_notations(text: str, expected: list[str]) -> None:
    assert months(text) == expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("36 months", "term_months", [36]),
        ("3 years", "term_months", [36]),
        ("30 days", "term_months", []),
        ("4 weeks", "notice_days", [28]),
        ("10 seats", "premium-agent", [10]),
        ("1.000", "premium-agent", [1000, 1]),
        ("1,000,000", "premium-agent", [1_000_000]),
        ("12,5", "quantity", [12.5]),
        ("10 apples", "quantity", []),
    ],
)
def test_numbers_are_read_with_units_and_separators(
    text: str, key: str, expected: list[float]
) -> None:
    assert numbers(text, key) == expected


def test_booleans_and_addresses_are_read() -> None:
    assert [booleans(word) for word in ("Yes", "nee", "1", "perhaps")] == [
        [True],
        [False],
        [True],
        [],
    ]
    assert addresses("Maud <maud@x.example>") == ["maud@x.example"]
    assert addresses("mailto:maud (at) x.example") == ["maud@x.example"]


def test_proposals_for_a_hostile_value_are_short() -> None:
    # A hostile value must not be repeated in full, nor take long.
    value = {
        "version": 1,
        "tenant": {"id": "t", "name": "T", "country": "x" * 100_000, "y" * 100_000: 1},
        "subscriptions": "[" * 100_000,
        "users": [{"email": "a" * 100_000, "roles": ["agent"] * 1000 + ["b " * 50_000]}],
    }
    found = TENANT.findings(json.loads(json.dumps(value)))
    assert len(found) >= 5
    for _, finding in found:
        assert len(finding.message) < 350
        assert len(finding.help) < 400
