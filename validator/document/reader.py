"""Reads the documents of a YAML stream.

The relevant parts of YAML 1.2 are implemented: the core schema, and only CR and LF end a line.
A document that cannot be read has a finding, and reading continues at the next `---` line. This
is safe because no scalar or collection can contain such a line.
"""

import io
import re
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml
from yaml.events import DocumentStartEvent, StreamStartEvent

from validator.document.characters import parser_input
from validator.document.composer import Composer, GetEvent, Repeated
from validator.document.nodes import Nodes
from validator.document.yaml_findings import (
    MAX_TAGS,
    UnreadableDocumentError,
    YamlFinding,
    forbidden_character,
    parser_finding,
    too_many_tags,
    undecodable_byte,
)
from validator.system.patterns import compiled

# Only events are needed, so libyaml's parser is used without a loader.
_PARSER: Any = yaml.SafeLoader
if yaml.__with_libyaml__:
    _PARSER = yaml.cyaml.CParser  # type: ignore[attr-defined]
DOCUMENT_START = r"(?:\A|(?<=[\r\n]))---(?=[ \t\r\n]|\Z)"
"""The pattern of the mark at the start of a document."""
_LEADING_END = re.compile(
    r"\s*+(?:#[^\r\n]*+\s*+)*+(?:\A|(?<=[\r\n]))\.\.\.(?=[ \t]*(?:[\r\n]|[ \t]#|\Z))"
)
_DIRECTIVES = r"(?:\s|[#%][^\r\n]*+)*+"
_TAG_DIRECTIVE = "%TAG"
# A comment after one of these characters has no space before it. Substrings are searched many
# times faster than a pattern.
_COMMENT_HINTS = tuple(f"{char}#" for char in "]}\"',[{|>+-123456789")
_START_MARK = yaml.Mark("", 0, 0, 0, None, 0)


class Document(NamedTuple):
    """One YAML document.

    `index` counts the documents in the stream from 0. The document extends from the character
    offset `start`, where the previous document ends, up to `end`. If `is_readable` is false, the
    only finding says why, and `value`, `nodes`, `start` and `end` are meaningless.
    """

    index: int  # type: ignore[assignment]
    value: object
    nodes: Nodes
    findings: tuple[YamlFinding, ...]
    is_readable: bool
    start: int = 0
    end: int = 0


def read_documents(text: str) -> Iterator[Document]:
    """Yield the documents of a YAML stream.

    There is at least one document: an empty stream is a document with the value null.
    """
    readable, offsets, restore = parser_input(text)
    forbidden = deque(offsets)
    stream = io.StringIO(readable, newline="")
    is_suspect = _may_be_misread(readable)
    has_many_tags = readable.count(_TAG_DIRECTIVE) > MAX_TAGS
    index, end, position = 0, 0, _start(readable)
    repeated = Repeated()
    while position >= 0:
        stream.seek(position)
        get_event: GetEvent = _PARSER(stream).get_event
        base, end, position = position, max(end, position), -1
        while True:
            composer = Composer(get_event, base, restore, repeated)
            document, end = _read_document(
                composer, index, end, readable, is_suspect=is_suspect, has_many_tags=has_many_tags
            )
            if document is None:
                break
            is_readable = document.is_readable
            if is_readable:
                repeated = composer.repeated
            elif end < len(readable):
                position = end
            if forbidden and forbidden[0] < end:
                finding = forbidden_character(text[forbidden[0]], forbidden[0])
                document = _unreadable(index, finding)
            while forbidden and forbidden[0] < end:
                forbidden.popleft()
            yield document
            index += 1
            if not is_readable:
                break
    if forbidden:
        yield _unreadable(index, forbidden_character(text[forbidden[0]], forbidden[0]))
    elif index == 0:
        nodes = Nodes()
        nodes.pending_starts.append(_START_MARK)
        nodes.pending_ends.append(_START_MARK)
        yield Document(0, None, nodes, (), is_readable=True)


def _content(text: str, start: int) -> tuple[int, int]:
    """Return the start and end of the content of a document that begins at an offset.

    It is after the `---` of the document, which directives can precede, and before the next `---`.
    Without a `---`, the document has no directives.
    """
    pattern, directives = compiled(DOCUMENT_START), compiled(_DIRECTIVES).match(text, start)
    own = pattern.match(text, directives.end() if directives else start)
    begin = own.end() if own else start
    following = pattern.search(text, begin)
    return begin, following.start() if following else len(text)


