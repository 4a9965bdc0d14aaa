"""Text into documents: the plain value of each YAML document, and where each node stands.

The events of libyaml become values at once; no tree of nodes is built in between.
YAML 1.2 where it matters: the core schema, and lines that only CR and LF end.
A document that cannot be read is a finding; the next `---` line begins afresh, which is sound,
since YAML lets no scalar or collection run over such a line.
"""

import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamStartEvent,
)
from yaml.reader import Reader

from validator.diagnostic import pointer
from validator.nodes import ALIAS, MAPPING, MERGE, SEQUENCE, Merge, Nodes
from validator.scalars import (
    NUMERIC,
    SHORT,
    WORDS,
    NumberTooLongError,
    Scalar,
    describe,
    read_core,
    read_plain,
    read_plain_again,
)

MAX_DEPTH = 100
# Nodes that stand in a document only through aliases: so many, or ten for each that is written.
MAX_ALIASED = 100_000
MAX_ALIASED_RATIO = 10

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DOCUMENT_START = re.compile(r"(?:\A|(?<=[\r\n]))---(?=[ \t\r\n]|\Z)")
# A character class of this size takes milliseconds to compile, and PyYAML has done it.
_NOT_PRINTABLE: re.Pattern[str] = Reader.NON_PRINTABLE
_BYTE_ORDER_MARK = "\ufeff"
# libyaml takes these for line breaks, as YAML 1.1 did; in YAML 1.2 they are characters.
_OLD_BREAKS = re.compile("[\x85\u2028\u2029]")
_CORE = "tag:yaml.org,2002:"

GetEvent = Callable[[], Any]
"""Returns the next event of the parser. Raises yaml.YAMLError."""


@dataclass(frozen=True, slots=True)
class YamlFinding:
    """A finding of the reader. It knows its offsets: its path may be no place of the value."""

    id: str
    path: str
    message: str
    help: str
    start: int
    end: int
    related: tuple[int, str] | None = None  # an offset and what stands there


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document, from the character offset `begin` up to `end`.

    Without `sound` it could not be read and its value means nothing.
    """

    index: int
    value: object
    nodes: Nodes
    findings: tuple[YamlFinding, ...]
    sound: bool
    begin: int = 0
    end: int = 0


class _UnreadableError(Exception):
    """The rest of a document cannot be read."""

    def __init__(self, finding: YamlFinding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def encoding_of(data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark of a YAML stream, if it has one, and its encoding.

    Source: YAML 1.2.2, section 5.2.
    """
    for mark, encoding in (
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xef\xbb\xbf", "utf-8"),
    ):
        if data.startswith(mark):
            return mark, encoding
    match tuple(byte == 0 for byte in data[:4]):
        case (True, True, True, False):
            return b"", "utf-32-be"
        case (False, True, True, True):
            return b"", "utf-32-le"
        case (True, False, *_):
            return b"", "utf-16-be"
        case (False, True, *_):
            return b"", "utf-16-le"
    return b"", "utf-8"


def decode(data: bytes) -> str:
    """Return the text of a YAML stream in UTF-8, UTF-16 or UTF-32, without its byte order mark.

    Raises UnicodeDecodeError.
    """
    mark, encoding = encoding_of(data)
    return data[len(mark) :].decode(encoding)


def undecodable(error: UnicodeDecodeError) -> tuple[str, Document]:
    """Return the text as far as it can be read, and a document that says which byte cannot."""
    data, encoding = error.object, error.encoding
    start = len(data[: error.start].decode(encoding, errors="replace"))
    finding = YamlFinding(
        "yaml-syntax",
        "",
        f"byte {data[error.start]:#04x} is not {encoding.upper()}",
        "save the file as UTF-8",
        start,
        start + 1,
    )
    text = data.decode(encoding, errors="replace")
    return text, Document(0, None, Nodes(), (finding,), sound=False)


