"""What a check says (a finding) and where it ends up in the text (a diagnostic)."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, get_args

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
FailOn = Literal["error", "warning", "info", "never"]


def reaches(severity: Severity, level: FailOn) -> bool:
    """Tell whether a severity is at or above a level; nothing reaches `never`."""
    return level != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(level)


class NoVerdictError(Exception):
    """Why there can be no verdict that can be trusted; a line for each cause."""


class Span(NamedTuple):
    """A stretch of text: lines and columns from 1, in Unicode characters, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Related(NamedTuple):
    """Another place of the same document that explains a finding.

    `path` is a JSON Pointer (RFC 6901) into the document's value.
    """

    path: str
    message: str


class Finding(NamedTuple):
    """What a policy or a schema says about one value.

    `path` is the JSON Pointer of the value, `on_key` asks for its key to be marked instead.
    `help` says what to do; where it is empty, the page of the policy says it.
    """

    path: str
    message: str
    help: str = ""
    related: Sequence[Related] = ()
    on_key: bool = False


class Fact(NamedTuple):
    """What a policy over the fleet wants to know of one tenant: a value and its path."""

    path: str
    value: str


class Place(NamedTuple):
    """A related place, found in the text. `source` is its line."""

    message: str
    file: str
    path: str
    span: Span
    source: str


class Diagnostic(NamedTuple):
    """A finding in its place: all that a reporter needs to show it.

    `document` counts from 0; `tenant` is the organisation id, None where the document has none.
    `source` is the text of the line that the span begins on. `name` is the path with ids in
    place of list indexes, and `digest` stands for the value, so that a finding can be told again
    after other lines have moved. `suppressed` is why the finding is let pass, if it is.
    """

    id: str
    topic: str
    severity: Severity
    message: str
    help: str
    file: str
    document: int
    tenant: str | None
    path: str
    span: Span
    source: str
    related: tuple[Place, ...] = ()
    name: str = ""
    digest: str = ""
    suppressed: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What a finding is known by from version to version: id, tenant (or file), place."""
        return (self.id, self.file if self.tenant is None else self.tenant, self.name)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """File, line, column, id; the path settles what is left (values behind one alias)."""
        return (self.file, self.span.line, self.span.column, self.id, self.path)


class Sighting(NamedTuple):
    """A fact and where it was told: what policies over the fleet compare.

    `tenant` is the organisation id, `document` counts from 0. A sighting is placed in the text
    only when something is found about it.
    """

    value: str
    path: str
    file: str
    document: int
    tenant: str


class FleetFinding(NamedTuple):
    """What a policy over the fleet says about a sighting; `related` are others, with words."""

    at: Sighting
    message: str
    help: str = ""
    related: Sequence[tuple[Sighting, str]] = ()


def pointer(*parts: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of the parts."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def pointer_parts(path: str) -> list[str]:
    """Return the unescaped parts of a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def value_at(value: Any, path: str) -> Any:
    """Return what stands in a value at a JSON Pointer. Raises KeyError, IndexError."""
    for part in pointer_parts(path):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
