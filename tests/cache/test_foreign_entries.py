"""Cache entries with a valid checksum and unexpected contents are ignored."""

import json
import os
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import UNSOUND, Run
from validator.cache.diagnostic_columns import decode_diagnostics
from validator.cache.threshold import MIN_BYTES
from validator.checking.settings import EVERYTHING
from validator.project.sources import Source
from validator.system import cache_store as cache

DAY = ("--as-of", "2026-05-01")


@pytest.fixture
def kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create an empty cache folder, and a file that is large enough to be cached."""
    inside = folder / "kept"
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(inside))
    file = folder / "a.tenant.yaml"
    file.write_text(UNSOUND + "#" * MIN_BYTES)
    os.utime(file, (time.time() - 100, time.time() - 100))
    time.sleep(0.2)  # the change time (ctime) cannot be set
    return inside


def values(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values in JSON."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return [path, *(found for key, item in items for found in values(item, (*path, key)))]


def parts_of(file: Path) -> tuple[Any, bytes]:
    """Return the value and the bytes that a file of the cache has after its checksum."""
    text, _, data = file.read_bytes()[40:].partition(b"\n")
    return json.loads(text), data


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def changed(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("new", [None, 7, "x", [], {}, [7], [[]]], ids=repr)
def test_entries_with_an_unexpected_shape_are_ignored(kept: Path, run: Run, new: object) -> None:
    from validator.cache.file_cache import reuse_results
    from validator.cache.run_cache import RunKey, load_outcome
    from validator.cli.requests import make_request

    wanted = run("check", *DAY, ".")
    assert wanted.code == 1
    files = list(kept.glob("*.json"))
    assert len(files) == 2
    for file in files:
        value, data = parts_of(file)
        for path in values(value):
            cache.store(file.stem, changed(value, path, new), [data])
            as_of = make_request(None, (), {"paths": ()}).as_of.replace(2026, 5, 1)
            load_outcome(file.stem)
            reuse_results(
                [Source("a.tenant.yaml", "a.tenant.yaml")],
                as_of,
                RunKey(file.stem, (None,)),
                EVERYTHING,
            )
        for path in ((),) if isinstance(value, list) else ((), ("a.tenant.yaml",)):
            cache.store(file.stem, changed(value, path, new), [data])
            assert run("check", *DAY, ".") == wanted


@pytest.mark.parametrize("new", [None, 7, "x", [], {}, [7], [[]]], ids=repr)
def test_results_with_an_unexpected_shape_are_ignored(kept: Path, run: Run, new: object) -> None:
    from validator.cache.file_cache import reuse_results
    from validator.cache.run_cache import RunKey

    assert run("check", *DAY, ".").code == 1
    found = {file.stem: parts_of(file) for file in kept.glob("*.json")}
    ((key, (value, data)),) = ((key, item) for key, item in found.items() if len(item[0]) == 2)
    lines = zlib.decompress(data).split(b"\n")
    files, facts = map(json.loads, lines[:2])
    assert files[0][:3] == ["a.tenant.yaml", 1, ["t1"]]
    assert facts[0] == [{"subscription-in-two-tenants": 2, "tenant-in-two-files": 1}]
    changes = [
        *((0, changed(files, path, new)) for path in values(files)),
        *((1, changed(facts, path, new)) for path in values(facts)),
    ]
    for number, line in changes:
        others = [*lines]
        others[number] = json.dumps(line).encode()
        group = zlib.compress(b"\n".join(others))
        cache.store(key, [[len(group)], value[1]], [group])
        source = Source("a.tenant.yaml", "a.tenant.yaml")
        reused = reuse_results([source], date(2026, 5, 1), RunKey(key, (None,)), EVERYTHING)
        assert reused.missing in ([], [source])


@pytest.mark.parametrize("data", [b"", b"x", zlib.compress(b"\xff")])
def test_other_bytes_than_those_of_an_entry(kept: Path, run: Run, data: bytes) -> None:
    wanted = run("check", *DAY, ".", "--format", "json")
    for file in kept.glob("*.json"):
        value, _ = parts_of(file)
        for path in values(value):
            if value and type(at(value, path)) is int:
                cache.store(file.stem, changed(value, path, len(data)), [data])
                assert run("check", *DAY, ".", "--format", "json") == wanted


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("x")])
def test_an_entry_that_is_not_a_regular_file_is_ignored(
    kept: Path, run: Run, make: Callable[[Path], None]
) -> None:
    wanted = run("check", *DAY, ".")
    for file in list(kept.iterdir()):
        file.unlink()
        make(file)
    assert run("check", *DAY, ".", timeout=20) == wanted
    assert run("check", *DAY, ".", timeout=20) == wanted


@pytest.mark.parametrize("make", [os.mkfifo, Path.touch])
def test_a_cache_path_that_is_not_a_folder_is_ignored(
    kept: Path, run: Run, make: Callable[[Path], None]
) -> None:
    make(kept)
    assert run("check", *DAY, ".", timeout=20).code == 1


SPAN = [[1], [1], [1], [2]]
SHOWN = [["x"], ["t"], ["error"], ["m"], ["h"], [0], [None], ["/a"], SPAN, [None], [["a", "b"]]]
RELATED = [["m"], ["f"], ["/b"], SPAN, ["s"], [0]]
CONTEXT = [["s"], [0], [[1], RELATED]]
FIX, CHANGES = ["title", True], [[[1, 1, 1, 2, "x"]], [["set", "/a", 1]]]
LINES = [SHOWN, CONTEXT, [["n"], ["d"]], [[FIX]], [[CHANGES]]]


def encoded(lines: list[Any]) -> list[bytes]:
    return [json.dumps(line).encode() for line in lines]


@pytest.mark.parametrize("new", [None, 7, "x", [], {}, [7], [[]]], ids=repr)
def test_encoded_diagnostics_of_another_shape(new: object) -> None:
    (found,) = decode_diagnostics(["a"], [1], encoded(LINES), EVERYTHING)
    assert (found.id, found.file, found.source, found.name) == ("x", "a", "s", "n")
    assert found.fix is not None
    assert found.related == (("m", "f", "/b", (1, 1, 1, 2), "s", 0),)
    assert found.span == (1, 1, 1, 2)
    for number, line in enumerate(LINES):
        for path in values(line):
            other = [*LINES]
            other[number] = changed(line, path, new)
            with suppress(TypeError, ValueError):
                decode_diagnostics(["a"], [1], encoded(other), EVERYTHING)


@pytest.mark.parametrize("numbers", [[], [0], [2], [1, 1], [2, -1]], ids=repr)
def test_another_number_of_diagnostics_is_an_error(numbers: list[int]) -> None:
    files = [str(number) for number, _ in enumerate(numbers)]
    with pytest.raises(ValueError, match="numbers of diagnostics"):
        decode_diagnostics(files, numbers, encoded(LINES), EVERYTHING)
    wrong = [["s"], [0], [[2], RELATED]]
    with pytest.raises(ValueError, match="1 related, not 2"):
        decode_diagnostics(["a"], [1], encoded([SHOWN, wrong, *LINES[2:]]), EVERYTHING)
