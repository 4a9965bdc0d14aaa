"""Composes the value of a document, its nodes and its findings from the events of libyaml.

Events are converted directly to plain values, without an intermediate tree of nodes.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from validator.document.characters import Restore
from validator.document.nodes import (
    ALIAS,
    MAPPING,
    MAX_PENDING_MARKS,
    MERGE,
    SEQUENCE,
    Merge,
    Nodes,
    key_text,
)
from validator.document.scalars import (
    MAX_CACHED_LENGTH,
    NUMERIC_CHARS,
    SPECIAL_FIRST_CHARS,
    SPECIAL_WORDS,
    NumberTooLongError,
    Scalar,
    parse_core,
    parse_plain,
    parse_plain_cached,
)
from validator.document.yaml_findings import (
    CORE_TAG_PREFIX,
    MAX_DEPTH,
    YamlFinding,
    ambiguous_scalar,
    collection_as_key,
    duplicate_key,
    invalid_merge,
    invalid_tag,
    number_too_long,
    too_deep,
    too_large,
    unknown_alias,
)
from validator.findings.json_pointer import pointer

MAX_KEY_LENGTH = 1024
"""The largest length of a key around a finding: that of a key before a `:` (YAML 1.2.2, 7.4.2)."""

MAX_ALIASED_NODES = 100_000
"""The number of nodes that aliases may repeat in any stream."""

MAX_ALIASED_CHARACTERS = 10_000_000
"""The number of characters that aliases may repeat in any stream."""

MAX_ALIASED_RATIO = 10
"""In a large stream, the number of nodes (characters) that aliases may repeat for each in the text.
"""

GetEvent = Callable[[], Any]
"""Returns the next event of the parser. Raises yaml.YAMLError."""


class Repeated(NamedTuple):
    """The nodes and characters that aliases have repeated in a stream, and the nodes in its text.

    Only readable documents count.
    """

    nodes: int = 0
    characters: int = 0
    written: int = 0


class Composer:
    """Composes one document. `before` counts what aliases repeat in the documents before it.

    `base` is the offset in the text at which the parser started. It is added to the offsets in
    `nodes` but not to those in `findings`. `restore` comes from ParserInput.
    """

    __slots__ = (
        "aliased", "anchors", "characters", "duplicates", "findings", "get_event", "nodes",
        "restore", "stack", "written",
    )  # fmt: skip

    def __init__(
        self, get_event: GetEvent, base: int, restore: Restore | None, before: Repeated
    ) -> None:
        self.get_event = get_event
        self.restore = restore
        self.nodes = Nodes(base)
        self.findings: list[YamlFinding] = []
        # The indexes of the findings about duplicate keys, with the nodes of these keys.
        self.duplicates: list[tuple[int, int]] = []
        # By anchor: the value, its text if it is a scalar, and the numbers of nodes and characters
        # that an alias repeats. None while the node is being read.
        self.anchors: dict[str, tuple[object, str | None, int, int] | None] = {}
        self.aliased, self.characters, self.written = before
        # The collections around the current one, each with its current key.
        self.stack: list[tuple[Any, str | Merge | None]] = []

    def compose_children(self, container: Any) -> Any:
        """Add the nodes of a mapping or list to `container`; return the event that ends it.

        This handles every node of a document, so only rare cases are delegated to functions.
        Raises UnreadableDocumentError and yaml.YAMLError.
        """
        get_event, restore, nodes = self.get_event, self.restore, self.nodes
        base = nodes.base
        starts, ends = nodes.pending_starts, nodes.pending_ends
        keys, key_names = nodes.pending_keys, nodes.key_names
        stack = self.stack
        is_mapping = type(container) is dict
        key: str | Merge | None = None
        merges: list[tuple[object, Any]] = []
        value: Any
        name: str | Merge | None
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                starts.append(event.start_mark)
                ends.append(event.end_mark)
                text = event.value
                if restore is not None:
                    text = restore(event, base)
                value = name = text
                if event.tag is not None:
                    value = _parse_tagged(event, text)
                elif event.implicit[0]:
                    # Looking up one character is faster than looking up the text.
                    if not text or (
                        text[0] in SPECIAL_FIRST_CHARS
                        and (text[0] in NUMERIC_CHARS or text in SPECIAL_WORDS)
                    ):
                        is_short = len(text) <= MAX_CACHED_LENGTH
                        value, yaml11 = (
                            parse_plain_cached(text) if is_short else _parse_long(event, text)
                        )
                        if yaml11 is not None:
                            path = self.path(event, container, text if key is None else key)
                            is_key = is_mapping and key is None
                            self.findings.append(
                                ambiguous_scalar(event, path, text, value, yaml11, is_key=is_key)
                            )
                    elif text == "<<":
                        name = MERGE
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, text, 1, len(text))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if kind is MappingStartEvent:
                    value, name, index = {}, None, nodes.add_nonscalar(MAPPING, event)
                else:
                    value, name, index = [], None, nodes.add_nonscalar(SEQUENCE, event)
                if event.tag is not None:
                    _check_collection_tag(event, value)
                if len(stack) >= MAX_DEPTH:
                    raise too_deep(event)
                if event.anchor is not None:
                    self.anchors[event.anchor] = None
                if is_mapping and key is None:
                    raise collection_as_key(event)
                stack.append((container, key))
                aliased, characters = self.aliased, self.characters
                end_event = self.compose_children(value)
                stack.pop()
                size = nodes.close(index, end_event.end_mark)
                # A nested anchor of the same name replaces this one.
                if event.anchor is not None and self.anchors[event.anchor] is None:
                    length = end_event.end_mark.index - event.start_mark.index
                    length += self.characters - characters
                    self.anchors[event.anchor] = (
                        value, None, size + self.aliased - aliased, length,
                    )  # fmt: skip
            elif kind is AliasEvent:
                value, name = self.resolve_alias(event)
            else:
                if merges:
                    _merge(merges, container)
                return event
            if is_mapping and key is None:
                if name is None:
                    raise collection_as_key(event)
                keys.append(len(starts))
                key_names.append(name)
                if name in container or (name is MERGE and merges):
                    self.duplicates.append((len(self.findings), len(nodes) - 1))
                    path = self.path(event, container, name)
                    # The outermost list holds the root of the document.
                    is_item = len(stack) > 1 and type(stack[-1][0]) is list
                    is_first = is_item and next(iter(container), None) == name
                    self.findings.append(duplicate_key(event, path, name, begins_item=is_first))
                key = name
                continue
            if not is_mapping:
                container.append(value)
            elif key is MERGE:
                merges.append((value, event))
            else:
                container[key] = value
            key = None
            if len(starts) > MAX_PENDING_MARKS:
                nodes.resolve_marks()

    def resolve_alias(self, event: Any) -> tuple[Any, str | None]:
        """Return the value of an alias, and its text if it is a scalar.

        Raises UnreadableDocumentError.
        """
        name = event.anchor
        if name not in self.anchors:
            raise unknown_alias(event)
        anchored = self.anchors[name]
        if anchored is None:
            raise too_large(event, f"the alias *{name} is inside the value that it names")
        value, text, size, length = anchored
        self.nodes.add_nonscalar(ALIAS, event)
        self.aliased += size
        self.characters += length
        written = self.written + len(self.nodes)
        most = max(MAX_ALIASED_NODES, MAX_ALIASED_RATIO * written)
        if self.aliased > most:
            raise too_large(event, f"aliases repeat more than {most:,} nodes")
        before = self.nodes.base + event.start_mark.index
        most = max(MAX_ALIASED_CHARACTERS, MAX_ALIASED_RATIO * before)
        if self.characters > most:
            raise too_large(event, f"aliases repeat more than {most:,} characters")
        return value, text

    @property
    def repeated(self) -> Repeated:
        """What aliases have repeated in this document and before it."""
        return Repeated(self.aliased, self.characters, self.written + len(self.nodes))

    def path(self, event: Any, container: Any, key: str | Merge) -> str:
        """Return the path of the next value in `container`. `key` is used if it is a mapping.

        Raises UnreadableDocumentError if a key around `container` is too long: each path below it
        would contain it.
        """
        collections = [*self.stack, (container, key)]
        if any(len(key_text(key)) > MAX_KEY_LENGTH for _, key in self.stack):
            raise too_large(event, f"a key around it has more than {MAX_KEY_LENGTH:,} characters")
        # The outermost collection holds the root of the document.
        return pointer(
            *(len(item) if type(item) is list else key_text(key) for item, key in collections[1:])
        )


def _parse_long(event: Any, text: str) -> tuple[Scalar, str | None]:
    """Return the result of `parse_plain`. Raises UnreadableDocumentError."""
    try:
        return parse_plain(text)
    except NumberTooLongError:
        raise number_too_long(event) from None


def _parse_tagged(event: Any, text: str) -> object:
    """Return the value of a scalar with a tag of the core schema.

    Raises UnreadableDocumentError.
    """
    tag = event.tag.removeprefix(CORE_TAG_PREFIX)
    if tag in ("!", "str"):
        return text
    try:
        value = parse_core(text)
    except NumberTooLongError:
        raise number_too_long(event) from None
    if tag == "null" and value is None:
        return value
    if tag == "bool" and isinstance(value, bool):
        return value
    if tag in ("int", "float") and isinstance(value, int) and not isinstance(value, bool):
        return value if tag == "int" else float(value)
    if tag == "float" and isinstance(value, float):
        return value
    raise invalid_tag(event, f'"{text}"')


def _check_collection_tag(event: Any, container: object) -> None:
    """Raise UnreadableDocumentError if a mapping or list has the tag of another type."""
    tag = "map" if type(container) is dict else "seq"
    if event.tag not in ("!", CORE_TAG_PREFIX + tag):
        raise invalid_tag(event, f"a {tag}")


def _merge(merges: list[tuple[object, Any]], container: dict[str, object]) -> None:
    """Add the values of merge keys to a mapping. Each value is given with its event.

    The mapping's own keys take precedence, then the keys of the earlier merge. Raises
    UnreadableDocumentError.
    """
    for value, event in merges:
        for source in value if type(value) is list else [value]:
            if type(source) is not dict:
                raise invalid_merge(event)
            for key, inherited in source.items():
                container.setdefault(key, inherited)
