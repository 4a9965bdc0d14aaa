"""Stable paths: paths with ids instead of list indexes, which do not change when items move."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple

from validator.findings.json_pointer import escaped, pointer_parts

# The keys that identify a list item: the first one, and the others. The first entry whose keys an
# item has is used.
_IDENTIFYING_KEYS = (
    ("id", ()),
    ("email", ()),
    ("month", ("subscription", "service")),
    ("month", ("service",)),
    ("subscription", ("license",)),
    ("subscription", ()),
    ("since", ()),
    ("from", ()),
    ("until", ()),
)

_STRINGS = {str}

_MAX_LABEL = 200


class StablePaths:
    """Computes stable paths in one document's value, and caches the labels of list items."""

    def __init__(self, value: object) -> None:
        self._value = value
        # By `id()`, because aliases repeat lists.
        self._labels: dict[int, Sequence[str]] = {}
        # Cached because many findings can be about the same large value.
        self._identified: dict[str, tuple[str, str]] = {}

    def identify(self, path: str) -> tuple[str, str]:
        """Return the stable path for a path, and a digest of the value there if it is a scalar.

        The part of a path that does not exist in the document is left unchanged. A mapping or list
        has no digest, because a finding there does not depend on everything in it.
        """
        known = self._identified.get(path)
        if known is None:
            name, value = self._follow(path)
            digest = "" if isinstance(value, dict | list) else value_digest(value)
            known = self._identified[path] = (name, digest)
        return known

    def name(self, path: str) -> str:
        """Return the stable path for a path."""
        return self._follow(path)[0]

    def _follow(self, path: str) -> tuple[str, Any]:
        """Return the stable path for a path, and the value there."""
        names = [""]
        value: Any = self._value
        for part in pointer_parts(path):
            is_index = isinstance(value, list) and part.isdecimal()
            if is_index and (index := int(part)) < len(value):
                names.append(self._labels_in(value)[index])
                value = value[index]
            else:
                names.append(escaped(part))
                value = value.get(part) if isinstance(value, dict) else None
        return "/".join(names), value

    def _labels_in(self, items: list[Any]) -> Sequence[str]:
        """Return a label for each item of a list in the document."""
        labels = self._labels.get(id(items))
        if labels is None:
            labels = self._labels[id(items)] = _labels_of(items)
        return labels


def _labels_of(items: Sequence[object]) -> Sequence[str]:
    """Return a label for each item of a list, unique within the list and escaped for a path.

    Items that have no label are numbered among themselves.
    """
    labels: list[str] = []
    # The labels so far, with the last number that was tried for each.
    seen: dict[str, int] = {}
    unlabelled = count()
    for item in items:
        label = _bounded(_label(item)) or str(next(unlabelled))
        number = seen.get(label, 0) + 1
        unique = label if number == 1 else f"{label}#{number}"
        while unique in seen:
            number += 1
            unique = f"{label}#{number}"
        seen[label] = number
        seen.setdefault(unique, 1)
        labels.append(escaped(unique))
    return labels


def value_digest(value: object) -> str:
    """Return a digest of a value in a document."""
    if type(value) is str and len(value) <= _MAX_LABEL:
        return _text_digest(value)
    return _digest(_tools().encode(value), 16)


@lru_cache(maxsize=1_000)
def _text_digest(text: str) -> str:
    """Return a digest of a text. Cached because many files have the same texts."""
    return _digest(_tools().encode(text), 16)


def _bounded(label: str) -> str:
    """Return a label; shorten a long label to its beginning and a digest.

    Labels are limited because each path repeats them.
    """
    if len(label) <= _MAX_LABEL:
        return label
    return f"{label[:_MAX_LABEL]}…{_digest(label, 8)}"


def _digest(text: str, size: int) -> str:
    """Return a digest of a text, `size` bytes long and written in hexadecimal digits."""
    data = text.encode("utf-8", "backslashreplace")
    return str(_tools().hash(data, digest_size=size).hexdigest())


class _Tools(NamedTuple):
    """What digests are made with: a function that encodes a value as JSON, and a hash."""

    encode: Callable[[object], str]
    hash: Callable[..., Any]


@cache
def _tools() -> _Tools:
    """Return the tools; their modules are slow to import, and rarely needed."""
    from hashlib import blake2b
    from json import JSONEncoder

    encoder = JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)
    return _Tools(encoder.encode, blake2b)


def _label(item: object) -> str:
    """Return the string, id, e-mail address or similar of a list item; empty if it has none."""
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        return ""
    for key, others in _IDENTIFYING_KEYS:
        label = item.get(key)
        if type(label) is str:
            if key == "until":  # another line can begin on that day
                return f"until {label}"
            if not others:
                return label.lower() if key == "email" else label
            values: list[Any] = [label, *map(item.get, others)]
            if set(map(type, values)) == _STRINGS:
                return " ".join(values)
    return ""
