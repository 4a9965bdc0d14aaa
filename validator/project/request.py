"""The request of a user, and the configuration and files that it refers to."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from validator.findings.severity import FailOn
from validator.project.config import Config, Level, load_config
from validator.project.file_search import FilePatterns, FoundFiles, find_files

DEFAULT_EXPIRING_WITHIN = 30
"""Days."""


class Request(NamedTuple):
    """The options of a command; None for an option that the user did not give."""

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
    stdin_name: str = "<stdin>"
    since: str | None = None
    baseline: str | None = None
    write_baseline: bool = False
    force_exclude: bool = False
    verbose: bool = False


class ResolvedRequest(NamedTuple):
    """The configuration of a request and the files of its paths."""

    config: Config
    patterns: FilePatterns
    found: FoundFiles


def resolve_request(request: Request) -> ResolvedRequest:
    """Load the configuration and find the files of a request. Raises ConfigError."""
    config = load_config(request.config_file)
    patterns = FilePatterns(config.include, config.exclude, config.folder, config.file)
    found = find_files(
        request.paths, request.stdin_name, patterns, force_exclude=request.force_exclude
    )
    return ResolvedRequest(config, patterns, found)
