"""Fingerprints that identify a finding across runs, even if its line has changed."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report


def report_fingerprints(report: Report) -> Mapping[int, str]:
    """Return the fingerprint of each diagnostic in a report, by the `id()` of the diagnostic.

    Suppressed, known and older diagnostics are included, so that the number of a repeated
    fingerprint does not depend on a suppression, a baseline or an older version.
    """
    found = (*report.diagnostics, *report.suppressed, *report.known, *report.older)
    ordered = sorted(found, key=lambda item: item.sort_key)
    return dict(zip(map(id, ordered), fingerprints(ordered), strict=True))


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return a unique fingerprint for each diagnostic, in hexadecimal digits.

    A fingerprint depends on the id, the tenant (or file), the named place and the scalar there.
    Diagnostics that are equal in all of these are numbered.
    """
    seen: Counter[str] = Counter()
    result: list[str] = []
    for item in diagnostics:
        text = "\0".join((*item.key, item.digest))
        seen[text] += 1
        if seen[text] > 1:
            text += f"\0{seen[text]}"
        data = text.encode("utf-8", "backslashreplace")
        result.append(hashlib.blake2b(data, digest_size=16).hexdigest())
    return result