def read_documents(text: str) -> Iterator[Document]:
    """Yield the documents of a YAML stream; at least one, for an empty stream is read as null."""
    unprintable: deque[int] = deque()
    readable, restore = text, None
    # Whatever is printable to Python is printable to YAML, and none of it needs care; most texts
    # are, and are looked through twenty times as fast.
    if not text.replace("\n", "").replace("\r", "").isprintable():
        unprintable.extend(
            sorted(
                match.start()
                for pattern in (_NOT_PRINTABLE, _BYTE_ORDER_MARK)
                for match in re.finditer(pattern, text)
            )
        )
        if unprintable:
            readable = _NOT_PRINTABLE.sub("\ufffd", text).replace(_BYTE_ORDER_MARK, "\ufffd")
        readable, restore = _without_old_breaks(readable)
    stream = io.StringIO(readable, newline="")
    index, finish, position = 0, 0, 0
    while position >= 0:
        stream.seek(position)
        get_event: GetEvent = _LOADER(stream).get_event
        base, finish, position = position, max(finish, position), -1
        while True:
            document, begin, finish = _read_document(get_event, index, base, finish, restore)
            if document is None:
                break
            broken = not document.sound
            if broken:
                after = begin + 3 if readable.startswith("---", begin) else begin
                match = _DOCUMENT_START.search(readable, after)
                position = match.start() if match else -1
                finish = match.start() if match else len(text)
            if unprintable and unprintable[0] < finish:
                document = _unprintable(index, unprintable[0], text[unprintable[0]])
            while unprintable and unprintable[0] < finish:
                unprintable.popleft()
            yield document
            index += 1
            if broken:
                break
    if unprintable:
        yield _unprintable(index, unprintable[0], text[unprintable[0]])
    elif index == 0:
        nodes = Nodes()
        nodes.add(0, 0)
        yield Document(0, None, nodes, (), sound=True)


def _without_old_breaks(text: str) -> tuple[str, dict[int, int] | None]:
    """Return text of the same length that libyaml reads as YAML 1.2, and what to put back."""
    if not _OLD_BREAKS.search(text):
        return text, None
    used = set(text)
    spare = (char for char in map(chr, range(0xE000, 0x10FFFF)) if char not in used)
    old = "\x85\u2028\u2029"
    new = "".join(islice(spare, len(old)))
    return text.translate(str.maketrans(old, new)), str.maketrans(new, old)


def _unprintable(index: int, offset: int, char: str) -> Document:
    finding = YamlFinding(
        "yaml-syntax",
        "",
        f"the character U+{ord(char):04X} may not stand in YAML",
        'remove it, or write it as an escape in double quotes, such as "\\u0007"',
        offset,
        offset + 1,
    )
    return Document(index, None, Nodes(), (finding,), sound=False)


def _read_document(
    get_event: GetEvent, index: int, base: int, after: int, restore: dict[int, int] | None
) -> tuple[Document | None, int, int]:
    """Return the next document, or None at the end of the stream, with its first and last offset.

    `base` is the offset at which the parser began, `after` the one at which the last document
    ended. A document that is not sound leaves the parser where it gave up.
    """
    builder = _Builder(get_event, restore)
    begin = after
    root: list[object] = []
    try:
        opened: Any = get_event()
        if type(opened) is StreamStartEvent:
            opened = get_event()
        if type(opened) is not DocumentStartEvent:
            return None, begin, begin
        mark: Any = opened.start_mark
        begin = base + mark.index
        closed = builder.fill(root)
        builder.place_empty_root(opened)
    except _UnreadableError as error:
        finding = error.finding
    except yaml.YAMLError as error:
        finding = _syntax(error)
    else:
        end = base + closed.end_mark.index
        builder.nodes.move(base)
        findings = tuple([_moved(found, base) for found in builder.findings])
        return Document(index, root[0], builder.nodes, findings, True, after, end), begin, end
    return Document(index, None, Nodes(), (_moved(finding, base),), sound=False), begin, begin


def _moved(finding: YamlFinding, by: int) -> YamlFinding:
    related = finding.related and (finding.related[0] + by, finding.related[1])
    return replace(finding, start=finding.start + by, end=finding.end + by, related=related)


