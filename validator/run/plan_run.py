"""Runs `plan`: returns the plans of all tenants in the files."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from validator.checking.assumptions import Applied, unused_assumptions
from validator.checking.file_check import FileCheck
from validator.checking.selection import Selection
from validator.findings.plan_report import PlannedTenant, PlanReport, TenantPlan
from validator.findings.wording import cannot_look_at
from validator.project.sources import Source, read_source
from validator.run.workers import results_of
from validator.system.cache_store import digest
from validator.tenant.model import Tenant
from validator.tenant.plan import plan_of
from validator.tenant.plan_release import releases_of
from validator.tenant.tenant_on import TenantOn

if TYPE_CHECKING:
    from validator.findings.plan_picture import PlanPicture


class PlannedFile(NamedTuple):
    """The plans for the tenants in a file.

    `has_errors` says whether there are YAML or schema errors; a document may then have no plan.
    `failure` is one line that says why the file has no plan at all. `assumed` holds, for each
    tenant, the assumptions that apply to it. `digest` is that of the contents of the file.
    """

    name: str
    tenants: tuple[PlannedTenant, ...] = ()
    has_errors: bool = False
    failure: str | None = None
    assumed: tuple[Applied, ...] = ()
    digest: str = ""


def plan_run(
    sources: Sequence[Source],
    selection: Selection,
    until: date,
    stdin: bytes,
    failures: Sequence[str],
    release_on: date | None = None,
    *,
    has_pictures: bool = False,
    jobs: int | None = None,
) -> PlanReport:
    """Return the plans for the files from the day of the settings to the given day.

    `release_on` adds the licences that may be given back on that day. `has_pictures` adds the
    data for the drawings of the HTML page. `jobs` is the number of processes; None means one for
    each core, if there is enough work.
    """
    work = partial(
        plan_file, until=until, stdin=stdin, release_on=release_on, has_pictures=has_pictures
    )
    files = results_of(sources, selection, work, failed_plan, jobs=jobs)
    lines = [file.failure for file in files if file.failure is not None]
    broken = [cannot_look_at(file.name) for file in files if file.has_errors]
    assumptions = selection.settings.assumptions
    causes = [*failures, *lines]
    if not causes:
        applied = [item for file in files for item in file.assumed]
        causes = list(unused_assumptions(assumptions, applied))
    tenants = [tenant for file in files for tenant in file.tenants]
    tenants.sort(key=lambda item: (item.file, item.document))
    return PlanReport(
        selection.settings.as_of,
        until,
        tuple(tenants),
        tuple(broken),
        tuple(causes),
        tuple(item.text for item in assumptions),
        digests={file.name: file.digest for file in files},
    )


def failed_plan(source: Source, failure: str) -> PlannedFile:
    """Return the result for a file that cannot be planned, given a line that says why."""
    return PlannedFile(source.name, failure=failure)


def plan_file(
    source: Source,
    selection: Selection,
    until: date,
    stdin: bytes,
    release_on: date | None = None,
    *,
    has_pictures: bool = False,
) -> PlannedFile:
    """Return the plans for a file from the day of the settings to the given day.

    `release_on` adds the licences that may be given back on that day. `has_pictures` adds the
    data for the drawings of the HTML page.
    """

    def planned(document: int, tenant: Tenant) -> PlannedTenant:
        plan = plan_of(tenant, begin, until)
        releases = () if release_on is None else tuple(releases_of(tenant, release_on, until))
        picture = _picture_of(tenant, plan, begin, until) if has_pictures else None
        organisation = tenant.organisation
        return PlannedTenant(
            source.name,
            document,
            organisation.id,
            organisation.name,
            plan,
            releases,
            picture,
            _without_access(tenant, begin),
        )

    begin = selection.settings.as_of
    data = read_source(source, stdin)
    opened = FileCheck(source.name, data, selection)
    tenants = tuple(planned(document, tenant) for document, tenant in opened.tenants)
    return PlannedFile(
        source.name, tenants, opened.has_errors, assumed=opened.assumed, digest=digest(data)
    )


def _without_access(tenant: Tenant, day: date) -> int:
    """Return the number of users with assignments who have no access on a day."""
    on = TenantOn(tenant, day)
    return sum(
        bool(user.assignments) and on.user_covered_until(user) is None for user in tenant.users
    )


def _picture_of(tenant: Tenant, plan: TenantPlan, begin: date, until: date) -> "PlanPicture":
    # Imported here because only HTML pages have pictures.
    from validator.run.plan_picture import picture_of

    return picture_of(tenant, plan, begin, until)
