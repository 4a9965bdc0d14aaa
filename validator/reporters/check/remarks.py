"""The remarks about a report: what is not complete, not compared, eased or assumed."""

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
        """The text with its kind as a prefix."""
        return f"{self.kind}: {self.text}"

    @property
    def severity(self) -> Severity:
        """The severity of the remark, which depends on its kind."""
        return _SEVERITIES[self.kind]


def remarks(report: Report) -> list[Remark]:
    """Return all remarks of a report, the most severe kind first."""
    return [
        *(Remark("not complete", text) for text in report.failures),
        *(Remark("not compared", text) for text in report.not_compared),
        *(Remark("eased", text) for text in report.eased),
        *(Remark("assumed", text) for text in report.assumed),
    ]
