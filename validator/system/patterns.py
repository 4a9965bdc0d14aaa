"""Patterns that most runs do not use. A run only compiles those that it uses."""

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a compiled pattern.

    It is kept, unlike in the cache of `re`, which all modules of a process share.
    """
    return re.compile(pattern)
