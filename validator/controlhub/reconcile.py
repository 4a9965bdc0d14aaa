"""A tenant file beside the exports of its tenant: what differs, and the file that does not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from validator.checking.file_check import FileCheck, open_source
from validator.checking.selection import Selection
from validator.controlhub.differences import Difference, differences, new_subscription, new_user
from validator.controlhub.exports import Export
from validator.document.encoding import decode, detect_encoding
from validator.document.printer import YamlPrinter, strings_in
from validator.document.reader import Document, read_documents
from validator.document.span_locator import SpanLocator
from validator.document.text_edits import EditError, TextEdit, apply_edits
from validator.document.unified_diff import unified_diff
from validator.document.value_edits import text_edits_for
from validator.findings.builtin import BUILTIN
from validator.findings.diagnostic import Diagnostic, NoVerdictError
from validator.findings.wording import did_you_mean, listing
from validator.project.files import Source
from validator.schema.placeholder import TODO

_HEAD = """\
# yaml-language-server: $schema=https://raw.githubusercontent.com/tenantlint/tenantlint/main/schemas/tenant.schema.json
# Made from Control Hub's export. Each TODO is something that no export tells:
# `tenantlint check` says where to find it.
"""


class ReconcileError(NoVerdictError):
    """A file that cannot be held against the exports; one line for each cause."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The bytes of a file after an import, its text before, the cuts in it, and what differed."""

    data: bytes
    before: str
    cuts: tuple[TextEdit, ...]
    found: tuple[Difference, ...]

    @property
    def after(self) -> str:
        """The text of the file after the import."""
        return apply_edits(self.before, self.cuts)

    def diff(self, name: str) -> str:
        """Return the change as a unified diff; nothing if there is none."""
        if not self.cuts:
            return ""
        return unified_diff(self.before, self.cuts, name if self.before else "/dev/null", name)


def created(export: Export) -> Imported:
    """Return the first file of a tenant."""
    value: dict[str, Any] = {
        "version": 1,
        "tenant": {"id": export.organisation or TODO, "name": TODO},
        "subscriptions": [new_subscription(id, export) for id in export.subscriptions],
        "users": [new_user(person) for person in export.people.values() if person.held],
    }
    printed = YamlPrinter(strings_in([value]))
    text = _HEAD + "".join(
        f"{line}\n" for key, inner in value.items() for line in printed.key_lines(key, inner, "")
    )
    nothing: dict[str, Any] = {"tenant": {"id": TODO}, "subscriptions": [], "users": []}
    found = tuple(differences(nothing, export))
    return Imported(text.encode(), "", (TextEdit(0, 0, text),), found)


def updated(name: str, data: bytes, export: Export) -> Imported:
    """Return a file with what the exports tell, and the rest as it was.

    Raises ReconcileError.
    """
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise ReconcileError(f"{name}: not {error.encoding.upper()}") from error
    documents = list(read_documents(text))
    document = _one_of(name, [(name, item) for item in documents], export)[1]
    value: Any = document.value
    found = differences(value, export)
    try:
        cuts = text_edits_for(text, document, [change for item in found for change in item.changes])
    except EditError as error:
        at = SpanLocator(text).span_between(error.offset, error.offset)
        raise ReconcileError(f"{name}:{at.line}:{at.column}: {error}") from error
    mark, encoding = detect_encoding(data)
    made = mark + apply_edits(text, cuts).encode(encoding)
    return Imported(made, text, tuple(cuts), tuple(found))


def compared(
    sources: Sequence[Source],
    selection: Selection,
    export: Export,
    stdin: bytes,
    today: date,
    select: Collection[str] = (),
) -> tuple[list[Diagnostic], int, list[str]]:
    """Return where files differ from the exports, the number of documents, and what has failed.

    With `select`, only the findings of these ids. Raises ReconcileError.
    """
    known = {id for id, page in BUILTIN.items() if page.topic == "drift"}
    for id in select:
        if id not in known:
            hint = did_you_mean(id, sorted(known)) or f"there are {listing(sorted(known))}"
            raise ReconcileError(f"--select: drift has no finding {id or 'without an id'}; {hint}")
    failures: list[str] = []
    cases: dict[str, FileCheck] = {}
    for source in sources:
        case = open_source(source, selection, stdin)
        if isinstance(case, str):
            failures.append(case)
        else:
            cases[source.name] = case
    every = [(name, item) for name, case in cases.items() for item in case.documents]
    if failures or not every:
        return [], len(every), failures
    name, document = _one_of(", ".join(cases), every, export)
    value: Any = document.value
    chosen = set(select or known)
    found = [
        (BUILTIN[item.id], item.finding) for item in differences(value, export) if item.id in chosen
    ]
    diagnostics = cases[name].place(document.index, found, today)
    return sorted(diagnostics, key=lambda item: item.sort_key), len(every), []


def _one_of(
    names: str, documents: Sequence[tuple[str, Document]], export: Export
) -> tuple[str, Document]:
    """Return the document that describes the tenant of the exports, and its file."""
    for name, document in documents:
        if not document.is_readable:
            raise ReconcileError(f"{name}: cannot be read as YAML; `tenantlint check` says why")
        if not isinstance(document.value, dict):
            raise ReconcileError(f"{name}: document {document.index} is no tenant")
    ids = [_id_of(document) for _, document in documents]
    if export.organisation is not None:
        fitting = [number for number, id in enumerate(ids) if id == export.organisation]
        fitting = fitting or [number for number, id in enumerate(ids) if id == TODO]
        if not fitting:
            words = ", ".join(str(id) for id in ids[:3]) + ("…" if len(ids) > 3 else "")  # noqa: PLR2004
            raise ReconcileError(
                f"{names}: no tenant {export.organisation}, of which the exports are, but {words}"
            )
    else:
        fitting = list(range(len(documents)))
    if len(fitting) != 1:
        raise ReconcileError(
            f"{names}: {len(fitting)} tenants, and the exports do not say of which they are; "
            "name a file that holds one, or give --licenses"
        )
    return documents[fitting[0]]


def _id_of(document: Document) -> object:
    value: Any = document.value
    tenant = value.get("tenant")
    return tenant.get("id") if isinstance(tenant, dict) else None
