"""Completion in bash, zsh and fish, with the scripts that they source."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import COMMAND

CASES = [
    ("check --select mixed-t", ["mixed-telephony"]),
    ("check --select=mixed-t", ["--select=mixed-telephony"]),
    ("check --ignore usage,telep", ["usage,telephony", "usage,telephony-changed"]),
    ("check --severity mixed-tel", ["mixed-telephony="]),
    ("check --severity user=w", ["user=warning"]),
    ("check --severity=user=w", ["--severity=user=warning"]),
    ("check -f rd", ["rdjson"]),
    ("check --report js", ["json="]),
    ("usage --report js", ["json="]),
    ("explain yaml-dup", ["yaml-duplicate-key"]),
    ("schema con", ["config"]),
    ("expl", ["explain"]),
    ("check --fail-on n", ["never"]),
]
BASH = """
eval "$(_TENANTLINT_COMPLETE=bash_source tenantlint)"
compopt() { printf 'compopt %%s %%s\\n' "$@"; }
COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_tenantlint_completion tenantlint
printf '%%s\\n' "${COMPREPLY[@]}"
"""
ZSH = """
compdef() { :; }
compadd() { print -l -- ${(P)@[-1]}; }
_path_files() { print -l -- file; }
eval "$(_TENANTLINT_COMPLETE=zsh_source tenantlint)"
words=(%s); CURRENT=${#words}
_tenantlint_completion
"""
FISH = """
_TENANTLINT_COMPLETE=fish_source tenantlint | source
complete -C '%s'
"""


def completed(shell: str, script: str, folder: Path) -> list[str]:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [shell, *options, "-c", script],
        cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def words_of_bash(line: str) -> str:
    """Split a line into words as bash does: `=` is a separate word."""
    return " ".join(f"'{word}'" for word in f"tenantlint {line}".replace("=", " = ").split(" "))


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_bash_completes_a_word(folder: Path, line: str, expected: list[str]) -> None:
    lines = completed("bash", BASH % words_of_bash(line), folder)
    values = [item.rpartition("=")[2] if "=" in line else item for item in expected]
    opened = ["compopt -o nospace"] if values[0].endswith("=") else []
    assert lines == [*opened, *values]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_zsh_completes_a_word(folder: Path, line: str, expected: list[str]) -> None:
    assert completed("zsh", ZSH % f"tenantlint {line}", folder) == expected


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_fish_completes_a_word(folder: Path, line: str, expected: list[str]) -> None:
    assert completed("fish", FISH % f"tenantlint {line}", folder) == expected


@pytest.mark.parametrize("line", ["check ten", "check --config ten", "check -o ten", "usage ten"])
def test_other_words_are_completed_as_file_names(folder: Path, line: str) -> None:
    (folder / "tenants.yaml").write_text("")
    lines = completed("bash", BASH % words_of_bash(line), folder)
    assert lines[0] == "compopt -o default"


def test_the_help_says_how_to_turn_on_completion(folder: Path) -> None:
    done = subprocess.run(
        [COMMAND, "--help"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert "_TENANTLINT_COMPLETE=bash_source tenantlint" in " ".join(done.stdout.split())
