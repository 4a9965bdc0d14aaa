"""Import: a tenant file with the data of the exports."""

from dataclasses import dataclass
from typing import Any

from validator.controlhub.differences import (
    Difference,
    find_differences,
    new_subscription,
    new_user,
)
from validator.controlhub.export import Export
from validator.controlhub.tenant_document import ComparisonError, find_tenant_document
from validator.document.places import Places
from validator.document.printer import Printed, scalars_of
from validator.document.reader import decode, encoding_of, read_documents
from validator.document.text_edits import Cut, cut, diff
from validator.document.value_edits import EditError, cuts_for
from validator.schema.json_schema import TODO

_HEADER = """\
# yaml-language-server: $schema=https://raw.githubusercontent.com/tenantlint/tenantlint/main/schemas/tenant.schema.json
# Made from Control Hub's export. Each TODO is something that no export tells:
# `tenantlint check` says where to find it.
"""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file after an import.

    `data` are its new contents, `before` is its text before, `cuts` are the changes of that text,
    and `differences` those that the changes resolve.
    """

    data: bytes
    before: str
    cuts: tuple[Cut, ...]
    differences: tuple[Difference, ...]

    @property
    def after(self) -> str:
        """The text of the file after the import."""
        return cut(self.before, self.cuts)

    def diff(self, name: str) -> str:
        """Return the changes as a unified diff; an empty string if there are none."""
        if not self.cuts:
            return ""
        return diff(self.before, self.cuts, name if self.before else "/dev/null", name)


def create_file(export: Export) -> ImportedFile:
    """Return the file of a new tenant."""
    value: dict[str, Any] = {
        "version": 1,
        "tenant": {"id": export.organisation or TODO, "name": TODO},
        "subscriptions": [new_subscription(id, export) for id in export.subscriptions],
        "users": [new_user(person) for person in export.people.values() if person.licenses],
    }
    printed = Printed(scalars_of([value]))
    text = _HEADER + "".join(
        f"{line}\n" for key, inner in value.items() for line in printed.keyed(key, inner, "")
    )
    empty: dict[str, Any] = {"tenant": {"id": TODO}, "subscriptions": [], "users": []}
    differences = tuple(find_differences(empty, export))
    return ImportedFile(text.encode(), "", (Cut(0, 0, text),), differences)


def update_file(name: str, data: bytes, export: Export) -> ImportedFile:
    """Return a file with the data of the exports; the rest of its text stays as it is.

    `name` is the name of the file in messages. Raises ComparisonError.
    """
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise ComparisonError(f"{name}: not {error.encoding.upper()}") from error
    documents = list(read_documents(text))
    document = find_tenant_document(name, [(name, item) for item in documents], export)[1]
    value: Any = document.value
    differences = find_differences(value, export)
    try:
        cuts = cuts_for(text, document, [change for item in differences for change in item.changes])
    except EditError as error:
        at = Places(text).between(error.at, error.at)
        raise ComparisonError(f"{name}:{at.line}:{at.column}: {error}") from error
    byte_order_mark, encoding = encoding_of(data)
    new_data = byte_order_mark + cut(text, cuts).encode(encoding)
    return ImportedFile(new_data, text, tuple(cuts), tuple(differences))
