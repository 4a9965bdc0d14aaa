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

    A text has the id, the tenant (or file), the named place and the scalar there. Diagnostics that
    are equal in all of these are numbered. Suppressed, known and older diagnostics are included, so
    that the number does not depend on a suppression, a baseline or an older version.
    """
    groups: dict[Group, Iterable[Diagnostic]] = {
        "reported": report.diagnostics,
        "suppressed": report.suppressed,
        "known": report.known,
        "older": report.older,
    }
    pairs = (zip(repeat(group), items, strict=False) for group, items in groups.items())
    seen: Counter[str] = Counter()
    for group, item in merge(*pairs, key=lambda pair: pair[1].sort_key):
        text = "\0".join((*item.key, item.digest))
        seen[text] += 1
        if seen[text] > 1:
            text += f"\0{seen[text]}"
        yield Identified(group, item, text)
