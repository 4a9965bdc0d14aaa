"""The command `import`."""

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.exports import ExportOptions, few_lines, is_named, read_requested
from validator.cli.output import print_lines, print_message_lines, print_text


@click.command("import", context_settings={"allow_extra_args": True})
@options.EXPORTS
@options.PULL
@options.USAGE
@options.CONFIG
@click.option(
    "--into",
    "target",
    metavar="FILE",
    required=True,
    help="The tenant file to create or update.",
)
@click.option(
    "--partial",
    is_flag=True,
    help="Read --users as changes for some users, such as the csv of plan: TRUE adds a licence, "
    "FALSE removes it. Blank cells and other users are left unchanged.",
)
@click.option(
    "--with-last-access",
    "takes_last_access",
    is_flag=True,
    help="Also import the day of last access of users who have been idle for more than 30 days. "
    "This is personal data.",
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Allow more than ten and more than a tenth of the users to be removed, or to lose all "
    "their assignments; or all of them, if no subscription of the file is in the exports.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def command(
    users: tuple[str, ...],
    licenses: tuple[str, ...],
    people: tuple[str, ...],
    usage: tuple[str, ...],
    usage_map: dict[str, str],
    organisation: str | None,
    timeout: float,
    config_file: str | None,
    target: str,
    *,
    pulls: bool,
    partial: bool,
    takes_last_access: bool,
    allow_removals: bool,
    dry_run: bool,
) -> int:
    """Create or update a tenant file from Control Hub exports.

    An update leaves the rest of the file unchanged, byte for byte: comments, order, quotes, and
    all values that are not in the exports. Values of a new subscription that are not in the
    exports are written as TODO; check says where to find them. Users without an agent licence are
    left out. The file is written whole or not at all.

    With --partial, no user is removed. A csv of plan that was imported into Control Hub makes the
    same assignments in the tenant file.
    """
    from datetime import UTC, datetime

    from validator.controlhub.differences import summarize
    from validator.controlhub.export import ExportError
    from validator.controlhub.export_files import read_partial
    from validator.controlhub.import_file import create_file, update_file
    from validator.controlhub.removals import require_few_removals
    from validator.document.unified_diff import patch_name
    from validator.findings.wording import listing, path_argument
    from validator.project.config import load_config
    from validator.system.printable import printable

    if extra := click.get_current_context().args:
        raise click.UsageError(
            f"{printable(extra[0])}: name each export with its option: --users, --licenses, "
            "--people or --usage"
        )
    if target == "-":
        raise click.UsageError("--into needs the name of a file; - is not one")
    name = printable(target)
    others = {
        "--licenses": licenses,
        "--people": people,
        "--pull": pulls,
        "--org": organisation is not None,
        "--timeout": is_named("timeout"),
        "--usage": usage,
        "--map": usage_map,
        "--with-last-access": takes_last_access,
    }
    unfit = [option for option, value in others.items() if value]
    if partial and unfit:
        raise click.UsageError(f"--partial can only be used with --users; remove {listing(unfit)}")
    asked = ExportOptions(users, licenses, people, usage, usage_map, pulls, organisation, timeout)
    with no_verdict_as_click_error():
        today = datetime.now(UTC).date()
        # Only --usage needs the configuration, but one that is named must exist.
        needs_config = usage or config_file is not None
        columns = load_config(config_file).usage_map if needs_config else {}
        export = (
            read_partial(users)
            if partial
            else read_requested(asked, columns, takes_last_access=takes_last_access)
        )
        only_adds = partial or not (users or licenses or people or pulls)
        old = _read(target)
        if only_adds and old is None:
            option = "--partial" if partial else "--usage alone"
            raise click.ClickException(f"{name}: no such file; {option} needs an existing file")
        result = create_file(export, today) if not old else update_file(name, old, export, today)
    print_message_lines(*export.notes, *result.notes)
    if dry_run:
        print_text(result.diff(patch_name(target), is_new=old is None), is_utf8=True)
    if export.not_understood:
        with no_verdict_as_click_error():
            raise ExportError(*few_lines(export.not_understood))
    if not (allow_removals or partial or result.value is None):
        with no_verdict_as_click_error():
            require_few_removals(name, result.differences, result.value, export.subscriptions)
    if dry_run:
        return 0
    if result.data != old:
        _write(target, old, result.data)
    message = f"{target}: {summarize(result.differences)}"
    todos = result.placeholders
    if todos:
        left = "1 value is" if todos == 1 else f"{todos} values are"
        message += f"; {left} left to fill in: run tenantlint check {path_argument(target)}"
    print_lines(message)
    return 0


def _read(target: str) -> bytes | None:
    """Return the contents of the tenant file; None if it does not exist. Raises ClickException."""
    from validator.project.sources import Source, SourceError, read_source
    from validator.system.atomic_write import require_file_name
    from validator.system.printable import printable

    try:
        return read_source(Source(target, target), b"")
    except SourceError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise click.ClickException(str(error)) from error
    try:
        require_file_name(target)
    except IsADirectoryError as error:
        raise click.ClickException(f"{printable(target)}: {error.strerror}") from error
    return None


def _write(target: str, before: bytes | None, after: bytes) -> None:
    """Write the file if it is unchanged; `before` is None if it is new. Raises ClickException."""
    from pathlib import Path

    from validator.system.atomic_write import ChangedError, write_if_unchanged
    from validator.system.printable import printable

    name = printable(target)
    try:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        write_if_unchanged(target, before, after)
    except ChangedError as error:
        how = "created" if before is None else "changed"
        message = f"{name}: {how} while it was being imported; not written"
        raise click.ClickException(message) from error
    except OSError as error:
        raise click.ClickException(f"{name}: {error.strerror}; not written") from error
