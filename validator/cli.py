"""Options in, exit code out; the only module that prints.

Exit codes: 0 no finding at or above `--fail-on`, 1 there are, 2 no verdict that can be trusted,
130 interrupted.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from validator.diagnostic import SEVERITIES
from validator.formats import is_date

if TYPE_CHECKING:
    from validator.config import FailOn, Level
    from validator.hookspecs import Reporter
    from validator.report import Report

FINDINGS, NO_VERDICT, INTERRUPTED = 1, 2, 130

# A run over fewer files is over before anybody looks.
_PROGRESS_FILES = 100


def main() -> NoReturn:
    """Run the command and leave with its exit code, whatever happens."""
    try:
        code = command.main(prog_name="tenantlint", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = NO_VERDICT
    except click.ClickException as error:
        _complain(error.format_message())
        code = NO_VERDICT
    except (KeyboardInterrupt, click.Abort):
        code = INTERRUPTED
    except Exception as error:
        from validator.folder import reason

        _complain(f"internal error: {reason(error)}")
        code = NO_VERDICT
    sys.exit(code)


def _complain(*causes: str) -> None:
    from validator.reporters.plain import printable

    for cause in causes:
        for line in cause.splitlines():
            click.echo(f"tenantlint: {printable(line)}", err=True)


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    if value is None:
        return None
    if not is_date(value):
        raise click.BadParameter(f"{value} is not a calendar day (YYYY-MM-DD).", ctx, param)
    return date.fromisoformat(value)


def _pairs(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    for value in values:
        name, equals, rest = value.partition("=")
        if not (name and equals and rest):
            raise click.BadParameter(f"{value} is not of the form {param.metavar}.", ctx, param)
    return tuple((name, rest) for name, _, rest in (value.partition("=") for value in values))


def _levels(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> "tuple[tuple[str, Level], ...]":
    for id, level in _pairs(ctx, param, values):
        if level not in (*SEVERITIES, "off"):
            raise click.BadParameter(f"{id}={level} is none of error, warning, info and off.")
    return _pairs(ctx, param, values)  # type: ignore[return-value]


def _ids(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(id.strip() for value in values for id in value.split(","))


_policies_option = click.option(
    "--policies", "folders", metavar="DIR", multiple=True,
    help="A further folder of Python policies. Runs its code. Repeatable.",
)  # fmt: skip


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing found, 1 findings, 2 no verdict that can be trusted.",
)
@click.version_option(package_name="tenantlint", message="%(prog)s %(version)s")
def command() -> None:
    """A linter for the YAML that describes Webex Contact Center tenants."""


@command.command("check")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--as-of", metavar="DATE", callback=_day, help="Judge as of this day; by default today, in UTC."
)
@click.option(
    "--expiring-within",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="How far ahead an end is reported; 30 by default.",
)
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    default="text",
    show_default=True,
    help="What goes to standard output: text, concise, json, sarif, junit, github, gitlab, "
    "markdown, html, or a format of a plugin.",
)
@click.option(
    "--report",
    "targets",
    metavar="NAME=FILE",
    callback=_pairs,
    multiple=True,
    help="Also write this format to FILE. Repeatable.",
)
@click.option(
    "--select",
    metavar="IDS",
    multiple=True,
    callback=_ids,
    help="Only these policy ids or topics, comma-separated. Repeatable.",
)
@click.option(
    "--ignore",
    metavar="IDS",
    multiple=True,
    callback=_ids,
    help="Not these policy ids or topics, comma-separated. Repeatable.",
)
@click.option(
    "--severity",
    "levels",
    metavar="ID=LEVEL",
    callback=_levels,
    multiple=True,
    help="Report a policy as error, warning or info, or turn it off. Repeatable.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    help="The lowest severity that fails the run; error by default.",
)
@_policies_option
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="Use this file instead of the nearest tenantlint.toml or pyproject.toml upwards.",
)
@click.option(
    "--since",
    metavar="REV",
    help="Report only what the files at this git revision did not have, and what has changed.",
)
@click.option(
    "--baseline",
    "baseline_file",
    metavar="FILE",
    help="Let the findings pass that this file knows.",
)
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Write all that is found now to the file of --baseline.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Worker processes; by default one for each core, when there is enough work.",
)
@click.option(
    "--stdin-filename",
    metavar="NAME",
    default="<stdin>",
    show_default=True,
    help="What reports call standard input (the path -).",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour in text; auto heeds the terminal, NO_COLOR and FORCE_COLOR.",
)
@click.option("--quiet", is_flag=True, help="Findings alone, without the line that sums up.")
@click.option("--verbose", is_flag=True, help="Say which configuration holds and what is off.")
@click.option("--statistics", is_flag=True, help="Count the findings by id.")
def check(
    paths: tuple[str, ...],
    as_of: date | None,
    expiring_within: int | None,
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    levels: "tuple[tuple[str, Level], ...]",
    fail_on: "FailOn | None",
    folders: tuple[str, ...],
    config_file: str | None,
    since: str | None,
    baseline_file: str | None,
    jobs: int | None,
    stdin_filename: str,
    color: str,
    *,
    write_baseline: bool,
    quiet: bool,
    verbose: bool,
    statistics: bool,
) -> int:
    """Check tenant files.

    PATHS are files, folders, or - for standard input; without one, the working folder. A named
    file is always checked. A folder is searched for *.tenant.yaml and for YAML below tenants/,
    hidden and git-ignored entries left out.
    """
    from validator.gate import Request, judge

    if write_baseline and baseline_file is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    request = Request(
        paths=paths or (".",),
        as_of=as_of or datetime.now(UTC).date(),
        expiring_within=expiring_within,
        select=select,
        ignore=ignore,
        severity=dict(levels),
        fail_on=fail_on,
        policy_folders=folders,
        config_file=config_file,
        jobs=jobs,
        stdin_name=stdin_filename,
        formats=(format_name, *(name for name, _ in targets)),
        since=since,
        baseline=baseline_file,
        write_baseline=write_baseline,
        verbose=verbose,
    )
    with _causes():
        verdict = judge(request, lambda files: _progress(files, quiet=quiet))
    shown = replace(verdict.report, color=_wants_color(color), quiet=quiet, statistics=statistics)
    if verbose:
        _complain(f"configuration: {verdict.config}", *(f"off: {id}" for id in shown.off))
    failed = _publish(shown, verdict.reporters, targets)
    _complain(*shown.failures)
    if failed or shown.failures:
        return NO_VERDICT
    return FINDINGS if verdict.fails else 0


@command.command("policies")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@_policies_option
def policies(format_name: str, folders: tuple[str, ...]) -> int:
    """List all policies."""
    from validator.plugins import load_plugins

    with _causes():
        plugins = load_plugins(folders)
    rows = [
        {"id": item.id, "topic": item.topic, "severity": item.severity, "title": item.title}
        for item in plugins.policies.values()
    ]
    if format_name == "json":
        import json

        _print(json.dumps({"version": 1, "policies": rows}, indent=2, ensure_ascii=False) + "\n")
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table("topic", "id", "severity", "title", box=None, header_style="bold")
        for row in rows:
            table.add_row(row["topic"], row["id"], row["severity"], row["title"])
        Console().print(table)
    else:
        broad = {key: max(len(row[key]) for row in rows) for key in ("topic", "id", "severity")}
        _print(
            "".join(
                "  ".join(f"{row[key]:<{size}}" for key, size in broad.items())
                + f"  {row['title']}\n"
                for row in rows
            )
        )
    return 0


@command.command("explain")
@click.argument("id", metavar="ID")
@_policies_option
def explain(id: str, folders: tuple[str, ...]) -> int:
    """Print the page of a policy, or of a yaml- or schema- finding."""
    from validator.builtin import BUILTIN, builtin
    from validator.plugins import load_plugins
    from validator.wording import did_you_mean

    with _causes():
        plugins = load_plugins(folders)
    found = plugins.policies.get(id) or builtin(id)
    if found is None:
        hint = did_you_mean(id, [*plugins.policies, *BUILTIN])
        raise click.UsageError(f"no policy is called {id or 'nothing'}" + (hint and f"; {hint}"))
    page = f"# {found.id}\n\n{found.severity}, {found.topic}\n\n{found.text}\n"
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(page))
    else:
        _print(page)
    return 0


@command.command("schema")
@click.argument("name", metavar="[NAME]", default="tenant")
def schema(name: str) -> int:
    """Print a JSON Schema: tenant (the default), config, or one that a plugin brings."""
    from validator.bundled import bundled_schema
    from validator.plugins import load_plugins
    from validator.wording import listing

    with _causes():
        schemas = {item.name: item.text for item in load_plugins().schemas}
        schemas["config"] = bundled_schema("config")
    if name not in schemas:
        raise click.UsageError(f"no schema is called {name}; there are {listing(sorted(schemas))}")
    _print(schemas[name])
    return 0


@contextmanager
def _causes() -> Iterator[None]:
    """Turn whatever leaves no verdict into exit code 2, with a line for each cause."""
    from validator.baseline import BaselineError
    from validator.config import ConfigError
    from validator.folder import PluginError
    from validator.git import GitError
    from validator.schema import SchemaError

    try:
        yield
    except GitError as error:
        raise click.ClickException(f"--since: {error}") from error
    except (
        BaselineError, ConfigError, PluginError, SchemaError, FileNotFoundError,
    ) as error:  # fmt: skip
        raise click.ClickException(str(error)) from error


def _publish(
    report: "Report",
    reporters: "Mapping[str, Reporter]",
    targets: Sequence[tuple[str, str]],
) -> bool:
    """Write all reports, the first format to standard output; tell whether one has failed."""
    from validator.folder import reason
    from validator.output import write_whole

    failed = False
    for name, file in targets:
        try:
            write_whole(file, reporters[name](replace(report, color=False)))
        except OSError as error:
            _complain(f"{file}: {error.strerror}; the report {name} is not written")
            failed = True
        except Exception as error:
            _complain(f"{file}: the reporter {name} crashed: {reason(error)}")
            failed = True
    name = next(iter(reporters))
    try:
        text = reporters[name](report)
    except Exception as error:
        _complain(f"the reporter {name} crashed: {reason(error)}")
        return True
    _print(text)
    return failed


def _print(text: str) -> None:
    # What the terminal's encoding lacks, or an undecodable file name, becomes an escape.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough; the verdict is the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wants_color(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def _progress(files: int, *, quiet: bool) -> "Iterator[Callable[[int], None]]":
    """Show a bar on a terminal, if the run is long enough to want one."""
    if quiet or files < _PROGRESS_FILES or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=files)
        yield lambda number: bar.advance(task, number)
