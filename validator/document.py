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
from dataclasses import dataclass
from itertools import islice
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)
from yaml.reader import Reader

from validator.diagnostic import pointer
from validator.nodes import ALIAS, MAPPING, MERGE, SEQUENCE, Merge, Nodes
from validator.scalars import (
    SHORT,
    SUSPECT,
    NumberTooLongError,
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
    unprintable = deque(
        sorted(
            match.start()
            for pattern in (_NOT_PRINTABLE, _BYTE_ORDER_MARK)
            for match in re.finditer(pattern, text)
        )
    )
    readable = text
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
        builder = _Builder(0, None)
        builder.nodes.add(0, 0)
        yield Document(0, None, builder.nodes, (), sound=True)


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
    builder = _Builder(base, restore)
    begin = after
    try:
        opened = builder.open_document(get_event)
        if opened is None:
            return None, begin, begin
        begin = base + opened.start_mark.index
        closed = builder.read(get_event)
        builder.place_empty_root(opened)
    except _UnreadableError as error:
        finding = error.finding
    except yaml.YAMLError as error:
        finding = _syntax(error, base)
    else:
        end = base + closed.end_mark.index
        value, nodes, findings = builder.root[0], builder.nodes, tuple(builder.findings)
        return Document(index, value, nodes, findings, True, after, end), begin, end
    return Document(index, None, Nodes(), (finding,), sound=False), begin, begin


class _Builder:
    """Turns the events of one document into its value and nodes."""

    __slots__ = (
        "aliased", "anchors", "base", "container", "findings", "key", "merges", "nodes",
        "restore", "root", "stack",
    )  # fmt: skip

    def __init__(self, base: int, restore: dict[int, int] | None) -> None:
        self.base = base
        self.restore = restore
        self.nodes = Nodes()
        self.findings: list[YamlFinding] = []
        # name: the value, the text of a scalar, the number of nodes that an alias repeats;
        # or None as long as the node is being read
        self.anchors: dict[str, tuple[object, str | None, int] | None] = {}
        self.aliased = 0
        self.root: list[object] = []
        self.container: Any = self.root
        self.key: str | Merge | None = None
        self.merges: list[tuple[object, int, int]] = []
        self.stack: list[tuple[Any, Any, list[tuple[object, int, int]], int, str | None, int]] = []

    def open_document(self, get_event: GetEvent) -> Any:
        """Return the event that begins the next document; None at the end of the stream."""
        event = get_event()
        if type(event) is StreamStartEvent:
            event = get_event()
        return event if type(event) is DocumentStartEvent else None

    def read(self, get_event: GetEvent) -> Any:
        """Read a document; return the event that ends it.

        Scalars are most of any document, so they are dealt with here.
        """
        base, restore = self.base, self.restore
        nodes = self.nodes
        starts = nodes.start
        add_start, add_end = starts.append, nodes.end.append
        add_key, add_name = nodes.key_nodes.append, nodes.names.append
        container, key = self.container, self.key
        while True:
            event = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                text = event.value
                if restore:
                    text = text.translate(restore)
                start = base + event.start_mark.index
                end = base + event.end_mark.index
                value, name = text, text
                if event.tag is not None:
                    value = self.tagged(event.tag, text, start, end)
                elif event.implicit[0]:
                    if not text or text[0] in SUSPECT:
                        value = self.plain(text, start, end)
                    elif text == "<<":
                        name = MERGE
                add_start(start)
                add_end(end)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, text, 1)
                if type(container) is list:
                    container.append(value)
                elif key is None:
                    if name in container or name is MERGE:
                        self.name(name, start, end)
                    else:
                        add_key(len(starts) - 1)
                        add_name(name)
                    key = self.key = name
                else:
                    if key is MERGE:
                        self.merges.append((value, start, end))
                    else:
                        container[key] = value
                    key = self.key = None
                continue
            if kind is MappingStartEvent:
                self.open({}, event)
            elif kind is SequenceStartEvent:
                self.open([], event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self.close(event)
            elif kind is AliasEvent:
                self.alias(event)
            else:
                return event
            container, key = self.container, self.key

    def plain(self, text: str, start: int, end: int) -> object:
        try:
            value, old = read_plain_again(text) if len(text) <= SHORT else read_plain(text)
        except NumberTooLongError:
            raise _too_large("a number of thousands of digits", start, end) from None
        if old is not None:
            is_string = isinstance(value, str)
            self.findings.append(
                YamlFinding(
                    "yaml-ambiguous-scalar",
                    self.path(text),
                    f"{text} is {describe(value)} in YAML 1.2, but {old} in YAML 1.1",
                    f'write "{text}"' if is_string else f'write {value}, or "{text}" if it is text',
                    start,
                    end,
                )
            )
        return value

    def tagged(self, tag: str, text: str, start: int, end: int) -> object:
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

    def open(self, container: Any, event: Any) -> None:
        start = self.base + event.start_mark.index
        end = self.base + event.end_mark.index
        kind, tag = (MAPPING, "map") if type(container) is dict else (SEQUENCE, "seq")
        if event.tag not in (None, "!", _CORE + tag):
            raise _bad_tag(event.tag, start, end, f"a {tag}")
        if len(self.stack) >= MAX_DEPTH:
            raise _too_large(f"nesting deeper than {MAX_DEPTH} levels", start, start + 1)
        other = self.nodes.add_other(kind, start, end)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        parent, name = self.container, self.key
        self.attach(container, None, start, end)
        self.stack.append((parent, name, self.merges, other, event.anchor, self.aliased))
        self.container, self.key, self.merges = container, None, []

    def close(self, event: Any) -> None:
        container, merges = self.container, self.merges
        self.container, _, self.merges, other, anchor, aliased = self.stack.pop()
        self.key = None
        size = self.nodes.close(other, self.base + event.end_mark.index)
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
        if anchor is not None:
            self.anchors[anchor] = (container, None, size + self.aliased - aliased)

    def alias(self, event: Any) -> None:
        start = self.base + event.start_mark.index
        end = self.base + event.end_mark.index
        if event.anchor not in self.anchors:
            raise _syntax_at(
                f"the alias *{event.anchor} names no anchor",
                f"put &{event.anchor} before an earlier value, or write the value here",
                start,
                end,
            )
        anchored = self.anchors[event.anchor]
        if anchored is None:
            raise _too_large(f"the alias *{event.anchor} stands inside itself", start, end)
        value, text, size = anchored
        self.nodes.add_other(ALIAS, start, end)
        self.aliased += size
        if self.aliased > max(MAX_ALIASED, MAX_ALIASED_RATIO * len(self.nodes)):
            raise _too_large(f"aliases repeat more than {self.aliased - 1:,} nodes", start, end)
        self.attach(value, text, start, end)

    def attach(self, value: Any, text: str | Merge | None, start: int, end: int) -> None:
        """Put a value where it belongs; `text` is its name if it turns out to be a key."""
        container = self.container
        if type(container) is list:
            container.append(value)
        elif self.key is None:
            if text is None:
                raise _syntax_at(
                    "a mapping or list cannot be a key here", "use a string", start, end
                )
            self.name(text, start, end)
        else:
            if self.key is MERGE:
                self.merges.append((value, start, end))
            else:
                container[self.key] = value
            self.key = None

    def name(self, key: str | Merge, start: int, end: int) -> None:
        self.key = key
        self.nodes.key_nodes.append(self.nodes.last())
        self.nodes.names.append(key)
        if key in self.container or (key is MERGE and self.merges):
            name = "<<" if isinstance(key, Merge) else key
            path = self.path(name)
            self.findings.append(
                YamlFinding(
                    "yaml-duplicate-key",
                    path,
                    f"the key {name} stands twice in this mapping; the later value counts",
                    "keep one of them",
                    start,
                    end,
                )
            )

    def place_empty_root(self, opened: Any) -> None:
        """Let an empty document stand at its `---`, for its value stands nowhere."""
        nodes = self.nodes
        if len(nodes) == 1 and nodes.start[0] == nodes.end[0]:
            nodes.start[0] = self.base + opened.start_mark.index
            nodes.end[0] = self.base + opened.end_mark.index

    def path(self, key: str) -> str:
        """Return the path of the value that is about to be attached; `key` is its text."""
        parts: list[str | int] = []
        for container, name, *_ in self.stack:
            parts.append(len(container) - 1 if type(container) is list else _text(name))
        parts.append(
            len(self.container) if type(self.container) is list else _text(self.key or key)
        )
        return pointer(*parts[1:])


def _text(key: str | Merge) -> str:
    return "<<" if isinstance(key, Merge) else key


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


def _syntax(error: yaml.YAMLError, base: int) -> YamlFinding:
    """Return the finding for what the parser refused. Source of the phrases: libyaml 0.2.5."""
    problem = str(getattr(error, "problem", None) or error).splitlines()[0]
    mark = getattr(error, "problem_mark", None)
    start = base + (mark.index if mark else 0)
    if "maximum nesting depth" in problem:
        return _too_large(f"nesting deeper than {MAX_DEPTH} levels", start, start + 1).finding
    message, help = _SYNTAX_HELP.get(problem, (problem, "write valid YAML"))
    context_mark = getattr(error, "context_mark", None)
    related = None
    if context_mark is not None and base + context_mark.index != start:
        related = (base + context_mark.index, str(getattr(error, "context", "")))
    return YamlFinding("yaml-syntax", "", message, help, start, start + 1, related)
