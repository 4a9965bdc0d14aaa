"""The YAML reader: values according to YAML 1.2, findings, and limits."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from yaml.reader import Reader

from validator.document.characters import is_plainly_printable
from validator.document.reader import Document, read_documents
from validator.document.yaml_findings import MAX_DEPTH


def read(text: str) -> list[Document]:
    return list(read_documents(text))


def value(text: str) -> Any:
    (document,) = read(text)
    assert document.is_readable, document.findings
    return document.value


def findings(text: str) -> list[tuple[str, str, str]]:
    """Return the id, the path and the marked text of each finding."""
    return [
        (item.id, item.path, text[item.start : item.end])
        for document in read(text)
        for item in document.findings
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("012", 12),
        ("0o14", 12),
        ("0x0c", 12),
        ("-1_0", "-1_0"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("True", True),
        ("tRUE", "tRUE"),
        ("~", None),
        ("", None),
        ("Null", None),
        ("2026-05-01", "2026-05-01"),
        ("12:30:00", "12:30:00"),
        ("-.INF", float("-inf")),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ('!!int "12"', 12),
        ("!!float 1", 1.0),
        ("!!map {}", {}),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("=", "="),
    ],
)
def test_scalars_have_the_types_of_the_core_schema(text: str, expected: object) -> None:
    read_value = value(f"- {text}\n")[0]
    assert read_value == expected
    assert type(read_value) is type(expected)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff")
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=8), inner
        )
    ),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_json_is_read_as_yaml(expected: object, ascii_only: bool) -> None:
    text = json.dumps(expected, ensure_ascii=ascii_only)
    assert value(text) == expected


@given(json_values)
def test_block_style_has_the_same_value_as_json(expected: object) -> None:
    text = yaml.dump(expected, allow_unicode=True, default_style='"', Dumper=yaml.SafeDumper)
    assert value(text) == expected


@given(
    st.text(st.characters(exclude_categories=["Cs"])) | st.text(st.characters(max_codepoint=127))
)
def test_plainly_printable_text_has_no_forbidden_character(text: str) -> None:
    if is_plainly_printable(text):
        assert not Reader.NON_PRINTABLE.search(text)
        assert not set(text) & set("\x85\u2028\u2029\ufeff")
    elif text.isascii():
        assert Reader.NON_PRINTABLE.search(text)


def test_an_alias_refers_to_the_latest_anchor_before_it() -> None:
    text = "a: &x\n  b: &x 1\n  c: *x\nd: *x\ne: &y [&y [2]]\nf: *y\n"
    assert value(text) == {"a": {"b": 1, "c": 1}, "d": 1, "e": [[2]], "f": [2]}


def test_aliases_and_merge_keys_are_resolved() -> None:
    text = """
