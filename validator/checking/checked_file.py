"""The result of checking one file, as plain values for the cache and for other processes."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from validator.findings.diagnostic import Diagnostic, SightingPlace
from validator.findings.finding import Sighting
from validator.system.cache_store import Stamp
from validator.tenant.calendar_days import FOREVER

if TYPE_CHECKING:
    from validator.checking.assumptions import Applied
    from validator.checking.older_documents import ComparedFile
    from validator.checking.suppressions import Suppression


DocumentPath = tuple[int, str]
"""The index of a document in its file, and a path in the document."""


class AddedSuppression(NamedTuple):
    """A suppression that is not in the older version, or that covers fewer places there.

    `diagnostic` is the finding about the comment, without a message. `hidden` holds the ids and
    messages of the findings that it hides. `known` holds the places that it covers in the older
    version.
    """

    diagnostic: Diagnostic
    hidden: tuple[tuple[str, str], ...]
    known: frozenset[str]


class PendingSuppression(NamedTuple):
    """A suppression that may cover a finding from a policy over the fleet.

    `unused` is the finding to report if it covers no such finding; None if it covers another one.
    `added` is None if the suppression is not new.
    """

    suppression: "Suppression"
    file: str
    document: int
    unused: Diagnostic | None
    added: AddedSuppression | None = None


class CheckedFile(NamedTuple):
    """The result of checking one file.

    `file` is the name in reports and `documents` the number of documents. `diagnostics` are
    sorted by place. `failures` are causes of exit code 2, one line each. `tenants` are the
    organisation ids. `per_file` are the numbers of the per-file settings that apply to this file.
    `sightings`, by policy id, their `places`, and `pending_suppressions` are for the policies over
    the fleet. A sighting whose path does not exist has no place.
    `renamed` holds the lines of suppressions that use a policy's former id, with that id.
    `compared` is None without an older version. `until` is the first day on which the result can
    differ. `digest` is the digest of the bytes; empty unless the result is cached or fixed. `stamp`
    is None if it does not prove that the file is unchanged. `assumed` holds, for each tenant in the
    file, the assumptions that apply to it. `encoded` holds the results of a group of files in the
    format of the cache; None unless the result is cached.
    """

    file: str
    documents: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    failures: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    per_file: tuple[int, ...] = ()
    sightings: Mapping[str, tuple[Sighting, ...]] = {}
    places: Mapping[DocumentPath, SightingPlace] = {}
    pending_suppressions: tuple[PendingSuppression, ...] = ()
    compared: "ComparedFile | None" = None
    until: date = FOREVER
    digest: str = ""
    stamp: Stamp | None = None
    assumed: "tuple[Applied, ...]" = ()
    renamed: tuple[tuple[int, str], ...] = ()
    encoded: bytes | None = None
