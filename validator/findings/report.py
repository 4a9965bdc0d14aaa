"""The report of a check: the input of reporters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

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
        """What to do about the finding, on one line."""

    @property
    def text(self) -> str:
        """The page, in Markdown."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run.

    `as_of` is the day for which policies were evaluated. `documents` is the number of documents.
    `diagnostics` are sorted by file, line, column and id. So are the three groups of findings
    that do not fail the run: `suppressed` by a comment in the file, `known` to the `baseline`,
    and `older`, which the revision `since` already had. `failures` are the causes of exit code 2,
    one line each. `pages` are the pages of all policies and built-in findings, by id.
    `policies` is the number of policies that could run.

    What the configuration disables is part of the report, so that it leaves a trace: `off` are
    the ids of the policies that are off in all files, `eased` says each way in which the
    configuration eases the run, a sentence each, and `excluded` is the number of files that it
    excludes. `not_compared` says what could not be compared with the older version, one line each.

    `color`, `quiet`, `verbose` and `statistics` are options of the command line for reporters.
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
    eased: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    excluded: int = 0
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False

    def fails(self, diagnostic: Diagnostic) -> bool:
        """Tell whether the severity of a diagnostic fails the run."""
        return is_at_least(diagnostic.severity, self.fail_on)

    def count(self, severity: Severity) -> int:
        """Return the number of diagnostics of a severity."""
        return sum(diagnostic.severity == severity for diagnostic in self.diagnostics)
