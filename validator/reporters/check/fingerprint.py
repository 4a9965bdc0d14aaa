"""Fingerprints that identify a finding across runs, even when its lines have moved."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report


def report_fingerprints(report: Report) -> Mapping[int, str]:
    """Return the fingerprint of each diagnostic of a report, by the `id()` of the diagnostic.

    Equal ones are numbered before any is set apart, so that the number of one does not depend
    on a suppression, a baseline or an older version.
    """
    found = (*report.diagnostics, *report.suppressed, *report.known, *report.older)
    ordered = sorted(found, key=lambda item: item.sort_key)
    return dict(zip(map(id, ordered), fingerprints(ordered), strict=True))


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return a fingerprint for each diagnostic, in hexadecimal digits; no two are equal.

    A fingerprint stays the same while the id, the tenant (or file), the named place and a scalar
    there do. Diagnostics that agree in all of these are numbered.
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
