"""Findings of keywords that only the schemas of plugins use."""

import json
from typing import Any

import pytest

from validator.schema.json_schema import Schema


def found(schema: Any, value: object) -> list[str]:
    """Return the keyword, path, message and help of each finding about the key `x-a`."""
    own = Schema("own", json.dumps({"properties": {"x-a": schema}}))
    return [
        f"{keyword} {item.path}: {item.message}" + (f" | {item.help}" if item.help else "")
        for keyword, item in own.findings({"x-a": value})
    ]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"maxItems": 1}, [1, 2], "maxItems /x-a: x-a has 2 entries, but must have at most 1 | write at most 1 entry"),
        ({"minItems": 2}, [1], "minItems /x-a: x-a has 1 entry, but must have at least 2 | write at least 2 entries"),
        ({"maxLength": 3}, "abcd", "maxLength /x-a: x-a has 4 characters, but must have at most 3 | write at most 3 characters"),
        ({"minLength": 3}, "a", "minLength /x-a: x-a has 1 character, but must have at least 3 | write at least 3 characters"),
        ({"maxProperties": 1}, {"p": 1, "q": 2}, "maxProperties /x-a: x-a has 2 keys, but must have at most 1 | write at most 1 key"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "items /x-a: x-a has 2 entries, but must have at most 1 | write at most 1 entry"),
        ({"maximum": 5}, 9, "maximum /x-a: x-a is 9, but must be at most 5 | write 5 or less"),
        ({"exclusiveMinimum": 5}, 5, "exclusiveMinimum /x-a: x-a is 5, but must be more than 5 | write more than 5"),
        ({"exclusiveMaximum": 5}, 5, "exclusiveMaximum /x-a: x-a is 5, but must be less than 5 | write less than 5"),
        ({"multipleOf": 5}, 7, "multipleOf /x-a: x-a is 7, but must be a multiple of 5 | write a multiple of 5"),
        ({"pattern": "^CC-[0-9]+$"}, "abc", "pattern /x-a: x-a is abc, but must match the pattern ^CC-[0-9]+$"),
        ({"format": "uri"}, "c", "format /x-a: c is not of the format uri"),
        ({"anyOf": [{"const": "a"}, {"const": "b"}]}, "c", 'anyOf /x-a: x-a must be a or b, not the string "c"'),
        ({"anyOf": [{"required": ["p"]}, {"required": ["q"]}]}, {}, "anyOf /x-a: x-a must be a mapping with p or a mapping with q"),
        ({"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 3}]}, [], "anyOf /x-a: x-a must be a string or a whole number of at least 3"),
        ({"oneOf": [{"required": ["p"]}, {"required": ["q"]}]}, {"p": 1, "q": 1}, "oneOf /x-a: x-a fits more than one of these forms: a mapping with p and a mapping with q | write it so that it fits only one"),
        (False, 1, "false /x-a: x-a is not allowed here | remove it"),
        ({"properties": {"z": False}}, {"z": 1}, "false /x-a/z: z is not allowed here | remove it"),
        ({"patternProperties": {"^z": False}}, {"z1": 1}, "false /x-a/z1: z1 is not allowed here | remove it"),
        ({"if": {"required": ["p"]}, "else": False}, {}, "false /x-a: x-a is not allowed here | remove it"),
        ({"not": {"const": "abc"}}, "abc", "not /x-a: x-a must not be abc | write another value"),
        ({"not": {"required": ["p"]}}, {"p": 1}, "not /x-a: x-a must not have p | remove p"),
        ({"contains": {"const": "a"}}, ["b"], "contains /x-a: x-a has no entry that is a | add such an entry"),
        ({"contains": {"const": "a"}, "minContains": 2}, ["a"], "minContains /x-a: x-a must have at least 2 entries of this kind: a"),
        ({"dependentRequired": {"p": ["q", "r"]}}, {"p": 1}, "dependentRequired /x-a: in x-a, p needs q and r | add q and r"),
        ({"unevaluatedProperties": False}, {"z": 2}, "unknown-property /x-a/z: x-a has no key z | remove it"),
        ({"additionalProperties": False}, {"z": 2}, "unknown-property /x-a/z: x-a has no key z | remove it"),
        ({"required": ["p"]}, {}, "required /x-a: x-a lacks p | add p"),
        ({"propertyNames": {"pattern": "^k"}}, {"p": 1}, "pattern /x-a/p: the key p does not match the pattern ^k | rename it"),
        ({"pattern": "^CC", "description": "The cost centre."}, "a", "pattern /x-a: x-a is a, but must match the pattern ^CC | The cost centre."),
    ],
)  # fmt: skip
def test_a_finding_names_the_key_the_value_and_what_is_allowed(
    schema: Any, value: object, expected: str
) -> None:
    assert found(schema, value) == [expected]


@pytest.mark.parametrize(("pattern", "text"), [(r"^\d+$", "\u0663"), (r"^\p{Lu}+$", "abc")])
def test_a_pattern_that_python_reads_in_another_way_is_a_finding(pattern: str, text: str) -> None:
    (finding,) = found({"pattern": pattern}, text)
    assert finding.startswith(f'pattern /x-a: x-a: "{text}" does not match')


def test_a_schema_that_allows_nothing_says_so() -> None:
    ((keyword, finding),) = Schema("own", "false").findings({})
    assert (keyword, finding.message) == ("false", "the schema allows no document")
