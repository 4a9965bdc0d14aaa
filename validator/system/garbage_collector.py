"""Python's collector of reference cycles, which finds next to nothing in this program."""

import gc


def collect_rarely() -> None:
    """Let it run rarely: what is imported stays, and documents, made in numbers, are trees."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
