"""The licences that can be given back, because the user has them in another subscription."""

from collections.abc import Iterator
from datetime import date

from validator.findings.plan_report import LicenseChange
from validator.tenant.index import Index
from validator.tenant.model import Tenant
from validator.tenant.runs import Runs, change_after, run_at
from validator.tenant.timeline import assignment_keys


def releases_of(tenant: Tenant, day: date, last: date) -> Iterator[LicenseChange]:
    """Yield the licences that can be given back on a day, in the order of the file.

    The assignment that names the licence does not serve from the day to the last day of the window,
    and another assignment of the user gives the licence on the day.
    """
    last = max(day, last)
    index = Index(tenant)
    timeline = index.timeline
    for number, user in enumerate(tenant.users):
        keys = assignment_keys(user, index.subscriptions)
        givers: dict[str, set[str]] = {}
        for key in keys:
            id, license, _ = key
            if license is None or _include_any(timeline.serves(key), day, last):
                continue
            if license not in givers:
                givers[license] = {
                    giver[0] for giver in keys if run_at(timeline.gives(giver, license), day)
                }
            if any(giver != id for giver in givers[license]):
                yield LicenseChange(number, user.email, id, license, day, day)


def _include_any(runs: Runs, first: date, last: date) -> bool:
    """Return whether runs include a day from first to last."""
    following = min(change_after(runs, first), last)
    return run_at(runs, first) is not None or run_at(runs, following) is not None
