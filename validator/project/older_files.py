"""Read the files of a run at an older revision."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from validator.project.file_patterns import FilePatterns, file_matcher
from validator.project.git import (
    MODE_LINK,
    MODE_SUBMODULE,
    GitError,
    absent_files,
    is_checked_out,
    renamed_files,
)
from validator.project.git_tree import GitTree, RepositoryNames, UnreadableEntryError
from validator.project.per_file import FormerPath
from validator.project.sources import Source, SourceError, name_in_reports, read_source


class OlderFiles(NamedTuple):
    """The files at an older revision that match the paths and patterns of a run.

    `changed` has the older contents of changed sources, by source name. A renamed source to which
    other settings applied is changed, too. `unchanged` are the names of the other sources that have
    the same contents as their older version. `gone` has the contents of files that are not the
    older version of any source, by the name that a search would have given them; `former` has the
    old path of each file, and `paths` the path that leads to each of them, by the same name.
    `renamed` has the name that a search would have given the older version of a renamed source.
    `not_compared` has a line for each file that cannot be read, and for each that is not checked
    out. `left_out` is the number of further removed files that match the default patterns but not
    those of the configuration. `elsewhere` has the contents of removed files that match the
    patterns but are outside of the paths, if there is a source without an older version: it may
    be one of them, with another name.
    """

    changed: Mapping[str, bytes]
    unchanged: frozenset[str]
    former: Mapping[str, FormerPath]
    gone: Mapping[str, bytes]
    paths: Mapping[str, str]
    not_compared: tuple[str, ...]
    left_out: int = 0
    renamed: Mapping[str, str] = {}
    elsewhere: Mapping[str, bytes] = {}

    def older_name(self, file: str) -> str:
        """Return the name in reports of the older version of a file."""
        return self.renamed.get(file, file)


def read_older_files(
    tree: GitTree,
    paths: Sequence[str],
    sources: Sequence[Source],
    patterns: FilePatterns,
    stdin: bytes,
    have_equal_settings: Callable[[str, FormerPath], bool],
) -> OlderFiles:
    """Return the older files of a run, from the tree of a revision.

    The older version of a file that git detects as renamed has the old name. `have_equal_settings`
    returns whether the same settings apply to files with two names. Raises GitError.
    """
    revision = tree.revision
    names = RepositoryNames(revision.root)
    renamed = renamed_files(revision)
    failures: list[str] = []
    older_names: dict[str, str] = {}
    unchanged: set[str] = set()
    former: dict[str, FormerPath] = {}
    renamed_sources: dict[str, str] = {}
    shown_names: dict[str, str] = {}
    for source in sources:
        try:
            name = names.file(source.name if source.path is None else source.path)
            older = _older_name(source, name, tree, renamed)
        except UnreadableEntryError as error:
            failures.append(f"{source.name}: at {revision.title} it {error}")
            continue
        if older is None:
            continue
        older_names[source.name] = older
        if name is not None and name in renamed and tree.find_file(name) is None:
            renamed_sources[renamed[name]] = source.name
            shown_names[source.name] = _beside(source, name, renamed[name])
        old_path = former[source.name] = FormerPath(revision.root / older)
        id = tree.entries[older].object
        if have_equal_settings(source.name, old_path) and _is_unchanged(source, id, stdin):
            unchanged.add(source.name)
    gone: dict[str, str] = {}
    gone_paths: dict[str, str] = {}
    known = set(older_names.values())
    reported = {source.name for source in sources}
    absent = absent_files(revision)
    for path, shown, name in _taken(paths, patterns, tree, names, absent):
        if name in absent:
            failures.append(f"{shown}: it is not checked out (see git sparse-checkout)")
            continue
        try:
            older = tree.find_file(name)
        except UnreadableEntryError as error:
            if shown not in reported:
                failures.append(f"{shown}: at {revision.title} it {error}")
            continue
        if name in renamed_sources:
            shown_names[renamed_sources[name]] = shown
        if older is not None and older not in known:
            known.add(older)
            gone[shown], gone_paths[shown] = older, path
            former[shown] = FormerPath(revision.root / older)
    elsewhere: dict[str, str] = {}
    if not reported <= older_names.keys():
        elsewhere = _removed_elsewhere(patterns, tree, known | absent)
        former |= {shown: FormerPath(revision.root / older) for shown, older in elsewhere.items()}
    wanted = {name: older for name, older in older_names.items() if name not in unchanged}
    contents = tree.read_files({*wanted.values(), *gone.values(), *elsewhere.values()})
    failures += [
        f"{name}: its version at {revision.title} is not in this clone"
        for name, older in (*wanted.items(), *gone.items())
        if older not in contents
    ]
    return OlderFiles(
        {name: contents[older] for name, older in wanted.items() if older in contents},
        frozenset(unchanged),
        former,
        {name: contents[older] for name, older in gone.items() if older in contents},
        gone_paths,
        tuple(failures),
        len(_left_out(paths, patterns, tree, names) - known - absent),
        shown_names,
        {name: contents[older] for name, older in elsewhere.items() if older in contents},
    )


def _older_name(
    source: Source, name: str | None, tree: GitTree, renamed: Mapping[str, str]
) -> str | None:
    """Return the name of the older version of a source in the tree; None for a new file.

    `name` is the name of the source in the repository, if it has one. Raises UnreadableEntryError,
    and GitError for a file outside of the repository.
    """
    if name is not None:
        found = tree.find_file(name)
        if found is None and name in renamed:
            found = tree.find_file(renamed[name])
        if found is not None:
            return found
    # The source can be a link to a file whose older version has the name of the target.
    target = Path(os.path.realpath(source.name if source.path is None else source.path))
    root = tree.revision.root
    if target.is_relative_to(root):
        real = target.relative_to(root).as_posix()
        return None if real == name else tree.find_file(renamed.get(real, real))
    if name is None and source.path is not None:
        raise GitError(f"{source.name} is outside the git repository {root}")
    if name is None:
        raise UnreadableEntryError("has no name in the repository")
    return None


def _beside(source: Source, name: str, old_name: str) -> str:
    """Return the name in reports of a file in the tree, derived from that of a source.

    Both files are given by their names in the repository.
    """
    path = source.name if source.path is None else source.path
    way = os.path.relpath(old_name, Path(name).parent)
    return name_in_reports(os.path.normpath(Path(path).parent / way))


def _is_unchanged(source: Source, id: str, stdin: bytes) -> bool:
    """Return whether a file has the contents of a blob, except for line ends."""
    try:
        return is_checked_out(read_source(source, stdin), id)
    except SourceError:
        return False


def _taken(
    paths: Sequence[str],
    patterns: FilePatterns,
    tree: GitTree,
    names: RepositoryNames,
    absent: Collection[str],
) -> Iterator[tuple[str, str, str]]:
    """Yield the files in the tree, and the absent files, that match the paths and patterns.

    Each item is the path, the name that a search would give the file, and its name in the tree.
    """
    for path in paths:
        if path == "-":
            continue
        name = names.folder(path)
        if name is None:
            continue
        folder = tree.find_folder(name)
        slashed = name_in_reports(path)
        if folder is None:
            if not os.path.lexists(path):
                yield path, slashed, name
            continue
        belongs = file_matcher(path, patterns, tree.revision.root / folder)
        shown = "" if path == "." else f"{slashed.rstrip('/')}/"
        for entry, below in _below(folder, {**tree.entries, **dict.fromkeys(absent)}):
            if belongs(below) is True:
                yield path, shown + below, entry


def _removed_elsewhere(
    patterns: FilePatterns, tree: GitTree, known: Collection[str]
) -> dict[str, str]:
    """Return the names in the tree of removed files that match the patterns, except known ones.

    The keys are their names in reports.
    """
    root = tree.revision.root
    belongs = file_matcher(str(root), patterns, root)
    return {
        name_in_reports(os.path.relpath(root / entry)): entry
        for entry, item in tree.entries.items()
        if entry not in known and item.mode not in (MODE_LINK, MODE_SUBMODULE)
        if belongs(entry) is True and not os.path.lexists(root / entry)
    }


def _left_out(
    paths: Sequence[str], patterns: FilePatterns, tree: GitTree, names: RepositoryNames
) -> set[str]:
    """Return the names in the tree of removed files that only the configured patterns leave out.

    A search counts such files that still exist.
    """
    by_default = patterns._replace(include=None, exclude=())
    found: set[str] = set()
    if patterns == by_default:
        return found
    for path in paths:
        name = names.folder(path)
        folder = None if path == "-" or name is None else tree.find_folder(name)
        if folder is None:
            continue
        root = tree.revision.root
        belongs = file_matcher(path, patterns, root / folder)
        belongs_by_default = file_matcher(path, by_default, root / folder)
        found |= {
            entry
            for entry, below in _below(folder, tree.entries)
            if belongs_by_default(below) is True and belongs(below) is not True
            if not os.path.lexists(root / entry)
        }
    return found


def _below(folder: str, entries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names of the entries below a folder, in the tree and relative to the folder."""
    prefix = f"{folder}/" if folder else ""
    for entry in entries:
        if entry.startswith(prefix):
            yield entry, entry[len(prefix) :]
