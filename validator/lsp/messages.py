"""The messages between the server and the worker of a folder: plain values.

Lines and columns count from 0, in Unicode characters. Spans count from 1, as in diagnostics.
"""

import pickle
import struct
from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO, Literal, NamedTuple

from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.fix import TextChange

_LENGTH = struct.Struct("<Q")


Options = Mapping[str, Any]
"""The options of the server, by the field names of Request.

Paths of folders and files are absolute.
"""


class Place(NamedTuple):
    """The text of a file, its name in reports, the day on which it is judged, and a range.

    For a question about a position, the range begins there.
    """

    name: str
    text: str
    day: date
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


Kind = Literal["check", "hover", "complete", "define", "symbols", "fixes", "fix all", "close"]


class Question(NamedTuple):
    """A question of the server."""

    kind: Kind
    place: Place


class Answer(NamedTuple):
    """An answer of the worker; `failure` says in one line why there is no value."""

    value: Any = None
    failure: str = ""


class Checked(NamedTuple):
    """The answer to `check`. `pages` has the addresses of the pages of the findings, by id.

    `is_tenant_file` is false if a search of the folder would not take the file; then there are no
    diagnostics. `failures` say why there is no verdict.
    """

    is_tenant_file: bool
    diagnostics: tuple[Diagnostic, ...] = ()
    failures: tuple[str, ...] = ()
    pages: Mapping[str, str] = {}


class Explanation(NamedTuple):
    """The answer to `hover`: Markdown, and the span that it is about."""

    markdown: str
    span: Span


class Proposal(NamedTuple):
    """An item of the answer to `complete`: it replaces the text of `span`."""

    label: str
    kind: Literal["key", "value", "reference"]
    detail: str
    documentation: str
    text: str
    span: Span


class Symbol(NamedTuple):
    """An item of the answer to `symbols`. `span` covers the item, `name_span` its name."""

    name: str
    kind: Literal["tenant", "list", "subscription", "user", "partner", "usage"]
    detail: str
    span: Span
    name_span: Span
    children: "tuple[Symbol, ...]" = ()


class Repair(NamedTuple):
    """An item of the answer to `fixes`: a fix that removes the findings; a guess if not safe."""

    title: str
    safe: bool
    findings: tuple[Diagnostic, ...]
    changes: tuple[TextChange, ...]


READY = b"ready"
"""The message of a worker when it starts, and when it restarts after a limit has stopped it."""


def frame(message: object) -> bytes:
    """Return a message as bytes, with a header that has their length."""
    data = message if isinstance(message, bytes) else pickle.dumps(message, protocol=5)
    return _LENGTH.pack(len(data)) + data


def frame_length(header: bytes) -> int:
    """Return the length of a message from its header."""
    (length,) = _LENGTH.unpack(header)
    return int(length)


HEADER_BYTES = _LENGTH.size


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the bytes of the next message; None at the end."""
    header = stream.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    length = frame_length(header)
    data = stream.read(length)
    return data if len(data) == length else None
