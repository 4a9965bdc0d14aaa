"""JSON is the same as that of the standard library, also where pydantic-core gives up."""

import json
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.system.fast_json import compact_json, indented_json, parsed_json

TEXTS = st.text(st.characters(exclude_categories=())) | st.sampled_from(["\udcff", "\ud83d", "[]"])
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS


def values(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner)
    )


@given(values(SCALARS))
def test_indented_json_is_that_of_the_standard_library(value: object) -> None:
    assert indented_json(value) == json.dumps(value, ensure_ascii=False, indent=2)


@given(values(SCALARS | st.floats(allow_nan=False)))
def test_a_value_can_be_stored_and_read(value: object) -> None:
    data = compact_json(value)
    assert b"\n" not in data
    assert parsed_json(data) == json.loads(data) == value


def test_a_deep_value_can_be_stored_and_read() -> None:
    value: list[Any] = []
    for _ in range(500):
        value = [value]
    assert parsed_json(compact_json(value)) == value
    assert indented_json(value) == json.dumps(value, indent=2)


def test_a_named_tuple_becomes_a_list() -> None:
    class Pair(NamedTuple):
        first: int
        second: str

    assert compact_json({"pairs": [Pair(1, "a"), Pair(2, "\udcff")]}) == (
        b'{"pairs":[[1,"a"],[2,"\\udcff"]]}'
    )
    assert compact_json([Pair(1, "a")]) == b'[[1,"a"]]'


@pytest.mark.parametrize("data", [b"", b"[", b"\xff", b"[1] 2", b'"\\ud800'])
def test_other_bytes_are_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed_json(data)