base: &base {a: 1, b: 2}
one: {<<: *base, b: 3}
two: {b: 4, <<: [*base, {a: 9, c: 5}]}
three: *base
four: [&x 7, *x]
five: {"<<": 1}
"""
    assert value(text) == {
        "base": {"a": 1, "b": 2},
        "one": {"a": 1, "b": 3},
        "two": {"a": 1, "b": 4, "c": 5},
        "three": {"a": 1, "b": 2},
        "four": [7, 7],
        "five": {"<<": 1},
    }


def test_keys_are_strings() -> None:
    assert value("{1: a, true: b, ~: c, 2026-05-01: d}") == {
        "1": "a",
        "true": "b",
        "~": "c",
        "2026-05-01": "d",
    }


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "\n\n", "---\n", "--- # nothing\n...\n", "...\n", "# a\n...\n... # b\n"],
)
def test_an_empty_stream_is_null(text: str) -> None:
    assert value(text) is None


def test_line_breaks_of_yaml_1_1_are_ordinary_characters() -> None:
    text = 'a: one\u2028b\nc: "x\x85y"  # \u2029d: 1\n'
    assert value(text) == {"a": "one\u2028b", "c": "x\x85y"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: {a: 2, a: 3}\na: 4\n", [("/b/a", "a"), ("/a", "a")]),
        ('a: 1\n"a": 2\n', [("/a", '"a"')]),
        ("- {x: 1}\n- {x: 1, x: 2}\n", [("/1/x", "x")]),
        ("{<<: {a: 1}, <<: {b: 2}}", [("/<<", "<<")]),
    ],
)
def test_a_duplicate_key_is_a_finding(text: str, expected: list[tuple[str, str]]) -> None:
    assert findings(text) == [("yaml-duplicate-key", path, key) for path, key in expected]


def test_a_duplicate_key_has_the_later_value() -> None:
    assert value("a: 1\na: 2\n") == {"a": 2}


AMBIGUOUS = "yes No oN off Y n 012 -07_1 08 12:30:00 1_000 0b11 0o17 1e3 0x_f 1:30.5".split()


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_ambiguous_scalars_are_findings(text: str) -> None:
    assert findings(f"a:\n  - {text}\n") == [("yaml-ambiguous-scalar", "/a/0", text)]
    assert findings(f"x-{{: {{{text}: 1}}\n") == [("yaml-ambiguous-scalar", f"/x-{{/{text}", text)]
    assert findings(f"a: '{text}'\nb: !!str {text}\n") == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("-1:30", "-90"), ("-0x_f", "-15"), ("0x_", "0"), ("0b_", "0"), ("1:30.5", "90.5"),
        ("1_0.0e+30", "1.0e+31"), ("1_0.0e+999", ".inf"), ("-1_0.0e+999", "-.inf"),
    ],
)  # fmt: skip
def test_the_other_value_of_an_ambiguous_scalar_is_named(text: str, meant: str) -> None:
    (document,) = read_documents(text)
    (finding,) = document.findings
    assert finding.message.endswith(f" but {meant} in YAML 1.1")


@pytest.mark.parametrize("text", ["1e22", "-1e22", "1e-7", "5e-324", "1.5e30", "1E400", "012"])
def test_the_other_spelling_of_a_number_is_not_ambiguous(text: str) -> None:
    (document,) = read_documents(text)
    (finding,) = document.findings
    assert finding.replacement is not None
    (repaired,) = read_documents(finding.replacement)
    assert (repaired.value, repaired.findings) == (document.value, ())


@pytest.mark.parametrize(
    "text",
    "true NULL ~ 7 007 00 0x1F -1.5 1.5e+3 .inf 2026-05-01 2001-12-14t21:59:43.10-05:00 a:b "
    "yesterday none Sub1 1.2.3 09:30 12:75".split(),
)
def test_unambiguous_scalars_are_not_findings(text: str) -> None:
    assert findings(f"[ {text} ]") == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("a: [1\nb: 2\n", "[1"),
        ("a: 'x\n", "'x"),
        ("a: b: c\n", "b: c"),
        ("\ta: 1\n", "\t"),
        ("a: @b\n", "@"),
        ("a: *b\n", "*b"),
        ("a: !thing b\n", "!thing b"),
        ("a: !!python/object/apply:os.system [id]\n", "!"),
        ("a: !!binary YQ==\n", "!!binary YQ=="),
        ("a: !!int b\n", "!!int b"),
        ("a: !!map b\n", "!!map b"),
        ("a: !!seq {}\n", "!"),
        ("? [a]\n: 1\n", "["),
        ("{<<: 1}", "1"),
        ("{<<: [{}, 1]}", "["),
        ("a: \x07\n", "\x07"),
        ("a: 1 # \x00\n", "\x00"),
        ("%YAML 3.0\n---\na: 1\n", "%"),
        ("a: 1\n\ufeffb: 2\n", "\ufeff"),
    ],
)
def test_a_syntax_error_is_marked(text: str, marked: str) -> None:
    (finding,) = findings(text)
    assert finding[:2] == ("yaml-syntax", "")
    assert finding[2].startswith(marked)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("key: &an:chor value\n", "&an:"),
        ("a: &b 1\nkey: [*b:]\n", "*b:"),
        ("[?x]\n", "?x"),
        ("{?foo: bar}\n", "?foo"),
        ('{?"foo": bar}\n', '?"foo"'),
        ('key: "value"# c\n', "#"),
        ("key: 'value'#c\n", "#"),
        ("block: ># c\n  x\n", "#"),
        ("block: &a |-#c\n  x\n", "#"),
        ("[a, ]#c\n", "#"),
        ("{a: 1}#c\n", "#"),
        ("[a,#c\n b]\n", "#"),
        ("[&a :x]\n", ":x"),
        ("[b, !!str :x, c]\n", ":x"),
        ("{k: [&a !!str :x y]}\n", ":x y"),
    ],
)
def test_text_that_libyaml_misreads_is_a_finding(text: str, marked: str) -> None:
    # libyaml returns another value than YAML 1.2 requires, or accepts text that is not YAML.
    assert findings(text) == [("yaml-syntax", "", marked)]
    assert findings(f"---\n{text}---\na: 1\n") == findings(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('# it\'s "x"# ?y &z:q ]#\na: 1\n', {"a": 1}),
        ("a: x]#y ?z &b:c\n", {"a": "x]#y ?z &b:c"}),
        ("a: 'x]#y'\nb: \"?z\"# \n".replace("# ", ""), {"a": "x]#y", "b": "?z"}),
        ("a: |\n  x]#y\n  ?z\n", {"a": "x]#y\n?z\n"}),
        ("a: &b [x]\nc: *b\n", {"a": ["x"], "c": ["x"]}),
        ("? a\n: b\n", {"a": "b"}),
        ("- ?a\n- b?\n", ["?a", "b?"]),
        ("a: &b :x\nc:\n  !!str\n  :y # &d :z\n", {"a": ":x", "c": ":y"}),
        ('[&a "b" :c, {"d" :e}, &f : g]\n', [{"b": "c"}, {"d": "e"}, {"": "g"}]),
        ("a: 'b &c :d'\ne: f &g :h\n", {"a": "b &c :d", "e": "f &g :h"}),
    ],
)
def test_similar_text_that_libyaml_reads_correctly_is_read(text: str, expected: object) -> None:
    assert value(text) == expected


def test_surrogate_pairs_are_combined_only_in_json_escapes() -> None:
    # JSON escapes a character above U+FFFF as a pair; outside of escapes, the text is literal.
    assert value(r'{"\ud83d\ude00": ["x\uD83D\uDE00y", "\\ud83d\\ude00"]}') == {
        "😀": ["x😀y", r"\ud83d\ude00"]
    }
    plain = "a: \\ud83d\\uDe00\nb: '\\uD83D\\ude00'\nc: | # \\ud83d\\ude01\n  \\ud83d\\ude00 \x85\n"
    assert value(plain) == {
        "a": r"\ud83d\uDe00",
        "b": r"\uD83D\ude00",
        "c": "\\ud83d\\ude00 \x85\n",
    }
    assert findings(r'["\ud83d"]') == [("yaml-syntax", "", r"\ud83d")]


def test_a_duplicate_key_is_related_to_the_first_one() -> None:
    text = "a: {b: 1, c: {b: 2, b: 3}, b: 4}\n"
    (document,) = read(text)
    places = [(item.start, item.related) for item in document.findings]
    assert places == [
        (20, (14, "first listed here")),
        (27, (4, "first listed here")),
    ]


def test_documents_after_an_unreadable_one_are_read() -> None:
    text = "a: 1\n---\nb: [\n---\nc: 3\n--- 'x\n---\n- 5\n"
    documents = read(text)
    assert [document.index for document in documents] == [0, 1, 2, 3, 4]
    assert [document.value for document in documents if document.is_readable] == [
        {"a": 1},
        {"c": 3},
        [5],
    ]


@pytest.mark.parametrize(
    "directives", ["%YAML 1.2\n", "# x\n%TAG !e! tag:e\n%YAML 1.2\n", "%Z\n", "%YAML 3.0\n"]
)
@pytest.mark.parametrize("before", ["", "\n# x\n", "a: 1\n...\n", "a: [\n---\na: 1\n...\n"])
def test_directives_belong_to_an_unreadable_document(before: str, directives: str) -> None:
    documents = read(f"{before}{directives}---\nb: [\n---\nc: 3\n")
    assert [document.index for document in documents] == [*range(len(documents))]
    expected = [True] * before.count("...") + [False, True]
    assert [document.is_readable for document in documents][-len(expected) :] == expected
    assert len(documents) == len(expected) + before.count("---")
    assert documents[-1].value == {"c": 3}
    assert len(documents[-2].findings) == 1


def test_a_forbidden_character_affects_only_its_document() -> None:
    documents = read("a: 1\n---\nb: \x01\n---\nc: 3\n---\nd: 4\n# \x02")
    assert [document.is_readable for document in documents] == [True, False, True, False]


def test_an_unreadable_document_has_one_finding() -> None:
    # The forbidden character is reported, but not the parser errors that it causes.
    assert findings("a: 1\n\x00") == [("yaml-syntax", "", "\x00")]
    assert findings("a: [\x00\x01\n---\nb: 1\n---\n\x02: [") == [
        ("yaml-syntax", "", "\x00"),
        ("yaml-syntax", "", "\x02"),
    ]


def bombs() -> dict[str, str]:
    laughs = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    merges = "- &m0 {k0: 1}\n" + "".join(
        f"- &m{n} {{<<: *m{n - 1}, k{n}: 1}}\n" for n in range(1, 5000)
    )
    return {
        "laughs": laughs,
        "merges": merges,
        "itself": "&a [*a]",
        "itself below": "a: &a {b: [1, {c: *a}]}",
        "flow lists": "[" * 100_000,
        "flow mappings": '{"a":' * 100_000,
        "block lists": "- " * 100_000,
        "block mappings": "\n".join(" " * depth + "a:" for depth in range(5_000)),
        "just too deep": "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "long text": "a: &a " + "x" * 60_000 + "\nb: [" + "*a, " * 200 + "]",
        "long list": "a: &a [" + "x, " * 9_000 + "]\nb: [" + "*a, " * 400 + "]",
        "digits": "9" * 100_000,
        "hexadecimal": "0x" + "f" * 100_000,
        "directives": "".join(f"%TAG !e{n}! tag:x,2000:{n}\n" for n in range(200_000)),
    }


@pytest.mark.parametrize("name", bombs())
def test_documents_over_a_limit_are_findings(name: str) -> None:
    assert [item[0] for item in findings(bombs()[name])] == ["yaml-too-large"]


def test_the_aliases_of_all_documents_count() -> None:
    document = "a: &a [" + "1, " * 50 + "]\nb: [" + "*a, " * 900 + "]\n"
    found = read("---\n".join([document] * 4))
    assert [item.is_readable for item in found] == [True, True, False, False]
    # What is not read is not repeated, so a later document with fewer aliases is read.
    found = read("---\n".join([document] * 3) + "---\na: &a 1\nb: *a\n")
    assert [item.is_readable for item in found] == [True, True, False, True]
    (long,) = found[2].findings
    assert long.message == (
        "aliases repeat more than 100,000 nodes; the rest of the document is not read"
    )


def test_the_tags_of_each_document_count() -> None:
    def document(number: int) -> str:
        return (
            "# a\n" + "".join(f"%TAG !e{n}! tag:x,2000:{n}\n" for n in range(number)) + "---\n1\n"
        )

    found = read("...\n".join([document(1000)] * 3))
    assert [item.is_readable for item in found] == [True, True, True]
    found = read("...\n".join([document(1000), document(1001)]))
    assert [(item.is_readable, item.value) for item in found] == [
        (True, 1),
        (False, None),
    ]
    (long,) = found[1].findings
    assert (long.message, long.start) == (
        "the document has more than 1,000 %TAG directives; the rest of the document is not read",
        len(document(1000)) + len("...\n# a\n"),
    )
    # In a text, such lines are no directives.
    text = "a: |\n" + "  %TAG ! tag:x\n" * 2000
    assert read(text)[0].is_readable


def test_findings_below_a_long_key_are_one_finding() -> None:
    text = "? {}\n: [no, no]\nb: [no]\n".format
    assert [path for _, path, _ in findings(text("a" * 1024))] == [
        f"/{'a' * 1024}/0", f"/{'a' * 1024}/1", "/b/0",
    ]  # fmt: skip
    assert [item[0] for item in findings(text("a" * 1025))] == ["yaml-too-large"]


def test_large_documents_within_the_limits_are_read() -> None:
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert findings(deep) == []
    users = "base: &base [a, b, c]\nusers:\n" + "- *base\n" * 30_000
    assert len(value(users)["users"]) == 30_000


@pytest.mark.parametrize("line_break", ["\r", "\r\n"])
@pytest.mark.parametrize(
    "text", ['a: "x\nb: "y"\n', 'a: "x\\q\n y"\n', "a: [1\nb: 2\n", "a: [b#c, # d\n :x]\n"]
)
def test_each_line_break_has_the_same_messages(text: str, line_break: str) -> None:
    (document,), (other,) = read(text), read(text.replace("\n", line_break))
    said = [(item.message, item.help) for item in document.findings]
    assert said == [(item.message, item.help) for item in other.findings]
    assert said
