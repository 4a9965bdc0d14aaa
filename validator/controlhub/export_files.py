"""The reading of export files."""

from collections.abc import Sequence

from validator.controlhub.api_json import add_license, add_person, read_items
from validator.controlhub.export import Export, ExportError, HeldLicense, read_text
from validator.controlhub.users_csv import add_users
from validator.findings.wording import counted


def read_exports(users: Sequence[str], licenses: Sequence[str], people: Sequence[str]) -> Export:
    """Read the exports of a tenant, given the names of files. Raises ExportError.

    `users` are CSV exports of Control Hub, `licenses` and `people` answers of the Webex API.
    """
    if not (users or licenses or people):
        raise ExportError("nothing to compare with: name --users, --licenses or --people")
    export = Export()
    licenses_by_id: dict[str, HeldLicense] = {}
    for name in users:
        add_users(export, name, read_text(name))
    for name in licenses:
        for item in read_items(name, "totalUnits"):
            add_license(export, name, item, licenses_by_id)
    if people and not licenses:
        raise ExportError("--people names licences by their ids; --licenses says what those are")
    for name in people:
        for item in read_items(name, "emails"):
            add_person(export, name, item, licenses_by_id)
    without = sum(not person.licenses for person in export.people.values())
    if without:
        export.notes.append(f"left out: {counted(without, 'user')} without a licence of an agent")
    return export


def read_partial(users: Sequence[str]) -> Export:
    """Read CSV files that say of some users which licences change. Raises ExportError."""
    if not users:
        raise ExportError("--partial takes CSV files of users: name them with --users")
    export = Export(is_partial=True)
    for name in users:
        add_users(export, name, read_text(name))
    return export
