"""What restricts a report: why it is not complete, what was assumed, not compared and eased."""

from typing import Literal, NamedTuple

from validator.findings.report import Report
from validator.findings.severity import Severity

Kind = Literal["not complete", "not compared", "eased", "assumed"]

_SEVERITIES: dict[Kind, Severity] = {
    "not complete": "error",
    "not compared": "warning",
    "eased": "info",
    "assumed": "info",
}


class Remark(NamedTuple):
    """A sentence about the report itself."""

    kind: Kind
    text: str

    @property
    def line(self) -> str:
        """The sentence with its kind."""
        return f"{self.kind}: {self.text}"

    @property
    def severity(self) -> Severity:
        """How much the remark restricts the report."""
        return _SEVERITIES[self.kind]


def remarks(report: Report) -> list[Remark]:
    """Return all remarks of a report, the most severe kind first."""
    return [
        *(Remark("not complete", text) for text in report.failures),
        *(Remark("not compared", text) for text in report.not_compared),
        *(Remark("eased", text) for text in report.eased),
        *(Remark("assumed", text) for text in report.assumed),
    ]
