"""Match the files of a folder against the patterns of the configuration."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from validator.findings.wording import few

YAML_ENDINGS = (".yaml", ".yml")
DEFAULT_PATTERNS = (
    "**/*.tenant.yaml", "**/*.tenant.yml", "**/tenants/**/*.yaml", "**/tenants/**/*.yml",
)  # fmt: skip
"""The patterns of the files that a search takes if no patterns are configured."""
_TENANT_ENDINGS = (".tenant.yaml", ".tenant.yml")
_TENANTS_FOLDER = "tenants"
_MAX_PATTERNS = 5


class FilePatterns(NamedTuple):
    """The patterns, as in .gitignore, of the files that a search takes.

    They are matched against the path of a file relative to the searched folder, and relative to
    `base`. If `include` is None, the default patterns are used: see `is_tenant_file`.
    `config_file` is the configuration that the patterns come from, with links resolved.
    """

    include: Sequence[str] | None
    exclude: Sequence[str]
    base: Path
    config_file: Path | None = None


def file_matcher(
    folder: str, patterns: FilePatterns, absolute: Path | None = None
) -> Callable[[str], bool | None]:
    """Return a function that decides whether a search of a folder takes a file.

    The argument of the function is the file's name relative to the folder. It returns None for a
    file that `exclude` matches. `absolute` is the path of the folder if its links must not be
    followed, as in an older version.
    """
    named = (*Path(os.path.abspath(folder)).parts,) if absolute is None else ()
    absolute = absolute or Path(folder).resolve()
    any_yaml = patterns.include is None and _TENANTS_FOLDER in (*absolute.parts, *named)
    prefix = prefix_below(absolute, patterns.base)
    included = prefixed_matcher(patterns.include, prefix) if patterns.include else is_tenant_file
    excluded = prefixed_matcher(patterns.exclude, prefix) if patterns.exclude else None

    def belongs(name: str) -> bool | None:
        if name.startswith(".") or "/." in name:
            return False
        if not (any_yaml and name.endswith(YAML_ENDINGS)) and not included(name):
            return False
        return None if excluded is not None and excluded(name) else True

    return belongs


def is_visible_yaml(name: str) -> bool:
    """Return whether a file name ends in .yaml or .yml and is not hidden."""
    return name.endswith(YAML_ENDINGS) and not name.startswith(".")


def searched_names(folder: str, patterns: FilePatterns) -> str:
    """Return a description of the file names that a search of a folder takes."""
    if patterns.include is not None:
        return f"{few(patterns.include, _MAX_PATTERNS)} (`include`)"
    if _TENANTS_FOLDER in (*Path(folder).resolve().parts, *Path(os.path.abspath(folder)).parts):
        return "*.yaml and *.yml"
    return "*.tenant.yaml, *.tenant.yml, and any YAML below a folder tenants/"


def prefix_below(absolute: Path, base_folder: Path) -> str:
    """Return the path of a folder relative to a base, with a slash; empty if it is not inside."""
    base = base_folder.resolve()
    inside = absolute != base and absolute.is_relative_to(base)
    return f"{absolute.relative_to(base).as_posix()}/" if inside else ""


def is_tenant_file(name: str) -> bool:
    """Return whether the default patterns match a name, without the time to compile them."""
    return name.endswith(_TENANT_ENDINGS) or (
        name.endswith(YAML_ENDINGS)
        and (name.startswith(f"{_TENANTS_FOLDER}/") or f"/{_TENANTS_FOLDER}/" in name)
    )


def prefixed_matcher(patterns: Sequence[str], prefix: str) -> Callable[[str], bool]:
    """Return a function that matches a name, with or without a prefix, against patterns."""
    from validator.project.patterns import pattern_matcher

    matches = pattern_matcher(patterns)
    return lambda name: matches(name) or bool(prefix and matches(prefix + name))
