"""Runs the command in this process, because starting Python takes most of a small run."""

import sys
from pathlib import Path

import pytest

from tests.conftest import Outcome, Run
from validator.cli.app import main


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in the working folder, in this process."""
    monkeypatch.setattr(
        "validator.system.garbage_collector.collect_garbage_on_request", lambda: None
    )

    def run(*arguments: str, **env: str) -> Outcome:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            patch.setattr(sys, "argv", ["tenantlint", *arguments])
            for name, value in env.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                main()
        out, err = capfd.readouterr()
        assert isinstance(end.value.code, int)
        return Outcome(end.value.code, out, err)

    return run
