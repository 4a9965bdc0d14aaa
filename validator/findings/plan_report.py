"""The report of a plan: the input of the `plan` reporters."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from validator.findings.plan_picture import PlanPicture


Reason = Literal["no-seats", "no-subscription"]


class Move(NamedTuple):
    """Users who need a new assignment, in the order of the file, by e-mail address.

    `source` and `target` are subscription ids. `license` is None for an assignment that names no
    licence. `earliest` and `latest` are the days between which the assignment can be made without
    a gap. If `earliest` is after `latest`, the subscriptions do not overlap.
    """

    source: str
    target: str
    license: str | None
    earliest: date
    latest: date
    users: tuple[str, ...]


class Unplaced(NamedTuple):
    """Users who lose a licence on the day `lost` and cannot be moved to another subscription.

    `license` is None for access by an assignment that names no licence. `idle_holders` is the
    number of idle users who hold a suitable seat. `awaited` is a pending subscription that would
    have the licence. `supervisors` are those of the users who need premium-agent instead of it, and
    `idle` those who are idle. `entries` are the indexes of the users in the file; several can have
    one address.
    """

    source: str
    license: str | None
    lost: date
    reason: Reason
    users: tuple[str, ...]
    idle_holders: int
    awaited: str | None = None
    supervisors: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()


class SeatShortage(NamedTuple):
    """A quantity in a named subscription that falls below the number of holders on a day.

    `holders` includes the planned assignments.
    """

    subscription: str
    license: str
    date: date
    quantity: int
    holders: int


class CapacityShortage(NamedTuple):
    """A month (YYYY-MM) whose quantity decreases and is less than the last known use.

    `before` is the quantity of the previous month, `after` that of this month. `used` is the use
    in the month `of`, and `overage` the part of it above `after`. `bearer` is the id of the
    subscription that bears the overage, or None.
    """

    service: str
    month: str
    before: int
    after: int
    of: str
    used: Decimal
    overage: Decimal
    bearer: str | None


class Shift(NamedTuple):
    """A day on which another subscription becomes the primary, or the bearer of a service.

    `service` is None for the primary. `before` and `after` are subscription ids, or None.
    """

    service: str | None
    date: date
    before: str | None
    after: str | None


class Renewal(NamedTuple):
    """The last day to cancel or change a renewal, and the day on which the next term begins."""

    subscription: str
    decide_by: date
    renews_on: date


class SubscriptionEnd(NamedTuple):
    """The last day of a subscription, and the number of holders of each service with holders."""

    subscription: str
    last_day: date
    licenses: Mapping[str, int]


class LicenseChange(NamedTuple):
    """A licence that one user gets or gives back in a subscription.

    `user` is the index of the user in the file. `license` is None for an assignment that names no
    licence.
    """

    user: int
    email: str
    subscription: str
    license: str | None
    earliest: date
    latest: date

    @property
    def named(self) -> tuple[str, str | None]:
        """The subscription and the licence."""
        return self.subscription, self.license


class TenantPlan(NamedTuple):
    """The plan of one tenant. Each list is sorted by the last day to act.

    `assignments` has the new assignment of each moved user, in the order of placement.
    """

    moves: tuple[Move, ...]
    unplaced: tuple[Unplaced, ...]
    seats: tuple[SeatShortage, ...]
    capacity: tuple[CapacityShortage, ...]
    shifts: tuple[Shift, ...]
    renewals: tuple[Renewal, ...]
    ends: tuple[SubscriptionEnd, ...]
    assignments: tuple[LicenseChange, ...] = ()

    @property
    def moved(self) -> int:
        """The number of assignments to make."""
        return sum(len(move.users) for move in self.moves)

    @property
    def without_place(self) -> int:
        """The number of unplaced users. A user counts once for each licence."""
        return sum(len(item.users) for item in self.unplaced)


class PlannedTenant(NamedTuple):
    """The plan of a tenant, with its file and document.

    `releases` has the licences that can be given back, and `picture` the data for a drawing. Both
    are only set if they were requested. `without_access` is the number of users with assignments
    who have no access on the first day; the plan does not look for their places.
    """

    file: str
    document: int
    tenant: str
    name: str
    plan: TenantPlan
    releases: tuple[LicenseChange, ...] = ()
    picture: "PlanPicture | None" = None
    without_access: int = 0


class PlanReport(NamedTuple):
    """The plans for the days from `begin` to `until`, both included, sorted by file and document.

    `broken` has a line for each file with YAML or schema errors. `failures` has the causes of exit
    code 2, one line each. `assumed` has the options that change the tenants for this run. `color`
    and `width` are for reporters that print to a terminal; `width` is None without one. `on` is
    the day for which a Control Hub file is made; with `is_release` the file gives licences back.
    `without` has the plans of the same tenants without the assumptions, or None if they were not
    requested. `digests` has the digest of the contents of each file, by name.
    """

    begin: date
    until: date
    tenants: tuple[PlannedTenant, ...]
    broken: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    color: bool = False
    width: int | None = None
    on: date = date.min
    is_release: bool = False
    without: tuple[PlannedTenant, ...] | None = None
    digests: Mapping[str, str] = {}

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The reasons why the plans are incomplete, one line each."""
        return (*self.failures, *self.broken)

    @property
    def is_anybody_unplaced(self) -> bool:
        """Whether any tenant has users who cannot be placed."""
        return any(tenant.plan.unplaced for tenant in self.tenants)
