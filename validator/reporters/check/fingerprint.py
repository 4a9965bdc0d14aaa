"""What a finding is known by from run to run, however its lines have moved."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from validator.findings.diagnostic import Diagnostic


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return a fingerprint for each diagnostic, each of them once.

    It holds as long as the id, the tenant (or file), the named place and the value are the same.
    """
    seen: Counter[str] = Counter()
    prints: list[str] = []
    for item in diagnostics:
        text = "\0".join((*item.key, item.digest))
        seen[text] += 1
        if seen[text] > 1:
            text += f"\0{seen[text]}"
        data = text.encode("utf-8", "backslashreplace")
        prints.append(hashlib.blake2b(data, digest_size=16).hexdigest())
    return prints
