"""The size from which the cache saves time."""

from collections.abc import Sequence

from validator.project.sources import Source, is_larger_than

MIN_BYTES = 100_000
"""The smallest total size for which the cache saves time."""


def is_worth_caching(sources: Sequence[Source]) -> bool:
    """Return whether checking the files takes longer than reading the cache."""
    return is_larger_than(sources, MIN_BYTES)
