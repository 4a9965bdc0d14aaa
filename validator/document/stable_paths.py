"""Paths by name: list indexes replaced by ids, so that a place is known after a block has moved."""

import hashlib
import json
from collections import Counter
from typing import Any

from validator.findings.json_pointer import pointer, pointer_parts

_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)
# What tells items of a list apart, by the keys that they have.
_TELLING = (("id",), ("email",), ("month", "subscription", "service"), ("subscription",))


class Names:
    """Names the places of one document's value; what it learns on the way it keeps."""

    def __init__(self, value: object) -> None:
        self._value = value
        self._labels: dict[int, list[str]] = {}

    def of(self, path: str) -> tuple[str, str]:
        """Return the named path, and a digest of the value, of a place of the document.

        A place that the document has not got is named as far as it goes.
        """
        value: Any = self._value
        named: list[str] = []
        for part in pointer_parts(path):
            if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                named.append(self._labels_of(value)[int(part)])
                value = value[int(part)]
            else:
                named.append(part)
                value = value.get(part) if isinstance(value, dict) else None
        text = _ENCODER.encode(value)
        digest = hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16)
        return pointer(*named), digest.hexdigest()

    def _labels_of(self, items: list[Any]) -> list[str]:
        if id(items) not in self._labels:
            labels: list[str] = []
            seen: Counter[str] = Counter()
            for index, item in enumerate(items):
                label = _label(item) or str(index)
                seen[label] += 1
                labels.append(label if seen[label] == 1 else f"{label}#{seen[label]}")
            self._labels[id(items)] = labels
        return self._labels[id(items)]


def _label(item: object) -> str:
    """Return what tells an item from its neighbours: its id, e-mail address or the like."""
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        return ""
    for keys in _TELLING:
        words: list[Any] = [item.get(key) for key in keys]
        if all(isinstance(word, str) for word in words):
            label = " ".join(words)
            return label.lower() if keys == ("email",) else label
    return ""
