"""Findings: what policies and schemas report about a value."""

from collections.abc import Sequence
from typing import NamedTuple

from validator.findings.fix import Fix


class Related(NamedTuple):
    """Another value in the same document that explains a finding.

    `path` is the JSON Pointer of that value.
    """

    path: str
    message: str


class Fold(NamedTuple):
    """The text of a finding for a message that combines several findings of one policy.

    `subject` is the person. `predicate` applies to all of them: "lose access on 2026-07-01".
    """

    subject: str
    predicate: str


class Finding(NamedTuple):
    """What a policy or a schema reports about one value.

    `path` is the JSON Pointer of the value. With `on_key`, the diagnostic marks the value's key
    instead of the value. `help` says what to do; if it is empty, the policy's help is used.
    Reports for people combine findings of one document whose `fold` has the same predicate.
    `fix` has the edits that remove the finding.
    """

    path: str
    message: str
    help: str = ""
    related: Sequence[Related] = ()
    on_key: bool = False
    fold: Fold | None = None
    fix: Fix | None = None


class Fact(NamedTuple):
    """A value in a tenant and its path, collected for a policy over the fleet."""

    path: str
    value: str


class Sighting(NamedTuple):
    """A fact with its document. Policies over the fleet compare sightings.

    `document` is the index of the document in its file, from 0. `tenant` is the organisation id.
    """

    value: str
    path: str
    file: str
    document: int
    tenant: str


class FleetFinding(NamedTuple):
    """What a policy over the fleet reports about a sighting.

    `related` has other sightings, each with a message.
    """

    at: Sighting
    message: str
    help: str = ""
    related: Sequence[tuple[Sighting, str]] = ()
