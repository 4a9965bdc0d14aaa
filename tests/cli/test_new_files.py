"""New files are written all or none, also with the folders and the changed file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from validator.cli.new_files import write_files


def test_all_files_are_written(folder: Path) -> None:
    (folder / "old").write_text("before")
    write_files({"a/b/one": "1", "two": "2"}, {"old": "after"})
    texts = {str(file): file.read_text() for file in Path().rglob("*") if file.is_file()}
    assert texts == {"a/b/one": "1", "two": "2", "old": "after"}


def test_nothing_is_left_if_a_file_cannot_be_written(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(click.ClickException, match="nothing is written"):
        write_files({"a/b/one": "1", "file/two": "2"})
    assert list(folder.rglob("*")) == [folder / "file"]


@pytest.mark.skipif(not hasattr(os, "kill"), reason="needs signals")
def test_a_signal_leaves_none_of_the_changes(folder: Path) -> None:
    (folder / "old").write_text("before")
    code = """if True:
        import os, signal
        from validator.cli import new_files
        from validator.system.signals import exit_on_signals

        exit_on_signals()
        write = new_files._create_folder

        def interrupted(folder, undo):
            write(folder, undo)
            if len(undo) == 4:
                os.kill(os.getpid(), signal.SIGTERM)

        new_files._create_folder = interrupted
        new_files.write_files({"a/b/one": "1", "two": "2"}, {"old": "after"})
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "")
    assert list(folder.rglob("*")) == [folder / "old"]
    assert (folder / "old").read_text() == "before"
