"""Findings: what policies and schemas report about the value at a path."""

from collections.abc import Sequence
from typing import NamedTuple

from validator.findings.fix import Fix


class Related(NamedTuple):
    """Another value of the same document that explains a finding.

    `path` is the JSON Pointer of that value.
    """

    path: str
    message: str


class Fold(NamedTuple):
    """What a finding says together with others of its policy about other people.

    `subject` is the person, `predicate` what holds for all of them: "lose access on 2026-07-01".
    """

    subject: str
    predicate: str


class Finding(NamedTuple):
    """What a policy or a schema reports about one value.

    `path` is the JSON Pointer of the value. With `on_key`, the span of the diagnostic is that of
    the value's key. `help` says what to do; if it is empty, the help of the policy is used.
    Findings of one document whose `fold` has the same predicate are shown as one to people.
    `fix` are the edits that would remove the finding.
    """

    path: str
    message: str
    help: str = ""
    related: Sequence[Related] = ()
    on_key: bool = False
    fold: Fold | None = None
    fix: Fix | None = None


class Fact(NamedTuple):
    """A value of one tenant and its path, collected for a policy over the fleet."""

    path: str
    value: str


class Sighting(NamedTuple):
    """A fact and the document that it comes from. Policies over the fleet compare sightings.

    `document` is the index of the document in its file, from 0. `tenant` is the organisation id.
    The span is only looked up if a policy reports a finding about the sighting.
    """

    value: str
    path: str
    file: str
    document: int
    tenant: str


class FleetFinding(NamedTuple):
    """What a policy over the fleet reports about a sighting.

    `related` are other sightings, each with its message.
    """

    at: Sighting
    message: str
    help: str = ""
    related: Sequence[tuple[Sighting, str]] = ()
