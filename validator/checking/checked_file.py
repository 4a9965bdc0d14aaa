"""The result of checking one file: plain values, fit for another process and for the cache."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from validator.checking.suppressions import Suppression
from validator.findings.diagnostic import Diagnostic
from validator.findings.finding import Sighting
from validator.system.cache_store import Stamp
from validator.tenant.clock import NEVER


class PendingSuppression(NamedTuple):
    """A suppression that may cover a finding of a policy over the fleet.

    `unused` is the finding to report if it covers none; None if it covers another finding.
    """

    suppression: Suppression
    file: str
    document: int
    unused: Diagnostic | None


class CheckedFile(NamedTuple):
    """The result of checking one file.

    `file` is the name in reports, `documents` the number of its documents, `diagnostics` are
    sorted by place. `failures` are causes of exit code 2, a line each. `tenants` are the
    organisation ids. `off` counts the policies that are off in this file and on in others.
    `sightings`, by policy id, and `pending_suppressions` are for the policies over the fleet.
    `values` are the values of the documents that hold their schema, by organisation id, where
    the caller asked for them. `until` is the first day on which the result can differ. `digest`
    is the digest of the bytes, empty unless the result is to be cached; `stamp` is None where
    the state of the file proves nothing.
    """

    file: str
    documents: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    failures: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    off: int = 0
    sightings: Mapping[str, tuple[Sighting, ...]] = {}
    pending_suppressions: tuple[PendingSuppression, ...] = ()
    values: Mapping[str, object] = {}
    until: date = NEVER
    digest: str = ""
    stamp: Stamp | None = None
