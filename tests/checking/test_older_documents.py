"""The older version of each document in a file."""

from collections.abc import Callable, Sequence

import pytest

from tests.run.test_growth import STEPS_AT_FOUR, counted_lines
from validator.checking.older_documents import OlderDocument, OlderDocuments, pair_documents


def older(
    position: int, tenant: str | None, digest: str, value: object = None, reason: str = ""
) -> OlderDocument:
    return OlderDocument(position, tenant, value, digest, reason, {})


def with_subscriptions(ids: str) -> object:
    return {"subscriptions": [{"id": id} for id in ids]}


def positions(
    documents: Sequence[OlderDocument], tenants: Sequence[str | None], digests: Sequence[str]
) -> list[int | None]:
    before = OlderDocuments("", {"a": tuple(documents)})
    pairing = pair_documents(before, "a", tenants, digests, [None] * len(tenants))
    return [pair and pair.position for pair in pairing.pairs]


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


@pytest.mark.parametrize(
    ("before", "now", "expected", "unsure"),
    [
        # Documents that change places are known by a subscription that no other document has.
        (["A", "B"], ["B", "A"], [1, 0], []),
        (["AX", "BX"], ["XBC", "XA"], [1, 0], []),
        # A single document is compared with the single one that is left.
        (["A"], ["Z"], [0], []),
        (["A", "B"], ["B", "Z"], [1, 0], []),
        # A tenant is plainly new if every older document has another newer version.
        (["A"], ["A", "Z"], [0, None], []),
        (["A"], ["Z", "A"], [None, 0], []),
        ([], ["Z", "A"], [None, None], []),
        # What is paired by index or twice is not known.
        (["A", "B"], ["Z", "Y"], [0, 1], [0, 1]),
        (["A"], ["Z", "Y"], [0, None], [0, 1]),
        (["A", "B"], ["Z"], [0], [0]),
        (["A", "B"], ["AB", "Z"], [0, 1], [0]),
        (["AB"], ["A", "B"], [0, None], [1]),
        (["A", "A"], ["A", "A"], [0, 1], [0, 1]),
    ],
)
def test_documents_with_new_ids_are_paired_by_subscription_or_named(
    before: Sequence[str], now: Sequence[str], expected: list[int | None], unsure: list[int]
) -> None:
    documents = tuple(
        older(number, f"t{number}", f"{number}", with_subscriptions(ids))
        for number, ids in enumerate(before)
    )
    tenants = [f"z{number}" for number in range(len(now))]
    values = [with_subscriptions(ids) for ids in now]
    pairing = pair_documents(
        OlderDocuments("", {"a": documents}), "a", tenants, [""] * len(now), values
    )
    assert [pair and pair.position for pair in pairing.pairs] == expected
    assert sorted(pairing.unsure) == unsure


@pytest.mark.parametrize(
    ("before", "now", "expected", "unsure"),
    [
        # Ids that are exchanged, or handed on.
        (["sA", "tB"], ["tA", "sB"], [0, 1], [0, 1]),
        (["sA", "tB"], ["tA", "uB"], [0, 1], [0]),
        (["sA", "tB", "uC"], ["tA", "uB", "sC"], [0, 1, 2], [0, 1, 2]),
        # One subscription in common is enough.
        (["sAX", "tB"], ["tAB", "sX"], [1, 0], []),
        # All subscriptions are replaced by new ones, or are gone.
        (["sA", "tB"], ["sC", "tB"], [0, 1], []),
        (["sA", "tB"], ["s", "tB"], [0, 1], []),
        # The second document with an id gets another one.
        (["sA", "sB"], ["sA", "tB"], [0, 1], []),
        (["sA", "sB"], ["sA", "tC"], [0, None], []),
    ],
)
def test_a_document_whose_subscriptions_had_another_id_is_paired_by_them(
    before: Sequence[str], now: Sequence[str], expected: list[int | None], unsure: list[int]
) -> None:
    documents = tuple(
        older(number, text[0], f"{number}", with_subscriptions(text[1:]))
        for number, text in enumerate(before)
    )
    values = [with_subscriptions(text[1:]) for text in now]
    by_tenant = {item.tenant: item for item in reversed(documents) if item.tenant}
    pairing = pair_documents(
        OlderDocuments("", {"a": documents}, by_tenant),
        "a",
        [text[0] for text in now],
        [""] * len(now),
        values,
    )
    assert [pair and pair.position for pair in pairing.pairs] == expected
    assert sorted(pairing.unsure) == unsure


@pytest.mark.parametrize(
    "value", [None, [], {"subscriptions": {"id": "A"}}, {"subscriptions": [None, {"id": []}]}]
)
def test_a_value_of_another_shape_has_no_subscriptions(value: object) -> None:
    documents = (older(0, "t", "x", with_subscriptions("A")), older(1, None, "", reason="x"))
    pairing = pair_documents(OlderDocuments("", {"a": documents}), "a", [None], [""], [value])
    assert pairing == ([documents[0]], frozenset())


def _new_ids(size: int) -> list[int | None]:
    before = [older(size + number, f"t{number}", f"{number}") for number in range(size)]
    return positions(before, [f"z{number}" for number in range(size)], [""] * size)


def _moved(size: int) -> list[int | None]:
    before = [older(size + number, None, f"{number}") for number in range(size)]
    return positions(before, [None] * size, [f"{number}" for number in reversed(range(size))])


def _reordered(size: int) -> list[int | None]:
    values = [{"subscriptions": [{"id": f"{number}"}, {"id": "X"}]} for number in range(size)]
    before = tuple(older(size + n, f"t{n}", f"{n}", value) for n, value in enumerate(values))
    tenants = [f"z{number}" for number in range(size)]
    documents = OlderDocuments("", {"a": before})
    pairing = pair_documents(documents, "a", tenants, [""] * size, values[::-1])
    assert not pairing.unsure
    return [pair and pair.position for pair in pairing.pairs]


@pytest.mark.parametrize("paired", [_new_ids, _moved, _reordered])
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
