"""The settings of Python's garbage collector."""

import gc


def collect_garbage_on_request() -> None:
    """Make the garbage collector run only when `collect_garbage` is called.

    Documents consist of many objects without reference cycles. To look through them while they
    are built takes a tenth of the time of a run, and finds nothing.
    """
    gc.freeze()
    gc.disable()


def collect_garbage() -> None:
    """Free the reference cycles among what was made since the last call.

    To be called when the documents of a step have been freed: then there is little to look
    through. What is still in use is not looked at again.
    """
    gc.collect(1)


def collect_all_garbage() -> None:
    """Free all reference cycles but those among what there was at the first call of the process.

    For a process that lives on: what was in use when `collect_garbage` was called is freed, too.
    """
    gc.collect()


def collect_garbage_by_itself() -> None:
    """Make the garbage collector run when Python thinks that it should."""
    gc.unfreeze()
    gc.enable()
