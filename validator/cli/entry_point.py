"""The entry point of the command; it sets up signals before it imports anything else."""

# The module `signal`, which wraps it, is slow to import.
import _signal  # type: ignore[import-not-found]
import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Run the command and exit with its exit code."""
    # With Python's own handler, an interrupt during the imports would print a traceback.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

    gc.disable()  # nothing that the imports create is garbage
    codes: list[object] = []
    # A program that calls this function may go on when it returns.
    if sys._getframe(1).f_globals.get("__name__") == "__main__":  # noqa: SLF001
        # The function that is registered first is called last, after those of plugins.
        atexit.register(_end, os.getpid(), codes)

    from validator.system.signals import exit_on_signals

    exit_on_signals()

    from validator.cli.app import main as run

    try:
        run()
    except SystemExit as end:
        codes.append(end.code)
        raise


def _end(process: int, codes: "list[object]") -> None:
    """End the process without freeing its objects, which takes a tenth of the time of a small run.

    Without an exit code, Python ends the process as usual.
    """
    if os.getpid() != process or not codes or not isinstance(codes[0], int):
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
    except OSError:
        os._exit(2)  # an output is not complete
    os._exit(codes[0])
