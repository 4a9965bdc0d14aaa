"""Run the command in forks of this process, which has already imported the package.

Starting Python and importing the package takes most of the time of a small run. Each line of
standard input is a request: a JSON object with `arguments`, `cwd`, `env`, and the files `stdout` and
`stderr`. Standard input of the run is empty. The answer is a line with the exit code, or minus the
number of the signal that ended the run. `python -P` runs this file, so that its folder is not in
the search path.
"""

import atexit
import gc
import json
import os
import pkgutil
import sys
import threading
from importlib import import_module
from typing import Any, NoReturn

import validator
from validator.cli.entry_point import COMMAND, main

WITH_EXTRAS = ("validator.lsp", "validator.controlhub.webex_client", "validator.__main__")
"""The modules that need an extra, and the one that runs the command."""


def import_package() -> None:
    """Import the other modules of the package."""
    for module in pkgutil.walk_packages(validator.__path__, "validator."):
        if not module.name.startswith(WITH_EXTRAS):
            import_module(module.name)


def requests() -> Any:
    """Yield each request; `sys.stdin` is left as it is, because the command may read it."""
    line = b""
    while block := os.read(0, 65536):
        line += block
        if line.endswith(b"\n"):
            yield json.loads(line)
            line = b""


def begin(request: Any) -> None:
    """Change the state of this process into that of a command that is about to start."""
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = [COMMAND, *request["arguments"]]
    empty, end = os.pipe()
    os.close(end)
    files = (empty, *(os.open(request[name], os.O_WRONLY) for name in ("stdout", "stderr")))
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)


def serve() -> bool:
    """Fork for each request; return true in the fork and false at the end of the requests."""
    for request in requests():
        child = os.fork()
        if child == 0:
            begin(request)
            return True
        _, status = os.waitpid(child, 0)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(status))
    return False


def run() -> NoReturn:
    """Run the command and end this process without freeing what it imported."""
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int) or threading.active_count() > 1:
            raise
        atexit._run_exitfuncs()  # noqa: SLF001
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


if __name__ == "__main__":
    import_package()
    gc.collect()
    gc.freeze()  # the forks need not search these objects for cycles
    if serve():
        run()
