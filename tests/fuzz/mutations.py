"""Structured mutations of values, and of the lines, characters and bytes of a text."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

SCALARS = (
    "", "~", "null", "true", "no", "012", "0x1F", "0o17", "1_000", "12:30:00", "-1", "0", "1e400",
    ".nan", "-.inf", "1.5", "2026-05-01", "2026-02-30", "0001-01-01", "9999-12-31", "2026-05",
    "99999999999999999999", "Sub1", "premium-agent", "named", "agent", '"a\\u2028b"', '"\\ud83d\\ude00"',
    "'it''s'", "[]", "{}", "[x]", "{a: 1}", "[[[[]]]]", "*a", "&a b", "&a", "<<", "!!int 3",
    "!!str 3", "!x y", "|\n  text", ">-\n  text", "? a", "- a", "@", "`", "%", "\u0085", "\u202e",
    "\U0001f600", "é" * 40, "x" * 400, "a: b", "a #b", '"a"# b', "#", "# a", "/", "~0~1", "1.2.3",
)  # fmt: skip
LINES = (
    "---", "...", "--- # again", "%YAML 1.2", "%TAG ! tag:x:", "# a comment", "\t", "  ", "x-more: 1",
    "# tenantlint: ignore[user]: because", "# tenantlint: ignore-file[telephony] until 2026-04-01: x",
    "# tenantlint: ignore[mixed-telephony, user-unassigned] until 2026-12-31: OPS-1",
    "# tenantlint: ignore[schema-required]: hidden", "#tenantlint:ignore", "x: &a {<<: *a}",
    "<<: *a", "<<: {a: 1}", "? complex\n: value", "users: []", "usage: []", "tenant: {}", "version: 2",
    "subscriptions: [{id: Sub1, type: named, start: 2026-01-01}]", "x-deep: " + "[" * 60 + "]" * 60,
)  # fmt: skip
CHARACTERS = "\t\r\n \0\x07\x1b\x7f\x85\u2028\ufeff:#-?[]{},&*!|>'\"%@`~<=/\\0a"


def mutated_text(chance: Random, text: str) -> str:
    """Return a text with one to four changes, most of which keep its structure."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        text = chance.choice(_TEXT_MUTATIONS)(chance, text)
    return text


def mutated_bytes(chance: Random, text: str) -> bytes:
    """Return the bytes of a mutated text; one in ten is encoded differently or damaged."""
    text = mutated_text(chance, text)
    if chance.random() < 0.9:
        return text.encode("utf-8", "replace")
    kind = chance.randrange(5)
    if kind == 0:
        return text.encode("utf-8-sig", "replace")
    if kind == 1:
        return text.encode("utf-16", "replace")
    if kind == 2:
        return text.replace("\n", "\r\n").encode("utf-8", "replace")
    data = bytearray(text.encode("utf-8", "replace"))
    if kind == 3 and data:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randrange(len(data) + 1)]) if kind == 4 else bytes(data)


def _replace_scalar(chance: Random, text: str) -> str:
    """Replace a word with another scalar."""
    words = [index for index, char in enumerate(text) if char == " "]
    if not words:
        return text + chance.choice(SCALARS)
    start = chance.choice(words) + 1
    end = start
    while end < len(text) and text[end] not in " ,]}\n":
        end += 1
    return text[:start] + chance.choice(SCALARS) + text[end:]


def _change_line(chance: Random, text: str) -> str:
    """Remove, repeat, move, indent or insert a line."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(6)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        lines.insert(chance.randrange(len(lines)), lines.pop(at))
    elif kind == 3:
        lines[at] = " " * chance.randrange(5) + lines[at].lstrip()
    else:
        indent = len(lines[at]) - len(lines[at].lstrip())
        lines.insert(at, " " * indent + chance.choice(LINES))
    return "\n".join(lines)


def _change_character(chance: Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    after = at + chance.randrange(2)
    return text[:at] + chance.choice(CHARACTERS) * chance.randrange(3) + text[after:]


def _end_line_with(chance: Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] += chance.choice(
        (" # a", "# a", f"  {LINES[9]}", " x", ",", ":", "]", "}", " &a", " ")
    )
    return "\n".join(lines)


def _repeat_block(chance: Random, text: str) -> str:
    """Repeat some lines, many times."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    block = lines[at : at + chance.randrange(1, 6)]
    return "\n".join((*lines[:at], *(block * chance.choice((2, 3, 30))), *lines[at:]))


_TEXT_MUTATIONS: Sequence[Callable[[Random, str], str]] = (
    _replace_scalar, _replace_scalar, _replace_scalar, _change_line, _change_line,
    _change_character, _end_line_with, _repeat_block,
)  # fmt: skip

VALUES: Sequence[Any] = (
    None, True, False, 0, 1, -1, 3, 10**30, 1.5, float("inf"), "", "x", "Sub1", "Sub2", "Sub9",
    "2025-01-01", "2026-04-30", "2026-05-01", "2026-05-31", "2026-06-15", "2027-01-01", "9999-12-31",
    "0001-01-01", "2026-04", "premium-agent", "standard-agent", "ai-agent", "named", "concurrent",
    "trial", "cancelled", "vpop", "bundled-pstn", "administrator", "agent", "ada@x.example", [], {},
    ["agent"], [{}], {"quantity": 1}, {"subscription": "Sub1", "license": "premium-agent"},
)  # fmt: skip


def mutated_value(chance: Random, value: Any) -> Any:
    """Return a JSON value with one to three changes at random places."""
    copy = json.loads(json.dumps(value))
    for _ in range(chance.choice((1, 1, 2, 3))):
        holders = list(_holders(copy))
        if holders:
            _change_item(chance, copy, *chance.choice(holders))
    return copy


def _holders(value: Any) -> Any:
    """Yield each mapping and list in a value, together with each of its keys or indexes."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _holders(value[key])


def _change_item(chance: Random, root: Any, holder: Any, key: Any) -> None:
    kind = chance.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(chance.randrange(len(holder) + 1), json.loads(json.dumps(holder[key])))
    elif kind == 2:
        there, name = chance.choice(list(_holders(root)))
        holder[key] = json.loads(json.dumps(there[name]))
    else:
        holder[key] = json.loads(json.dumps(chance.choice(VALUES)))
