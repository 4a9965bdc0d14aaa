"""Fingerprints that identify a finding across runs, even when its lines have moved."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from validator.findings.diagnostic import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return a fingerprint for each diagnostic, in hexadecimal digits; no two are equal.

    A fingerprint stays the same while the id, the tenant (or file), the named place and the value
    do. Diagnostics that agree in all of these are numbered.
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
