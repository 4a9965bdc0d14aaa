"""Files are written atomically: all of them or none, and only if nobody else has changed them."""

import os
from pathlib import Path

import pytest

from validator.system.atomic_write import (
    ChangedError,
    Replacement,
    write_all_atomically,
    write_bytes_atomically,
    write_if_unchanged,
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("a", "b", "c")]
    for file in made:
        file.write_bytes(b"before")
    return made


def replacements(files: list[Path]) -> dict[str, Replacement]:
    return {str(file): Replacement(b"before", b"after") for file in files}


def test_all_files_are_written(files: list[Path], tmp_path: Path) -> None:
    write_all_atomically(replacements(files))
    assert [file.read_bytes() for file in files] == [b"after"] * 3
    assert sorted(tmp_path.iterdir()) == files


def test_no_file_is_written_if_one_has_changed(files: list[Path], tmp_path: Path) -> None:
    files[1].write_bytes(b"of another program")
    with pytest.raises(ChangedError) as error:
        write_all_atomically(replacements(files))
    assert str(error.value) == str(files[1])
    assert [file.read_bytes() for file in files] == [b"before", b"of another program", b"before"]
    assert sorted(tmp_path.iterdir()) == files


def test_a_change_after_a_file_was_written_is_kept(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def replace_then_edit(temporary: Path, target: Path) -> Path:
        moved = replace(temporary, target)
        for file in files[:2]:
            file.write_bytes(b"of another program")
        return moved

    monkeypatch.setattr(Path, "replace", replace_then_edit)
    with pytest.raises(ChangedError):
        write_all_atomically(replacements(files))
    edited = b"of another program"
    assert [file.read_bytes() for file in files] == [edited, edited, b"before"]


def test_all_other_files_are_restored_if_one_can_no_longer_be_read(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, read = Path.replace, Path.read_bytes
    replaced: list[Path] = []

    def fail_at_the_last(temporary: Path, target: Path) -> Path:
        if target == files[2] and target not in replaced:
            replaced.append(target)
            raise OSError(28, "No space left on device")
        return replace(temporary, target)

    def refuse_the_first(file: Path) -> bytes:
        if replaced and file == files[0]:
            raise PermissionError(13, "Permission denied")
        return read(file)

    monkeypatch.setattr(Path, "replace", fail_at_the_last)
    monkeypatch.setattr(Path, "read_bytes", refuse_the_first)
    with pytest.raises(OSError, match="No space left") as error:
        write_all_atomically(replacements(files))
    assert error.value.filename == str(files[2])
    assert [read(file) for file in files] == [b"after", b"before", b"before"]


def test_an_error_has_the_name_of_the_file(files: list[Path], tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "file"
    with pytest.raises(FileNotFoundError) as error:
        write_all_atomically({**replacements(files), str(missing): Replacement(b"", b"")})
    assert error.value.filename == str(missing)
    assert [file.read_bytes() for file in files] == [b"before"] * 3
    assert sorted(tmp_path.iterdir()) == files


def test_an_error_of_the_disk_has_the_name_of_the_file(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_descriptor: int, _mode: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", fails)
    with pytest.raises(OSError, match="No space left") as error:
        write_all_atomically(replacements(files))
    assert error.value.filename == str(files[0])
    assert sorted(tmp_path.iterdir()) == files


def test_a_file_is_written_only_if_it_is_unchanged(files: list[Path], tmp_path: Path) -> None:
    file, new = files[0], tmp_path / "new"
    file.chmod(0o640)
    write_if_unchanged(str(file), b"before", b"after")
    write_if_unchanged(str(new), None, b"after")
    assert (file.read_bytes(), new.read_bytes()) == (b"after", b"after")
    assert file.stat().st_mode & 0o777 == 0o640
    for name, before in ((file, b"before"), (new, None), (tmp_path / "other", b"before")):
        with pytest.raises(ChangedError) as error:
            write_if_unchanged(str(name), before, b"later")
        assert str(error.value) == str(name)
    assert (file.read_bytes(), new.read_bytes()) == (b"after", b"after")
    assert sorted(tmp_path.iterdir()) == [*files, new]
    write_if_unchanged("/dev/null", b"", b"later")
    assert Path("/dev/null").is_char_device()


def test_a_write_protected_file_is_not_replaced(files: list[Path]) -> None:
    files[1].chmod(0o444)
    with pytest.raises(PermissionError, match="the file is write-protected") as error:
        write_all_atomically(replacements(files))
    assert error.value.filename == str(files[1])
    with pytest.raises(PermissionError, match="the file is write-protected"):
        write_bytes_atomically(str(files[1]), [b"after"])
    assert all(file.read_bytes() == b"before" for file in files)
    assert sorted(files[0].parent.iterdir()) == sorted(files)
