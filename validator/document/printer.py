"""Prints values as YAML. PyYAML's emitter prints the strings, each on one line."""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import yaml

from validator.document.scalars import NumberTooLongError, parse_plain, print_number

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_STR_TAG, _SEQ_TAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.@/-]*")
_MAX_WIDTH = 2**31 - 1
_MAX_FLOW_KEYS = 4
# The categories of invisible characters: controls, format characters such as direction marks,
# surrogates, private use, line and paragraph separators.
_INVISIBLE_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


class YamlPrinter:
    """Prints strings, numbers, booleans, null, lists and mappings.

    `values` are the values that will be printed, if they are known. Printing many strings at once
    is much faster. With `in_json`, values in flow style are printed as JSON.
    """

    def __init__(self, values: Iterable[Any], *, in_json: bool = False) -> None:
        self._values = values
        self._in_json = in_json
        self._printed: dict[str, str] = {}

    def flow(self, value: Any) -> str:
        """Return a value in flow style."""
        if self._in_json:
            text = json.dumps(value, ensure_ascii=False)
            return text if text.isprintable() else json.dumps(value)
        if isinstance(value, dict):
            items = (f"{self.flow(key)}: {self.flow(item)}" for key, item in value.items())
            return "{" + ", ".join(items) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(item) for item in value) + "]"
        if value is None or isinstance(value, bool):
            return "null" if value is None else str(value).lower()
        if not isinstance(value, str):
            return print_number(value)
        if value not in self._printed:
            if _is_plain(value):
                return value
            strings, self._values = {value, *_strings_in(self._values)}, ()
            self._printed |= _print_strings(strings)
        return self._printed[value]

    def styled(self, value: Any, quote: str) -> str:
        """Return a value in flow style. Strings keep the double quotes of the old value.

        This way, JSON stays JSON. A date needs no quotes.
        """
        if isinstance(value, str) and quote not in ("'", '"') and _DAY.fullmatch(value):
            return value
        text = self.flow(value)
        is_quoted = isinstance(value, str) and text[:1] == "'" and quote != "'"
        if is_quoted or (quote == '"' and isinstance(value, str | list | dict)):
            in_json = json.dumps(value, ensure_ascii=False)
            if in_json.isprintable():
                return in_json
        return text

    def key_lines(self, key: str, value: Any, indent: str) -> list[str]:
        """Return the lines of a key and its value in block style."""
        name = f"{indent}{self.flow(key)}:"
        if isinstance(value, dict) and value:
            lines = [name]
            for inner, item in value.items():
                lines += self.key_lines(inner, item, f"{indent}  ")
            return lines
        if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
            return [name, *self.item_lines(value, f"{indent}  ")]
        return [f"{name} {self.flow(value)}"]

    def item_lines(self, values: Iterable[Any], indent: str) -> list[str]:
        """Return the lines of list items in block style. A small mapping takes one line."""
        lines: list[str] = []
        for value in values:
            is_flat = isinstance(value, dict) and all(
                isinstance(item, str | int | float) for item in value.values()
            )
            if isinstance(value, dict) and not (is_flat and len(value) <= _MAX_FLOW_KEYS):
                inner: list[str] = []
                for key, item in value.items():
                    inner += self.key_lines(key, item, f"{indent}  ")
                lines += [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
            else:
                lines.append(f"{indent}- {self.flow(value)}")
        return lines


def _strings_in(values: Iterable[Any]) -> set[str]:
    """Return the strings and keys in values."""
    found: set[str] = set()
    left = list(values)
    while left:
        value = left.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict):
            found.update(value)
            left += value.values()
        elif isinstance(value, list):
            left += value
    return found


def _print_strings(texts: Iterable[str]) -> dict[str, str]:
    """Return the printed form of each string, by string."""
    visible: list[str] = []
    invisible: list[str] = []
    plain: dict[str, str] = {}
    for text in texts:
        if _is_plain(text):
            plain[text] = text
            continue
        # The emitter itself escapes the invisible characters of ASCII.
        (visible if text.isascii() or not _has_invisible(text) else invisible).append(text)
    return plain | _emit(visible, allow_unicode=True) | _emit(invisible, allow_unicode=False)


def _is_plain(text: str) -> bool:
    """Return whether a string is a day or a word that needs no quotes.

    The emitter would quote a string that is a date in YAML 1.1, and does not change a word.
    """
    if _WORD.fullmatch(text):
        return parse_plain(text) == (text, None)
    return _DAY.fullmatch(text) is not None


def _has_invisible(text: str) -> bool:
    return any(unicodedata.category(char) in _INVISIBLE_CATEGORIES for char in text)


def _emit(texts: list[str], *, allow_unicode: bool) -> dict[str, str]:
    if not texts:
        return {}
    # Each string is put in a flow-style list, so that its printed form is valid in both styles.
    nodes: list[yaml.Node] = [
        yaml.SequenceNode(
            _SEQ_TAG, [yaml.ScalarNode(_STR_TAG, text, style=_style(text))], flow_style=True
        )
        for text in texts
    ]
    printed = yaml.serialize(
        yaml.SequenceNode(_SEQ_TAG, nodes, flow_style=False),
        Dumper=_DUMPER,
        allow_unicode=allow_unicode,
        width=_MAX_WIDTH,
    )
    lines = printed.split("\n")[:-1]
    if len(lines) != len(texts):
        raise ValueError("a string was printed on several lines")
    return {
        text: line.removeprefix("- [").removesuffix("]")
        for text, line in zip(texts, lines, strict=True)
    }


def _style(text: str) -> str | None:
    """Return the quotes that a string needs to be the same string in YAML 1.1 and 1.2.

    None leaves the choice to the emitter.
    """
    if _has_invisible(text):
        return '"'
    try:
        value, yaml11 = parse_plain(text)
    except NumberTooLongError:
        return '"'
    return "'" if value != text or yaml11 is not None else None
