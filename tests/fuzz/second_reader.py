"""A second reader of YAML 1.2, the npm package `yaml`, beside ours.

`npm install --prefix tests/fuzz` installs it.
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
"""The values of the documents of a text as plain JSON with types; None if it is refused."""


def is_installed() -> bool:
    """Tell whether node and the package are there."""
    return shutil.which("node") is not None and (FOLDER / "node_modules" / "yaml").is_dir()


def read_elsewhere(texts: Sequence[str]) -> list[Read]:
    """Return what the second reader reads in each text.

    What it reads otherwise than YAML 1.2 says is left out: a CR that ends a line, a text that
    begins with the end of a document, a last line without a line break, and an empty line after
    an escaped line break. A stream without a document is one that holds null, as it is here.
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
    is_otherwise = _LEADING_END.match(text) or _ESCAPED_BREAK.search(text)
    return has_cr or not text.endswith("\n") or is_otherwise is not None


def read_here(text: str) -> Read:
    """Return what our reader reads in a text; None if it refuses it, or finds a repeated key."""
    documents = list(read_documents(text))
    for document in documents:
        if not document.is_readable or any(
            found.id in ("yaml-duplicate-key", "yaml-syntax") for found in document.findings
        ):
            return None
    return [typed(document.value) for document in documents]


def typed(value: object) -> object:
    """Return a value as JSON that tells a number from a text, and a whole one from another."""
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
    """Tell whether two readings are of one value; a float is compared as a number."""
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
