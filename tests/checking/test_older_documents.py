"""The older version of each document in a file."""

from collections.abc import Callable, Sequence

import pytest

from tests.run.test_growth import STEPS_AT_FOUR, counted_lines
from validator.checking.older_documents import OlderDocument, OlderDocuments, pair_documents


def older(position: int, tenant: str | None, digest: str) -> OlderDocument:
    return OlderDocument(position, tenant, None, digest, "", {})


def positions(
    documents: Sequence[OlderDocument], tenants: Sequence[str | None], digests: Sequence[str]
) -> list[int | None]:
    pairs = pair_documents(OlderDocuments("", {"a": tuple(documents)}), "a", tenants, digests)
    return [pair and pair.position for pair in pairs]


@pytest.mark.parametrize(
    ("documents", "tenants", "digests", "expected"),
    [
        # The same id, and for an id that is listed twice the same number or the last.
        ([("t", "x"), ("t", "y")], ["t", "t", "t"], ["", "", ""], [0, 1, 1]),
        # The same value before the same index, each older document once.
        ([(None, "x"), (None, "x"), (None, "y")], [None] * 3, ["y", "x", "x"], [2, 0, 1]),
        # The same index before the next one.
        ([("s", "x"), (None, "y"), ("t", "z")], ["u", "v", "t", "w"], [""] * 4, [0, 1, 2, None]),
        ([("t", "x"), ("s", "y"), ("r", "z")], ["u", "t", "v", "w"], [""] * 4, [1, 0, 2, None]),
        # Values that cannot be read are not the same.
        ([("t", "x"), (None, "")], [None, "t"], ["", ""], [1, 0]),
    ],
)
def test_documents_without_an_older_id_are_paired_by_value_and_index(
    documents: Sequence[tuple[str | None, str]],
    tenants: Sequence[str | None],
    digests: Sequence[str],
    expected: list[int | None],
) -> None:
    before = [older(position, *item) for position, item in enumerate(documents)]
    assert positions(before, tenants, digests) == expected


def _new_ids(size: int) -> list[int | None]:
    before = [older(size + number, f"t{number}", f"{number}") for number in range(size)]
    return positions(before, [f"z{number}" for number in range(size)], [""] * size)


def _moved(size: int) -> list[int | None]:
    before = [older(size + number, None, f"{number}") for number in range(size)]
    return positions(before, [None] * size, [f"{number}" for number in reversed(range(size))])


@pytest.mark.parametrize("paired", [_new_ids, _moved])
def test_the_steps_grow_no_faster_than_the_documents(
    paired: Callable[[int], list[int | None]],
) -> None:
    steps = []
    for size in (50, 100, 200):
        with counted_lines() as lines:
            assert None not in paired(size)
        steps.append(lines[0])
    one, two, four = steps
    assert four - two <= STEPS_AT_FOUR * (two - one), steps
