"""The settings that decide what is found in a text."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from validator.project.config import Level, PerFile

if TYPE_CHECKING:
    from validator.checking.assumptions import Assumption


class Choice(NamedTuple):
    """The policies that the options or the configuration choose.

    `name` is the name of the configuration in messages; empty for the options.
    """

    name: str
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severity: Mapping[str, Level] = {}


class Needs(NamedTuple):
    """What diagnostics must have beside what every format shows.

    `names` are the stable path and the digest of the value. `fixes` are the placed fixes.
    """

    names: bool = True
    fixes: bool = True


EVERYTHING = Needs()


class Settings(NamedTuple):
    """All settings that decide what is found in a text; plain values, fit for another process.

    `options` override `config`. The patterns of `per_file` are relative to `folder`, file names
    to `cwd`. `policy_data` has the contents of policy files that are not read from the working
    tree. `policy_options` are the values of the options of policies. With `since` there is an
    older version, and policies over a change run. Without `suppressions` no comment covers
    anything. With `preview` policies in preview run. `origins` are the files that values of the
    configuration come from. With `cached` each result says how long its words hold, and of
    which bytes it is. `installed=False` leaves out the plugins of installed packages. What
    `needs` leaves out is empty in the diagnostics.
    """

    as_of: date
    expiring_within: int = 30
    options: Choice = Choice("")
    config: Choice = Choice("the configuration")
    per_file: tuple[PerFile, ...] = ()
    folder: Path = Path()
    cwd: Path = Path()
    policy_folders: tuple[str, ...] = ()
    policy_files: tuple[str, ...] = ()
    policy_data: Mapping[str, bytes] = {}
    policy_options: Mapping[str, Mapping[str, Any]] = {}
    preview: bool = False
    origins: Mapping[str, str] = {}
    installed: bool = True
    since: bool = False
    suppressions: bool = True
    cached: bool = False
    assumptions: "tuple[Assumption, ...]" = ()
    needs: Needs = EVERYTHING
