"""The entry point of the command; it sets up signals before it imports anything else."""

# The module `signal`, which wraps it, is slow to import.
import _signal  # type: ignore[import-not-found]
import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

COMMAND = "tenantlint"
"""The name of the script that pip installs."""


def main() -> "NoReturn":
    """Run the command and exit with its exit code."""
    try:
        # With Python's own handler, an interrupt during the imports would print a traceback.
        if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    except ValueError:
        pass  # only the main thread can set handlers

    collects_by_itself = gc.isenabled()
    gc.disable()  # nothing that the imports create is garbage

    from validator.system.signals import exit_on_signals

    exit_on_signals()

    from validator.cli.app import main as run

    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, int) and _is_last(sys._getframe(1)):  # noqa: SLF001
            _end_at_once(end.code)
        gc.freeze()  # the interpreter need not search all objects for cycles when it ends
        if collects_by_itself:
            gc.enable()
        raise


def _is_last(caller: "FrameType") -> bool:
    """Return whether nothing is left to do in this process after `main`.

    That is so if the installed command calls it, no function is registered with `atexit`, as
    plugins, coverage and worker processes do, and there is no other thread.
    """
    # `pathlib` is slow to import.
    script = caller.f_code.co_filename.replace(os.sep, "/").rpartition("/")[2]
    threads = sys.modules.get("threading")
    return (
        caller.f_back is None
        and caller.f_code.co_name == "<module>"
        and script == COMMAND
        and atexit._ncallbacks() == 0  # noqa: SLF001
        and (threads is None or threads.active_count() == 1)
    )


def _end_at_once(code: int) -> "NoReturn":
    """End the process without freeing its objects, which takes a tenth of the time of a small run.

    If an output cannot be written completely, the exit code is 2.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            code = 2
    os._exit(code)
