"""The report of a plan: the input of the reporters of `plan`."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from validator.findings.plan_picture import PlanPicture


Reason = Literal["no-seats", "no-subscription"]


class Move(NamedTuple):
    """Users who need a new assignment, in the order of the file, by e-mail address.

    `source` and `target` are ids of subscriptions. `license` is None for an assignment that names
    no licence. `earliest` and `latest` are the days between which the assignment can be made
    without a gap; where `earliest` is the later one, there is no overlap.
    """

    source: str
    target: str
    license: str | None
    earliest: date
    latest: date
    users: tuple[str, ...]


class Unplaced(NamedTuple):
    """Users who lose a licence on the day `lost`, and for whom there is no other subscription.

    `license` is None for access by an assignment that names no licence. `idle_holders` is the
    number of idle users who hold a seat that would serve.
    """

    source: str
    license: str | None
    lost: date
    reason: Reason
    users: tuple[str, ...]
    idle_holders: int


class SeatShortage(NamedTuple):
    """A quantity of a named subscription that falls below its holders on a day.

    `holders` includes those of the planned assignments.
    """

    subscription: str
    license: str
    date: date
    quantity: int
    holders: int


class CapacityShortage(NamedTuple):
    """A month (YYYY-MM) whose quantity falls, and is less than the last known use.

    `before` is the quantity of the month before it, `after` that of the month. `used` is the use
    of the month `of`, `overage` the part of it above `after`. `bearer` is the id of the
    subscription that pays the overage; None if there is none.
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

    `service` is None for the primary. `before` and `after` are ids; None if there is none.
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
    """The last day of a subscription, and the number of holders of each service that has any."""

    subscription: str
    last_day: date
    licenses: Mapping[str, int]


class LicenseChange(NamedTuple):
    """A licence that one user gets, or gives back, in a subscription.

    `user` is the index in the file. `license` is None for an assignment that names no licence.
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

    `assignments` are the new assignments of the moves, one by one, in the order in which they
    were placed.
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
        """How many assignments are to be made."""
        return sum(len(move.users) for move in self.moves)

    @property
    def without_place(self) -> int:
        """How many users are without a place, each once for each licence."""
        return sum(len(item.users) for item in self.unplaced)


class PlannedTenant(NamedTuple):
    """The plan of a tenant, with the file and the document that describe it.

    `releases` are the licences that may be given back, `picture` is what a page draws, where they
    were asked for.
    """

    file: str
    document: int
    tenant: str
    name: str
    plan: TenantPlan
    releases: tuple[LicenseChange, ...] = ()
    picture: "PlanPicture | None" = None


class PlanReport(NamedTuple):
    """The plans of the days from `begin` to `until`, both included, sorted by file and document.

    `broken` names the files that have findings of YAML or of the schema, `failures` the causes of
    exit code 2, one line each. `assumed` are the options that change the tenants for this run.
    `color` and `width` are for reporters that print to a terminal; `width` is None without one.
    `on` is the day for which a file for Control Hub is made; with `is_release` it gives licences
    back. `without` are the plans of the same tenants without the assumptions, None where they were
    not asked for.
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

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Why the plans are not complete, one line each."""
        return (*self.failures, *self.broken)

    @property
    def is_anybody_unplaced(self) -> bool:
        """Whether a tenant has users who cannot be placed."""
        return any(tenant.plan.unplaced for tenant in self.tenants)