def _may_be_misread(text: str) -> bool:
    """Return whether a quick test finds text that libyaml may misread."""
    if "?" in text or "&" in text or "*" in text or "!" in text:
        return True
    return "#" in text and any(hint in text for hint in _COMMENT_HINTS)


def _start(text: str) -> int:
    """Return the offset after leading document ends (`...`), before which there is no document."""
    position = 0
    while match := _LEADING_END.match(text, position):
        position = match.end()
    return position


def read_undecodable(error: UnicodeDecodeError) -> tuple[str, Document]:
    """Return a stream's text, and a document with a finding about its first invalid byte.

    Each invalid byte is replaced by U+FFFD in the text.
    """
    text = error.object.decode(error.encoding, errors="replace")
    return text, _unreadable(0, undecodable_byte(error))


def _unreadable(index: int, finding: YamlFinding) -> Document:
    return Document(index, None, Nodes(), (finding,), is_readable=False)


def _read_document(
    composer: Composer,
    index: int,
    previous_end: int,
    text: str,
    *,
    is_suspect: bool,
    has_many_tags: bool,
) -> tuple[Document | None, int]:
    """Return the next document, or None at the end of the stream, and the offset of its end.

    `previous_end` is the offset at which the previous document ended. After an unreadable document,
    the parser cannot be used any more. Its end is the next `---`, or the end of the text.
    """
    get_event, base = composer.get_event, composer.nodes.base
    start = previous_end
    root: list[object] = []
    try:
        if has_many_tags:
            _check_tags(text, previous_end, base)
        event: Any = get_event()
        if type(event) is StreamStartEvent:
            event = get_event()
        if type(event) is not DocumentStartEvent:
            return None, start
        mark: Any = event.start_mark
        start = base + mark.index
        end_event = composer.compose_children(root)
        _move_empty_root(composer.nodes, event)
    except (UnreadableDocumentError, yaml.YAMLError) as error:
        content = _content(text, start)
        if isinstance(error, UnreadableDocumentError):
            finding = _shifted(error.finding, base)
        else:
            finding = parser_finding(error, text, base, content)
        return _unreadable(index, finding), content[1]
    else:
        end = base + end_event.end_mark.index
        if composer.duplicates:
            _relate_duplicates(composer, base)
        if is_suspect:
            from validator.document.misreadings import find_misreading

            misread = find_misreading(text, composer.nodes, previous_end, end)
            if misread is not None:
                return _unreadable(index, misread), _content(text, start)[1]
        findings = tuple([_shifted(found, base) for found in composer.findings])
        document = Document(index, root[0], composer.nodes, findings, True, previous_end, end)
        return document, end


def _check_tags(text: str, start: int, base: int) -> None:
    """Raise UnreadableDocumentError if more than MAX_TAGS tags are declared from an offset on.

    libyaml compares each with all before it.
    """
    found = compiled(_DIRECTIVES).match(text, start)
    if found is not None and found[0].count(_TAG_DIRECTIVE) > MAX_TAGS:
        raise too_many_tags(text.index(_TAG_DIRECTIVE, start) - base)


def _relate_duplicates(composer: Composer, base: int) -> None:
    """Add the place of the first key to the findings about duplicate keys."""
    nodes, findings = composer.nodes, composer.findings
    firsts = nodes.first_keys({node for _, node in composer.duplicates})
    for number, node in composer.duplicates:
        start, _ = nodes.offsets(firsts[node])
        related = (start - base, "first listed here")
        findings[number] = findings[number]._replace(related=related)


def _move_empty_root(nodes: Nodes, event: Any) -> None:
    """Place the root of an empty document at its `---`, because it has no text."""
    if len(nodes) == 1 and nodes.start_offsets[0] == nodes.end_offsets[0]:
        nodes.move(0, event)


def _shifted(finding: YamlFinding, by: int) -> YamlFinding:
    related = finding.related and (finding.related[0] + by, finding.related[1])
    return finding._replace(start=finding.start + by, end=finding.end + by, related=related)
