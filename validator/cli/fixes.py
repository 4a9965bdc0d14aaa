"""Write the fixes of `check`, or show their diff."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from validator.cli.exit_codes import FINDINGS, NO_VERDICT
from validator.cli.output import print_bytes, print_error_text, print_text
from validator.findings.wording import counted

if TYPE_CHECKING:
    from validator.project.request import Request
    from validator.project.sources import Source
    from validator.run.fix_run import FixRun
    from validator.system.outcome import Outcome


def refuse_combinations(request: "Request") -> None:
    """Raise UsageError for options that cannot be used with fixes."""
    option = "--diff" if request.diff else "--fix"
    if request.assume:
        raise click.UsageError(f"{option} and --assume cannot be used together")
    if request.write_baseline:
        raise click.UsageError(f"{option} and --write-baseline cannot be used together")
    if not request.suppressions:
        raise click.UsageError(
            f"{option} and --no-suppressions cannot be used together: suppressed findings are not "
            "fixed"
        )


def refuse_special_files(sources: "Sequence[Source]") -> None:
    """Raise NoVerdictError for pipes and devices, which can be read only once and not replaced."""
    from validator.system.errors import NoVerdictError
    from validator.system.file_kind import is_pipe_or_device

    lines = [
        f"{source.name}: not a regular file, so it cannot be fixed; write - and pass it as "
        "standard input"
        for source in sources
        if source.path is not None and is_pipe_or_device(source.path)
    ]
    if lines:
        raise NoVerdictError(*lines)


def write_fixes(fixes: "FixRun") -> "FixRun":
    """Write the fixed files, all or none; return the run, without fixes if none is written."""
    from validator.system.atomic_write import ChangedError, Replacement, write_all_atomically
    from validator.system.errors import NoVerdictError

    files = {file.path: file for file in fixes.files if file.path is not None}
    try:
        write_all_atomically(
            {path: Replacement(file.before, file.after) for path, file in files.items()}
        )
    except ChangedError as error:
        cause = f"{files[str(error)].name}: changed while it was being checked"
    except OSError as error:
        cause = f"{error.filename}: {error.strerror}"
    else:
        return fixes
    return fixes.refused(NoVerdictError(f"{cause}; no file is written"))


def deliver_fixes(fixes: "FixRun", outcome: "Outcome", request: "Request") -> "Outcome":
    """Print the diff of the fixed files, or the fixed standard input; return what is left to print.

    `outcome` has the report on the remaining findings. If standard input is fixed, its text goes
    to standard output and the report to standard error.
    """
    from validator.system.packed_text import PackedText

    lines = [] if fixes.is_refused else _notes(fixes, request)
    outcome = outcome._replace(lines=(*outcome.lines, *lines))
    if request.diff:
        print_text("".join(file.diff for file in fixes.files), is_utf8=True)
        code = FINDINGS if fixes.files else 0
        if outcome.code == NO_VERDICT:
            code = NO_VERDICT
        return outcome._replace(shown=PackedText(), code=code)
    if fixes.stdin is None:
        return outcome
    print_bytes(fixes.stdin)
    print_error_text(str(outcome.shown))
    return outcome._replace(shown=PackedText())


def _notes(fixes: "FixRun", request: "Request") -> "list[str]":
    """Return lines about the fixes that were made and those that are left, for standard error."""
    is_diff = request.diff
    lines: list[str] = []
    if fixes.files:
        number = sum(file.number for file in fixes.files)
        verb = "would fix" if is_diff else "fixed"
        where = counted(len(fixes.files), "file")
        lines.append(f"{verb} {counted(number, 'finding')} in {where}")
    lines += [
        f"{file.name}: the diff is UTF-8, but the file is not: use --fix instead of a patch"
        for file in fixes.files
        if is_diff and not file.is_utf8
    ]
    if not fixes.is_done:
        lines.append("more fixes can be made: run the command again")
    safe, unsafe = _remaining(fixes)
    refused = safe + unsafe if request.unsafe_fixes else safe
    if refused and fixes.is_done and not fixes.report.failures:  # which may be why they are left
        lines.append(
            f"{_findings_have(refused)} a fix that would cause another finding or change another "
            "value: correct by hand"
        )
    if unsafe and not request.unsafe_fixes:
        lines.append(f"{_findings_have(unsafe)} an unsafe fix: add --unsafe-fixes")
    return lines


def _remaining(fixes: "FixRun") -> tuple[int, int]:
    """Return the numbers of safe and unsafe fixes of the findings that are left."""
    left = [item.fix.safe for item in fixes.report.diagnostics if item.fix is not None]
    return sum(left), len(left) - sum(left)


def _findings_have(number: int) -> str:
    return f"{number:,} {'findings have' if number > 1 else 'finding has'}"
