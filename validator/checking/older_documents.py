"""The documents of an older version, and their assignment to the current documents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from validator.checking.suppression_identity import Reach, SuppressionKey
from validator.findings.wording import few

Place = TypeVar("Place")

_MAX_NAMES = 3
"""The number of subscriptions that a message names."""


class OlderDocument(NamedTuple):
    """A document of an older version of `file`.

    `position` is its index in the file. `tenant` is the organisation id; None if it has none.
    `value` is None if the document cannot be read or has a schema error; `reason` then says why.
    `digest` is the digest of the value; empty if the document cannot be read.
    """

    position: int
    tenant: str | None
    value: object
    digest: str
    reason: str
    suppressions: Mapping[SuppressionKey, Reach]
    file: str = ""


class OlderDocuments(NamedTuple):
    """The documents of an older version with the name `title`.

    `by_file` holds the older documents of each changed file, `by_tenant` the first document of
    each organisation id, `by_subscription` the only one with each subscription id; None if there
    are several. `unchanged` holds the names of the unchanged files, `renamed` the older
    names of the renamed files.
    """

    title: str
    by_file: Mapping[str, tuple[OlderDocument, ...]] = {}
    by_tenant: Mapping[str, OlderDocument] = {}
    by_subscription: Mapping[str, OlderDocument | None] = {}
    unchanged: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = {}

    def version_of(self, file: str) -> str:
        """Return the words for the older version of a file, with its name if that is another."""
        older_name = self.renamed.get(file)
        return f"its version at {self.title}" + (f", {older_name}," if older_name else "")

    def name_of(self, document: OlderDocument, file: str) -> str:
        """Return the words for the older version of the file that has a document.

        `file` is the file that the words are about.
        """
        if document.file == file:
            return self.version_of(file)
        older_name = self.renamed.get(document.file, document.file)
        return f"the version of {older_name} at {self.title}"


class ComparedFile(NamedTuple):
    """The comparison of a file with its older version.

    `same` holds the indexes of the documents whose values are unchanged. `has_unknown` says
    whether a changed document has no organisation id. `not_compared` holds a line for each
    document of the older version that cannot be compared.
    """

    same: frozenset[int]
    has_unknown: bool
    not_compared: tuple[str, ...] = ()


class Pairing(NamedTuple):
    """The older version of each document in a file; None for a new document.

    `unsure` holds the indexes of the documents with a new organisation id that may each be a newer
    version of several older documents, or of one that is paired with another document. The same
    applies to a document that has the subscriptions of another organisation id than its own.
    """

    pairs: Sequence[OlderDocument | None]
    unsure: frozenset[int]


def pair_documents(
    older: OlderDocuments,
    file: str,
    tenants: Sequence[str | None],
    digests: Sequence[str],
    values: Sequence[object],
) -> Pairing:
    """Return the older version of each document in a file.

    `tenants` are the organisation ids of the documents, `digests` the digests of the documents
    without an id. The older version has the same id, in the same file if possible, unless all
    subscriptions of the document were in another one of the file. A document with a new id or
    without an id is compared with an older document in its file whose id is not there any more: one
    with the same value, or else with a subscription that no other document has, or else with the
    same index, or else the next.
    """
    here = older.by_file.get(file, ())
    pairs = _with_same_tenant(older, here, tenants)
    unpaired = [index for index, pair in enumerate(pairs) if pair is None]
    exchanged = {
        index
        for index, pair in enumerate(pairs)
        if pair is not None and _share_nothing(pair.value, values[index])
    }
    now = set(tenants) - {None}
    left = {document.position: document for document in here if document.tenant not in now}
    by_digest: dict[str, list[int]] = {}
    for position, document in reversed(left.items()):
        by_digest.setdefault(document.digest, []).append(position)
    for index in unpaired:
        same_value = by_digest.get(digests[index]) if digests[index] else None
        if same_value:
            pairs[index] = left.pop(same_value.pop())
    unpaired = [index for index in unpaired if pairs[index] is None]
    taken = {id(pair) for index, pair in enumerate(pairs) if index not in exchanged}
    free = {document.position: document for document in here if id(document) not in taken}
    unsure: set[int] = set()
    for index, positions in _with_same_subscription(
        free, [*unpaired, *sorted(exchanged)], values
    ).items():
        found = [position for position in positions if position in free]
        if found:
            pairs[index] = free.pop(found[0])
            left.pop(found[0], None)
        if len(positions) > 1 or not found or index in exchanged:
            unsure.add(index)
    unpaired = [index for index in unpaired if pairs[index] is None]
    # An older document that could not be read is named as not compared in any case.
    if not len(left) == len(unpaired) == 1 and any(not item.reason for item in left.values()):
        unsure.update(unpaired)
    for index in unpaired:
        pairs[index] = left.pop(index, None)
    unpaired = [index for index in unpaired if pairs[index] is None]
    for index, position in zip(unpaired, sorted(left), strict=False):
        pairs[index] = left[position]
    return Pairing(pairs, frozenset(index for index in unsure if tenants[index] is not None))


def _with_same_tenant(
    older: OlderDocuments, here: Sequence[OlderDocument], tenants: Sequence[str | None]
) -> list[OlderDocument | None]:
    """Return the older document with the organisation id of each document, or None."""
    by_id: dict[str, list[OlderDocument]] = {}
    for document in here:
        if document.tenant is not None:
            by_id.setdefault(document.tenant, []).append(document)
    pairs: list[OlderDocument | None] = []
    seen: Counter[str] = Counter()
    for tenant in tenants:
        if tenant is None:
            pairs.append(None)
            continue
        same = by_id.get(tenant, [])
        number = seen[tenant]
        seen[tenant] += 1
        pairs.append(same[min(number, len(same) - 1)] if same else older.by_tenant.get(tenant))
    return pairs


def _with_same_subscription(
    left: Mapping[int, OlderDocument], unpaired: Sequence[int], values: Sequence[object]
) -> Mapping[int, Sequence[int]]:
    """Return the positions of the older documents that share a subscription with a document.

    Subscriptions that stand in several older or several unpaired documents do not count.
    """
    if not left or not unpaired:
        return {}
    before = _only_places((place, item.value) for place, item in left.items())
    now = _only_places((index, values[index]) for index in unpaired)
    shared: dict[int, dict[int, None]] = {}
    for id, index in now.items():
        place = before.get(id)
        if index is not None and place is not None:
            shared.setdefault(index, {})[place] = None
    return {index: tuple(places) for index, places in shared.items()}


def _only_places(values: Iterable[tuple[Place, object]]) -> Mapping[str, Place | None]:
    """Return the place of the value that has a subscription, by id; None if several have it."""
    places: dict[str, Place | None] = {}
    for place, value in values:
        for id in _subscription_ids(value):
            if places.setdefault(id, place) is not place:
                places[id] = None
    return places


def _subscription_ids(value: object) -> Iterator[str]:
    """Yield the subscription ids in the value of a document, which may not match the schema."""
    entries = value.get("subscriptions") if isinstance(value, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        id = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(id, str):
            yield id


def _share_nothing(one: object, other: object) -> bool:
    """Return whether two documents have subscriptions, but none in common."""
    ids, others = {*_subscription_ids(one)}, {*_subscription_ids(other)}
    return bool(ids and others) and ids.isdisjoint(others)


def documents_by_subscription(
    documents: Iterable[OlderDocument],
) -> Mapping[str, OlderDocument | None]:
    """Return the only document with each subscription id; None if several have it."""
    return _only_places((document, document.value) for document in documents)


def moved_subscriptions(
    older: OlderDocuments,
    file: str,
    pairs: Sequence[OlderDocument | None],
    tenants: Sequence[str | None],
    values: Sequence[object],
) -> Iterator[str]:
    """Yield a line for the subscriptions of a document that came from each other document.

    They are not compared, because the older version of the document did not have them.
    """
    before = [{*_subscription_ids(pair.value)} if pair is not None else set() for pair in pairs]
    now = [list(dict.fromkeys(_subscription_ids(value))) for value in values]
    kept = {item for ids, own in zip(now, before, strict=True) for item in ids if item in own}
    for index, tenant in enumerate(tenants):
        sources: dict[int, tuple[OlderDocument, list[str]]] = {}
        for item in now[index] if tenant is not None else ():
            source = older.by_subscription.get(item)
            if item not in kept and source is not None:
                sources.setdefault(id(source), (source, []))[1].append(item)
        for source, ids in sources.values():
            owner = "a document" if source.tenant is None else f"the tenant {source.tenant}"
            verb = "was" if len(ids) == 1 else "were"
            yield (
                f"{file}: {few(ids, _MAX_NAMES)} of the tenant {tenant} {verb} in {owner} of "
                f"{older.name_of(source, file)}; the two are not compared"
            )
