"""What a user asks for, and what is looked up before anything is read: configuration and files."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from validator.findings.diagnostic import FailOn
from validator.project.config import Config, Level, load_config
from validator.project.files import Found, Patterns, find_files

DEFAULT_HORIZON = 30


class Request(NamedTuple):
    """What a user asks for; None where the configuration may say, or a default holds."""

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
    verbose: bool = False


class Looked(NamedTuple):
    """The configuration that holds, and the files that are meant."""

    config: Config
    patterns: Patterns
    found: Found


def look(request: Request) -> Looked:
    """Return the configuration and the files of a request. Raises ConfigError."""
    config = load_config(request.config_file)
    patterns = Patterns(config.include, config.exclude, config.folder)
    return Looked(config, patterns, find_files(request.paths, request.stdin_name, patterns))
