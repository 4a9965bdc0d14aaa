"""Edits of values in a YAML text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.document.node_locator import NodeLocator
from validator.document.printer import YamlPrinter
from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.document.text_edits import EditError, apply_edits
from validator.document.value_edits import build_text_edits, text_edits_for
from validator.findings.fix import Edit

TEXT = "name: x\nusers:\n  - {email: a}\n  - {email: b}\nnone:\n"

MISFITS = [
    Edit("set", "/name/x", "y"),
    Edit("set", "/users/7/email", "y"),
    Edit("set", "/users/x", "y"),
    Edit("set", "/users/-1/email", "y"),
    Edit("set", "/none/x", "y"),
    Edit("set", "", "y"),
    Edit("append", "/name", "y"),
    Edit("append", "/name/x", "y"),
    Edit("append", "/users/0", "y"),
    Edit("append", "/other/users", "y"),
    Edit("remove", "/users/2"),
    Edit("remove", "/users/-1"),
    Edit("remove", "/users/email"),
    Edit("remove", "/name/0"),
    Edit("remove", "/none/0"),
    Edit("remove", "/other/0"),
]


@pytest.mark.parametrize("edit", MISFITS, ids=lambda edit: f"{edit.kind} {edit.path}")
def test_an_edit_that_does_not_fit_is_refused(edit: Edit) -> None:
    (document,) = read_documents(TEXT)
    with pytest.raises(EditError):
        text_edits_for(TEXT, document, [edit])


@pytest.mark.parametrize("path", ["/name/x", "/name/0", "/users/2", "/users/x", "/users/-1/email"])
def test_a_path_that_does_not_exist_is_refused(path: str) -> None:
    (document,) = read_documents(TEXT)
    with pytest.raises(EditError):
        NodeLocator(TEXT, document).find(path)
    with pytest.raises(KeyError):
        SpanLocator(TEXT).span(document, path)


@pytest.mark.parametrize("text", ["x", "[x]", "{x: y}", "a: &a [x]\nb: *a\n", ""])
def test_scalars_and_aliases_have_no_children(text: str) -> None:
    (document,) = read_documents(text)
    nodes = document.nodes
    nodes.resolve_marks()
    for node in range(len(nodes)):
        has_children = nodes.subtree_end(node) > node + 1
        assert bool(list(nodes.children(node))) == has_children


def test_edits_of_different_kinds_can_be_combined() -> None:
    (document,) = read_documents(TEXT)
    edits = [
        Edit("remove", "/users/0"),
        *(Edit("append", "/users", {"email": f"c{number}"}) for number in range(3)),
        Edit("set", "/name", "y"),
    ]
    (edited,) = read_documents(apply_edits(TEXT, text_edits_for(TEXT, document, edits)))
    assert edited.value == {
        "name": "y",
        "users": [{"email": email} for email in ("b", "c0", "c1", "c2")],
        "none": None,
    }


def test_what_is_added_at_one_place_is_sorted_by_depth() -> None:
    text = "a:\n  - x: 1\n    c:\n      - 2\n"
    (document,) = read_documents(text)
    edits = [
        Edit("append", "/a", {"x": 5}),
        Edit("set", "/a/0/z", 4),
        Edit("append", "/a/0/c", 3),
        Edit("set", "/m", [6]),
    ]
    after = f"{text}      - 3\n    z: 4\n  - {{x: 5}}\nm: [6]\n"
    for order in (edits, edits[::-1]):
        assert apply_edits(text, text_edits_for(text, document, order)) == after


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        # The paths are those in the text before the edits, in any order of the edits.
        ([Edit("rename", "/a", "b"), Edit("rename", "/a/0/x", "w")],
         "b:\n  - {w: 1, z: 2}\n  - {x: 3, z: 4}\n"),
        ([Edit("remove", "/a/0"), Edit("remove", "/a/1/z")], "a:\n  - {x: 3}\n"),
    ],
)  # fmt: skip
def test_edits_within_each_other_can_be_combined(edits: list[Edit], after: str) -> None:
    text = "a:\n  - {x: 1, z: 2}\n  - {x: 3, z: 4}\n"
    (document,) = read_documents(text)
    for order in (edits, edits[::-1]):
        assert apply_edits(text, text_edits_for(text, document, order)) == after


def test_a_document_after_an_unreadable_one_can_be_edited() -> None:
    text = f"a: [\n---\n{TEXT}---\n{TEXT}"
    unreadable, first, second = read_documents(text)
    assert (unreadable.is_readable, first.is_readable) == (False, True)
    changed = apply_edits(text, text_edits_for(text, second, [Edit("set", "/name", "z")]))
    assert changed == f"a: [\n---\n{TEXT}---\n{TEXT.replace('x', 'z')}"
    with pytest.raises(EditError, match="/users/2 cannot be changed"):
        text_edits_for(text, first, [Edit("set", "/name", "z"), Edit("remove", "/users/2")])


REMOVE, APPEND = Edit("remove", "/a/0"), Edit("append", "/users", {"email": "c"})


EDITED = [
    ("a: [{s: S, l: p},]\n", "a: []\n", REMOVE),
    ("a: [ {s: S} , ]\n", "a: [   ]\n", REMOVE),
    ("a: [\n  {s: S},  # why\n  # other\n]\n", "a: [\n    # why\n  # other\n]\n", REMOVE),
    ("a: [\n  {s: S} # why\n  ,]\n", "a: [\n   # why\n  ]\n", REMOVE),
    ("a: {b: 1,}\n", "a: {}\n", Edit("remove", "/a/b")),
    ("b: |+\n  t\n\n", "b: |+\n  t\n\nusers:\n  - {email: c}\n", APPEND),
    ("users:\n- |+\n  t\n\n# c\n", "users:\n- |+\n  t\n\n- {email: c}\n# c\n", APPEND),
    ("b: |\n  t", "b: |-\n  t\nusers:\n  - {email: c}", APPEND),
    ("b: >+2 # c\n  t", "b: >2- # c\n  t\nusers:\n  - {email: c}", APPEND),
    ("users:\n- b: |\n    t", "users:\n- b: |-\n    t\n- {email: c}", APPEND),
    ("b: |-\n  t", "b: |-\n  t\nusers:\n  - {email: c}", APPEND),
    ("b: |", "b: |\nusers:\n  - {email: c}", APPEND),
    ("a:\n- x\n", "c: 1\na:\n- x\n", Edit("set", "/c", 1)),
    ("  a:\n  - x\n", "  a:\n  - x\n  c: 1\n", Edit("set", "/c", 1)),
    ("a:\n  ? b\n  : 1\n  c: 2\n", "a:\n  c: 2\n", Edit("remove", "/a/b")),
    ("a: {c: 2, ? b : 1, d: 3}\n", "a: {c: 2, d: 3}\n", Edit("remove", "/a/b")),
    ("- ? a\n  : 1\n  b: 2\n", "- b: 2\n", Edit("remove", "/0/a")),
    ("- ? a\n  : 1\n", "- ? a\n  : 1\n  c: 1\n", Edit("set", "/0/c", 1)),
    (
        "a: [\n  x,\n  y  # of y\n]\n",
        "a: [\n  x,\n  y,  # of y\n  z\n]\n",
        Edit("append", "/a", "z"),
    ),
    ("a: [x, y]  # of a\n", "a: [x, y, z]  # of a\n", Edit("append", "/a", "z")),
    # JSON stays JSON.
    ('{"a": [1]}\n', '{"a": [1, {"b": "\\u200b"}]}\n', Edit("append", "/a", {"b": "\u200b"})),
    ('{"a": 1}\n', '{"a": 1, "c": ["é", null, true]}\n', Edit("set", "/c", ["é", None, True])),
    ('{"a":"x","b":"y"}\n', '{"a":"z","b":"y"}\n', Edit("set", "/a", "z")),
    ('{"a":"x","b":"y"}\n', '{"a":true,"b":"y"}\n', Edit("set", "/a", True)),
]


@pytest.mark.parametrize(("before", "after", "edit"), EDITED)
def test_other_values_are_kept(before: str, after: str, edit: Edit) -> None:
    (document,) = read_documents(before)
    assert apply_edits(before, text_edits_for(before, document, [edit])) == after


SET, REMOVE_A, REMOVE_AB = Edit("set", "/a", 30), Edit("remove", "/a"), Edit("remove", "/a/b")


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("a: |-  # c\n  30\nb: 1\n", SET),
        ("a: [  # c\n  ]\n", Edit("set", "/a", {})),
        ("a: [1,  # c\n  2]\n", Edit("set", "/a", [1])),
        ("a: [  # c\n  ]\n", Edit("append", "/a", 1)),
        ("a:  # c\n  []\n", Edit("append", "/a", 1)),
        ("? |  # c\n  a\n: 1\n", Edit("rename", "/a\n", "b")),
        ("a:  # c\n  1\nb: 1\n", REMOVE_A),
        ("a:\n  # c\n  1\nb: 1\n", REMOVE_A),
        ("a: &x  # c\n  1\nb: 1\n", REMOVE_A),
        ("a: |  # c\n  1\nb: 1\n", REMOVE_A),
        ("a:\n  x: 1\n  # c\n  y: 1\nb: 1\n", REMOVE_A),
        ("a: {b: 1,  # c\n  c: 2}\n", REMOVE_AB),
        ("a: {b: {x: 1,  # c\n  y: 1}, c: 2}\n", REMOVE_AB),
        ("a: {c: 2, b:  # c\n  1}\n", REMOVE_AB),
        ("a: {b:  # c\n  1}\n", REMOVE_AB),
        ("- a:  # c\n    1\n  b: 2\n", Edit("remove", "/0/a")),
        ("- a: {x: 1,  # c\n  y: 1}\n  b: 2\n", Edit("remove", "/0/a")),
        ("a:\n-  # c\n  x\n- y\n", REMOVE),
        ("a:\n- |  # c\n  x\n- y\n", REMOVE),
        ("a: [{x: 1,  # c\n  y: 1}, z]\n", REMOVE),
        ("a: [{x: 1,  # c\n  y: 1}]\n", REMOVE),
    ],
)
def test_an_edit_that_would_remove_a_comment_is_refused(text: str, edit: Edit) -> None:
    (document,) = read_documents(text)
    with pytest.raises(EditError, match="there is a comment here"):
        build_text_edits(NodeLocator(text, document), [edit])


WITH_COMMENTS = [
    ("a:  # c\n  1\n", "a:  # c\n  30\n", SET),
    ("a:  # c\nb: 1\n", "a: 30  # c\nb: 1\n", SET),
    ("a: [1,  # c\n  2]\n", "a: [[1,  # c\n  2]]\n", Edit("set", "/a", [[1, 2]])),
    ("a: 1  # c\nb: 1\n", "# c\nb: 1\n", REMOVE_A),
    ("- a: 1  # c\n  b: 2\n", "- # c\n  b: 2\n", Edit("remove", "/0/a")),
    ("a:\n- {x: y#, z: 'a # b'}\n- z\n", "a:\n- z\n", REMOVE),
    ("a:\n- {x: &a !!str y#}  # c\n- z\n", "a:\n# c\n- z\n", REMOVE),
    ("a: [{x: ' # '}, z]  # c\n", "a: [z]  # c\n", REMOVE),
    ("a: 'x # y'\nb: 1\n", "b: 1\n", REMOVE_A),
    ("a: |\n  x # y\nb: 1\n", "b: 1\n", REMOVE_A),
    ("a: {b: ' # ', c: 2}\n", "a: {c: 2}\n", REMOVE_AB),
]


@pytest.mark.parametrize(("before", "after", "edit"), WITH_COMMENTS)
def test_an_edit_keeps_comments(before: str, after: str, edit: Edit) -> None:
    (document,) = read_documents(before)
    assert apply_edits(before, build_text_edits(NodeLocator(before, document), [edit])) == after


S = "# tenantlint: ignore[x]: why"
FILE = "# tenantlint: ignore-file[x]: why"
SUPPRESSED = [
    # Each suppression covers the item or key that begins on the next line of content.
    (f"a:\n{S}\n# c\n- x\n- y\n", "a:\n# c\n- y\n", REMOVE),
    (f"a:\n{S}\n\n- x\n- y\n", "a:\n\n- y\n", REMOVE),
    (f"a:\n{S}\n\n{S}\n- x\nb: 1\n", "a: []\n\nb: 1\n", REMOVE),
    (f"a:\n# c {S}\n- x\n- y\n", "a:\n# c\n- y\n", REMOVE),
    (f"a:\n# c\n{S}\n# d\n- x\n- y\n", "a:\n# c\n# d\n- y\n", REMOVE),
    (f"{S}\na:\n- x\n- y\n", f"{S}\na:\n- y\n", REMOVE),
    (f"a:\n{FILE}\n- x\n- y\n", f"a:\n{FILE}\n- y\n", REMOVE),
    (f"a:\n# c {FILE}\n- x\n- y\n", f"a:\n# c {FILE}\n- y\n", REMOVE),
    (f"a:\n{S}\n{FILE} {S}\n- x\n- y\n", f"a:\n{FILE} {S}\n- y\n", REMOVE),
    # A line of a scalar is no comment.
    (f"a:\n- |\n  w\n  {S}\n- x\n", f"a:\n- |\n  w\n  {S}\n", Edit("remove", "/a/1")),
    (f"a:\n- 'w\n  {S}'\n- x\n", f"a:\n- 'w\n  {S}'\n", Edit("remove", "/a/1")),
    (f"a:\n- x\n  {S}\n- y\n", f"a:\n  {S}\n- y\n", REMOVE),
    (f"a:\n- x\n  {S}\n- y\n", "a:\n- x\n", Edit("remove", "/a/1")),
    (f"a: [\n  {S}\n  x,\n  y]\n", "a: [\n  y]\n", REMOVE),
    (f"a: [\n  {S}\n  # c\n  x, y]\n", "a: [\n  # c\n  y]\n", REMOVE),
    (f"a: [\n  {S}\n  x\n  ]\n", "a: [\n  \n  ]\n", REMOVE),
    (f"a: [x,\n  {S}\n\n  y, z]\n", "a: [x,\n\n  z]\n", Edit("remove", "/a/1")),
    (f"{S}\n# c\na: 1\nb: 1\n", "# c\nb: 1\n", REMOVE_A),
    (f"a: {{\n  {S}\n  b: 1, c: 2}}\n", "a: {\n  c: 2}\n", REMOVE_AB),
    (f"a: {{\n  {S}\n  b: 1}}\n", "a: {\n  }\n", REMOVE_AB),
    # What is added does not come between a suppression and what it covers.
    (f"# c\n{S}\n# d\na: 1\n", f"# c\nc: 1\n{S}\n# d\na: 1\n", Edit("set", "/c", 1)),
    (f"users:\n- x\n  {S}\nb: 1\n", f"users:\n- x\n- {{email: c}}\n  {S}\nb: 1\n", APPEND),
]


@pytest.mark.parametrize("keeps_comments", [True, False])
@pytest.mark.parametrize(("before", "after", "edit"), SUPPRESSED)
def test_a_suppression_does_not_pass_to_another_node(
    before: str, after: str, edit: Edit, keeps_comments: bool
) -> None:
    (document,) = read_documents(before)
    if keeps_comments:
        edits = build_text_edits(NodeLocator(before, document), [edit])
    else:
        edits = text_edits_for(before, document, [edit])
    assert apply_edits(before, edits) == after


def _edited(text: str, edits: list[Edit], *, keeps_comments: bool) -> str:
    (document,) = read_documents(text)
    if keeps_comments:
        return apply_edits(text, build_text_edits(NodeLocator(text, document), edits))
    return apply_edits(text, text_edits_for(text, document, edits))


REMOVE_AC, REMOVE_A1 = Edit("remove", "/a/c"), Edit("remove", "/a/1")
APPEND_A, SET_AD = Edit("append", "/a", "z"), Edit("set", "/a/d", 4)
AT_LINE_END = [
    # The line of a removed key goes with its suppression; the line above stays without one.
    (f"a: {{b: 1,\n  c: 2  {S}\n  }}\n", "a: {b: 1\n  }\n", REMOVE_AC),
    (f"a: {{b: 1,\n  c: 2,  {S}\n  d: 3}}\n", "a: {b: 1,\n  d: 3}\n", REMOVE_AC),
    (f"a: {{b: 1, c: 2,\n  d: 3}}  {S}\n", f"a: {{b: 1, \n  d: 3}}  {S}\n", REMOVE_AC),
    (f"a: {{b: 1,\n  c: 2}}  {S}\n", f"a: {{b: 1\n  }}  {S}\n", REMOVE_AC),
    (f"a: {{\n  b: 1  {S}\n  }}\nd: 1\n", "a: {\n  \n  }\nd: 1\n", REMOVE_AB),
    (f"a: [\n  b  {S}\n  ]\nd: 1\n", "a: [\n  \n  ]\nd: 1\n", REMOVE),
    # What else is on a line keeps its suppression.
    (f"a: {{b: 1, c: 2  {S}\n  }}\n", f"a: {{b: 1   {S}\n  }}\n", REMOVE_AC),
    (f"a: {{b: 1,  {S}\n  c: 2}}\n", f"a: {{  {S}\n  c: 2}}\n", REMOVE_AB),
    (f"a: [b, c,  {S}\n  d]\n", f"a: [b,   {S}\n  d]\n", REMOVE_A1),
    # What is added after the last line has a line of its own.
    (f"a: {{b: 1,\n  c: 2  {S}\n  }}\n", f"a: {{b: 1,\n  c: 2,  {S}\n  d: 4\n  }}\n", SET_AD),
    (f"a: [b,\n  c,  {S}\n  ]\n", f"a: [b,\n  c,  {S}\n  z\n  ]\n", APPEND_A),
    # A suppression that covers the whole list covers what is added to it.
    (f"a: [b]  {S}\n", f"a: [b, z]  {S}\n", APPEND_A),
]


@pytest.mark.parametrize("keeps_comments", [True, False])
@pytest.mark.parametrize(("before", "after", "edit"), AT_LINE_END)
def test_a_suppression_at_the_end_of_a_line_covers_nothing_else_after_an_edit(
    before: str, after: str, edit: Edit, keeps_comments: bool
) -> None:
    assert _edited(before, [edit], keeps_comments=keeps_comments) == after


@pytest.mark.parametrize("keeps_comments", [True, False])
@pytest.mark.parametrize(
    ("text", "edit"),
    [
        (f"a: {{b: 1, c: [2,\n  3], d: 4}}  {S}\n", REMOVE_AC),
        (f"a: {{b: 1,\n  c: 2}}  {S}\n", SET_AD),
        (f"a: [b,\n  c]  {S}\n", APPEND_A),
        (f"a: [b,\n  c]  {S}\n", Edit("set", "/a", 1)),
        (f"- a: 1\n  b: 2  {S}\n", Edit("remove", "/0/a")),
        # Text in a string does not hide a suppression.
        (f'a: [b,\n  " # tenantlint: ignore-file"]  {S}\n', APPEND_A),
    ],
)
def test_an_edit_that_would_move_content_to_a_suppression_is_refused(
    text: str, edit: Edit, keeps_comments: bool
) -> None:
    with pytest.raises(EditError, match="there is a suppression here"):
        _edited(text, [edit], keeps_comments=keeps_comments)


@st.composite
def suppressed_texts(draw: st.DrawFn) -> str:
    """Return a mapping or list of words in `x`, with suppressions s0, s1, … at the ends of lines.

    It is in flow style or block style. Each key and each value is in the text only once.
    """
    is_flow, is_list = draw(st.booleans()), draw(st.booleans())
    texts = [f"w{number}" if is_list else f"k{number}: w{number}" for number in range(4)]
    nested = draw(st.sampled_from([*range(4), None]))
    if nested is not None:
        inner = draw(st.sampled_from(["[v1, v2]", "[v1,\n    v2]", "{v1: 1,\n    v2: 2}"]))
        texts[nested] = inner if is_list else f"k{nested}: {inner}"
    if is_flow:
        begin, end = ("[", "]") if is_list else ("{", "}")
        comma = draw(st.sampled_from(["", ","]))
        parts = [part + "," for part in texts[:-1]] + [texts[-1] + comma]
        parts = [begin, *parts, end]
        text = "x: " + "".join(part + draw(st.sampled_from([" ", "\n   "])) for part in parts)
    else:
        text = "x:\n" + "".join(f"  {'- ' if is_list else ''}{part}\n" for part in texts)
    lines = f"{text.rstrip()}\ny0: y1\n".splitlines()
    for number, line in enumerate(lines):
        if line.strip() and draw(st.booleans()):
            lines[number] = f"{line}  # tenantlint: ignore[s{number}]: why"
    return "\n".join(lines) + "\n"


def _covered(text: str) -> dict[str, set[str]]:
    """Return the words on the line of each suppression."""
    found = {}
    for line in text.splitlines():
        content, is_suppressed, suppression = line.partition("# tenantlint: ignore")
        if is_suppressed:
            found[suppression] = set(re.findall(r"\w+", content))
    return found


@settings(max_examples=1000, derandomize=True)
@given(suppressed_texts(), st.integers(0, 3), st.sampled_from("rasn"), st.booleans())
def test_a_suppression_that_stays_covers_the_same(
    text: str, number: int, kind: str, keeps_comments: bool
) -> None:
    (document,) = read_documents(text)
    is_list = isinstance(NodeLocator(text, document).value_at("/x"), list)
    path = f"/x/{number}" if is_list else f"/x/k{number}"
    add = Edit("append", "/x", "new") if is_list else Edit("set", "/x/new", "new")
    edits = {"r": [Edit("remove", path)], "a": [add], "s": [Edit("set", path, "other")],
             "n": [Edit("remove", path), add]}[kind]  # fmt: skip
    try:
        changed = _edited(text, edits, keeps_comments=keeps_comments)
    except EditError:
        return
    kept, before = set(re.findall(r"\w+", changed)), _covered(text)
    for suppression, words in _covered(changed).items():
        # What is added is covered if the whole mapping or list is; a value that is set replaces one.
        allowed = {"other", "new"} if "x" in words else {"other"}
        assert words - allowed == before[suppression] & kept
    assert not re.search(r"^\s*# tenantlint", changed, re.MULTILINE)


@pytest.mark.parametrize("null", ["null", "Null", "NULL", "~", ""])
def test_an_item_is_added_to_null(null: str) -> None:
    edits = [Edit("append", "/x", "a")]
    text = f"x: {null}".rstrip() + "\ny: 1\n"
    assert _edited(text, edits, keeps_comments=True) == "x:\n  - a\ny: 1\n"


def test_neighbours_with_a_suppression_between_them_can_be_removed() -> None:
    text = f"a:\n- x\n  # of x\n  {S}\n- y\n- z\n"
    (document,) = read_documents(text)
    edits = text_edits_for(text, document, [Edit("remove", "/a/0"), Edit("remove", "/a/1")])
    assert apply_edits(text, edits) == "a:\n- z\n"


@pytest.mark.parametrize("text", [f"a: 1  # c {S}\nb: 1\n", f"a: [\n  x,  # c {S}\n  y]\n"])
def test_what_has_a_comment_and_a_suppression_after_it_is_not_removed(text: str) -> None:
    (document,) = read_documents(text)
    edit = REMOVE if "[\n" in text else REMOVE_A
    with pytest.raises(EditError, match="there is a comment here"):
        build_text_edits(NodeLocator(text, document), [edit])


@pytest.mark.parametrize("line_break", ["\r", "\r\n"])
@pytest.mark.parametrize(("before", "after", "edit"), [*EDITED, *WITH_COMMENTS, *SUPPRESSED])
def test_each_line_break_has_the_same_edits(
    before: str, after: str, edit: Edit, line_break: str
) -> None:
    before, after = before.replace("\n", line_break), after.replace("\n", line_break)
    (document,) = read_documents(before)
    if line_break in before:
        edits = build_text_edits(NodeLocator(before, document), [edit])
        assert apply_edits(before, edits) == after


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("a: &x\n  1\nb: 1\n", SET),
        ("a: &x\nb: 1\n", SET),
        ("a: &x\n  |\n  y\nb: 1\n", SET),
        ("? &x\n  a\n: 1\n", Edit("rename", "/a", "b")),
        ("a: &x\n  - y\nb: 1\n", REMOVE),
    ],
)
def test_what_has_an_anchor_on_the_line_above_is_not_changed(
    text: str, edit: Edit, line_break: str
) -> None:
    text = text.replace("\n", line_break)
    (document,) = read_documents(text)
    with pytest.raises(EditError):
        build_text_edits(NodeLocator(text, document), [edit])


def test_a_block_scalar_at_the_end_can_be_replaced() -> None:
    text = "a: 1\nb: |\n  t"
    (document,) = read_documents(text)
    edits = [APPEND, Edit("set", "/b", "x")]
    changed = apply_edits(text, text_edits_for(text, document, edits))
    assert changed == "a: 1\nb: x\nusers:\n  - {email: c}"


@pytest.mark.parametrize(
    ("edits", "place", "name"),
    [
        ([Edit("set", "/name/x", "y")], (1, 7), "/name/x"),
        ([Edit("set", "/name", "y"), Edit("remove", "/users/2")], (3, 3), "/users/2"),
        ([Edit("append", "/users", 1), Edit("remove", "/users/x")], (3, 3), "/users/x"),
        ([Edit("set", "/none", 1), Edit("set", "/users/1/email/x", 1)], (4, 13), "/users/1/email/x"),
    ],
)  # fmt: skip
def test_a_refused_edit_has_its_place_and_its_name(
    edits: list[Edit], place: tuple[int, int], name: str
) -> None:
    (document,) = read_documents(TEXT)
    with pytest.raises(EditError) as error:
        text_edits_for(TEXT, document, edits)
    span = SpanLocator(TEXT).span_between(error.value.offset, error.value.offset)
    assert (span.line, span.column) == place
    assert str(error.value) == f"{name} cannot be changed in this text; change it by hand"


def test_an_edit_whose_text_has_another_value_is_refused_with_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (document,) = read_documents(TEXT)
    flow = YamlPrinter.flow
    monkeypatch.setattr(
        YamlPrinter, "flow", lambda self, value: "other" if value == "new" else flow(self, value)
    )
    edits = [Edit("set", f"/users/{index}/email", word) for index, word in enumerate("yz")]
    edits += [Edit("set", "/name", "new"), Edit("set", "/none", "w")]
    with pytest.raises(EditError) as error:
        text_edits_for(TEXT, document, edits)
    assert (error.value.offset, str(error.value)) == (
        TEXT.index("x"), "/name cannot be changed in this text; change it by hand",
    )  # fmt: skip


@settings(max_examples=300, derandomize=True)
@given(st.text("yYnNoOefsT1_.@/-aZ", min_size=1, max_size=6))
def test_a_word_is_printed_as_pyyaml_prints_it(text: str) -> None:
    from validator.document.printer import _DAY, _emit, _print_strings

    if not _DAY.fullmatch(text):
        assert _print_strings([text]) == _emit([text], allow_unicode=True)


@settings(max_examples=300, derandomize=True)
@given(st.floats() | st.floats(1e-9, 1e-3) | st.floats(1e15, 1e25) | st.integers())
def test_a_number_is_printed_as_both_versions_of_yaml_read_it(number: float) -> None:
    from validator.document.scalars import parse_plain

    value, yaml11 = parse_plain(YamlPrinter([]).flow(number))
    assert (repr(value), yaml11) == (repr(number), None)


@st.composite
def commented_lists(draw: st.DrawFn) -> tuple[list[str], str]:
    """Return the words of a list in flow style, and its text with a comment for some of them.

    The comment of an item names it: above the item, or at the end of its line. The last item may
    have a comma, too.
    """
    words = [f"w{number}" for number in range(draw(st.integers(1, 5)))]
    text = draw(st.sampled_from(["[", "[ ", "[\n"]))
    for number, word in enumerate(words):
        if draw(st.booleans()):
            text += (
                f" # above {word}\n"
                if text.endswith("\n")
                else f"  # with the list\n # above {word}\n"
            )
        is_last = number == len(words) - 1
        separator = draw(st.sampled_from(["", ",", " ,", f" # before {word}\n ,"][: 3 + is_last]))
        separator = separator if is_last else ","
        end = draw(st.sampled_from(["", " ", "\n", f" # after {word}\n", f"\r\n # below {word}\n"]))
        text += f"  {{k: {word}}}{separator}{end}"
    return words, f"x: {text}\n ]\ny: 1\n"


@settings(max_examples=400, derandomize=True)
@given(commented_lists(), st.data())
def test_the_comments_of_other_items_of_a_flow_list_are_kept(
    listed: tuple[list[str], str], data: st.DataObject
) -> None:
    words, text = listed
    (document,) = read_documents(text)
    removed = data.draw(st.sets(st.sampled_from(range(len(words))), max_size=len(words)))
    added = data.draw(st.lists(st.sampled_from(["new1", "new2"]), max_size=1))
    edits = [Edit("remove", f"/x/{number}") for number in sorted(removed, reverse=True)]
    edits += [Edit("append", "/x", {"k": word}) for word in added]
    changed = apply_edits(text, text_edits_for(text, document, edits)) if edits else text
    (edited,) = read_documents(changed)
    kept = [word for number, word in enumerate(words) if number not in removed]
    assert edited.value == {"x": [{"k": word} for word in (*kept, *added)], "y": 1}
    for word in kept:
        for comment in (f"# above {word}", f"# after {word}", f"# below {word}"):
            assert changed.count(comment) == text.count(comment)
