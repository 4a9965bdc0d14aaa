"""Spans of paths, compared with positions that a YAML writer records, in block and flow style."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.findings.diagnostic import Span
from validator.findings.json_pointer import pointer


def marked(text: str, path: str, *, on_key: bool = False) -> str:
    """Return the first line of a path's span, with `<` and `>` around the span."""
    (document,) = read_documents(text)
    locator = SpanLocator(text)
    span = locator.span(document, path, on_key=on_key)
    line = locator.line_text(span.line)
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    return f"{line[: span.column - 1]}<{line[span.column - 1 : end]}>{line[end:]}"


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "\u2028", "\x85"])
@pytest.mark.parametrize("text", ["a: x{}", "a: x{}  # c\n", "a: [x{}, y]", "a: 'x{}'\n"])
def test_a_span_ends_after_spaces_that_belong_to_the_value(text: str, space: str) -> None:
    (document,) = read_documents(text.format(space))
    path = "/a/0" if "[" in text else "/a"
    span = SpanLocator(text.format(space)).span(document, path)
    wanted = text.format(space).index(space) + 2 + text.count("'") // 2
    assert (span.line, span.end_line, span.end_column) == (1, 1, wanted)


TEXT = """\
tenant: &t
  id: a   # comment
  "name": "é😀x"
subs:
  - id: Sub1   # x # y
    n: {a: 1}
  - {id: Sub2,  # hm
     b: []}
  - &s3
    id: 4
  - <<: *t
    q: *t
  - [1, 'a # b'] # c
  - - x: |
        text
x: *t
z:
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "<tenant: &t>"),
        ("/tenant", "<tenant>: &t"),
        ("/tenant/id", "  id: <a>   # comment"),
        ("/tenant/name", '  "name": <"é😀x">'),
        ("/subs", "<subs>:"),
        ("/subs/0", "  - <id: Sub1>   # x # y"),
        ("/subs/0/n", "    <n>: {a: 1}"),
        ("/subs/0/n/a", "    n: {a: <1>}"),
        ("/subs/1", "  - <{id: Sub2,>  # hm"),
        ("/subs/1/b", "     <b>: []}"),
        ("/subs/2", "  - <&s3>"),
        ("/subs/3/name", "  - <<<>: *t"),
        ("/subs/3/q", "    q: <*t>"),
        ("/subs/3/q/id", "    q: <*t>"),
        ("/subs/4", "  - <[1, 'a # b']> # c"),
        ("/subs/5", "  - <- x: |>"),
        ("/subs/5/0", "  - - <x: |>"),
        ("/subs/5/0/x", "  - - x: <|>"),
        ("/x", "x: <*t>"),
        ("/x/name", "x: <*t>"),
        ("/z", "z:<>"),
        ("/nothing", "<tenant: &t>"),
        ("/subs/0/nothing", "  - <id: Sub1>   # x # y"),
        ("/subs/0/n/nothing", "    <n>: {a: 1}"),
    ],
)
def test_the_span_of_a_value_is_its_node_or_its_key(path: str, expected: str) -> None:
    assert marked(TEXT, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tenant/name", '  <"name">: "é😀x"'),
        ("/subs/3/name", "  - <<<>: *t"),
        ("/x", "<x>: *t"),
        ("/x/id", "x: <*t>"),
        ("/subs/4/0", "  - [<1>, 'a # b'] # c"),
    ],
)
def test_the_span_of_a_key_is_the_key(path: str, expected: str) -> None:
    assert marked(TEXT, path, on_key=True) == expected


@pytest.mark.parametrize("path", ["/nothing/below", "/subs/9", "/subs/x", "/tenant/id/x"])
def test_a_path_without_a_parent_has_no_span(path: str) -> None:
    with pytest.raises(KeyError):
        marked(TEXT, path)


def test_spans_are_counted_over_several_documents_and_crlf() -> None:
    text = "a: 1\r\n---\r\nb:\r\n  - 😀: x\r\n"
    first, second = read_documents(text)
    locator = SpanLocator(text)
    assert locator.span(first, "/a") == Span(1, 4, 1, 5)
    assert locator.span(second, "/b") == Span(3, 1, 3, 2)
    assert locator.span(second, "/b/0/😀") == Span(4, 8, 4, 9)


def test_the_span_of_an_empty_document_is_its_start() -> None:
    for text, spans in {
        "": [(1, 1, 1, 1)],
        "# nothing\n": [(1, 1, 1, 1)],
        "a: 1\n---\n# b\n--- # c\n": [(1, 1, 1, 5), (2, 1, 2, 4), (4, 1, 4, 4)],
    }.items():
        locator = SpanLocator(text)
        got = [locator.span(document, "") for document in read_documents(text)]
        assert got == [Span(*span) for span in spans]


def test_the_span_of_a_duplicate_key_is_the_later_one() -> None:
    assert marked("a: 1\na: 2\n", "/a") == "a: <2>"


def test_the_span_of_a_merged_value_is_the_merge_key() -> None:
    text = "- &m {a: 1}\n- b: 2\n  <<: [*m]\n"
    assert marked(text, "/1/a") == "  <<<>: [*m]"
    assert marked(text, "/1/b") == "- b: <2>"


@dataclass
class Writer:
    """Writes YAML and records the line and column of each scalar and key."""

    flow: bool
    indent: int
    lines: list[str] = field(default_factory=lambda: [""])
    values: dict[str, tuple[int, int]] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)

    def here(self) -> tuple[int, int]:
        return len(self.lines), len(self.lines[-1]) + 1

    def put(self, text: str) -> None:
        self.lines[-1] += text

    def write(self, value: Any, path: str = "", depth: int = 0) -> None:
        if self.flow or not isinstance(value, dict | list) or not value:
            self.write_flow(value, path)
            return
        pad = " " * (self.indent * depth)
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for number, (key, item) in enumerate(items):
            if number or depth:
                self.lines.append(pad)
            below = path + pointer(key)
            if isinstance(value, dict):
                self.keys[below] = self.here()
                self.put(f'"{key}": ')
            else:
                self.put("- ")
            self.write(item, below, depth + 1)

    def write_flow(self, value: Any, path: str) -> None:
        if isinstance(value, dict):
            self.put("{")
            for key, item in value.items():
                self.keys[path + pointer(key)] = self.here()
                self.put(f'"{key}": ')
                self.write_flow(item, path + pointer(key))
                self.put(", ")
            self.put("}")
        elif isinstance(value, list):
            self.put("[")
            for number, item in enumerate(value):
                self.write_flow(item, path + pointer(number))
                self.put(", ")
            self.put("]")
        else:
            self.values[path] = self.here()
            self.put(str(value))


trees = st.recursive(
    st.integers(0, 999) | st.sampled_from(["Sub1", "'😀 é'", '"a # b"', "x#y"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "ü😀", "a/b", "c~d", "#"]), inner, max_size=4)
    ),
    max_leaves=25,
)


@given(trees, st.booleans(), st.integers(1, 4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_spans_are_at_the_recorded_positions(
    tree: Any,
    flow: bool,
    indent: int,
    newline: str,
) -> None:
    writer = Writer(flow, indent)
    writer.write(tree)
    text = newline.join(writer.lines) + newline
    (document,) = read_documents(text)
    locator = SpanLocator(text)
    for path, (line, column) in writer.values.items():
        span = locator.span(document, path)
        assert (span.line, span.column) == (line, column)
    for path, (line, column) in writer.keys.items():
        span = locator.span(document, path, on_key=True)
        assert (span.line, span.column) == (line, column)


@pytest.mark.parametrize("maximum", [0, 1, 3])
def test_offsets_do_not_depend_on_when_marks_are_resolved(
    monkeypatch: pytest.MonkeyPatch, maximum: int
) -> None:
    stream = f"{TEXT}---\nbroken: [\n---\n{TEXT}"
    resolved_late = [document.nodes for document in read_documents(stream)]
    monkeypatch.setattr("validator.document.composer.MAX_PENDING_MARKS", maximum)
    resolved_early = [document.nodes for document in read_documents(stream)]
    for late, early in zip(resolved_late, resolved_early, strict=True):
        offsets = [late.offsets(node) for node in range(len(late))]
        assert offsets == [early.offsets(node) for node in range(len(early))]
        assert offsets == list(zip(late.start_offsets, late.end_offsets, strict=True))
        assert offsets == [late.offsets(node) for node in range(len(late))]
