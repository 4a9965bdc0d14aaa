"""Properties of fixes, tested with files that have random mistakes.

`TENANTLINT_MUTATED_FILES` sets the number of files, `TENANTLINT_MUTATION_SEED` selects others.
"""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.mutated_files import write_mutated
from validator.document.encoding import decode

NUMBER = int(os.environ.get("TENANTLINT_MUTATED_FILES", "60"))
SEED = int(os.environ.get("TENANTLINT_MUTATION_SEED", "1"))
DAY = ("--as-of", "2026-05-01", "--no-cache")

FLEET = ("tenant-in-two-files", "subscription-in-two-tenants")

Places = Counter[tuple[str, str]]


def found_in(run: Run, folder: str) -> dict[tuple[str, int], Places]:
    """Return the ids and paths of the findings by file and document."""
    found: dict[tuple[str, int], Places] = {}
    report = json.loads(run("check", *DAY, "--format", "json", folder, timeout=600).out)
    for item in report["findings"]:
        key = (item["file"].partition("/")[2], item["document"])
        found.setdefault(key, Counter())[item["id"], item["path"]] += 1
    return found


def is_blocked(places: Places) -> bool:
    return any(id.startswith(("schema-", "yaml-syntax", "yaml-too")) for id, _ in places)


def new_places(before: Places, after: Places) -> Iterator[tuple[str, str]]:
    """Yield the ids and paths of new findings, except those that have only moved."""
    counts = Counter((id, _end(path)) for id, path in before.elements())
    for (id, path), number in after.items():
        if number > before[id, path] and counts[id, _end(path)] <= 0:
            yield id, path
        counts[id, _end(path)] -= number


def _end(path: str) -> str:
    """Return the last part of a path, as indexes may change and keys above it be renamed."""
    return re.sub(r"\d+$", "-", path.rpartition("/")[2])


def comments(data: bytes) -> set[str]:
    """Return the comments in a file, without suppressions and duplicates."""
    lines = decode(data).splitlines()
    found = (re.search(r"(?:^|\s)(#.*)", line) for line in lines)
    texts = (re.split(r"# ?tenantlint", match[1])[0].strip() for match in found if match)
    return {text for text in texts if text}


@pytest.fixture
def files(folder: Path) -> list[Path]:
    (folder / "a").mkdir()
    return write_mutated(folder / "a", NUMBER, SEED)


@pytest.mark.parametrize("options", [(), ("--unsafe-fixes",)], ids=["safe", "unsafe"])
def test_fixes_keep_comments_and_cause_no_finding(
    run: Run, folder: Path, files: list[Path], options: tuple[str, ...]
) -> None:
    old = {file.name: file.read_bytes() for file in files}
    before = found_in(run, "a")
    diff = run("check", *DAY, "--diff", *options, "a", timeout=600)
    assert {file.name: file.read_bytes() for file in files} == old
    fixing = run("check", *DAY, "--fix", *options, "--format", "json", "a", timeout=600)
    new = {file.name: file.read_bytes() for file in files}
    changed = [name for name in old if old[name] != new[name]]
    assert diff.code == (1 if changed else 0)
    assert len(changed) > NUMBER / 10

    # The report has the remaining findings, and there are no new ones.
    left = {(item["file"], item["id"], item["path"]) for item in json.loads(fixing.out)["findings"]}
    after = found_in(run, "a")
    assert left == {
        (f"a/{name}", id, path) for (name, _), places in after.items() for id, path in places
    }
    for key, places in after.items():
        had = before.get(key, Counter())
        for id, path in new_places(had, places):
            is_of_policy = not id.startswith(("yaml-", "schema-"))
            assert is_of_policy, (key, id, path)
            # New fleet findings are possible if another document could not be read before.
            assert is_blocked(had) or id in FLEET, (key, id, path)

    # Files without findings are unchanged, and no comment is lost.
    for name in changed:
        assert any(key[0] == name for key in before), name
        missing = comments(old[name]) - comments(new[name])
        assert not missing, (name, missing)

    # A second run changes nothing.
    again = run("check", *DAY, "--fix", *options, "--format", "json", "a", timeout=600)
    assert {file.name: file.read_bytes() for file in files} == new
    assert again.out == fixing.out
    assert run("check", *DAY, "--diff", *options, "a", timeout=600).code == 0

    # Applying the diff has the same result.
    for name, data in old.items():
        (folder / "a" / name).write_bytes(data)
    (folder / "fixes.patch").write_bytes(diff.out.encode())
    in_utf16 = [name for name in changed if old[name][:1] in (b"\xff", b"\xfe")]
    excluded = [f"--exclude=a/{name}" for name in in_utf16]
    applied = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", *excluded, "fixes.patch"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert applied.returncode == 0, applied.stderr
    for name, data in new.items():
        assert name in in_utf16 or (folder / "a" / name).read_bytes() == data, name
