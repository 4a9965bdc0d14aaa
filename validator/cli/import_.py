"""The command `import`."""

import click

from validator.cli import options
from validator.cli.exit_codes import no_verdict_as_click_error
from validator.cli.output import print_lines, print_messages, print_text


@click.command("import")
@options.EXPORTS
@click.option(
    "--into",
    "target",
    metavar="FILE",
    required=True,
    help="The tenant file to make, or to bring up to date.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change.")
def command(
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

    with no_verdict_as_click_error():
        export = read_exports(users, licenses, people)
        old = None if not Path(target).exists() else read_source(Source(target, target), b"")
        result = create_file(export) if not old else update_file(target, old, export)
    print_messages(*export.notes)
    if dry_run:
        print_text(result.diff(target))
        return 0
    if result.data != old:
        try:
            write_bytes_atomically(target, [result.data])
        except OSError as error:
            raise click.ClickException(f"{target}: {error.strerror}; not written") from error
    message = f"{target}: {summarize(result.differences)}"
    lines = (line for line in result.after.splitlines() if not line.startswith("#"))
    todos = sum(" TODO" in line for line in lines)
    if todos:
        message += f"; {todos} values are left to fill in: tenantlint check {target}"
    print_lines(message)
    return 0
