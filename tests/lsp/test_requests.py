"""Every request gets an answer, also one that cannot be handled."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import COMMAND

INVALID: dict[str, dict[str, Any]] = {
    "no position": {"textDocument": {"uri": "file:///a"}},
    "negative": {"textDocument": {"uri": "file:///a"}, "position": {"line": -1, "character": 0}},
    "a text": {"textDocument": {"uri": "file:///a"}, "position": {"line": "one", "character": 0}},
    "nothing": {},
}


def answers(folder: Path, messages: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Return the answers of the server to messages, by id."""
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    data = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)
    done = subprocess.run(
        [COMMAND, "lsp"], input=data, capture_output=True, cwd=folder, timeout=60, check=True
    )
    texts = re.split(r"Content-Length: \d+\r\n.*\r\n\r\n", done.stdout.decode())
    found = [json.loads(text) for text in texts if text]
    return {item["id"]: item for item in found if "id" in item and "method" not in item}


def test_requests_that_cannot_be_handled_are_refused(folder: Path) -> None:
    hover = {"method": "textDocument/hover", "params": INVALID["no position"]}
    sound = {**INVALID["no position"], "position": {"line": 0, "character": 0}}
    found = answers(
        folder,
        [
            {"id": "early", **hover, "params": sound},
            {"id": 0, "method": "initialize", "params": {"capabilities": {}}},
            *({"id": name, **hover, "params": params} for name, params in INVALID.items()),
            {"id": "twice", "method": "initialize", "params": {"capabilities": {}}},
            {"id": "unknown", "method": "tenantlint/unknown"},
            {"method": "tenantlint/unknown"},
            {"id": "sound", **hover, "params": sound},
            {"id": 99, "method": "shutdown"},
            {"id": "late", **hover, "params": sound},
            {"method": "exit"},
        ],
    )
    assert found["early"]["error"] == {"code": -32002, "message": "send initialize first"}
    for name in INVALID:
        assert found[name]["error"]["code"] == -32602
    assert found["a text"]["error"]["message"] == (
        "textDocument/hover: invalid value for type, expected int @ $.params.position.line"
    )
    assert found["twice"]["error"] == {
        "code": -32600,
        "message": "initialize has already been sent",
    }
    assert found["unknown"]["error"]["code"] == -32601
    assert found["sound"]["result"] is None
    assert found["late"]["error"]["code"] == -32600
