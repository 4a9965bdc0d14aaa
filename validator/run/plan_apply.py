"""Writes planned assignments to the tenant files and leaves all other bytes unchanged."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from validator.checking.file_check import or_failure
from validator.document.encoding import decode, encode_like
from validator.document.reader import read_documents
from validator.document.text_edits import EditError, apply_edits
from validator.document.value_edits import text_edits_for_all
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer
from validator.findings.plan_report import LicenseChange, PlannedTenant, PlanReport
from validator.project.sources import Source, SourceError, read_source
from validator.run.plan_run import PlannedFile
from validator.system.atomic_write import ChangedError, Replacement, write_all_atomically
from validator.system.cache_store import digest
from validator.system.errors import NoVerdictError
from validator.system.file_kind import is_pipe_or_device
from validator.tenant.assignment_text import assignment_value

PlanAgain = Callable[[str, bytes], PlannedFile]
"""Plans the contents of the file with a name."""


class ApplyError(NoVerdictError):
    """Raised if planned assignments cannot be written. No file is written then."""


def apply_plan(
    sources: Sequence[Source], report: PlanReport, plan_again: PlanAgain
) -> Mapping[str, int]:
    """Add the planned assignments to all files or to none; return their number for each file.

    An assignment that is planned for a later day can also serve on some days before it, with a
    gap in between. Once it is in the file, those days are a holding that ends and needs a move.
    Therefore the changed contents are planned again until no move is left. Raises ApplyError.
    """
    by_file: dict[str, list[PlannedTenant]] = {}
    for tenant in report.tenants:
        if tenant.plan.assignments:
            by_file.setdefault(tenant.file, []).append(tenant)
    files: dict[str, Replacement] = {}
    names: dict[str, str] = {}
    added: dict[str, int] = {}
    for source in sources:
        if source.name not in by_file:
            continue
        if source.path is None:
            raise ApplyError("--apply cannot write to standard input; give the path of a file")
        if is_pipe_or_device(source.path):
            raise ApplyError(f"{source.name}: not a regular file, so --apply cannot write to it")
        before = _read(source)
        if digest(before) != report.digests[source.name]:
            raise ApplyError(_changed_meanwhile(source.name))
        after, number = _applied(source, before, by_file[source.name], plan_again)
        files[source.path] = Replacement(before, after)
        names[source.path] = source.name
        added[source.name] = number
    try:
        write_all_atomically(files)
    except ChangedError as error:
        raise ApplyError(_changed_meanwhile(names[str(error)])) from error
    except OSError as error:
        raise ApplyError(f"{error.filename}: {error.strerror}; no file is written") from error
    return added


def _changed_meanwhile(name: str) -> str:
    return f"{name}: changed while it was being planned; no file is written"


def _read(source: Source) -> bytes:
    try:
        return read_source(source, b"")
    except SourceError as error:
        raise ApplyError(f"{error}; no file is written") from error


def _applied(
    source: Source, data: bytes, tenants: Sequence[PlannedTenant], plan_again: PlanAgain
) -> tuple[bytes, int]:
    """Return the bytes of a file with its planned assignments, and the number of these."""
    number = 0
    while tenants:
        data = _changed(source, data, tenants)
        number += sum(len(tenant.plan.assignments) for tenant in tenants)
        again = or_failure(source.name, partial(plan_again, source.name, data))
        if isinstance(again, str) or again.has_errors:
            unread = f"{source.name}: the changed file cannot be read"
            raise ApplyError(f"{again if isinstance(again, str) else unread}; no file is written")
        tenants = [tenant for tenant in again.tenants if tenant.plan.assignments]
    return data, number


def _changed(source: Source, data: bytes, tenants: Sequence[PlannedTenant]) -> bytes:
    """Return the bytes of a file with the planned assignments of tenants."""
    text = decode(data)
    documents = list(read_documents(text))
    changes = [
        (documents[tenant.document], [_edit(change) for change in tenant.plan.assignments])
        for tenant in tenants
    ]
    try:
        edits = text_edits_for_all(text, changes)
    except EditError as error:
        raise ApplyError(f"{error.located(source.name, text)}; no file is written") from error
    return encode_like(data, apply_edits(text, edits))


def _edit(change: LicenseChange) -> Edit:
    entry = assignment_value(change.subscription, change.license)
    return Edit("append", pointer("users", change.user, "assignments"), entry)
