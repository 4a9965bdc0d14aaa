"""Help for unknown keys: the intended key, or the place where the key belongs."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import Any, NamedTuple

from validator.findings.wording import closest_name, listing
from validator.schema.fixes import Replacement
from validator.schema.location import resolved
from validator.schema.vocabulary import meant_key, meant_value, meant_values, same_key

_ANY = ("[]", "*")
_MAX_PLACES = 3
_MAX_KEY_LENGTH = 60
_MAX_LISTED_KEYS = 12
_MAX_COMPARED_KEYS = 50
_SPACE_MISSING = re.compile(r"([\w-]+):(\S.*)")
_DASH = re.compile(r"-([\w-]+)")


class KeyHelp(NamedTuple):
    """What to do about an unknown key: a help, with a replacement or a removal if known."""

    text: str
    replacement: Replacement | None = None
    removes: bool = False


class Place(NamedTuple):
    """A mapping in a schema. `path` has the keys that lead to it, `[]` for list items."""

    path: tuple[str, ...]
    keys: frozenset[str]


def find_places(root: Mapping[str, Any]) -> list[Place]:
    """Return the mappings that a schema describes, the outermost first."""
    found: list[Place] = []
    seen: set[tuple[int, int]] = set()
    pending: deque[tuple[tuple[str, ...], Any]] = deque([((), root)])
    while pending:
        path, schema = pending.popleft()
        schema = resolved(root, schema)
        if not isinstance(schema, Mapping) or (len(path), id(schema)) in seen or len(path) > 6:  # noqa: PLR2004
            continue
        seen.add((len(path), id(schema)))
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            found.append(Place(path, frozenset(properties)))
            targets = [id(resolved(root, sub)) for sub in properties.values()]
            # Keys that share a schema, such as services, count as one place.
            shared = {target for target in targets if targets.count(target) > 1}
            pending += (
                ((*path, "*" if target in shared else key), sub)
                for (key, sub), target in zip(properties.items(), targets, strict=True)
            )
        if "items" in schema:
            pending.append(((*path, "[]"), schema["items"]))
    return found


def intended_key(key: str, keys: Sequence[str]) -> str | None:
    """Return the key for which an unknown key is another spelling or word; None if unclear."""
    meant = meant_key(key, keys)
    return meant if meant is not None else meant_value(key, keys)


def unknown_key_help(
    key: str,
    mapping: Mapping[str, object],
    keys: Sequence[str],
    path: Sequence[str | int],
    places: Sequence[Place],
    replacement: Callable[[str, str], Replacement | None],
    *,
    has_extensions: bool,
) -> KeyHelp:
    """Return what to do about an unknown key of the mapping at a path.

    `replacement` returns the replacement by a key for a key of the mapping. With
    `has_extensions`, the mapping can have keys that begin with `x-`.
    """
    if match := _SPACE_MISSING.fullmatch(key):
        name = match[1] if match[1] in keys else intended_key(match[1], keys)
        if name is not None and len(key) <= _MAX_KEY_LENGTH:
            return KeyHelp(f"write `{name}: {match[2]}`, with a space after the colon")
    if (match := _DASH.fullmatch(key)) and match[1] in keys:
        return KeyHelp(f"put a space after the dash, or remove it: - {match[1]}")
    if key == "policies" and not path and isinstance(mapping[key], list):
        return KeyHelp(
            "a policy file is not a tenant file: name it in policy-files of the configuration, and "
            "in exclude if a search finds it"
        )
    if key.startswith("//"):
        return KeyHelp("begin a comment with # and a space, not with //")
    here = tuple("[]" if isinstance(part, int) else part for part in path)
    meant = intended_key(key, keys) if len(key) <= _MAX_KEY_LENGTH else None
    elsewhere = [place.path for place in places if key in place.keys]
    if meant is not None:
        if meant in mapping:
            is_copy = mapping[key] == mapping[meant]
            return KeyHelp(f"remove `{key}`: {meant} already exists", removes=is_copy)
        earlier = _earlier_key(key, meant, mapping, keys)
        if earlier is not None:
            return KeyHelp(f"keep one of `{earlier}` and `{key}`, as `{meant}`: both mean it")
        fitting = replacement(meant, key)
        # A list that contains mistakes has no replacement, but the key is still the intended one.
        if fitting is not None or not elsewhere or isinstance(mapping[key], (list, Mapping)):
            return KeyHelp(f"write `{fitting.text if fitting else meant}`", fitting)
    blank = key[:1]
    if blank.isspace() and blank != " ":
        return KeyHelp(f"replace the character U+{ord(blank):04X} before it with a space")
    if elsewhere:
        return KeyHelp(_move(key, here, elsewhere))
    free = [other for other in keys if other not in mapping]
    several = [other for other in meant_values(key, keys) if other in free]
    if len(several) > 1:
        return KeyHelp(f"write {listing([f'`{other}`' for other in several], 'or')}")
    if key == "$schema":
        return KeyHelp(f"write it as a comment: # yaml-language-server: $schema={mapping[key]}")
    close = closest_name(key, free)
    if close is not None:
        fitting = replacement(close, key)
        return KeyHelp(f"did you mean `{fitting.text if fitting else close}`?", fitting)
    for place in places:
        other = same_key(key, place.keys)
        if other is not None:
            return KeyHelp(_move(other, here, [place.path]))
    existing = closest_name(key, [other for other in keys if other in mapping])
    if existing is not None:
        return KeyHelp(f"remove it, or write its value at {existing}, which already exists")
    names = f"the valid keys are {listing(keys)}; " if 0 < len(keys) <= _MAX_LISTED_KEYS else ""
    return KeyHelp(f"{names}remove it{', or begin its name with x-' if has_extensions else ''}")


def _earlier_key(
    key: str, meant: str, mapping: Mapping[str, object], keys: Sequence[str]
) -> str | None:
    """Return a key before an unknown one that also means a known key; None if there is none.

    Only the first keys are compared, because a mapping can have many.
    """
    before = takewhile(lambda other: other != key, islice(mapping, _MAX_COMPARED_KEYS))
    short = (other for other in before if len(other) <= _MAX_KEY_LENGTH)
    return next((other for other in short if intended_key(other, keys) == meant), None)


def _move(key: str, here: tuple[str, ...], elsewhere: Sequence[tuple[str, ...]]) -> str:
    """Return the help for a key that belongs to another mapping."""
    below = [path for path in elsewhere if path[:-1] == here]
    above = [path for path in elsewhere if here[: len(path)] == path]
    if below:
        return f"move {key} below {below[0][-1]}, indented"
    if above:
        nearest = max(above, key=len)
        return f"move {key} out of {_name(here)}, to {_place(nearest)}"
    names = list(dict.fromkeys(_place(path) for path in elsewhere))[:_MAX_PLACES]
    return f"move it: {key} belongs to {listing(names, 'or')}"


def _name(path: tuple[str, ...]) -> str:
    return next((part for part in reversed(path) if part not in _ANY), "the document")


def _place(path: tuple[str, ...]) -> str:
    if not path:
        return "the top level of the document"
    return f"an entry of {_name(path)}" if path[-1] in _ANY else _name(path)


def missing_key_names(
    missing: Sequence[str], mapping: Mapping[str, object], keys: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield each missing key that the mapping has under another name, with that name."""
    for key in mapping:
        is_unknown = key not in keys and not key.startswith(("x-", "-"))
        if is_unknown and len(key) <= _MAX_KEY_LENGTH:
            # YAML reads `type:named` as one key, which includes the value.
            match = _SPACE_MISSING.fullmatch(key)
            meant = match[1] if match else intended_key(key, keys)
            if meant is not None and meant in missing:
                yield meant, key


def similar_key_names(
    missing: Sequence[str], mapping: Mapping[str, object], keys: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield each missing key of which the mapping has a misspelled form, with that form.

    Only the first unknown keys are compared, because a mapping can have many.
    """
    free = [key for key in keys if key not in mapping]
    unknown = (key for key in mapping if key not in keys and not key.startswith(("x-", "-")))
    for key in islice(unknown, _MAX_COMPARED_KEYS):
        close = closest_name(key, free)
        if close is not None and close in missing:
            yield close, key
