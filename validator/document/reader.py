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
from typing import Any, NamedTuple

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

from validator.document.nodes import ALIAS, MAPPING, MERGE, MOST_MARKS, SEQUENCE, Merge, Nodes
from validator.document.scalars import (
    FIRST,
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
from validator.findings.json_pointer import pointer

MAX_DEPTH = 100
# Nodes that stand in a document only through aliases: so many, or ten for each that is written.
MAX_ALIASED = 100_000
MAX_ALIASED_RATIO = 10

# Only events are asked for, so no loader is needed around the parser of libyaml.
_PARSER: Any = yaml.SafeLoader
if yaml.__with_libyaml__:
    _PARSER = yaml.cyaml.CParser  # type: ignore[attr-defined]
_DOCUMENT_START = re.compile(r"(?:\A|(?<=[\r\n]))---(?=[ \t\r\n]|\Z)")
# A character class of this size takes milliseconds to compile, and PyYAML has done it.
_NOT_PRINTABLE: re.Pattern[str] = Reader.NON_PRINTABLE
_PRINTABLE_ASCII = b"\t\n\r" + bytes(range(0x20, 0x7F))
_BYTE_ORDER_MARK = "\ufeff"
# libyaml takes these for line breaks, as YAML 1.1 did; in YAML 1.2 they are characters.
_OLD_BREAKS = re.compile("[\x85\u2028\u2029]")
_CORE = "tag:yaml.org,2002:"
_BEGIN = yaml.Mark("", 0, 0, 0, None, 0)

GetEvent = Callable[[], Any]
"""Returns the next event of the parser. Raises yaml.YAMLError."""


class YamlFinding(NamedTuple):
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
    if data[:4].isascii() and 0 not in data[:4]:
        return b"", "utf-8"
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
    if not is_printable(text):
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
        get_event: GetEvent = _PARSER(stream).get_event
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
        nodes.starts.append(_BEGIN)
        nodes.ends.append(_BEGIN)
        yield Document(0, None, nodes, (), sound=True)


def is_printable(text: str) -> bool:
    """Tell, soon, a text that needs no care; others, too, may be all printable to YAML."""
    if text.isascii():
        return not text.encode("ascii").translate(None, _PRINTABLE_ASCII)
    # Whatever is printable to Python is printable to YAML.
    return text.replace("\n", "").replace("\r", "").isprintable()


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
    builder = _Builder(get_event, base, restore)
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
        findings = tuple([_moved(found, base) for found in builder.findings])
        return Document(index, root[0], builder.nodes, findings, True, after, end), begin, end
    return Document(index, None, Nodes(), (_moved(finding, base),), sound=False), begin, begin


def _moved(finding: YamlFinding, by: int) -> YamlFinding:
    related = finding.related and (finding.related[0] + by, finding.related[1])
    return finding._replace(start=finding.start + by, end=finding.end + by, related=related)


class _Builder:
    """Turns the events of one document into its value and nodes.

    Findings have the offsets of the parser, which began at `base`.
    """

    __slots__ = (
        "aliased", "anchors", "findings", "get_event", "nodes", "restore", "stack",
    )  # fmt: skip

    def __init__(self, get_event: GetEvent, base: int, restore: dict[int, int] | None) -> None:
        self.get_event = get_event
        self.restore = restore
        self.nodes = Nodes(base)
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
        starts, ends, keys, names = nodes.starts, nodes.ends, nodes.keys, nodes.names
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
                if restore:
                    text = text.translate(restore)
                value = name = text
                if event.tag is not None:
                    value = _tagged(event, text)
                elif event.implicit[0]:
                    # One character is looked up sooner than a text.
                    if not text or (text[0] in FIRST and (text[0] in NUMERIC or text in WORDS)):
                        again = len(text) <= SHORT
                        value, old = read_plain_again(text) if again else _read_long(event, text)
                        if old is not None:
                            path = self.path(container, text if key is None else key)
                            self.findings.append(_ambiguous(event, path, text, value, old))
                    elif text == "<<":
                        name = MERGE
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, text, 1)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if kind is MappingStartEvent:
                    value, name, other = {}, None, nodes.add_other(MAPPING, event)
                else:
                    value, name, other = [], None, nodes.add_other(SEQUENCE, event)
                if event.tag is not None:
                    _check_tag(event, value)
                if len(stack) >= MAX_DEPTH:
                    raise _UnreadableError(_too_deep(event.start_mark.index))
                if event.anchor is not None:
                    self.anchors[event.anchor] = None
                if is_mapping and key is None:
                    raise _no_key(event)
                stack.append((container, key))
                aliased = self.aliased
                closed = self.fill(value)
                stack.pop()
                size = nodes.close(other, closed.end_mark)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, None, size + self.aliased - aliased)
            elif kind is AliasEvent:
                value, name = self.alias(event)
            else:
                if merges:
                    _merge(merges, container)
                return event
            if is_mapping and key is None:
                if name is None:
                    raise _no_key(event)
                keys.append(len(starts))
                names.append(name)
                if name in container or (name is MERGE and merges):
                    self.findings.append(_duplicate(event, self.path(container, name), name))
                key = name
                continue
            if not is_mapping:
                container.append(value)
            elif key is MERGE:
                merges.append((value, event))
            else:
                container[key] = value
            key = None
            if len(starts) > MOST_MARKS:
                nodes.settle()

    def alias(self, event: Any) -> tuple[Any, str | None]:
        """Return what an alias stands for, and its text if that is a scalar."""
        name = event.anchor
        if name not in self.anchors:
            help = f"put &{name} before an earlier value, or write the value here"
            raise _syntax_at(event, f"the alias *{name} names no anchor", help)
        anchored = self.anchors[name]
        if anchored is None:
            raise _too_large(event, f"the alias *{name} stands inside itself")
        value, text, size = anchored
        self.nodes.add_other(ALIAS, event)
        self.aliased += size
        if self.aliased > max(MAX_ALIASED, MAX_ALIASED_RATIO * len(self.nodes)):
            raise _too_large(event, f"aliases repeat more than {self.aliased - 1:,} nodes")
        return value, text

    def place_empty_root(self, opened: Any) -> None:
        """Let an empty document stand at its `---`, for its value stands nowhere."""
        nodes = self.nodes
        if len(nodes) == 1 and nodes.start[0] == nodes.end[0]:
            nodes.place(0, opened)

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


