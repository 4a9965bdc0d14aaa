"""Writes planned assignments to the tenant files and leaves all other bytes unchanged."""

from collections.abc import Sequence

from validator.document.encoding import decode, detect_encoding
from validator.document.reader import read_documents
from validator.document.span_locator import SpanLocator
from validator.document.text_edits import EditError, apply_edits
from validator.document.value_edits import ValueEdit, text_edits_for_all
from validator.findings.json_pointer import pointer
from validator.findings.plan_report import LicenseChange, PlannedTenant, PlanReport
from validator.project.sources import Source, SourceError, read_source
from validator.system.atomic_write import write_all_atomically
from validator.system.errors import NoVerdictError


class ApplyError(NoVerdictError):
    """Raised if planned assignments cannot be written. No file is written then."""


def apply_plan(sources: Sequence[Source], report: PlanReport) -> tuple[str, ...]:
    """Add the planned assignments to all files or to none; return the names of the changed files.

    Raises ApplyError.
    """
    by_file: dict[str, list[PlannedTenant]] = {}
    for tenant in report.tenants:
        if tenant.plan.assignments:
            by_file.setdefault(tenant.file, []).append(tenant)
    changed: dict[str, bytes] = {}
    names: list[str] = []
    for source in sources:
        if source.name not in by_file:
            continue
        if source.path is None:
            raise ApplyError("--apply cannot write to standard input; give the path of a file")
        changed[source.path] = _changed(source, by_file[source.name])
        names.append(source.name)
    try:
        write_all_atomically(changed)
    except OSError as error:
        raise ApplyError(f"{error.filename}: {error.strerror}; no file is written") from error
    return tuple(names)


def _changed(source: Source, tenants: Sequence[PlannedTenant]) -> bytes:
    """Return the bytes of a file with its planned assignments."""
    try:
        data = read_source(source, b"")
    except SourceError as error:
        raise ApplyError(str(error)) from error
    text = decode(data)
    documents = list(read_documents(text))
    changes = [
        (documents[tenant.document], [_edit(change) for change in tenant.plan.assignments])
        for tenant in tenants
    ]
    try:
        edits = text_edits_for_all(text, changes)
    except EditError as error:
        at = SpanLocator(text).span_between(error.offset, error.offset)
        place = f"{source.name}:{at.line}:{at.column}"
        raise ApplyError(f"{place}: {error}; no file is written") from error
    byte_order_mark, encoding = detect_encoding(data)
    return byte_order_mark + apply_edits(text, edits).encode(encoding)


def _edit(change: LicenseChange) -> ValueEdit:
    entry: object = change.subscription
    if change.license is not None:
        entry = {"subscription": change.subscription, "license": change.license}
    return ValueEdit("append", pointer("users", change.user, "assignments"), entry)
