"""Where results of earlier runs are kept: one file for each key, in a folder of the user.

The folder is never looked for in the checked tree, where a change could bring its own verdict.
What is kept is JSON, so nothing in it can run, behind a sum that tells a broken file.
"""

import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

FOLDER_VARIABLE = "TENANTLINT_CACHE_DIR"
MAX_FILES = 500
MAX_BYTES = 200 * 1024 * 1024

_SUM = 40
# A file that was changed so recently may change again without its times telling. Times without a
# fraction come from a file system that counts in seconds (FAT: in two).
_SETTLED = 100_000_000
_SETTLED_COARSE = 2_100_000_000
_TICK = 10_000_000


class Stamp(NamedTuple):
    """What changes when a file is changed: its size, its times in nanoseconds, what it is."""

    size: int
    modified: int
    changed: int
    inode: int
    device: int


def stamp(known: os.stat_result) -> Stamp | None:
    """Return the stamp of a file as it stands now; None where it proves nothing."""
    if os.name == "nt":  # there, the time of change is the one of creation
        return None
    last = max(known.st_mtime_ns, known.st_ctime_ns)
    settled = _SETTLED if last % _TICK else _SETTLED_COARSE
    if last > time.time_ns() - settled:
        return None
    return Stamp(known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino, known.st_dev)


def digest(*parts: object) -> str:
    """Return a digest of values by what they look like (`repr`), and of bytes as they are."""
    made = hashlib.blake2b(digest_size=_SUM // 2)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogateescape")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


def folder() -> Path | None:
    """Return the folder of the cache, which may not be there; None if the user has none."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    try:
        own = user_cache_path("tenantlint")
    except RuntimeError:  # there is no home
        return None
    # Of a user without a home, "~" stays what it is: a folder in the checked tree.
    return own if own.is_absolute() else None


def holds(key: str) -> bool:
    """Tell whether something was kept under a key."""
    home = folder()
    return home is not None and (home / f"{key}.json").is_file()


def recall(key: str) -> Any:
    """Return what was kept under a key; None if nothing, or nothing that can be trusted."""
    home = folder()
    if home is None:
        return None
    try:
        data = (home / f"{key}.json").read_bytes()
    except (OSError, ValueError):
        return None
    held = data[_SUM:]
    if data[:_SUM] != digest(key, held).encode():
        return None
    try:
        return json.loads(held)
    except (ValueError, RecursionError):
        return None


def encoded(value: object) -> str:
    """Return a value as it is kept: what JSON has, and named tuples as lists."""
    return _ENCODER.encode(value)


def members(parts: Mapping[str, str]) -> str:
    """Return a mapping as it is kept, whose values are encoded already."""
    return "{" + ",".join([f"{encoded(name)}:{part}" for name, part in parts.items()]) + "}"


def remember(key: str, text: str) -> None:
    """Keep an encoded value under a key, whole or not at all. Where that fails nothing is lost."""
    from validator.system.atomic_write import write_bytes_whole

    home = folder()
    if home is None:
        return
    held = text.encode()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole = digest(key, held).encode() + held
        write_bytes_whole(str(home / f"{key}.json"), whole, private=True)
        _prune(home)
    except (OSError, ValueError):
        return


# Nothing that is kept holds itself.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def _prune(home: Path) -> None:
    """Remove what was kept longest ago, as far as there is too much."""
    kept = []
    for entry in os.scandir(home):
        known = entry.stat()
        kept.append((known.st_mtime, known.st_size, entry.path))
    kept.sort(reverse=True)
    total = 0
    for number, (modified, size, path) in enumerate(kept):
        total += size
        left_behind = not path.endswith(".json") and modified < time.time() - 3600
        if number >= MAX_FILES or total > MAX_BYTES or left_behind:
            Path(path).unlink(missing_ok=True)
