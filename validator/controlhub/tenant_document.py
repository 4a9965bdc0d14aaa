"""Find the document that describes the tenant of the exports."""

from collections.abc import Sequence
from typing import Any

from validator.controlhub.export import Export
from validator.document.reader import Document
from validator.findings.wording import few
from validator.schema.placeholder import TODO
from validator.system.errors import NoVerdictError

_MAX_NAMED = 3


class ComparisonError(NoVerdictError):
    """A file that cannot be compared with the exports."""


def find_tenant_document(
    names: str, documents: Sequence[tuple[str, Document]], export: Export
) -> tuple[str, Document]:
    """Return the document that describes the tenant of the exports, and the name of its file.

    `documents` are all documents of the files, with file names. `names` are the files in messages.
    A document whose organisation id is TODO is only returned if no other document has the id of
    the exports. Raises ComparisonError.
    """
    for name, document in documents:
        if not document.is_readable:
            raise ComparisonError(f"{name}: cannot be read as YAML; `tenantlint check` says why")
        if not isinstance(document.value, dict):
            raise ComparisonError(f"{_place(name, document)} is not a tenant")
    ids = [_organisation_id(document) for _, document in documents]
    if export.organisation is not None:
        candidates = [number for number, id in enumerate(ids) if id == export.organisation]
        candidates = candidates or [number for number, id in enumerate(ids) if id == TODO]
        if not candidates:
            words = ", ".join("no id" if id is None else str(id) for id in ids[:_MAX_NAMED])
            words += "…" if len(ids) > _MAX_NAMED else ""
            raise ComparisonError(
                f"{names}: the exports are from the tenant {export.organisation}, but the files "
                f"have {words}"
            )
    else:
        candidates = list(range(len(documents)))
    if export.organisation is not None and len(candidates) > 1:
        places = [_place(*documents[number]) for number in candidates]
        raise ComparisonError(
            f"{names}: {len(candidates)} tenants have the id {ids[candidates[0]]}: "
            f"{few(places, _MAX_NAMED)}; name a file with only one of them"
        )
    if len(candidates) != 1:
        raise ComparisonError(
            f"{names}: {len(candidates)} tenants, and the exports do not name their tenant; name a "
            "file with one tenant, or add --licenses"
        )
    return documents[candidates[0]]


def _place(name: str, document: Document) -> str:
    return f"document {document.index + 1} of {name}"


def _organisation_id(document: Document) -> object:
    value: Any = document.value
    tenant = value.get("tenant")
    return tenant.get("id") if isinstance(tenant, dict) else None