def _offsets(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _read_long(event: Any, text: str) -> tuple[Scalar, str | None]:
    try:
        return read_plain(text)
    except NumberTooLongError:
        raise _too_large(event, "a number of thousands of digits") from None


def _tagged(event: Any, text: str) -> object:
    """Return the value of a scalar with a tag of the core schema."""
    kind = event.tag.removeprefix(_CORE)
    if kind in ("!", "str"):
        return text
    try:
        value = read_core(text)
    except NumberTooLongError:
        raise _too_large(event, "a number of thousands of digits") from None
    if kind == "null" and value is None:
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind in ("int", "float") and isinstance(value, int) and not isinstance(value, bool):
        return value if kind == "int" else float(value)
    if kind == "float" and isinstance(value, float):
        return value
    raise _bad_tag(event, f'"{text}"')


def _check_tag(event: Any, container: object) -> None:
    tag = "map" if type(container) is dict else "seq"
    if event.tag not in ("!", _CORE + tag):
        raise _bad_tag(event, f"a {tag}")


def _merge(merges: list[tuple[object, Any]], container: dict[str, object]) -> None:
    """Put what merge keys bring into a mapping: what it has itself counts, then the first."""
    for value, event in merges:
        for source in value if type(value) is list else [value]:
            if type(source) is not dict:
                raise _syntax_at(
                    event,
                    "a merge key takes a mapping or a list of mappings",
                    "merge an alias of a mapping: `<<: *name`",
                )
            for key, inherited in source.items():
                container.setdefault(key, inherited)


def _ambiguous(event: Any, path: str, text: str, value: Scalar, old: str) -> YamlFinding:
    is_string = isinstance(value, str)
    return YamlFinding(
        "yaml-ambiguous-scalar",
        path,
        f"{text} is {describe(value)} in YAML 1.2, but {old} in YAML 1.1",
        f'write "{text}"' if is_string else f'write {value}, or "{text}" if it is text',
        *_offsets(event),
    )


def _duplicate(event: Any, path: str, key: str | Merge) -> YamlFinding:
    message = f"the key {_text(key)} stands twice in this mapping; the later value counts"
    return YamlFinding("yaml-duplicate-key", path, message, "keep one of them", *_offsets(event))


def _too_large_at(start: int, end: int, what: str) -> YamlFinding:
    message = f"{what}: the document is not read further"
    return YamlFinding("yaml-too-large", "", message, "write the document without it", start, end)


def _too_large(event: Any, what: str) -> _UnreadableError:
    return _UnreadableError(_too_large_at(*_offsets(event), what))


def _too_deep(start: int) -> YamlFinding:
    return _too_large_at(start, start + 1, f"nesting deeper than {MAX_DEPTH} levels")


def _syntax_at(event: Any, message: str, help: str) -> _UnreadableError:
    return _UnreadableError(YamlFinding("yaml-syntax", "", message, help, *_offsets(event)))


def _no_key(event: Any) -> _UnreadableError:
    return _syntax_at(event, "a mapping or list cannot be a key here", "use a string")


def _bad_tag(event: Any, what: str) -> _UnreadableError:
    tag = event.tag
    kind = tag.removeprefix(_CORE)
    if kind in ("str", "int", "float", "bool", "null", "map", "seq"):
        return _syntax_at(event, f"the tag !!{kind} does not fit {what}", "remove the tag")
    message = f"the tag {tag.replace(_CORE, '!!')} is not of YAML's core schema"
    return _syntax_at(event, message, "remove the tag")


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
        return _too_deep(start)
    message, help = _SYNTAX_HELP.get(problem, (problem, "write valid YAML"))
    context_mark = getattr(error, "context_mark", None)
    related = None
    if context_mark is not None and context_mark.index != start:
        related = (context_mark.index, str(getattr(error, "context", "")))
    return YamlFinding("yaml-syntax", "", message, help, start, start + 1, related)
