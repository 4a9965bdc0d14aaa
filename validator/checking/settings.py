"""The settings that decide the findings in a text."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from validator.project.config import Level, PerFile

if TYPE_CHECKING:
    from validator.checking.assumptions import Assumption


class Choice(NamedTuple):
    """The policies that the options or the configuration select.

    `name` is the name of the configuration in messages; empty for the options.
    """

    name: str
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severity: Mapping[str, Level] = {}


class Needs(NamedTuple):
    """The optional parts of diagnostics that a run needs. Not every format shows them.

    `context` is the source line and the related locations. `names` are the stable path and the
    digest of the value. `fixes` are the placed fixes and `changes` what they change.
    """

    context: bool = True
    names: bool = True
    fixes: bool = True
    changes: bool = True


EVERYTHING = Needs()


class Settings(NamedTuple):
    """All settings that decide the findings in a text.

    The settings are plain values that can be sent to another process. `options` override
    `config`. The patterns in `per_file` are relative to `folder`, file names to `cwd`.
    `policy_data` holds the contents of policy files that are not read from the working tree.
    `policy_options` holds the values of the policies' options. With `since`, there is an older
    version, and policies over a change run. Without `suppressions`, comments cover nothing. With
    `preview`, policies in preview run. `origins` are the files that the values in the
    configuration come from. With `cached`, each result says how long its messages are valid, and
    has a digest of the bytes; with `digests`, it has only the digest. `installed=False` leaves out
    the plugins of installed packages.
    Parts that `needs` leaves out are empty in the diagnostics. `is_everything` says whether the run
    covers the whole folder; policies over the fleet may find less in a part of it.
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
    digests: bool = False
    assumptions: "tuple[Assumption, ...]" = ()
    needs: Needs = EVERYTHING
    is_everything: bool = True

    def origin(self, key: str) -> str:
        """Return the file that a value of the configuration comes from.

        `key` is `ignore`, for example. Keys of nested tables are joined with a dot.
        """
        return self.origins.get(key, self.config.name)

    @property
    def made(self) -> Needs:
        """The parts of diagnostics that are computed; all of them with `cached`."""
        return EVERYTHING if self.cached else self.needs
