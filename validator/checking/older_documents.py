"""The documents of an older version, and which of them is the older version of which document."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from validator.checking.suppression_identity import Reach, SuppressionKey


class OlderDocument(NamedTuple):
    """A document of an older version.

    `position` is its index in its file. `tenant` is the organisation id, None where it has none.
    `value` is None where the document cannot be read or breaks a schema; then `problem` says why.
    `digest` is that of the value, empty where it cannot be read.
    """

    position: int
    tenant: str | None
    value: object
    digest: str
    problem: str
    suppressions: Mapping[SuppressionKey, Reach]


class OlderDocuments(NamedTuple):
    """The documents of an older version, whose name is `title`.

    `by_file` has those of the older version of each file that differs from it, `by_tenant` the
    first of each organisation id. `unchanged` are the names of the other files.
    """

    title: str
    by_file: Mapping[str, tuple[OlderDocument, ...]] = {}
    by_tenant: Mapping[str, OlderDocument] = {}
    unchanged: frozenset[str] = frozenset()


class ComparedFile(NamedTuple):
    """How a file compares with its older version.

    `same` are the indexes of the documents whose values are those of their older versions.
    `has_unknown` tells whether a document that differs has no organisation id. `not_compared`
    says which documents of the older version cannot be compared, one line each.
    """

    same: frozenset[int]
    has_unknown: bool
    not_compared: tuple[str, ...] = ()


def pair_documents(
    older: OlderDocuments, file: str, tenants: Sequence[str | None]
) -> list[OlderDocument | None]:
    """Return the older version of each document of a file, None for a new document.

    `tenants` are the organisation ids of the documents. The older version has the same id, in the
    same file if possible. A document of a new id, or without one, is compared with the document
    of its file whose id has disappeared from there: the one of the same index, else the next.
    """
    here = older.by_file.get(file, ())
    by_id: dict[str, list[OlderDocument]] = {}
    for document in here:
        if document.tenant is not None:
            by_id.setdefault(document.tenant, []).append(document)
    pairs: list[OlderDocument | None] = []
    seen: dict[str, int] = {}
    for tenant in tenants:
        if tenant is None:
            pairs.append(None)
            continue
        same = by_id.get(tenant, [])
        number = seen.get(tenant, 0)
        seen[tenant] = number + 1
        pairs.append(same[min(number, len(same) - 1)] if same else older.by_tenant.get(tenant))
    left = {document.position: document for document in here if document.tenant not in seen}
    unpaired = [index for index, pair in enumerate(pairs) if pair is None]
    for index in unpaired:
        pairs[index] = left.pop(index, None)
    for index in unpaired:
        if pairs[index] is None and left:
            pairs[index] = left.pop(min(left))
    return pairs
