"""The summary of a `check` report, as printed by the formats for people."""

from validator.findings.report import Report
from validator.findings.wording import counted, listing


def summarize(report: Report) -> tuple[str, str]:
    """Return two phrases: the counts of the findings, and what was checked.

    The second phrase also counts the findings that are not reported and the policies that ran.
    """
    counts = [(report.count(level), level) for level in ("error", "warning", "info")]
    counts_by_severity = listing(counted(number, noun) for number, noun in counts if number)
    place = f"in {counted(len(report.files), 'file')} and {counted(report.documents, 'document')}"
    policies = counted(report.policies - len(report.off), "policy")
    if report.off:
        policies = f"{report.policies - len(report.off)} of {counted(report.policies, 'policy')}"
    phrases = [f"{place} on {report.as_of}" + (f" ({policies})" if report.policies else "")]
    unreported = [
        (len(report.suppressed), "suppressed"),
        (len(report.known), f"known to {report.baseline}"),
        (len(report.older), f"older than {report.since}"),
    ]
    phrases += [f"{number:,} {words}" for number, words in unreported if number]
    is_begun = report.files or not report.failures
    nothing = "No findings" if is_begun else "No verdict"
    return counts_by_severity or nothing, ", ".join(phrases)
