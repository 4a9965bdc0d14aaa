"""Stable paths: paths with ids instead of list indexes, which do not change when items move."""

import json
from collections import Counter
from itertools import count
from typing import Any

from validator.findings.json_pointer import pointer, pointer_parts

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)
# The keys that identify a list item. The first entry whose keys an item has is used.
_IDENTIFYING_KEYS = (
    ("id",),
    ("email",),
    ("month", "subscription", "service"),
    ("month", "service"),
    ("subscription", "license"),
    ("subscription",),
    ("since",),
    ("from",),
)

_MAX_LABEL = 200


class StablePaths:
    """Computes stable paths in one document's value, and caches the labels of list items."""

    def __init__(self, value: object) -> None:
        self._value = value
        self._labels: dict[int, list[str]] = {}
        # Cached because many findings can be about the same large value.
        self._identified: dict[str, tuple[str, str]] = {}

    def identify(self, path: str) -> tuple[str, str]:
        """Return the stable path for a path, and a digest of the value there if it is a scalar.

        The part of a path that does not exist in the document is left unchanged. A mapping or list
        has no digest, because a finding there does not depend on everything in it.
        """
        if path not in self._identified:
            self._identified[path] = self._identify(path)
        return self._identified[path]

    def _identify(self, path: str) -> tuple[str, str]:
        name, value = self._follow(path)
        if isinstance(value, dict | list):
            return name, ""
        return name, value_digest(value)

    def name(self, path: str) -> str:
        """Return the stable path for a path."""
        return self._follow(path)[0]

    def _follow(self, path: str) -> tuple[str, object]:
        value: Any = self._value
        stable: list[str] = []
        for part in pointer_parts(path):
            if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                stable.append(self._labels_of(value)[int(part)])
                value = value[int(part)]
            else:
                stable.append(part)
                value = value.get(part) if isinstance(value, dict) else None
        return pointer(*stable), value

    def _labels_of(self, items: list[Any]) -> list[str]:
        """Return a label for each item of a list, unique within the list.

        Items that have no label are numbered among themselves.
        """
        if id(items) not in self._labels:
            labels: list[str] = []
            seen: Counter[str] = Counter()
            unlabelled = count()
            for item in items:
                label = _bounded(_label(item)) or str(next(unlabelled))
                seen[label] += 1
                labels.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
            self._labels[id(items)] = labels
        return self._labels[id(items)]


def value_digest(value: object) -> str:
    """Return a digest of a value in a document."""
    return _digest(_ENCODER.encode(value), 16)


def _bounded(label: str) -> str:
    """Return a label; shorten a long label to its beginning and a digest.

    Labels are limited because each path repeats them.
    """
    if len(label) <= _MAX_LABEL:
        return label
    return f"{label[:_MAX_LABEL]}…{_digest(label, 8)}"


def _digest(text: str, size: int) -> str:
    """Return a digest of a text, `size` bytes long and written in hexadecimal digits."""
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=size).hexdigest()


def _label(item: object) -> str:
    """Return the string, id, e-mail address or similar of a list item; empty if it has none."""
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        return ""
    for keys in _IDENTIFYING_KEYS:
        values: list[Any] = [item.get(key) for key in keys]
        if all(isinstance(value, str) for value in values):
            label = " ".join(values)
            return label.lower() if keys == ("email",) else label
    return ""
