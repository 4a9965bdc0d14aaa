"""The report of a check: the input of the `check` reporters."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple, Protocol

from validator.findings.diagnostic import Diagnostic
from validator.findings.severity import FailOn, Severity, is_at_least


class Page(Protocol):
    """The documentation of a policy or of a built-in finding, as reporters show it."""

    @property
    def id(self) -> str:
        """The id of the policy or finding."""

    @property
    def topic(self) -> str:
        """The topic; for a policy, the name of its folder."""

    @property
    def severity(self) -> Severity:
        """The default severity."""

    @property
    def title(self) -> str:
        """The first line of the page."""

    @property
    def help(self) -> str:
        """What to do about the finding, in one line."""

    @property
    def text(self) -> str:
        """The page, in Markdown."""

    @property
    def address(self) -> str | None:
        """The web address of the page, or None."""


class Report(NamedTuple):
    """The result of a run.

    `as_of` is the day for which policies were evaluated. `documents` is the number of documents.
    `diagnostics` are sorted by file, line, column and id. Three more groups of findings have the
    same order but do not fail the run: `suppressed` by a comment in the file, `known` from the
    `baseline`, and `older`, which the revision `since` already has. `failures` has the causes of
    exit code 2, one line each. `pages` has the pages of all policies and built-in findings, by id.
    `policies` is the number of policies that could run.

    The report also states, in full sentences, what limits the verdict: `eased` has the ways in
    which the configuration weakens the check, `not_compared` what could not be compared with the
    older version, and `assumed` the assumptions of the run. `off` has the ids of the policies that
    are off in all files.

    File names are relative to `folder`, the working folder. `roots` has the folders that may be
    the root of the repository; the first one that contains a file is its root. `is_on_jenkins`:
    Jenkins runs the program.

    `color`, `quiet`, `verbose`, `statistics` and `include_suppressed` are command line options for
    reporters. `is_printed`: the report goes to standard output, and the failures to standard
    error. `width` is the width of the terminal, or None without one. `is_fixed`: the possible
    fixes have been made, or are shown as a diff. `explain_options` has the options with which
    `explain` finds the policies of this run.
    """

    as_of: date
    files: tuple[str, ...]
    documents: int
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...] = ()
    known: tuple[Diagnostic, ...] = ()
    older: tuple[Diagnostic, ...] = ()
    fail_on: FailOn = "error"
    since: str | None = None
    baseline: str | None = None
    failures: tuple[str, ...] = ()
    pages: Mapping[str, Page] = {}
    policies: int = 0
    off: tuple[str, ...] = ()
    eased: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    folder: str = ""
    roots: tuple[str, ...] = ()
    is_on_jenkins: bool = False
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    include_suppressed: bool = False
    is_printed: bool = False
    is_fixed: bool = False
    width: int | None = None
    explain_options: tuple[str, ...] = ()

    def fails(self, diagnostic: Diagnostic) -> bool:
        """Return whether the severity of a diagnostic fails the run."""
        return is_at_least(diagnostic.severity, self.fail_on)

    def count(self, severity: Severity) -> int:
        """Return the number of diagnostics with a severity."""
        return [diagnostic.severity for diagnostic in self.diagnostics].count(severity)


def parted(
    diagnostics: Iterable[Diagnostic], is_first: Callable[[Diagnostic], bool]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Split diagnostics into those for which `is_first` is true and the others."""
    parts: tuple[list[Diagnostic], list[Diagnostic]] = ([], [])
    for item in diagnostics:
        parts[0 if is_first(item) else 1].append(item)
    return parts
