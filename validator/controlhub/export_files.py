"""Read export files."""

from collections.abc import Mapping, Sequence

from validator.controlhub.api_json import add_license, add_person
from validator.controlhub.api_pages import read_pages
from validator.controlhub.completeness import require_complete
from validator.controlhub.export import Export, ExportError, read_text
from validator.controlhub.export_notes import export_notes
from validator.controlhub.pull import Pulled, pulled_pages
from validator.controlhub.usage_csv import add_usage
from validator.controlhub.users_csv import add_users


def read_exports(
    users: Sequence[str],
    licenses: Sequence[str],
    people: Sequence[str],
    *,
    pulled: Pulled | None = None,
    usage: Sequence[str] = (),
    usage_map: Mapping[str, str] | None = None,
    takes_last_access: bool = False,
) -> Export:
    """Read the exports of a tenant from files.

    `users` are CSV exports of Control Hub, `licenses` and `people` are responses of the Webex API,
    and `usage` are CSV reports whose columns `usage_map` names. `pulled` are responses that were
    requested in this run. Raises ExportError, also if the exports are not complete.
    """
    if not (users or licenses or people or pulled or usage):
        raise ExportError(
            "no export is given; add --users, --licenses, --people, --usage or --pull"
        )
    if people and not licenses:
        raise ExportError("--people needs --licenses: it has only the ids of licences")
    export = Export(takes_last_access=takes_last_access)
    for name in users:
        add_users(export, name, read_text(name))
    license_pages, people_pages = pulled_pages(pulled) if pulled else ([], [])
    license_pages += read_pages(licenses, "totalUnits")
    people_pages += read_pages(people, "emails")
    for page in license_pages:
        for item in page.items:
            add_license(export, page.file, item, is_list=page.is_list)
    for page in people_pages:
        if not page.is_list:
            raise ExportError(f"{page.file}: has only one person; use the list of /v1/people")
        for item in page.items:
            add_person(export, page.file, item)
    require_complete(export)
    for name in usage:
        add_usage(export, name, read_text(name), usage_map or {})
    access = pulled.notes if pulled else ()
    export.notes = [*access, *export_notes(export), *export.notes]
    return export


def read_partial(users: Sequence[str]) -> Export:
    """Read CSV files with the licences that some users get or lose. Raises ExportError."""
    if not users:
        raise ExportError("--partial needs CSV files of users; add them with --users")
    export = Export(is_partial=True)
    for name in users:
        add_users(export, name, read_text(name))
    export.notes = list(export_notes(export))
    return export
