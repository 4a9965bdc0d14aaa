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
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from validator.cli import options
from validator.reporters.formats import CHECK_FORMATS, FORECAST_FORMATS, USAGE_FORMATS
from validator.system.garbage_collector import collect_garbage_rarely

if TYPE_CHECKING:
    from validator.cache.run_cache import Again, Outcome
    from validator.findings.severity import FailOn
    from validator.plugins.loading import Plugins
    from validator.plugins.policy import Policy
    from validator.project.request import Request, ResolvedRequest
    from validator.run.check_run import Verdict

FINDINGS, NO_VERDICT, INTERRUPTED = 1, 2, 130
DEFAULT_DAYS = 365

_WIDEST = 160


class _View(NamedTuple):
    """How a report is to be shown, and the formats and files it is also written to."""

    color: bool
    quiet: bool
    statistics: bool
    targets: tuple[tuple[str, str], ...]


# A run over fewer files is over before anybody looks.
_PROGRESS_FILES = 100


def main() -> NoReturn:
    """Run the command and leave with its exit code, whatever happens."""
    collect_garbage_rarely()
    try:
        code = command.main(prog_name="tenantlint", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        code = NO_VERDICT
    except click.ClickException as error:
        _complain(error.format_message())
        code = NO_VERDICT
    except (KeyboardInterrupt, click.Abort):
        # Nothing is left to do; what would run at exit trips over processes that were ended.
        os._exit(INTERRUPTED)
    except Exception as error:
        from validator.system.errors import describe_error

        _complain(f"internal error: {describe_error(error)}")
        code = NO_VERDICT
    sys.exit(code)


def _printable(text: str) -> str:
    from validator.reporters.plain import printable

    return printable(text)


def _complain(*causes: str) -> None:
    for cause in causes:
        for line in cause.splitlines():
            click.echo(f"tenantlint: {_printable(line)}", err=True)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing found, 1 findings, 2 no verdict that can be trusted.",
)
@click.version_option(package_name="tenantlint", message="%(prog)s %(version)s")
def command() -> None:
    """A linter for the YAML that describes Webex Contact Center tenants."""


@command.command("check")
@options.PATHS
@click.option(
    "--as-of",
    metavar="DATE",
    callback=options.read_day,
    help="Judge as of this day; by default today, in UTC.",
)
@options.EXPIRING_WITHIN
@options.format_of(*CHECK_FORMATS, more=", or a format of a plugin")
@options.REPORT
@options.CHOICE
@options.fail_on("error")
@options.POLICIES
@options.CONFIG
@click.option(
    "--since",
    metavar="REV",
    help="Report only what the files at this git revision did not have, and what has changed.",
)
@click.option("--baseline", metavar="FILE", help="Let the findings pass that this file knows.")
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
    "--scheduler",
    metavar="ADDRESS",
    help="Check on the Dask cluster of this scheduler (tcp://host:8786); needs tenantlint[dask].",
)
@options.STDIN_FILENAME
@click.option(
    "--no-cache",
    "cache",
    flag_value=False,
    default=True,
    help="Take nothing over from earlier runs, and keep nothing of this one.",
)
@options.COLOR
@options.QUIET
@click.option(
    "-v", "--verbose", is_flag=True, help="Say which configuration holds and what is off."
)
@options.STATISTICS
def check(
    as_of: date | None,
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    color: str,
    *,
    cache: bool,
    quiet: bool,
    statistics: bool,
    **asked: Any,
) -> int:
    """Check tenant files.

    PATHS are files, folders, or - for standard input; without one, the working folder. A named
    file is always checked. A folder is searched for *.tenant.yaml and for YAML below tenants/,
    hidden and git-ignored entries left out.
    """
    from validator.cache.run_cache import again, outcome_key, recall
    from validator.project.request import resolve_request

    request = _request(as_of, (format_name, *(name for name, _ in targets)), asked)
    if request.write_baseline and request.baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    if request.scheduler is not None and request.jobs is not None:
        raise click.UsageError("--jobs and --scheduler exclude each other")
    view = _View(_wants_color(color), quiet=quiet, statistics=statistics, targets=targets)
    with _causes():
        looked = resolve_request(request)
        known = again(request, looked) if cache else None
    key = outcome_key(known, request, looked, view)
    outcome = recall(key)
    if outcome is None:
        outcome = _judge(request, looked, known, view)
    return _deliver(outcome)


