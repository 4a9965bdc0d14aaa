"""Create or update a tenant file with the data of the exports."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from validator.controlhub.difference import Difference
from validator.controlhub.differences import find_differences
from validator.controlhub.export import Export
from validator.controlhub.export_notes import left_out_entitlements, left_out_users
from validator.controlhub.new_entries import new_subscription, new_user
from validator.controlhub.tenant_document import ComparisonError, find_tenant_document
from validator.controlhub.usage_differences import rows_without_effect, usage_differences
from validator.controlhub.user_differences import unclear_denials
from validator.document.encoding import decode, encode_like
from validator.document.printer import YamlPrinter
from validator.document.reader import Document, read_documents
from validator.document.span_locator import SpanLocator
from validator.document.text_edits import EditError, TextEdit, apply_edits
from validator.document.unified_diff import unified_diff
from validator.document.value_edits import text_edits_for
from validator.schema.placeholder import TODO
from validator.system.addresses import schema_address

_MAX_LINES = 5
_FREE_KEYS = ("name", "department")
_HEADER = f"""\
# yaml-language-server: $schema={schema_address("tenant")}
# Created from Control Hub exports. Each TODO is a value that is not in the exports:
# `tenantlint check` says where to find it.
"""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file after an import.

    `data` has its new contents. `before` is its old text, `edits` are the changes to that text, and
    `differences` are resolved by the changes. `notes` say what was left out or could not be
    changed. `value` is the old value of the document; None if there was none.
    """

    data: bytes
    before: str
    edits: tuple[TextEdit, ...]
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()
    value: Any = None

    @property
    def after(self) -> str:
        """The text of the file after the import."""
        return apply_edits(self.before, self.edits)

    @property
    def placeholders(self) -> int:
        """The number of values that the user must fill in."""
        if TODO not in self.after:
            return 0
        return sum(_placeholders(document.value) for document in read_documents(self.after))

    def diff(self, name: str, *, is_new: bool = False) -> str:
        """Return the changes as a unified diff; an empty string if there are none.

        With `is_new`, the file does not exist. An empty file is not a new one.
        """
        if not self.edits:
            return ""
        old_name = "/dev/null" if is_new else name
        if not self.data.startswith(BOM_UTF8):
            return unified_diff(self.before, self.edits, old_name, name)
        # The byte order mark is not in the text, but it is in the first line of the file.
        moved = [edit.moved(1) for edit in self.edits]
        return unified_diff(f"\ufeff{self.before}", moved, old_name, name)


def create_file(export: Export, today: date) -> ImportedFile:
    """Return the file of a new tenant."""
    value: dict[str, Any] = {
        "version": 1,
        "tenant": {"id": export.organisation or TODO, "name": TODO},
        "subscriptions": [new_subscription(id, export) for id in export.subscriptions],
        "users": [new_user(person, today) for person in export.people.values() if person.licenses],
    }
    if export.usage:
        value["usage"] = [
            change.value for item in usage_differences({}, export) for change in item.changes
        ]
    printer = YamlPrinter([value])
    text = _HEADER + "".join(
        f"{line}\n" for key, inner in value.items() for line in printer.key_lines(key, inner, "")
    )
    empty: dict[str, Any] = {"tenant": {"id": TODO}, "subscriptions": [], "users": []}
    differences = tuple(find_differences(empty, export, today))
    notes = (*left_out_users({}, export), *left_out_entitlements(value, export))
    return ImportedFile(text.encode(), "", (TextEdit(0, 0, text),), differences, notes)


def update_file(name: str, data: bytes, export: Export, today: date) -> ImportedFile:
    """Return a file with the data of the exports; the rest of its text is left unchanged.

    `name` is the name of the file in messages. Raises ComparisonError.
    """
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise ComparisonError(f"{name}: not {error.encoding.upper()}") from error
    documents = list(read_documents(text))
    document = find_tenant_document(name, [(name, item) for item in documents], export)[1]
    value: Any = document.value
    differences = find_differences(value, export, today)
    try:
        changes = [change for item in differences for change in item.changes]
        edits = text_edits_for(text, document, changes)
    except EditError as error:
        raise ComparisonError(error.located(name, text)) from error
    new_data = encode_like(data, apply_edits(text, edits))
    unclear = unclear_denials(value, export) if export.is_partial else ()
    notes = (
        *left_out_users(value, export),
        *left_out_entitlements(value, export),
        *unclear,
        *_by_hand(name, document, text, differences),
        *_without_effect(name, document, text, export),
    )
    return ImportedFile(new_data, text, tuple(edits), tuple(differences), notes, value)


def _placeholders(value: Any) -> int:
    """Return the number of values of a document that the schema does not accept as TODO.

    Keys that begin with `x-` are free, and so are names and departments, except the tenant's name.
    """
    tenant = value.get("tenant") if isinstance(value, dict) else None
    pending: list[Any] = [value]
    number = 0
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            free = () if value is tenant else _FREE_KEYS
            pending += (
                item
                for key, item in value.items()
                if key not in free and not str(key).startswith("x-")
            )
        elif isinstance(value, list):
            pending += value
        else:
            number += value == TODO
    return number


def _by_hand(
    name: str, document: Document, text: str, differences: Sequence[Difference]
) -> Iterator[str]:
    """Yield a line for each difference that has no change."""
    locator = SpanLocator(text)
    for difference in differences:
        if not difference.changes:
            place = _place(name, document, locator, difference.finding.path)
            yield f"{place}: change it by hand: {difference.finding.message}"


def _without_effect(name: str, document: Document, text: str, export: Export) -> Iterator[str]:
    """Yield a line for each month and service whose imported rows have no effect, up to a limit."""
    value: Any = document.value
    locator = SpanLocator(text)
    found = list(rows_without_effect(value, export))
    for path, message in found[:_MAX_LINES]:
        yield f"{_place(name, document, locator, path)}: {message}"
    if len(found) > _MAX_LINES:
        yield f"and {len(found) - _MAX_LINES:,} more rows of this kind"


def _place(name: str, document: Document, locator: SpanLocator, path: str) -> str:
    span = locator.span(document, path)
    return f"{name}:{span.line}:{span.column}"
