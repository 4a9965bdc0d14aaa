"""Values as YAML: every scalar by PyYAML's emitter, on one line, whatever is in it."""

import unicodedata
from collections.abc import Iterable
from typing import Any

import yaml

from validator.document.scalars import NumberTooLongError, read_plain

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_STR, _SEQ = "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq"
_WIDE = 2**31 - 1
_MOST_FLOW_KEYS = 2


class Printed:
    """Values as YAML, on lines of their own or in flow style; scalars fit for both."""

    def __init__(self, scalars: Iterable[str]) -> None:
        self._scalars = _printed(dict.fromkeys(scalars))

    def flow(self, value: Any) -> str:
        """Return a value in flow style."""
        if isinstance(value, dict):
            items = (f"{self.flow(key)}: {self.flow(item)}" for key, item in value.items())
            return "{" + ", ".join(items) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self.flow(item) for item in value) + "]"
        if not isinstance(value, str):
            return str(value)
        if value not in self._scalars:
            self._scalars |= _printed([value])
        return self._scalars[value]

    def keyed(self, key: str, value: Any, pad: str) -> list[str]:
        """Return the lines of a key and its value."""
        name = f"{pad}{self.flow(key)}:"
        if isinstance(value, dict) and value:
            lines = [name]
            for inner, item in value.items():
                lines += self.keyed(inner, item, f"{pad}  ")
            return lines
        if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
            return [name, *self.items(value, f"{pad}  ")]
        return [f"{name} {self.flow(value)}"]

    def items(self, values: Iterable[Any], pad: str) -> list[str]:
        """Return the lines of the items of a list; small mappings stay on one line."""
        lines: list[str] = []
        for value in values:
            plain = isinstance(value, dict) and all(
                isinstance(v, str | int) for v in value.values()
            )
            if isinstance(value, dict) and not (plain and len(value) <= _MOST_FLOW_KEYS):
                inner: list[str] = []
                for key, item in value.items():
                    inner += self.keyed(key, item, f"{pad}  ")
                lines += [f"{pad}- {inner[0].lstrip()}", *inner[1:]]
            else:
                lines.append(f"{pad}- {self.flow(value)}")
        return lines


def scalars_of(values: Iterable[Any]) -> set[str]:
    """Return the strings and keys in values, to be printed all at once."""
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


def _printed(texts: Iterable[str]) -> dict[str, str]:
    """Return strings as the emitter prints them, each on one line, whatever is in them."""
    plain: list[str] = []
    hidden: list[str] = []
    for text in texts:
        shown = all(unicodedata.category(char) not in _HIDDEN for char in text)
        (plain if shown or text.isascii() else hidden).append(text)
    return _emitted(plain, unicode=True) | _emitted(hidden, unicode=False)


# Characters that do not show: controls, marks of direction, separators of lines, halves of pairs.
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _emitted(texts: list[str], *, unicode: bool) -> dict[str, str]:
    if not texts:
        return {}
    # Each in brackets, so that the emitter prints what stands there, too.
    nodes: list[yaml.Node] = [
        yaml.SequenceNode(_SEQ, [yaml.ScalarNode(_STR, text, style=_style(text))], flow_style=True)
        for text in texts
    ]
    printed = yaml.serialize(
        yaml.SequenceNode(_SEQ, nodes, flow_style=False),
        Dumper=_DUMPER,
        allow_unicode=unicode,
        width=_WIDE,
    )
    lines = printed.split("\n")[:-1]
    if len(lines) != len(texts):
        raise ValueError("a string does not fit on a line")
    return {
        text: line.removeprefix("- [").removesuffix("]")
        for text, line in zip(texts, lines, strict=True)
    }


def _style(text: str) -> str | None:
    """Return the style that keeps a string one in YAML 1.1 and 1.2; None if the emitter knows."""
    if any(unicodedata.category(char) in _HIDDEN for char in text):
        return '"'
    try:
        value, old = read_plain(text)
    except NumberTooLongError:
        return '"'
    return "'" if value != text or old is not None else None
