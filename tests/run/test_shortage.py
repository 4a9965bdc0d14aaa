"""Too little memory is one clear line, and no run that waits for ever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import UNSOUND


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory so")
@pytest.mark.parametrize("kilobytes", range(40_000, 80_000, 4_000))
def test_too_little_memory(folder: Path, kilobytes: int) -> None:
    for number in range(12):
        (folder / f"{number}.tenant.yaml").write_text(UNSOUND.replace("t1", f"t{number}"))
    done = subprocess.run(
        [
            "bash", "-c", f'ulimit -v {kilobytes}; exec "$@"', "-",
            sys.executable, "-m", "validator", "check", "--jobs", "2", "--no-cache",
        ],
        env=os.environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode != 1 and "validator" not in done.stderr:
        return  # Python itself has not started
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
