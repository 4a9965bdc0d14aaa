"""`policies` and `explain` escape the text of policies from an untrusted repository."""

from pathlib import Path

import yaml

from tests.cli.test_cli import in_terminal
from tests.conftest import Run

BELL, ESCAPE, REVERSED = "\x07", "\x1b]0;owned\x07", "\u202e"


def write_policy(folder: Path, **more: object) -> None:
    policy = {
        "id": "mine",
        "severity": "error",
        "title": "x.",
        "for-each": "tenant",
        "when": "true",
        "message": "x",
        **more,
    }
    text = yaml.safe_dump({"version": 1, "policies": [policy]})
    (folder / "policies.yaml").write_text(text)
    (folder / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')


def test_control_characters_in_policy_pages_are_escaped(run: Run, folder: Path) -> None:
    write_policy(
        folder,
        title=f"A title{ESCAPE} [red]{REVERSED}",
        description=f"Text{ESCAPE} &#27;]0;owned&#7; &rlm;\n\n```\ncode{ESCAPE}\n\n  {REVERSED}\n```\n",
        do=f"act {BELL}[here](https://x.example/&#27;a).",
    )
    listed, explained = run("policies"), run("explain", "mine")
    assert "A title\\x1b]0;owned\\x07 [red]\\u202e\n" in listed.out
    assert "A title\\x1b]0;owned\\x07 [red]\\u202e\n" in explained.out
    assert "code\\x1b]0;owned\\x07\n\n  \\u202e\n" in explained.out
    for shown in (listed.out, explained.out, run("explain", "custom").out):
        assert all(char == "\n" or char.isprintable() for char in shown)
    for arguments in (["policies"], ["explain", "mine"], ["explain", "custom"]):
        shown = in_terminal(folder, *arguments)
        assert "A title\\x1b]0;owned" in " ".join(shown.split())
        for raw in ("\x07", "\x1b]0", REVERSED, "\u200f"):
            assert raw not in shown, (arguments, shown)
    assert "[red]" in in_terminal(folder, "policies")
