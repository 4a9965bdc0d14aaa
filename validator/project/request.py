"""The request of a user, and its configuration and files."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from validator.findings.severity import FailOn
from validator.findings.wording import STDIN_NAME
from validator.project.config import Config, Level, load_config
from validator.project.file_patterns import FilePatterns
from validator.project.file_search import FoundFiles, find_files
from validator.project.repository import tree_root
from validator.project.sparse_checkout import leaves_out_files
from validator.system.file_kind import is_folder

if TYPE_CHECKING:
    from validator.project.base_config import BaseTree
    from validator.project.git import Revision
    from validator.project.git_tree import GitTree

DEFAULT_EXPIRING_WITHIN = 30
"""In days."""


class Request(NamedTuple):
    """The options of a command; None for an option that the user did not give.

    With `is_exact`, the run compares with the revision `since`, else with the merge base of HEAD
    and that revision.
    """

    paths: tuple[str, ...]
    as_of: date
    formats: tuple[str, ...]
    expiring_within: int | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = {}
    fail_on: FailOn | None = None
    policy_folders: tuple[str, ...] = ()
    config_file: str | None = None
    jobs: int | None = None
    scheduler: str | None = None
    stdin_name: str = STDIN_NAME
    since: str | None = None
    is_exact: bool = False
    config_from_base: bool = False
    suppressions: bool = True
    baseline: str | None = None
    write_baseline: bool = False
    force_exclude: bool = False
    verbose: bool = False
    assume: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    preview: bool = False
    timing: bool = False


class ResolvedRequest(NamedTuple):
    """The configuration of a request and the files of its paths.

    `tree` is the tree of the older version; None without an older version. If the configuration
    comes from that revision, `base` has its files, and `new_config` is the configuration of the
    working tree.
    """

    config: Config
    patterns: FilePatterns
    found: FoundFiles
    tree: "GitTree | None" = None
    base: "BaseTree | None" = None
    new_config: Config | None = None

    @property
    def is_everything(self) -> bool:
        """Whether the run covers all tenant files that may belong together.

        A searched folder contains the working folder, and the folder of the configuration or else
        the repository. No file in it is left out by patterns, as a link or by a sparse checkout.
        """
        found, here = self.found, Path.cwd()
        folder = self.config.folder.resolve()
        needed = (here, folder if self.config.file else tree_root(here, folder))
        folders = [Path(folder).resolve() for folder in found.folders]
        return (
            any(all(item.is_relative_to(folder) for item in needed) for folder in folders)
            and not (found.excluded or found.left_out or found.outside or found.unfollowed)
            and not leaves_out_files(here)
        )

    @property
    def revision(self) -> "Revision | None":
        """The revision of the older version."""
        return None if self.tree is None else self.tree.revision


def resolve_request(request: Request) -> ResolvedRequest:
    """Load the configuration and find the files of a request. Raises ConfigError and GitError."""
    config = load_config(request.config_file)
    tree, base, new_config = None, None, None
    if request.since is not None:
        from validator.project.git_tree import GitTree

        tree = GitTree(_find_revision(request, request.since))
    if tree is not None and request.config_from_base:
        from validator.project.base_config import BaseTree, load_base_config

        base, new_config = BaseTree(tree), config
        config = load_base_config(request.config_file, base)
    patterns = config.patterns
    found = find_files(
        request.paths, request.stdin_name, patterns, force_exclude=request.force_exclude
    )
    return ResolvedRequest(config, patterns, found, tree, base, new_config)


def _find_revision(request: Request, label: str) -> "Revision":
    """Return the revision to compare with, in the repository of the first path."""
    from validator.project.git import GitError
    from validator.project.git_revisions import find_revision

    path = Path.cwd() / next((path for path in request.paths if path != "-"), "")
    folder = next(folder for folder in (path, *path.parents) if is_folder(folder))
    try:
        return find_revision(folder.resolve(), label, is_exact=request.is_exact)
    except GitError as error:
        option = "--since-exact" if request.is_exact else "--since"
        raise GitError(f"{option}: {error}") from error
