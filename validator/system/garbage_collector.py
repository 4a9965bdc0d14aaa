"""The settings of Python's garbage collector."""

import gc


def collect_garbage_rarely() -> None:
    """Make the garbage collector run rarely, and never over the imported modules.

    It finds next to nothing here: documents consist of many objects, but have no reference cycles.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
