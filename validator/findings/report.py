"""What a run has found out: all that a reporter may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from validator.findings.diagnostic import Diagnostic, FailOn, Severity, reaches


class Page(Protocol):
    """What reporters show of a policy, or of another finding."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def topic(self) -> str:
        """The topic."""

    @property
    def severity(self) -> Severity:
        """The default severity."""

    @property
    def title(self) -> str:
        """The first line of the page."""

    @property
    def help(self) -> str:
        """What to do, on one line."""

    @property
    def text(self) -> str:
        """The page, in Markdown."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run.

    `diagnostics` are sorted by file, line, column and id, as are those that pass: for they are
    `suppressed` in the file, `known` to the `baseline`, or `older` than the revision `since`.
    `pages` are those of all policies and other findings, by id. `failures` are the causes of
    exit code 2, a line each. What a configuration leaves out stands here too, for it must leave a
    trace: the ids of the policies that are `off`, the number of files in which more are off
    (`eased`), and the number of files `excluded`. The rest says how a person wants to see it.
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
    pages: Mapping[str, Page] = field(default_factory=dict)
    policies: int = 0
    off: tuple[str, ...] = ()
    eased: int = 0
    excluded: int = 0
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False

    def fails(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a diagnostic fails the run."""
        return reaches(diagnostic.severity, self.fail_on)

    def count(self, severity: Severity) -> int:
        """Return the number of diagnostics of a severity."""
        return sum(diagnostic.severity == severity for diagnostic in self.diagnostics)