def _judge(
    request: "Request", looked: "ResolvedRequest", known: "Again | None", view: "_View"
) -> "Outcome":
    """Return what a run comes to, as it is to be shown, and keep it."""
    from validator.cache.run_cache import outcome_key, remember
    from validator.run.check_run import judge

    _supervise(looked)
    with _causes():
        verdict = judge(request, looked, known, lambda files: _progress(files, quiet=view.quiet))
    configuration = [f"configuration: {verdict.config}"] if request.verbose else []
    off = [f"off: {id}" for id in verdict.report.off] if request.verbose else []
    outcome = _shown(verdict, view, [*configuration, *off])
    if known is not None and outcome.code != NO_VERDICT:
        remember(outcome_key(known._replace(stamps=verdict.stamps), request, looked, view), outcome)
    return outcome


def _shown(verdict: "Verdict", view: "_View", said: list[str]) -> "Outcome":
    """Return a verdict as it is to be shown, and with which exit code."""
    plain = replace(verdict.report, quiet=view.quiet, statistics=view.statistics)
    colored = replace(plain, color=view.color)
    fails = any(plain.fails(item) for item in plain.diagnostics)
    code = NO_VERDICT if plain.failures else FINDINGS if fails else 0
    said = [*said, *plain.failures]
    return _rendered(verdict.reporters, colored, plain, view.targets, said, code)


@command.command("forecast")
@options.PATHS
@click.option(
    "--from",
    "begin",
    metavar="DATE",
    callback=options.read_day,
    help="The first day; by default today, in UTC.",
)
@click.option("--until", metavar="DATE", callback=options.read_day, help="The last day.")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    metavar="N",
    help="So many days, the first included; 365 by default.",
)
@options.EXPIRING_WITHIN
@options.format_of(*FORECAST_FORMATS)
@options.REPORT
@options.CHOICE
@options.fail_on("never")
@options.POLICIES
@options.CONFIG
@options.STDIN_FILENAME
@options.COLOR
def forecast(
    begin: date | None,
    until: date | None,
    days: int | None,
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    fail_on: "FailOn | None",
    color: str,
    **asked: Any,
) -> int:
    """Say what time alone will do.

    For each day of the window the findings are those of check --as-of that day; shown are the
    days on which one appears or clears. PATHS as for check. With --fail-on LEVEL it exits with 1
    when a finding of that level appears after the first day.
    """
    from shutil import get_terminal_size

    from validator.findings.severity import is_at_least
    from validator.project.request import resolve_request
    from validator.run.check_run import begin as begin_run
    from validator.run.forecast_run import look_ahead
    from validator.tenant.terms import plus_days

    if until is not None and days is not None:
        raise click.UsageError("--until and --days exclude each other")
    request = _request(begin, (), asked)
    last = until or plus_days(request.as_of, (DEFAULT_DAYS if days is None else days) - 1)
    if last < request.as_of:
        raise click.UsageError(f"--until {last} is before the first day, {request.as_of}")
    reporters = _own_reporters("forecast", FORECAST_FORMATS, format_name, targets)
    with _causes():
        looked = resolve_request(request)
        _supervise(looked)
        run, found = begin_run(request, looked), looked.found
        outlook = look_ahead(found.sources, run.plan, last, run.stdin, found.failures)
    wide = get_terminal_size((100, 24)).columns
    shown = replace(outlook, color=_wants_color(color), width=min(wide, _WIDEST))
    appears = (item for event in outlook.events for item in event.appears)
    fails = any(is_at_least(item.severity, fail_on or "never") for item in appears)
    code = NO_VERDICT if outlook.failures else FINDINGS if fails else 0
    plain = replace(shown, color=False, width=100)
    return _deliver(_rendered(reporters, shown, plain, targets, outlook.failures, code))


@command.command("usage")
@options.PATHS
@click.option(
    "--month",
    "months",
    metavar="YYYY-MM",
    callback=options.read_months,
    multiple=True,
    help="Only this month. Repeatable.",
)
@options.format_of(*USAGE_FORMATS)
@options.REPORT
@options.CONFIG
@options.STDIN_FILENAME
def usage(
    months: tuple[str, ...],
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    **asked: Any,
) -> int:
    """Say what is used of each service, and who pays the overage.

    A row for each tenant, month and service that has usage or an active entitlement, in the
    months that have usage. PATHS as for check. Exits with 1 when a file has findings of YAML or
    of the schema and cannot be counted.
    """
    from validator.project.request import resolve_request
    from validator.run.check_run import begin
    from validator.run.usage_run import account

    reporters = _own_reporters("usage", USAGE_FORMATS, format_name, targets)
    with _causes():
        request = _request(None, (), asked)
        looked = resolve_request(request)
        run, found = begin(request, looked), looked.found
        accounts = account(found.sources, run.plan, months, run.stdin, found.failures)
    code = NO_VERDICT if accounts.failures else FINDINGS if accounts.broken else 0
    said = (*accounts.failures, *accounts.broken)
    return _deliver(_rendered(reporters, accounts.tenants, accounts.tenants, targets, said, code))


