"""Write the fixes of `check`, or show their diff."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from validator.cli.exit_codes import FINDINGS, NO_VERDICT
from validator.cli.output import print_bytes, print_error_text, print_text
from validator.findings.wording import counted

if TYPE_CHECKING:
    from validator.project.request import Request
    from validator.project.sources import Source
    from validator.run.fix_run import FixedFile, FixRun
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


def deliver_fixes(fixes: "FixRun", outcome: "Outcome", request: "Request") -> "Outcome":
    """Write the fixed files, or print their diff; return what is left to print.

    `outcome` has the report on the remaining findings. If standard input is fixed, its text goes
    to standard output and the report to standard error. Raises ClickException if a file cannot be
    written; then no file is written.
    """
    from validator.system.packed_text import PackedText

    lines = list(_notes(fixes, is_diff=request.diff))
    safe, unsafe = _remaining(fixes)
    refused = safe + unsafe if request.unsafe_fixes else safe
    if refused and fixes.is_done:
        lines.append(
            f"{_findings_have(refused)} a fix that would cause another finding: correct by hand"
        )
    if unsafe and not request.unsafe_fixes:
        lines.append(f"{_findings_have(unsafe)} an unsafe fix: add --unsafe-fixes")
    if request.diff:
        print_text("".join(file.diff for file in fixes.files), is_utf8=True)
        code = FINDINGS if fixes.files else 0
        if outcome.code == NO_VERDICT:
            code = NO_VERDICT
        return outcome._replace(shown=PackedText(), lines=(*outcome.lines, *lines), code=code)
    _write({file.path: file for file in fixes.files if file.path is not None})
    outcome = outcome._replace(lines=(*outcome.lines, *lines))
    if fixes.stdin is None:
        return outcome
    print_bytes(fixes.stdin)
    print_error_text(str(outcome.shown))
    return outcome._replace(shown=PackedText())


def _notes(fixes: "FixRun", *, is_diff: bool) -> "list[str]":
    """Return lines about the fixes that were made, for standard error."""
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
    return lines


def _remaining(fixes: "FixRun") -> tuple[int, int]:
    """Return the numbers of safe and unsafe fixes of the findings that are left."""
    left = [item.fix.safe for item in fixes.report.diagnostics if item.fix is not None]
    return sum(left), len(left) - sum(left)


def _findings_have(number: int) -> str:
    return f"{number:,} {'findings have' if number > 1 else 'finding has'}"


def _write(files: "Mapping[str, FixedFile]") -> None:
    """Write files, all or none. Raises ClickException."""
    from validator.system.atomic_write import ChangedError, Replacement, write_all_atomically

    try:
        write_all_atomically(
            {path: Replacement(file.before, file.after) for path, file in files.items()}
        )
    except ChangedError as error:
        name = files[str(error)].name
        raise click.ClickException(
            f"{name}: changed while it was being checked; no file is written"
        ) from error
    except OSError as error:
        raise click.ClickException(
            f"{error.filename}: {error.strerror}; no file is written"
        ) from error
