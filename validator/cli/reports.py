"""Render the reports of a command in the requested formats, write them to files and print them."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from validator.cli.exit_codes import FINDINGS, NO_VERDICT
from validator.cli.output import OutputError, print_message_lines, print_parts
from validator.cli.report_files import STDOUT, refuse_read_files
from validator.reporters.formats import UTF8_FORMATS

if TYPE_CHECKING:
    from validator.run.check_run import Verdict
    from validator.system.outcome import Outcome


Render = Callable[[Any], str | Iterable[str]]
"""A reporter: returns the text of a report, or yields its parts."""


class ReportingCommand(click.Command):
    """A command that writes reports. If it fails, it removes the reports of an earlier run.

    They could be mistaken for its own. Reports never replace a file that the command reads.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        refuse_read_files(ctx.params)
        try:
            return super().invoke(ctx)
        except (click.UsageError, click.exceptions.Exit, OutputError):
            raise
        except Exception:
            targets = ctx.params.get("targets") or ()
            _remove_reports([file for _, file in targets] + [ctx.params.get("output")])
            raise


def _remove_reports(files: Iterable[str | None]) -> None:
    from contextlib import suppress
    from pathlib import Path

    from validator.system.file_kind import is_file

    for file in files:
        if file is not None and file != STDOUT and is_file(file):
            with suppress(OSError):
                Path(file).resolve().unlink()


class ReportOptions(NamedTuple):
    """The appearance of a report, and the other formats and files to write it to.

    `output` is the file to write instead of standard output; None or `-` is standard output.
    `width` is the width of the terminal; None if the report is not printed to a terminal. With
    `explain_options`, the command `explain` loads the policies of the run.
    """

    color: bool
    quiet: bool
    statistics: bool
    targets: tuple[tuple[str, str], ...]
    output: str | None = None
    include_suppressed: bool = False
    width: int | None = None
    explain_options: tuple[str, ...] = ()


def formats_of(format_name: str, targets: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the requested formats: the one for standard output, then those for files."""
    return (format_name, *(name for name, _ in targets))


def load_reporters(
    command: str, known_formats: Sequence[str], formats: Sequence[str]
) -> Mapping[str, Render]:
    """Return the reporters by format, for a command without formats from plugins.

    Raises UsageError for a format that the command does not have.
    """
    from importlib import import_module

    from validator.findings.wording import did_you_mean, listing, not_called

    reporters: dict[str, Render] = {}
    for name in formats:
        if name not in known_formats:
            hint = did_you_mean(name, known_formats) or f"the formats are {listing(known_formats)}"
            message = not_called(f"format of {command}", name)
            raise click.UsageError(f"{message}; {hint}")
        reporters[name] = import_module(f"validator.reporters.{command}.{name}").render
    return reporters


def render_verdict(
    verdict: "Verdict", options: ReportOptions, messages: Sequence[str]
) -> "Outcome":
    """Return the rendered reports of a verdict, and its exit code.

    `messages` are lines for standard error, before the failures of the report.
    """
    plain = verdict.report._replace(
        quiet=options.quiet,
        statistics=options.statistics,
        include_suppressed=options.include_suppressed,
        explain_options=options.explain_options,
    )
    printed = plain._replace(color=options.color, width=options.width, is_printed=True)
    fails = any(plain.fails(item) for item in plain.diagnostics)
    code = NO_VERDICT if plain.failures else FINDINGS if fails else 0
    messages = [*messages, *plain.failures]
    return render_reports(
        verdict.reporters, printed, plain, options.targets, messages, code, options.output
    )


def render_reports(
    reporters: Mapping[str, Render],
    printed: Any,
    written: Any,
    targets: Sequence[tuple[str, str]],
    messages: Sequence[str],
    code: int,
    output: str | None = None,
) -> "Outcome":
    """Render `printed` in the first format, and `written` in the formats of the files.

    With `output`, the first format is written to that file and not printed. The file `-` is
    standard output. `messages` are lines for standard error, `code` is the exit code. If a
    reporter raises an exception, the others still run, and the exit code is `NO_VERDICT`.
    """
    from validator.system.errors import describe_error, is_shortage
    from validator.system.outcome import Outcome
    from validator.system.packed_text import PackedText, pack_text

    crashes: list[str] = []

    def render(name: str, prefix: str, report: Any) -> PackedText | None:
        try:
            with redirect_stdout(sys.stderr):  # what a plugin prints is not part of a report
                return pack_text(_parts(reporters[name](report)))
        except KeyboardInterrupt:
            raise
        except _TextError as error:
            reason = str(error)
        except BaseException as error:  # a SystemExit must not set the exit code of the run
            if is_shortage(error):
                crashes.append(f"{prefix}there is not enough memory for the format {name}")
                return None
            reason = f"crashed: {describe_error(error)}"
        plugin = getattr(reporters[name], "plugin", "")
        crashes.append(f"{prefix}{plugin}{': ' if plugin else ''}the reporter {name} {reason}")
        return None

    first = next(iter(reporters))
    every = every_target(first, targets, output)
    files = [item for item in every if item[1] != STDOUT]
    texts = [(file, render(name, f"{file}: ", written)) for name, file in files]
    # A format that is given twice is printed once, as it is written to a file once.
    to_print = dict.fromkeys(name for name, file in every if file == STDOUT)
    shown = [render(name, "", printed) for name in to_print]
    return Outcome(
        PackedText([blob for text in shown if text is not None for blob in text.blobs]),
        tuple((file, text) for file, text in texts if text is not None),
        (*crashes, *messages),
        NO_VERDICT if crashes else code,
    )


class _TextError(Exception):
    """A reporter has returned something other than text."""


def _parts(text: object) -> Iterator[str]:
    """Yield the parts of what a reporter has returned. Raises _TextError."""
    if isinstance(text, str):
        yield text
        return
    if isinstance(text, bytes | Mapping) or not isinstance(text, Iterable):
        raise _TextError(f"returns {_kind(text)}; return a str, or yield the parts of the text")
    for part in text:
        if not isinstance(part, str):
            raise _TextError(f"yields {_kind(part)} as a part of the text; yield a str")
        yield part


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__


def every_target(
    format_name: str, targets: Sequence[tuple[str, str]], output: str | None
) -> Sequence[tuple[str, str]]:
    """Return the formats and their files; the format of `--format` is first."""
    return ((format_name, STDOUT if output is None else output), *targets)


def deliver(
    outcome: "Outcome", format_name: str, targets: Sequence[tuple[str, str]], output: str | None
) -> int:
    """Write and print an outcome; return its exit code, or `NO_VERDICT` if a write fails.

    The formats are the same as for `render_reports`.
    """
    from validator.system.atomic_write import write_text_atomically

    code = outcome.code
    for file, text in outcome.reports:
        try:
            write_text_atomically(file, text)
        except OSError as error:
            print_message_lines(f"{file}: {error.strerror}; the report is not written")
            code = NO_VERDICT
    printed = [name for name, file in every_target(format_name, targets, output) if file == STDOUT]
    if printed:
        print_parts(outcome.shown, is_utf8=not UTF8_FORMATS.isdisjoint(printed))
    print_message_lines(*outcome.lines)
    return code
