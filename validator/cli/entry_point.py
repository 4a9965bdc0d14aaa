"""The entry point of the command: signals are handled before anything else is imported."""

# The module `signal` around it takes long to import.
import _signal  # type: ignore[import-not-found]

TYPE_CHECKING = False  # `typing` takes long to import
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> "NoReturn":
    """Run the command and exit with its exit code."""
    # Python's own handler would print a traceback of the imports.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

    from validator.system.signals import exit_on_signals

    exit_on_signals()

    from validator.cli.app import main as run

    run()
