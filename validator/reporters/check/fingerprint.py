"""Fingerprints that identify a finding across runs, even if its line has changed."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import repeat
from typing import Literal, NamedTuple

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report

Group = Literal["reported", "suppressed", "known", "older"]
"""Whether a diagnostic is reported, and if not, why not."""


class Identified(NamedTuple):
    """A diagnostic with its group, and a unique text that identifies it."""

    group: Group
    item: Diagnostic
    identity: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint, in hexadecimal digits."""
        data = self.identity.encode("utf-8", "backslashreplace")
        return hashlib.blake2b(data, digest_size=16).hexdigest()


def identify_all(report: Report) -> Iterator[Identified]:
    """Yield all diagnostics of a report, sorted by place, with the texts that identify them.

    Suppressed, known and older diagnostics are included, so that the number of a repeated
    fingerprint does not depend on a suppression, a baseline or an older version.
    """
    groups: dict[Group, Iterable[Diagnostic]] = {
        "reported": report.diagnostics,
        "suppressed": report.suppressed,
        "known": report.known,
        "older": report.older,
    }
    pairs = (zip(repeat(group), items, strict=False) for group, items in groups.items())
    return _identified(merge(*pairs, key=lambda pair: pair[1].sort_key))


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return a unique fingerprint for each diagnostic, in hexadecimal digits.

    A fingerprint depends on the id, the tenant (or file), the named place and the scalar there.
    Diagnostics that are equal in all of these are numbered.
    """
    reported: Group = "reported"
    return [found.fingerprint for found in _identified((reported, item) for item in diagnostics)]


def _identified(pairs: Iterable[tuple[Group, Diagnostic]]) -> Iterator[Identified]:
    seen: Counter[str] = Counter()
    for group, item in pairs:
        text = "\0".join((*item.key, item.digest))
        seen[text] += 1
        if seen[text] > 1:
            text += f"\0{seen[text]}"
        yield Identified(group, item, text)
