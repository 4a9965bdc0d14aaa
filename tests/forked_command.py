"""Start the process of `tests/command_server.py`, and run commands in its forks."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SERVER = Path(__file__).with_name("command_server.py")


def read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables that Python or the C library reads when it starts."""
    return {
        name: value for name, value in env.items() if name.startswith(("PYTHON", "LANG", "LC_"))
    }


class ForkedCommand:
    """Runs the command in forks of a process that has imported the package.

    `env` is the environment of that process; `folder` is for the outputs.
    """

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self.env = env
        self._files = {name: folder / name for name in ("stdout", "stderr")}
        self._process: subprocess.Popen[str] | None = None

    def run(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run the command as `subprocess.run` would, with empty standard input."""
        process = self._started()
        for file in self._files.values():
            file.write_bytes(b"")
        files = {name: str(file) for name, file in self._files.items()}
        request = {"arguments": arguments, "cwd": str(cwd), "env": dict(env), **files}
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], timeout)[0]:
            self.stop()
            raise subprocess.TimeoutExpired(arguments, timeout)
        code = int(process.stdout.readline())
        out, err = (self._files[name].read_bytes() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(arguments, code, out, err)

    def _started(self) -> "subprocess.Popen[str]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", SERVER],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.env,
                start_new_session=True,
            )  # fmt: skip
        return self._process

    def stop(self) -> None:
        """Kill the process and the command that it may be running."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None
