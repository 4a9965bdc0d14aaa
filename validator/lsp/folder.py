"""A workspace folder: its configuration, and the texts that were checked in it.

The folder is the working folder of its worker, so configuration, names and policy files are the
same as for `tenantlint check --stdin-filename NAME -` in it.
"""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection
from validator.findings.builtin import find_builtin
from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Page
from validator.lsp.messages import Checked, Options, Place
from validator.project.config import CONFIG_FILE_NAME
from validator.project.file_patterns import FilePatterns, file_matcher
from validator.project.request import Request, resolve_request
from validator.run.preparation import prepare
from validator.system.cache_store import digest
from validator.system.errors import NoVerdictError
from validator.system.file_kind import is_file, is_folder
from validator.system.folder_contents import contents_of

FileState = tuple[str, str | None]
"""A file or folder, and the digest of its contents; None if it does not exist."""
_UNREADABLE = "cannot be read"


class Loaded(NamedTuple):
    """A loaded configuration, and the state of its files when it was loaded."""

    selection: Selection
    patterns: FilePatterns
    belongs: Callable[[str], bool | None]
    files: tuple[FileState, ...]


class Opened(NamedTuple):
    """A checked text."""

    text: str
    file: FileCheck
    result: CheckedFile
    loaded: Loaded
    day: date


class Folder:
    """The working folder of a worker."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._path = Path.cwd()
        self._loaded: Loaded | None = None
        self._opened: dict[str, Opened] = {}
        self._readable: dict[str, Opened] = {}

    def close(self, name: str) -> None:
        """Forget a file."""
        self._opened.pop(name, None)
        self._readable.pop(name, None)

    def check(self, place: Place) -> Checked:
        """Return the findings of a text. Raises NoVerdictError."""
        loaded = self._load(place.day)
        if not self.is_tenant_file(place):
            self.close(place.name)
            return Checked(is_tenant_file=False)
        opened = self.open(place)
        selection = loaded.selection
        fleet, failures = evaluate_fleet([opened.result], selection)
        found = sorted((*fleet, *opened.result.diagnostics), key=lambda item: item.sort_key)
        shown = tuple(item for item in found if item.suppressed is None)
        addresses = ((item.id, self._address(selection, item)) for item in shown)
        pages = {id: address for id, address in addresses if address}
        return Checked(True, shown, (*opened.result.failures, *failures), pages)

    def is_tenant_file(self, place: Place) -> bool:
        """Return whether a search of the folder would take a file; git is not run.

        Raises NoVerdictError.
        """
        loaded = self._load(place.day)
        if Path(place.name).is_absolute():
            folder, name = os.path.split(place.name)
            return file_matcher(folder, loaded.patterns)(name) is True
        return loaded.belongs(place.name) is True

    def open(self, place: Place) -> Opened:
        """Return a checked text; the last result is reused if nothing has changed."""
        loaded = self._load(place.day)
        known = self._opened.get(place.name)
        if (
            known is not None
            and known.loaded is loaded
            and known.day == place.day
            and known.text == place.text
        ):
            return known
        data = place.text.encode("utf-8", "surrogatepass")
        file = FileCheck(place.name, data, loaded.selection)
        opened = Opened(place.text, file, file.on(place.day), loaded, place.day)
        self._opened[place.name] = opened
        if all(document.is_readable for document in file.documents):
            self._readable[place.name] = opened
        return opened

    def readable(self, place: Place) -> Opened | None:
        """Return the checked text, or its last version that could be read."""
        self.open(place)
        return self._readable.get(place.name)

    def page(self, id: str, day: date) -> Page | None:
        """Return the page of a policy or of a built-in finding."""
        return self._load(day).selection.plugins.policies.get(id) or find_builtin(id)

    def _address(self, selection: Selection, item: Diagnostic) -> str | None:
        page: Page | None = selection.plugins.policies.get(item.id) or find_builtin(item.id)
        return None if page is None else page.address

    # The configuration

    def _load(self, day: date) -> Loaded:
        """Return the current configuration; reload it after a change. Raises NoVerdictError."""
        self._return()
        loaded = self._loaded
        if loaded is not None and _is_unchanged(loaded.files):
            if loaded.selection.settings.as_of != day:
                settings = loaded.selection.settings._replace(as_of=day)
                selection = Selection(settings, loaded.selection.plugins)
                self._loaded = loaded = loaded._replace(selection=selection)
            return loaded
        self._loaded = None
        request = Request((), day, (), **self._options)
        candidates = self._candidates()
        before = tuple(map(_state, candidates))
        resolved = resolve_request(request)
        extended = resolved.config.extended_files
        folders = request.policy_folders
        policies = tuple(map(_state, (*resolved.config.policy_files, *extended, *folders)))
        prepared = prepare(request, resolved)
        belongs = file_matcher(os.curdir, resolved.patterns)
        files = (*before, *policies)
        # Each text is checked alone.
        settings = prepared.selection.settings._replace(is_everything=False)
        selection = Selection(settings, prepared.selection.plugins)
        self._loaded = Loaded(selection, resolved.patterns, belongs, files)
        return self._loaded

    def _return(self) -> None:
        """Make the folder the working folder again if it was removed and created again.

        Raises NoVerdictError.
        """
        if not (self._path.exists() and self._path.samefile(os.curdir)):
            try:
                os.chdir(self._path)
            except OSError as error:
                raise NoVerdictError(f"{self._path}: {error.strerror}") from error

    def _candidates(self) -> list[str]:
        """Return the files that are, or can become, the configuration."""
        if self._options.get("config_file") is not None:
            return [self._options["config_file"]]
        here = self._path
        names = (CONFIG_FILE_NAME, "pyproject.toml")
        return [str(folder / name) for folder in (here, *here.parents) for name in names]


def _state(file: str) -> FileState:
    """Return the state of a file or folder.

    A file can change twice within the resolution of its timestamps, so its contents are read.
    """
    try:
        if is_file(file) or is_folder(file):
            return file, digest(*contents_of(file))
    except (OSError, ValueError):
        return file, _UNREADABLE
    return file, _UNREADABLE if os.path.lexists(file) else None


def _is_unchanged(files: tuple[FileState, ...]) -> bool:
    return all(_state(file) == (file, known) for file, known in files)
