"""What a run has found out: all that a reporter may use."""

from dataclasses import dataclass
from datetime import date

from validator.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run.

    `diagnostics` are sorted by file, line, column and id; `failures` are the causes of exit
    code 2, a line each. What a configuration leaves out stands here too, for it must leave a
    trace: the ids of the policies that are `off`, the number of files in which more are off
    (`eased`), and the number of files `excluded`. The rest says how a person wants to see it.
    """

    as_of: date
    files: int
    documents: int
    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[str, ...] = ()
    policies: int = 0
    off: tuple[str, ...] = ()
    eased: int = 0
    excluded: int = 0
    color: bool = False
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False

    def count(self, severity: Severity) -> int:
        """Return the number of diagnostics of a severity."""
        return sum(diagnostic.severity == severity for diagnostic in self.diagnostics)