class _Builder:
    """Turns the events of one document into its value and nodes, by the offsets of the parser."""

    __slots__ = (
        "aliased", "anchors", "findings", "get_event", "nodes", "restore", "stack",
    )  # fmt: skip

    def __init__(self, get_event: GetEvent, restore: dict[int, int] | None) -> None:
        self.get_event = get_event
        self.restore = restore
        self.nodes = Nodes()
        self.findings: list[YamlFinding] = []
        # name: the value, the text of a scalar, the number of nodes that an alias repeats;
        # or None as long as the node is being read
        self.anchors: dict[str, tuple[object, str | None, int] | None] = {}
        self.aliased = 0
        # The collections around the one that is being read, and the key of each at which it is.
        self.stack: list[tuple[Any, str | Merge | None]] = []

    def fill(self, container: Any) -> Any:
        """Read the nodes of a mapping or list; return the event that ends it.

        Everything in a document passes through here, so what is rare is dealt with elsewhere.
        """
        get_event, restore, nodes = self.get_event, self.restore, self.nodes
        starts = nodes.start
        add_start, add_end = starts.append, nodes.end.append
        is_mapping = type(container) is dict
        key: str | Merge | None = None
        merges: list[tuple[object, int, int]] = []
        value: Any
        name: str | Merge | None
        while True:
            event = get_event()
            kind = type(event)
            start = event.start_mark.index
            end = event.end_mark.index
            if kind is ScalarEvent:
                text = event.value
                if restore:
                    text = text.translate(restore)
                value = name = text
                add_start(start)
                add_end(end)
                if event.tag is not None:
                    value = _tagged(event.tag, text, start, end)
                elif event.implicit[0]:
                    if text in WORDS or text[0] in NUMERIC:
                        value, old = _read_plain(text, start, end)
                        if old is not None:
                            path = self.path(container, text if key is None else key)
                            self.ambiguous(text, value, old, path, start, end)
                    elif text == "<<":
                        name = MERGE
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, text, 1)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                value, name = ({} if kind is MappingStartEvent else []), None
                other = self.open(value, event, start, end)
                if is_mapping and key is None:
                    raise _no_key(start, end)
                self.stack.append((container, key))
                aliased = self.aliased
                closed = self.fill(value)
                self.stack.pop()
                size = nodes.close(other, closed.end_mark.index)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, None, size + self.aliased - aliased)
            elif kind is AliasEvent:
                value, name = self.alias(event.anchor, start, end)
            else:
                if merges:
                    _merge(merges, container)
                return event
            if not is_mapping:
                container.append(value)
            elif key is None:
                if name is None:
                    raise _no_key(start, end)
                nodes.key_nodes.append(len(starts) - 1)
                nodes.names.append(name)
                if name in container or (name is MERGE and merges):
                    self.duplicate(name, self.path(container, name), start, end)
                key = name
            else:
                if key is MERGE:
                    merges.append((value, start, end))
                else:
                    container[key] = value
                key = None

    def open(self, container: Any, event: Any, start: int, end: int) -> int:
        """Begin a mapping or list; return what the nodes call it."""
        kind, tag = (MAPPING, "map") if type(container) is dict else (SEQUENCE, "seq")
        if event.tag not in (None, "!", _CORE + tag):
            raise _bad_tag(event.tag, start, end, f"a {tag}")
        if len(self.stack) >= MAX_DEPTH:
            raise _too_large(f"nesting deeper than {MAX_DEPTH} levels", start, start + 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        return self.nodes.add_other(kind, start, end)

    def alias(self, anchor: str, start: int, end: int) -> tuple[Any, str | None]:
        """Return what an alias stands for, and its text if that is a scalar."""
        if anchor not in self.anchors:
            raise _syntax_at(
                f"the alias *{anchor} names no anchor",
                f"put &{anchor} before an earlier value, or write the value here",
                start,
                end,
            )
        anchored = self.anchors[anchor]
        if anchored is None:
            raise _too_large(f"the alias *{anchor} stands inside itself", start, end)
        value, text, size = anchored
        self.nodes.add_other(ALIAS, start, end)
        self.aliased += size
        if self.aliased > max(MAX_ALIASED, MAX_ALIASED_RATIO * len(self.nodes)):
            raise _too_large(f"aliases repeat more than {self.aliased - 1:,} nodes", start, end)
        return value, text

    def ambiguous(self, text: str, value: Any, old: str, path: str, start: int, end: int) -> None:
        is_string = isinstance(value, str)
        self.findings.append(
            YamlFinding(
                "yaml-ambiguous-scalar",
                path,
                f"{text} is {describe(value)} in YAML 1.2, but {old} in YAML 1.1",
                f'write "{text}"' if is_string else f'write {value}, or "{text}" if it is text',
                start,
                end,
            )
        )

    def duplicate(self, key: str | Merge, path: str, start: int, end: int) -> None:
        self.findings.append(
            YamlFinding(
                "yaml-duplicate-key",
                path,
                f"the key {_text(key)} stands twice in this mapping; the later value counts",
                "keep one of them",
                start,
                end,
            )
        )

    def place_empty_root(self, opened: Any) -> None:
        """Let an empty document stand at its `---`, for its value stands nowhere."""
        nodes = self.nodes
        if len(nodes) == 1 and nodes.start[0] == nodes.end[0]:
            nodes.start[0] = opened.start_mark.index
            nodes.end[0] = opened.end_mark.index

    def path(self, container: Any, key: str | Merge) -> str:
        """Return the path of the value that is about to be put into a collection.

        In a mapping that is at the key, or will be.
        """
        places = [*self.stack, (container, key)]
        return pointer(
            *(len(where) if type(where) is list else _text(key) for where, key in places[1:])
        )


def _text(key: str | Merge | None) -> str:
    return key if isinstance(key, str) else "<<"


def _read_plain(text: str, start: int, end: int) -> tuple[Scalar, str | None]:
    try:
        return read_plain_again(text) if len(text) <= SHORT else read_plain(text)
    except NumberTooLongError:
        raise _too_large("a number of thousands of digits", start, end) from None


def _tagged(tag: str, text: str, start: int, end: int) -> object:
    """Return the value of a scalar with a tag of the core schema."""
    kind = tag.removeprefix(_CORE) if tag.startswith(_CORE) else tag
    if kind in ("!", "str"):
        return text
    try:
        value = read_core(text)
    except NumberTooLongError:
        raise _too_large("a number of thousands of digits", start, end) from None
    if kind == "null" and value is None:
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind in ("int", "float") and isinstance(value, int) and not isinstance(value, bool):
        return value if kind == "int" else float(value)
    if kind == "float" and isinstance(value, float):
        return value
    raise _bad_tag(tag, start, end, f'"{text}"')


def _merge(merges: list[tuple[object, int, int]], container: dict[str, object]) -> None:
    """Put what merge keys bring into a mapping: what it has itself counts, then the first."""
    for value, start, end in merges:
        for source in value if type(value) is list else [value]:
            if type(source) is not dict:
                raise _syntax_at(
                    "a merge key takes a mapping or a list of mappings",
                    "merge an alias of a mapping: `<<: *name`",
                    start,
                    end,
                )
            for key, inherited in source.items():
                container.setdefault(key, inherited)


def _no_key(start: int, end: int) -> _UnreadableError:
    return _syntax_at("a mapping or list cannot be a key here", "use a string", start, end)


def _too_large(what: str, start: int, end: int) -> _UnreadableError:
    return _UnreadableError(
        YamlFinding(
            "yaml-too-large",
            "",
            f"{what}: the document is not read further",
            "write the document without it",
            start,
            end,
        )
    )


def _syntax_at(message: str, help: str, start: int, end: int) -> _UnreadableError:
    return _UnreadableError(YamlFinding("yaml-syntax", "", message, help, start, end))


def _bad_tag(tag: str, start: int, end: int, what: str) -> _UnreadableError:
    kind = tag.removeprefix(_CORE)
    if kind in ("str", "int", "float", "bool", "null", "map", "seq"):
        return _syntax_at(f"the tag !!{kind} does not fit {what}", "remove the tag", start, end)
    return _syntax_at(
        f"the tag {tag.replace(_CORE, '!!')} is not of YAML's core schema",
        "remove the tag",
        start,
        end,
    )


_SYNTAX_HELP = {
    "mapping values are not allowed in this context": (
        "a key cannot stand here",
        "indent it like its neighbours, or quote a value that holds `: `",
    ),
    "could not find expected ':'": ("expected `:` after a key", "write `key: value`"),
    "did not find expected key": (
        "expected a key",
        "indent it like its neighbours, and close what is open before",
    ),
    "found character '\\t' that cannot start any token": (
        "a tab cannot indent",
        "indent with spaces",
    ),
    "did not find expected '-' indicator": (
        "expected a list item",
        "begin it with `- `, indented like its neighbours",
    ),
    "found unexpected end of stream": ("a quoted value is never closed", "close the quote"),
    "found unexpected document indicator": ("a quoted value is never closed", "close the quote"),
    "did not find expected ',' or ']'": ("expected `,` or `]`", "close the list"),
    "did not find expected ',' or '}'": ("expected `,` or `}`", "close the mapping"),
    "did not find expected <document start>": (
        "expected the end of the document",
        "begin another document with `---`",
    ),
    "found character that cannot start any token": (
        "a plain value cannot begin so",
        "quote the value; indent with spaces, not tabs",
    ),
}


def _syntax(error: yaml.YAMLError) -> YamlFinding:
    """Return the finding for what the parser refused. Source of the phrases: libyaml 0.2.5."""
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    start = mark.index if mark else 0
    if "maximum nesting depth" in problem:
        return _too_large(f"nesting deeper than {MAX_DEPTH} levels", start, start + 1).finding
    message, help = _SYNTAX_HELP.get(problem, (problem, "write valid YAML"))
    context_mark = getattr(error, "context_mark", None)
    related = None
    if context_mark is not None and context_mark.index != start:
        related = (context_mark.index, str(getattr(error, "context", "")))
    return YamlFinding("yaml-syntax", "", message, help, start, start + 1, related)
