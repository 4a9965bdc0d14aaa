"""Reads YAML 1.2 with a second reader, the npm package `yaml`, and with ours.

`npm install --prefix tests/fuzz` installs the package.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from validator.document.reader import read_documents

FOLDER = Path(__file__).parent
_ESCAPED_BREAK = re.compile(r"\\\n[ \t]*\n")
_LEADING_END = re.compile(r"(?:\s*#.*\n)*\s*\.\.\.")

Read = list[object] | None
"""The values of a text's documents as JSON with types; None if the text is refused."""


def is_installed() -> bool:
    """Whether node and the package are installed."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "yaml").is_dir()


def read_elsewhere(texts: Sequence[str]) -> list[Read]:
    """Return the values that the second reader reads from each text.

    Texts that it does not read according to YAML 1.2 are left out: a CR that ends a line, a text
    that begins with a document end, a last line without a line break, and an empty line after an
    escaped line break. As in our reader, a stream without a document has the value null.
    """
    done = subprocess.run(
        ["node", str(FOLDER / "read_yaml.mjs")],
        input=json.dumps(texts), capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    answers: list[Read] = json.loads(done.stdout)
    return [
        None if _is_left_out(text) else [None] if answer == [] else answer
        for text, answer in zip(texts, answers, strict=True)
    ]


def _is_left_out(text: str) -> bool:
    has_cr = "\r" in text.replace("\r\n", "\n")
    is_misread = _LEADING_END.match(text) or _ESCAPED_BREAK.search(text)
    return has_cr or not text.endswith("\n") or is_misread is not None


def read_here(text: str) -> Read:
    """Return the values that our reader reads; None for a syntax error or a duplicate key."""
    documents = list(read_documents(text))
    for document in documents:
        if not document.is_readable or any(
            found.id in ("yaml-duplicate-key", "yaml-syntax") for found in document.findings
        ):
            return None
    return [typed(document.value) for document in documents]


def typed(value: object) -> object:
    """Convert a value to JSON in which integers and floats are tagged with their types."""
    if isinstance(value, dict):
        return {"map": [[key, typed(item)] for key, item in sorted(value.items())]}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    return {"float": value.hex() if isinstance(value, float) else repr(value)}


def agree(ours: object, theirs: object) -> bool:
    """Whether both readers have read the same value; floats are compared as numbers."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return False
        if "float" in ours:
            one, other = float.fromhex(ours["float"]), float(theirs["float"])
            return one == other or (one != one and other != other)  # noqa: PLR0124
        return all(agree(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agree, ours, theirs))
    return type(ours) is type(theirs) and ours == theirs
