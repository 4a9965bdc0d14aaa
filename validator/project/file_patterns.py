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

    They are matched against the path of a file relative to `base`, whatever folder is searched. A
    file that is not below `base` has only its path relative to the searched folder. If `include` is
    None, the default patterns are used: see `is_tenant_file`. `config_file` is the configuration
    that the patterns come from, with links resolved.
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
    file that `exclude` matches. `absolute` is the path of the folder without links, if they must
    not be followed in the working tree, as for an older version.
    """
    named = Path(os.path.abspath(folder)).parts
    absolute = absolute or Path(folder).resolve()
    any_yaml = patterns.include is None and _TENANTS_FOLDER in (*absolute.parts, *named)
    include, exclude, base = patterns.include, patterns.exclude, patterns.base
    included = matcher_in_folder(include, absolute, base) if include else is_tenant_file
    excluded = matcher_in_folder(exclude, absolute, base) if exclude else None

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


def is_tenant_file(name: str) -> bool:
    """Return whether the default patterns match a name, without the time to compile them."""
    return name.endswith(_TENANT_ENDINGS) or (
        name.endswith(YAML_ENDINGS)
        and (name.startswith(f"{_TENANTS_FOLDER}/") or f"/{_TENANTS_FOLDER}/" in name)
    )


def matcher_in_folder(
    patterns: Sequence[str], absolute: Path, base_folder: Path
) -> Callable[[str], bool]:
    """Return a function that matches the names of files, relative to a folder, against patterns.

    A file below the base folder is matched by its path relative to the base folder, every other
    file by its name. `absolute` is the resolved path of the folder. Raises PatternError.
    """
    from validator.project.patterns import pattern_matcher

    matches, base = pattern_matcher(patterns), base_folder.resolve()
    if absolute == base:
        return matches
    if absolute.is_relative_to(base):
        prefix = f"{absolute.relative_to(base).as_posix()}/"
        return lambda name: matches(prefix + name)
    if base.is_relative_to(absolute):
        way_to_base = f"{base.relative_to(absolute).as_posix()}/"
        return lambda name: matches(name.removeprefix(way_to_base))
    return matches
