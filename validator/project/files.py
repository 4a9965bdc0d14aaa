"""Which files a run is about: named ones, and those found in folders."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from validator.findings.diagnostic import NoVerdictError
from validator.system.cache_store import Stamp, stamp

_YAML = (".yaml", ".yml")
_TENANT_YAML = (".tenant.yaml", ".tenant.yml")
_TENANTS = "tenants"

# A tenant of 100,000 users takes some 30 MB; what is endless, such as a device, is refused.
MAX_BYTES = 256 * 1024 * 1024
# To ask at once for the most that may be there takes longer than to read what is.
_FIRST_PART = 64 * 1024
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class FilesError(NoVerdictError):
    """A path that cannot be checked."""


class Source(NamedTuple):
    """A file to check: what reports call it, and where it is; None means standard input."""

    name: str
    path: str | None


class Found(NamedTuple):
    """The files of a run, and the folders that were searched for them.

    Also the paths that gave none and why, a line each, and how many files `exclude` left out.
    """

    sources: tuple[Source, ...]
    folders: tuple[str, ...]
    failures: tuple[str, ...]
    excluded: int


class Patterns(NamedTuple):
    """What counts when a folder is searched: patterns as in .gitignore.

    They hold from the searched folder and from `base`. Without `include` the default holds.
    """

    include: Sequence[str] | None
    exclude: Sequence[str]
    base: Path


def find_files(paths: Iterable[str], stdin_name: str, patterns: Patterns) -> Found:
    """Return the files that the paths mean, in the order of the paths, each once.

    A named file counts whatever it is called; `-` is standard input.
    """
    sources: dict[str, Source] = {}
    folders: list[str] = []
    failures: list[str] = []
    excluded = 0
    for path in paths:
        try:
            if path == "-":
                sources.setdefault("-", Source(stdin_name, None))
                continue
            if not stat.S_ISDIR(os.stat(path).st_mode):
                sources.setdefault(os.path.normpath(path), Source(_shown(path), path))
                continue
            folders.append(path)
            names, left_out = _search(path, patterns)
        except OSError as error:
            failures.append(f"{_shown(path)}: {error.strerror}")
            continue
        except ValueError as error:  # a NUL in the path
            failures.append(f"{_shown(path)}: {error}")
            continue
        excluded += left_out
        if not names:
            failures.append(
                f"{_shown(path)}: no tenant file in this folder"
                + (f" ({left_out} excluded by the configuration)" if left_out else "")
            )
        # Names that were found need no putting in order; thousands of files would feel it.
        before = "" if path == "." else os.path.join(path, "")
        shown = _shown(before)
        place = os.path.normpath(path)
        place = "" if place == "." else os.path.join(place, "")
        for name in names:
            known_as = place + name.replace("/", os.sep)
            sources.setdefault(known_as, Source(shown + name, before + name))
    return Found(tuple(sources.values()), tuple(folders), tuple(failures), excluded)


def read_stdin() -> bytes:
    """Return what standard input holds, as far as it may be checked. Raises FilesError."""
    if sys.stdin is None:
        raise FilesError("there is no standard input")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def read_source(source: Source, stdin: bytes) -> bytes:
    """Return the bytes of a file. Raises FilesError."""
    return read_stamped(source, stdin)[0]


def read_stamped(source: Source, stdin: bytes) -> tuple[bytes, Stamp | None]:
    """Return the bytes of a file, and its stamp before they were read. Raises FilesError."""
    made = None
    try:
        if source.path is None:
            data = stdin
        else:
            # Half the time of a file object, which is felt with thousands of small files.
            file = os.open(source.path, _READ)
            try:
                made = stamp(os.fstat(file))
                data = b"".join(_parts(file))
            finally:
                os.close(file)
    except (OSError, ValueError) as error:
        text = error.strerror if isinstance(error, OSError) else str(error)
        raise FilesError(f"{source.name}: {text}") from error
    if len(data) > MAX_BYTES:
        raise FilesError(f"{source.name}: larger than {MAX_BYTES // 1024**2} MB")
    return data, made


def is_more(sources: Iterable[Source], size: int) -> bool:
    """Tell whether files hold more than so many bytes in all; of no more than it takes to tell."""
    for source in sources:
        try:
            size -= os.stat(source.path).st_size if source.path is not None else 0
        except (OSError, ValueError):
            continue
        if size < 0:
            return True
    return False


def _parts(file: int) -> Iterator[bytes]:
    """Yield what an open file holds, up to one byte more than it may hold."""
    left, size = MAX_BYTES + 1, _FIRST_PART
    while left and (part := os.read(file, min(size, left))):
        yield part
        left -= len(part)
        size *= 2


def _shown(path: str) -> str:
    return path.replace(os.sep, "/")


def matcher(folder: str, patterns: Patterns) -> Callable[[str], bool | None]:
    """Return what tells of a name in a folder whether it counts; None: it is excluded."""
    absolute = Path(folder).resolve()
    everything = patterns.include is None and _TENANTS in absolute.parts
    base = patterns.base.resolve()
    inside = absolute != base and absolute.is_relative_to(base)
    prefix = f"{absolute.relative_to(base).as_posix()}/" if inside else ""
    included = _matches(patterns.include, prefix) if patterns.include else _is_tenant
    excluded = _matches(patterns.exclude, prefix) if patterns.exclude else None

    def counts(name: str) -> bool | None:
        if name.startswith(".") or "/." in name:
            return False
        if not (everything and name.endswith(_YAML)) and not included(name):
            return False
        return None if excluded is not None and excluded(name) else True

    return counts


def _is_tenant(name: str) -> bool:
    """Tell whether a file counts where no patterns are given.

    As these would say, without the library for patterns, which takes long to load:
    `**/*.tenant.yaml`, `**/*.tenant.yml`, `tenants/**/*.yaml`, `tenants/**/*.yml`.
    """
    return name.endswith(_TENANT_YAML) or (name.startswith(f"{_TENANTS}/") and name.endswith(_YAML))


def _matches(patterns: Sequence[str], prefix: str) -> Callable[[str], bool]:
    """Return what tells whether patterns name a file, as it is or with the prefix."""
    from pathspec import PathSpec

    spec = PathSpec.from_lines("gitignore", patterns)
    return lambda name: spec.match_file(name) or bool(prefix and spec.match_file(prefix + name))


def _search(folder: str, patterns: Patterns) -> tuple[list[str], int]:
    """Return the tenant files of a folder, relative to it, and how many `exclude` leaves out."""
    counts = matcher(folder, patterns)
    ignored = _git_ignored(Path(folder).resolve())
    found: list[str] = []
    excluded = 0
    left = [""]
    while left:
        inside = left.pop()
        with os.scandir(os.path.join(folder, inside) if inside else folder) as entries:
            for entry in entries:
                name = inside + entry.name
                if _is_folder(entry):
                    hidden = entry.name.startswith(".") or entry.is_symlink()
                    if not hidden and f"{name}/" not in ignored:
                        left.append(f"{name}/")
                    continue
                verdict = counts(name)
                if verdict is False or name in ignored or not _is_file_or_broken(entry):
                    continue
                if verdict is None:
                    excluded += 1
                else:
                    found.append(name)
    return sorted(found), excluded


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _is_file_or_broken(entry: "os.DirEntry[str]") -> bool:
    """Tell a file, or a link to nothing, from what would block a reader: pipes and devices."""
    try:
        return entry.is_file() or not Path(entry.path).exists()
    except OSError:
        return True


def _git_ignored(folder: Path) -> frozenset[str]:
    """Return what git ignores in a folder: files, and folders with a `/` at the end.

    Where there is no git, or no repository, nothing is ignored, so more is checked, not less.
    """
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return frozenset()
    from validator.project.git import GitError, git

    try:
        answer = git(
            folder, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"
        )
    except GitError:
        return frozenset()
    if answer.returncode != 0:
        return frozenset()
    return frozenset(os.fsdecode(name) for name in answer.stdout.split(b"\0") if name)