@command.command("init")
def init() -> int:
    """Write a first tenant file, a configuration and the pre-commit entry, with comments.

    Asks nothing, and overwrites nothing: if one of them is there already, none is written.
    """
    from importlib.metadata import version

    from validator.project.init_files import init_files

    files = init_files(datetime.now(UTC).date(), version("tenantlint"))
    _write_new(files)
    _print("Next: tenantlint check; pre-commit install\n")
    return 0


def _write_new(files: Mapping[str, str]) -> None:
    """Write files that are not there yet, all or none, and say so."""
    from pathlib import Path

    from validator.system.atomic_write import write_text_atomically

    there = [name for name in files if os.path.lexists(name)]
    if there:
        raise click.ClickException(
            "\n".join(f"{name} is there already; nothing is written" for name in there)
        )
    written: list[str] = []
    try:
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            write_text_atomically(name, text)
            written.append(name)
    except OSError as error:
        for name in written:
            Path(name).unlink()
        raise click.ClickException(f"{name}: {error.strerror}; nothing is written") from error
    _print("".join(f"{_printable(name)} is written\n" for name in files))


@command.command("import")
@options.EXPORTS
@click.option(
    "--into",
    "target",
    metavar="FILE",
    required=True,
    help="The tenant file to make, or to bring up to date.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
def import_exports(
    users: tuple[str, ...],
    licenses: tuple[str, ...],
    people: tuple[str, ...],
    target: str,
    *,
    dry_run: bool,
) -> int:
    """Make a tenant file from what Control Hub exports, or bring one up to date.

    The rest of a file stays as it is, byte for byte: comments, order, quotes, and all that no
    export tells. What no export tells of a new subscription is left as TODO; check says where to
    find it. Users without the licence of an agent are left out. The file is written whole or not
    at all.
    """
    from pathlib import Path

    from validator.controlhub.differences import summarize
    from validator.controlhub.export_files import read_exports
    from validator.controlhub.import_file import create_file, update_file
    from validator.project.sources import Source, read_source
    from validator.system.atomic_write import write_bytes_atomically

    with _causes():
        export = read_exports(users, licenses, people)
        old = None if not Path(target).exists() else read_source(Source(target, target), b"")
        made = create_file(export) if not old else update_file(target, old, export)
    for note in export.notes:
        _complain(note)
    if dry_run:
        _print(made.diff(target))
        return 0
    if made.data != old:
        try:
            write_bytes_atomically(target, made.data)
        except OSError as error:
            raise click.ClickException(f"{target}: {error.strerror}; not written") from error
    left = sum(" TODO" in line for line in made.after.splitlines() if not line.startswith("#"))
    todo = f"; {left} values are left to fill in: tenantlint check {target}" if left else ""
    _print(_printable(f"{target}: {summarize(made.differences)}{todo}") + "\n")
    return 0


@command.command("drift")
@options.PATHS
@options.EXPORTS
@options.format_of(*CHECK_FORMATS, more=", or a format of a plugin")
@options.REPORT
@options.CHOICE
@options.fail_on("error")
@options.CONFIG
@options.STDIN_FILENAME
@options.COLOR
@options.QUIET
@options.STATISTICS
def drift(
    users: tuple[str, ...],
    licenses: tuple[str, ...],
    people: tuple[str, ...],
    format_name: str,
    targets: tuple[tuple[str, str], ...],
    color: str,
    select: tuple[str, ...],
    *,
    quiet: bool,
    statistics: bool,
    **asked: Any,
) -> int:
    """Say where a tenant file and Control Hub differ.

    PATHS as for check. The exports are of one tenant: that of the organisation they name, or else
    the only one in PATHS. --select, --ignore and --severity take the ids that begin with drift-.
    Exits with 1 when something differs.
    """
    from validator.controlhub.drift import find_drift
    from validator.controlhub.export_files import read_exports
    from validator.project.request import resolve_request
    from validator.run.check_run import begin, report_on

    request = _request(None, (format_name, *(name for name, _ in targets)), asked)
    with _causes():
        export = read_exports(users, licenses, people)
        looked = resolve_request(request)
        run = begin(request, looked)
        found, documents, failed = find_drift(
            looked.found.sources, run.plan, export, run.stdin, request.as_of, select
        )
        verdict = report_on(request, run, found, documents, failed)
    view = _View(_wants_color(color), quiet=quiet, statistics=statistics, targets=targets)
    return _deliver(_shown(verdict, view, [*export.notes]))


@command.command("policies")
@click.option("--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@options.POLICIES
@options.CONFIG
def policies(format_name: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """List all policies, those that the configuration names included."""
    with _causes():
        plugins = _plugins(policy_folders, config_file)
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
@options.POLICIES
@options.CONFIG
def explain(id: str, policy_folders: tuple[str, ...], config_file: str | None) -> int:
    """Print the page of a policy, or of a finding that is none."""
    from validator.findings.builtin import BUILTIN_FINDINGS, find_builtin
    from validator.findings.wording import did_you_mean

    with _causes():
        plugins = _plugins(policy_folders, config_file)
    found = plugins.policies.get(id) or find_builtin(id)
    if found is None:
        hint = did_you_mean(id, [*plugins.policies, *BUILTIN_FINDINGS])
        raise click.UsageError(f"no policy is called {id or 'nothing'}" + (hint and f"; {hint}"))
    page = f"# {found.id}\n\n{found.severity}, {found.topic}\n\n{found.text}\n"
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(page))
    else:
        _print(page)
    return 0


@command.group("new")
def new() -> None:
    """Write the beginning of something of your own."""


@new.command("policy")
@click.argument("name", metavar="TOPIC/NAME")
@click.option(
    "--policies",
    "folder",
    metavar="DIR",
    default="policies",
    show_default=True,
    help="The folder of policies to put it in, for check --policies DIR.",
)
@click.option(
    "--package",
    metavar="DIR",
    help="Put it in a package of plugins instead, which is begun if it is not there.",
)
def new_policy(name: str, folder: str, package: str | None) -> int:
    """Write a Python policy with its page and examples.

    It works as it is: tenantlint test runs its examples. Nothing is overwritten.
    """
    from validator.authoring import policy_template

    with _causes():
        files = policy_template.policy_files(name, folder)
        frame: Mapping[str, str] = {}
        if package is not None:
            files, frame = policy_template.package_files(name, package)
    _write_new(
        {**{file: text for file, text in frame.items() if not os.path.lexists(file)}, **files}
    )
    place = folder if package is None else package
    test = f"tenantlint test {place}" if package is None else f"pip install {place}; pytest {place}"
    _print(_printable(f"Next: {test}") + "\n")
    return 0


@command.command("test")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--mutate",
    is_flag=True,
    help="Also change each good example in small ways, and show what is not found.",
)
@options.CONFIG
def test(paths: tuple[str, ...], config_file: str | None, *, mutate: bool) -> int:
    """Run the examples that policies carry.

    PATHS are files of policies without code, and folders of Python policies, whose code is run;
    without one, the policy-files of the configuration. Exits with 1 when an example says
    otherwise than what is found.
    """
    from pathlib import Path

    from validator.plugins.loading import load_plugins
    from validator.project.config import load_config
    from validator.system.limits import run_in_limited_child
    from validator.testing import examples, wrong_examples

    with _causes():
        named = paths or load_config(config_file).policy_files
        if not named:
            raise click.UsageError("nothing to test; name a file or a folder of policies")
        run_in_limited_child(restart=False)
        bundled = load_plugins(installed=False).policies
        folders = [path for path in named if Path(path).is_dir()]
        files = [path for path in named if path not in folders]
        loaded = load_plugins(folders, files, installed=False).policies
    failed = False
    lines: list[str] = []
    for policy in loaded.values():
        if policy.id in bundled:
            continue
        try:
            wrong = wrong_examples(policy)
        except AssertionError as error:
            raise click.ClickException(str(error)) from error
        every = examples(policy.page)
        good = sum(example.good for example in every)
        lines.append(
            f"{'FAILED' if wrong else 'ok':6}  {policy.id}: {len(every) - good} bad, {good} good"
        )
        lines += [f"        {line}" for line in wrong]
        failed = failed or bool(wrong)
        if mutate:
            lines += _mutated(policy)
    _print("".join(f"{_printable(line)}\n" for line in lines))
    return FINDINGS if failed else 0


def _mutated(policy: "Policy") -> list[str]:
    """Return what a policy says of small changes of its good examples."""
    from validator.authoring.mutation import run_mutants

    if policy.over != "tenant":
        return ["        --mutate changes one version of one file; this policy looks at more"]
    tried = run_mutants(policy)
    shown, unshown, missed = len(tried.found), len(tried.unshown), len(tried.missed)
    counts = f"{shown} are found as in a bad example, {unshown} otherwise, {missed} not"
    return [
        f"        {shown + unshown + missed} small changes of good examples: {counts}",
        *(f"        found, but in no bad example: {said}" for said in tried.unshown),
        *(f"        not found: {said}" for said in tried.missed),
    ]


def _plugins(folders: Sequence[str], config_file: str | None) -> "Plugins":
    from validator.plugins.loading import load_plugins
    from validator.project.config import load_config

    return load_plugins(folders, load_config(config_file).policy_files)


@command.command("schema")
@click.argument("name", metavar="[NAME]", default="tenant")
def schema(name: str) -> int:
    """Print a JSON Schema: tenant (the default), config, policies, or one that a plugin brings."""
    from validator.findings.wording import listing
    from validator.plugins.loading import load_plugins
    from validator.system.bundled_files import bundled_schema

    with _causes():
        schemas = {item.name: item.text for item in load_plugins().schemas}
        schemas |= {name: bundled_schema(name) for name in ("config", "policies")}
    if name not in schemas:
        raise click.UsageError(f"no schema is called {name}; there are {listing(sorted(schemas))}")
    _print(schemas[name])
    return 0


@contextmanager
def _causes() -> Iterator[None]:
    """Turn whatever leaves no verdict into exit code 2, with a line for each cause."""
    from validator.system.errors import NoVerdictError

    try:
        yield
    except (NoVerdictError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error


def _supervise(looked: "ResolvedRequest") -> None:
    """Go on in a process that can be ended, if policies run that may come from the tree."""
    if looked.config.policy_files:
        from validator.system.limits import run_in_limited_child

        run_in_limited_child(
            restart=all(source.path is not None for source in looked.found.sources)
        )


def _request(as_of: date | None, formats: tuple[str, ...], asked: Mapping[str, Any]) -> "Request":
    """Return what the options ask for."""
    from validator.project.request import Request

    values = {**asked, "paths": asked["paths"] or (".",)}
    if "severity" in values:
        values["severity"] = dict(values["severity"])
    return Request(as_of=as_of or datetime.now(UTC).date(), formats=formats, **values)


def _own_reporters(
    command: str, names: Sequence[str], format_name: str, targets: Sequence[tuple[str, str]]
) -> Mapping[str, Callable[[Any], str]]:
    """Return the reporters that are asked for, of a command that has formats of its own."""
    from importlib import import_module

    from validator.findings.wording import did_you_mean, listing

    reporters: dict[str, Callable[[Any], str]] = {}
    for name in (format_name, *(name for name, _ in targets)):
        if name not in names:
            hint = did_you_mean(name, names) or f"there are {listing(names)}"
            what = f"no format of {command} is called {name or 'nothing'}"
            raise click.UsageError(f"{what}; {hint}")
        reporters[name] = import_module(f"validator.reporters.{command}.{name}").render
    return reporters


def _rendered(
    reporters: Mapping[str, Callable[[Any], str]],
    shown: Any,
    written: Any,
    targets: Sequence[tuple[str, str]],
    said: Sequence[str],
    code: int,
) -> "Outcome":
    """Return the first format for standard output and the others for files.

    A reporter that crashes leaves no verdict that can be trusted, and does not keep the others
    from speaking.
    """
    from validator.cache.run_cache import Outcome
    from validator.system.errors import describe_error

    lines: list[str] = []

    def render(name: str, at: str, what: Any) -> str | None:
        try:
            return reporters[name](what)
        except Exception as error:
            lines.append(f"{at}the reporter {name} crashed: {describe_error(error)}")
            return None

    texts = [(file, render(name, f"{file}: ", written)) for name, file in targets]
    text = render(next(iter(reporters)), "", shown)
    return Outcome(
        text or "",
        tuple((file, text) for file, text in texts if text is not None),
        (*lines, *said),
        NO_VERDICT if lines else code,
    )


def _deliver(outcome: "Outcome") -> int:
    """Write and print an outcome; return its exit code."""
    from validator.system.atomic_write import write_text_atomically

    code = outcome.code
    for file, text in outcome.reports:
        try:
            write_text_atomically(file, text)
        except OSError as error:
            _complain(f"{file}: {error.strerror}; the report is not written")
            code = NO_VERDICT
    _print(outcome.shown)
    _complain(*outcome.said)
    return code


def _print(text: str) -> None:
    if sys.stdout is None:
        raise click.ClickException("there is no standard output")
    # What the terminal's encoding lacks, or an undecodable file name, becomes an escape.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has had enough; the verdict is the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        # What is left in the buffer would fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.ClickException(f"standard output: {error.strerror}") from error


def _wants_color(color: str) -> bool:
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


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
