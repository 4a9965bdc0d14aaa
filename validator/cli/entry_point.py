"""The entry point of the command; it sets up signals before it imports anything else."""

# The module `signal`, which wraps it, is slow to import.
import _signal  # type: ignore[import-not-found]
import gc

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Run the command and exit with its exit code."""
    # With Python's own handler, an interrupt during the imports would print a traceback.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

    gc.disable()  # nothing that the imports create is garbage

    from validator.system.signals import exit_on_signals

    exit_on_signals()

    from validator.cli.app import main as run

    run()
