"""The labels of list items in stable paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.document.stable_paths import StablePaths


def labels(items: list[object]) -> list[str]:
    paths = StablePaths(items)
    return [paths.name(f"/{index}")[1:] for index in range(len(items))]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"id": "a"}, {"id": "a"}, {"id": "b"}, {"id": "a"}], ["a", "a#2", "b", "a#3"]),
        ([{"id": "a#2"}, {"id": "a"}, {"id": "a"}], ["a#2", "a", "a#3"]),
        ([{"id": "a"}, {"id": "a"}, {"id": "a#2"}], ["a", "a#2", "a#2#2"]),
        ([{}, {"id": "0"}, {}, {"email": "A@x"}], ["0", "0#2", "1", "a@x"]),
        (
            [{"until": "2020-01-01"}, {"since": "2020-01-01"}, {"quantity": 1}],
            ["until 2020-01-01", "2020-01-01", "0"],
        ),
    ],
)
def test_equal_labels_are_numbered(items: list[object], expected: list[str]) -> None:
    assert labels(items) == expected


@given(st.lists(st.from_regex(r"[a-b01](#[1-4]){0,2}", fullmatch=True) | st.just(""), max_size=12))
def test_labels_are_unique(names: list[str]) -> None:
    found = labels(list(names))
    assert len(set(found)) == len(names)


def test_many_equal_labels_take_linear_time() -> None:
    names: list[object] = [f"a#{number}" for number in range(50_000)]
    found = labels(names + ["a"] * 50_000)
    assert found[-1] == "a#99998"
