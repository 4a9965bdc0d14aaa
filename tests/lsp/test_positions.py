"""Positions in each encoding, compared with simple counting, and edits of parts of a text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from tests.run.test_growth import STEPS_AT_FOUR, counted_lines
from validator.findings.diagnostic import Span
from validator.lsp.positions import Positions, edited

ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
texts = st.text(st.sampled_from("ab é😀\u2028\x85\n\r\ufeff"), max_size=30)
FEW = settings(max_examples=150, derandomize=True)


def width(text: str, encoding: str) -> int:
    codec, size = ENCODINGS[encoding]
    return len(text.encode(codec)) // size


def places(text: str) -> list[tuple[int, int, int]]:
    """Return each offset of a text that has a position, with its line and column in characters."""
    found, start = [], 0
    for number, line in enumerate(re.split(r"(\r\n|\r|\n)", text)[::2]):
        found += [(start + column, number, column) for column in range(len(line) + 1)]
        start += len(line)
        match = re.compile(r"\r\n|\r|\n").match(text, start)
        start += len(match[0]) if match else 0
    return found


def position(text: str, encoding: str, line: int, column: int) -> types.Position:
    lines = re.split(r"\r\n|\r|\n", text)
    return types.Position(line, width(lines[line][:column], encoding))


@FEW
@given(texts, st.sampled_from(sorted(ENCODINGS)))
def test_positions_are_converted_in_both_directions(source: str, encoding: str) -> None:
    positions = Positions(source, encoding)
    mark = source[:1] == "\ufeff"
    for _, line, column in places(positions.text):
        shown = positions.range(Span(line + 1, column + 1, line + 1, column + 1)).start
        assert shown == position(source, encoding, line, column + (mark and line == 0))
        assert positions.characters(shown) == (line, column)


@FEW
@given(texts, texts, st.data(), st.sampled_from(sorted(ENCODINGS)))
def test_an_edit_replaces_a_part_of_the_text(
    source: str, new: str, data: st.DataObject, encoding: str
) -> None:
    ends = sorted(data.draw(st.lists(st.sampled_from(places(source)), min_size=2, max_size=2)))
    (start, *begin), (end, *stop) = ends
    change = types.TextDocumentContentChangePartial(
        types.Range(
            position(source, encoding, begin[0], begin[1]),
            position(source, encoding, stop[0], stop[1]),
        ),
        new,
    )
    assert edited(source, [change], encoding) == source[:start] + new + source[end:]


@FEW
@given(texts, st.lists(st.tuples(texts, *[st.integers(0, 4)] * 4), max_size=5))
def test_edits_are_applied_one_by_one(
    source: str, drawn: list[tuple[str, int, int, int, int]]
) -> None:
    changes = [
        types.TextDocumentContentChangePartial(
            types.Range(types.Position(*place[:2]), types.Position(*place[2:])), new
        )
        for new, *place in drawn
    ]
    text = source
    for change in changes:
        text = edited(text, [change], "utf-16")
    assert edited(source, changes, "utf-16") == text


def test_the_steps_of_many_edits_grow_no_faster_than_their_number() -> None:
    steps = []
    for size in (20, 40, 80):
        changes = [
            types.TextDocumentContentChangePartial(
                types.Range(types.Position(line, 0), types.Position(line, 1)), "b"
            )
            for line in range(size)
        ]
        with counted_lines() as lines:
            assert edited("ab\n" * size, changes, "utf-16") == "bb\n" * size
        steps.append(lines[0])
    one, two, four = steps
    assert four - two <= STEPS_AT_FOUR * (two - one), steps


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ((0, 99), (0, 99), "abX\ncd"),  # after the end of a line
        ((9, 0), (9, 5), "ab\ncdX"),  # after the last line
        ((1, 1), (0, 1), "ab\ncXd"),  # start after end
    ],
)
def test_positions_outside_the_text_are_moved_into_it(
    start: tuple[int, int], end: tuple[int, int], text: str
) -> None:
    place = types.Range(types.Position(*start), types.Position(*end))
    assert edited("ab\ncd", [types.TextDocumentContentChangePartial(place, "X")], "utf-16") == text


def test_an_edit_can_replace_the_whole_text() -> None:
    assert edited("ab", [types.TextDocumentContentChangeWholeDocument("x")], "utf-16") == "x"
