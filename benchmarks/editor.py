"""Compares the language server with a check in this process, on the same texts.

    python benchmarks/editor.py [--users N]... [--edits N]

An edit is measured from the time at which the editor sends the whole text until it receives the
diagnostics. A check of the same text in this process follows each edit, so that both have the same
load. Prints the medians, the minima and the ratios, the time for a hundred edits that are sent
without waiting, and the memory of the server after a tenth of the edits and after all of them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from validator.checking.file_check import check_file
from validator.checking.selection import load_selection
from validator.checking.settings import Settings
from validator.system.garbage_collector import collect_all_garbage, collect_garbage_on_request

COMMAND = Path(sys.executable).with_name("tenantlint")
DAY = "2026-05-01"
NAME = "a.tenant.yaml"
BURST = 100


class Editor:
    """An editor that sends texts and waits for diagnostics."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [COMMAND, "lsp", "--as-of", DAY], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.uri = (folder / NAME).as_uri()
        self.version = 0
        start = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
        self.send("initialize", start, id=1)
        self.receive()
        self.send("initialized", {})

    def send(self, method: str, params: Any, **more: int) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return json.loads(self.process.stdout.read(length))

    def change(self, text: str) -> None:
        self.version += 1
        if self.version == 1:
            item = {"uri": self.uri, "languageId": "yaml", "version": 1, "text": text}
            self.send("textDocument/didOpen", {"textDocument": item})
        else:
            identifier = {"uri": self.uri, "version": self.version}
            changes = {"textDocument": identifier, "contentChanges": [{"text": text}]}
            self.send("textDocument/didChange", changes)

    def wait(self) -> None:
        """Wait for the diagnostics of the last text."""
        while True:
            message = self.receive()
            is_published = message.get("method") == "textDocument/publishDiagnostics"
            if is_published and message["params"]["version"] == self.version:
                return

    def memory(self) -> float:
        """Return the memory of the server and its descendants in MB."""
        seen, total = [self.process.pid], 0.0
        for pid in seen:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            seen += map(int, children)
        return total

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def tenant(users: int, edit: int) -> str:
    """Return a tenant without findings, in which one name depends on the edit."""
    people = "".join(
        f"  - email: user{number}@harbour.example\n"
        f"    name: User {number or f'edited {edit}'}\n"
        "    roles: [agent]\n"
        "    assignments:\n"
        "      - {subscription: Sub1, license: premium-agent}\n"
        for number in range(users)
    )
    return (
        "version: 1\ntenant: {id: t1, name: Harbour}\nsubscriptions:\n"
        "  - id: Sub1\n    type: named\n    start: 2025-01-01\n"
        f"    entitlements: {{premium-agent: {users}}}\nusers:\n{people}"
    )


def measure(users: int, edits: int, folder: Path) -> None:
    selection = load_selection(Settings(date.fromisoformat(DAY)))
    editor = Editor(folder)
    editor.change(tenant(users, 0))
    editor.wait()
    own: list[float] = []
    answered: list[float] = []
    memory: list[float] = []
    for number in range(1, edits + 1):
        text = tenant(users, number)
        begin = time.perf_counter()
        editor.change(text)
        editor.wait()
        middle = time.perf_counter()
        check_file(NAME, text.encode(), selection)
        end = time.perf_counter()
        answered.append(middle - begin)
        own.append(end - middle)
        collect_all_garbage()
        if number in (edits // 10, edits):
            memory.append(editor.memory())
    begin = time.perf_counter()
    for number in range(BURST):
        editor.change(tenant(users, number))
    editor.wait()
    burst = time.perf_counter() - begin
    editor.end()
    median = statistics.median
    print(
        f"{users:>6} users  edit {median(answered) * 1e3:7.1f} ms (least {min(answered) * 1e3:.1f})"
        f"  check {median(own) * 1e3:7.1f} ms (least {min(own) * 1e3:.1f})"
        f"  ratio {median(answered) / median(own):.2f} (of the least"
        f" {min(answered) / min(own):.2f})"
        f"  {BURST} edits at once {burst * 1e3:.0f} ms"
        f"  memory {memory[0]:.0f}, then {memory[-1]:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--users", type=int, action="append")
    parser.add_argument("--edits", type=int, default=40)
    options = parser.parse_args()
    collect_garbage_on_request()
    for users in options.users or (200, 2_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            measure(users, options.edits, Path(folder))


if __name__ == "__main__":
    main()
