"""Options that several commands share, and the parsers of their values."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from validator.cli.completion import complete_ids, complete_levels, complete_report, complete_with
from validator.cli.number_options import Seconds, WholeNumber
from validator.findings.severity import SEVERITIES
from validator.findings.wording import STDIN_NAME
from validator.schema.formats import is_date
from validator.system.patterns import compiled

if TYPE_CHECKING:
    from validator.project.config import Level

Command = TypeVar("Command", bound=Callable[..., Any])

_MONTH = r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])"


def parse_day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Return the day of an option of the form YYYY-MM-DD."""
    if value is None:
        return None
    if not is_date(value):
        from validator.schema.readings import not_a_day

        raise click.BadParameter(f"{not_a_day(value)}.", ctx, param)
    return date.fromisoformat(value)


def parse_pairs(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Return the names and values of a repeatable option of the form NAME=VALUE."""
    pairs: list[tuple[str, str]] = []
    for text in values:
        name, _, value = text.partition("=")
        if not (name and value):
            raise click.BadParameter(f"{text} is not of the form {param.metavar}.", ctx, param)
        pairs.append((name, value))
    return tuple(pairs)


def parse_levels(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> "tuple[tuple[str, Level], ...]":
    """Return the ids and levels of a repeatable option of the form ID=LEVEL."""
    pairs = parse_pairs(ctx, param, values)
    for id, level in pairs:
        if level not in (*SEVERITIES, "off"):
            several = "; repeat the option for each id" if "," in level else ""
            raise click.BadParameter(f"{id}={level}: write error, warning, info or off{several}.")
    return pairs  # type: ignore[return-value]


def parse_ids(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of a repeatable option that takes several, separated by commas."""
    return tuple(id.strip() for value in values for id in value.split(","))


def parse_usage_map(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> dict[str, str]:
    """Return the columns of a usage report, by the keys of usage rows."""
    if not value:
        return {}
    import csv

    from validator.controlhub.usage_csv import USAGE_KEYS
    from validator.findings.wording import did_you_mean

    columns: dict[str, str] = {}
    try:
        parts = next(csv.reader([value], strict=True))
    except csv.Error as error:
        raise click.BadParameter(f"{value}: {error}.", ctx, param) from error
    for part in parts:
        key, is_pair, column = (item.strip() for item in part.partition("="))
        if not (is_pair and column):
            raise click.BadParameter(f"{part} is not of the form KEY=COLUMN.", ctx, param)
        if key in columns:
            raise click.BadParameter(f"{key} is given twice.", ctx, param)
        if key not in USAGE_KEYS:
            hint = did_you_mean(key, USAGE_KEYS) or f"the keys are {', '.join(USAGE_KEYS)}"
            raise click.BadParameter(f"{key} is not a key; {hint}", ctx, param)
        columns[key] = column
    return columns


def parse_months(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[str, ...]:
    """Return the months of a repeatable option of the form YYYY-MM."""
    for value in values:
        if not compiled(_MONTH).fullmatch(value):
            from validator.schema.readings import not_a_month

            raise click.BadParameter(f"{not_a_month(value)}.", ctx, param)
    return tuple(values)


def window_options(days: int) -> Callable[[Command], Command]:
    """Return the options for a window of days; its default length is `days`."""
    return combined(
        click.option(
            "--from",
            "begin",
            metavar="DATE",
            callback=parse_day,
            help="First day; by default today, in UTC.",
        ),
        click.option("--until", metavar="DATE", callback=parse_day, help="Last day."),
        click.option(
            "--days",
            type=WholeNumber("days", 1),
            metavar="N",
            help=f"Number of days, including the first; {days} by default.",
        ),
    )


def combined(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Return a decorator that adds these options to a command, in this order."""

    def add_options(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add_options


PATHS = click.argument("paths", nargs=-1, metavar="[PATHS]...")
EXPIRING_WITHIN = click.option(
    "--expiring-within",
    type=WholeNumber("days", 0),
    metavar="DAYS",
    help="Report what ends within this number of days; 30 by default.",
)
REPORT = click.option(
    "--report",
    "targets",
    metavar="NAME=FILE",
    callback=parse_pairs,
    shell_complete=complete_report,
    multiple=True,
    help="Also write a report in this format to FILE; - is standard output. Repeatable.",
)
OUTPUT = click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the --format report to FILE instead of standard output (-).",
)
EXPORTS = combined(
    click.option(
        "--users",
        metavar="CSV",
        multiple=True,
        help="The user export of Control Hub, with licences. Repeatable.",
    ),
    click.option(
        "--licenses",
        metavar="JSON",
        multiple=True,
        help="A response of the Webex API, /v1/licenses, saved unchanged. Repeatable.",
    ),
    click.option(
        "--people",
        metavar="JSON",
        multiple=True,
        help="A response of the Webex API, /v1/people; needs --licenses. Repeatable.",
    ),
)
ORGANISATION = click.option(
    "--org",
    "organisation",
    metavar="ID",
    help="The organisation, if the token has access to several; by default its own.",
)
TIMEOUT = click.option(
    "--timeout",
    type=Seconds(0.1, 600),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="Retry a request that has no response after this number of seconds.",
)
PULL = combined(
    click.option(
        "--pull",
        "pulls",
        is_flag=True,
        help="Request the data from the Webex API, like the command pull, instead of reading "
        "--licenses and --people.",
    ),
    ORGANISATION,
    TIMEOUT,
)
USAGE = combined(
    click.option(
        "--usage",
        metavar="CSV",
        multiple=True,
        help="A monthly usage report; needs --map, or [import.usage] in the configuration. "
        "Repeatable.",
    ),
    click.option(
        "--map",
        "usage_map",
        metavar="KEY=COLUMN,...",
        callback=parse_usage_map,
        help="The columns of --usage with the month, service, quantity and, optionally, "
        "subscription; KEY==VALUE sets the same value in all rows.",
    ),
)
SELECTION = combined(
    click.option(
        "--select",
        metavar="IDS",
        multiple=True,
        callback=parse_ids,
        shell_complete=complete_ids,
        help="Use only these policy ids or topics, comma-separated. Repeatable.",
    ),
    click.option(
        "--ignore",
        metavar="IDS",
        multiple=True,
        callback=parse_ids,
        shell_complete=complete_ids,
        help="Leave out these policy ids or topics, comma-separated. Repeatable.",
    ),
    click.option(
        "--severity",
        metavar="ID=LEVEL",
        callback=parse_levels,
        shell_complete=complete_levels,
        multiple=True,
        help="Set the severity of a policy or topic to error, warning, info or off. Repeatable.",
    ),
)
PREVIEW = click.option("--preview", is_flag=True, help="Also run policies in preview.")
POLICIES = click.option(
    "--policies",
    "policy_folders",
    metavar="DIR",
    multiple=True,
    help="Also load the Python policies in this folder, and run their code. Repeatable.",
)
CONFIG = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    help="Use this configuration instead of the nearest tenantlint.toml or pyproject.toml in the "
    "working folder and its parents.",
)
ASSUME = click.option(
    "--assume",
    metavar="SUB.KEY=VALUE",
    multiple=True,
    help="Run as if this key of a subscription had this value (SUB.end=2027-06-30, "
    "SUB.auto_renew=false, SUB.entitlements.premium-agent=120), as if the key were missing "
    "(SUB.KEY=), or as if there were another subscription: +SUB={type: named, start: 2027-01-01}. "
    "Repeatable.",
)
JOBS = click.option(
    "--jobs",
    type=WholeNumber("processes", 1),
    metavar="N",
    help="Number of worker processes; by default one for each core, if there is enough work.",
)
STDIN_FILENAME = click.option(
    "--stdin-filename",
    "stdin_name",
    metavar="NAME",
    default=STDIN_NAME,
    show_default=True,
    help="The file name of standard input (the path -) in reports. It replaces the file of "
    "this name in the run.",
)
COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour of printed text; auto depends on the terminal, NO_COLOR and FORCE_COLOR.",
)
QUIET = click.option("-q", "--quiet", is_flag=True, help="Print only findings, without a summary.")
STATISTICS = click.option(
    "--statistics",
    is_flag=True,
    help="Print the number of findings for each id (format text).",
)


def fail_on_option(default: str) -> Callable[[Command], Command]:
    """Return the option `--fail-on`; its help names the default."""
    return click.option(
        "--fail-on",
        type=click.Choice([*SEVERITIES, "never"]),
        help=f"Lowest severity that fails the run; {default} by default.",
    )


def fixed_format_option(*names: str, help: str) -> Callable[[Command], Command]:
    """Return the option `--format` of a command without plugins' formats; the first is default."""
    return click.option(
        "-f",
        "--format",
        "format_name",
        type=click.Choice(names),
        default=names[0],
        help=f"Output format: {help}.",
    )


def format_option(*names: str, more: str = "") -> Callable[[Command], Command]:
    """Return the option `--format`. Its help names the formats; the first is the default."""
    return click.option(
        "-f",
        "--format",
        "format_name",
        metavar="NAME",
        default=names[0],
        shell_complete=complete_with(names),
        show_default=True,
        help=f"Output format: {', '.join(names)}{more}.",
    )
