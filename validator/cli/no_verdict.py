"""The reports of a run that ended before it had a verdict."""

from typing import TYPE_CHECKING

from validator.cli.report_files import STDOUT
from validator.cli.reports import ReportOptions, every_target, load_reporters, render_verdict
from validator.reporters.formats import CHECK_FORMATS

if TYPE_CHECKING:
    from validator.project.request import Request
    from validator.system.outcome import Outcome


def outcome_without_verdict(
    request: "Request", report_options: ReportOptions, causes: str
) -> "Outcome":
    """Return reports that say why there is no verdict; they replace the files of earlier runs.

    Formats of plugins are left out, because the plugins may not be loaded.
    """
    from validator.run.check_run import Verdict
    from validator.run.no_verdict import report_without_verdict
    from validator.system.packed_text import PackedText

    first, *_ = request.formats
    known = [name for name in request.formats if name in CHECK_FORMATS]
    reporters = load_reporters("check", CHECK_FORMATS, known)
    targets = tuple(item for item in report_options.targets if item[0] in known)
    report_options = report_options._replace(targets=targets)
    if first not in known:
        reporters = {first: lambda _: "", **reporters}
        report_options = report_options._replace(output=None)
    verdict = Verdict(report_without_verdict(request, causes.splitlines()), reporters)
    outcome = render_verdict(verdict, report_options, [])
    # In these formats the report would repeat the lines on standard error.
    every = every_target(first, targets, report_options.output)
    printed = [name for name, file in every if file == STDOUT]
    return outcome._replace(shown=PackedText()) if printed in (["text"], ["concise"]) else outcome
