"""What a run has found out: all that a reporter may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from validator.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run.

    `diagnostics` are sorted by file, line, column and id; `failures` are the causes of exit
    code 2, a line each. `off` counts findings that never came up because a policy is off, so it
    counts the policies. The rest says how a person wants to see it.
    """

    as_of: date
    files: int
    documents: int
    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[str, ...] = ()
    policies: int = 0
    off: tuple[str, ...] = ()
    excluded: int = 0
    titles: Mapping[str, str] = field(default_factory=dict)
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False

    def count(self, severity: Severity) -> int:
        """Return the number of diagnostics of a severity."""
        return sum(diagnostic.severity == severity for diagnostic in self.diagnostics)
