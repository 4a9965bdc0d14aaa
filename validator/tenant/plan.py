"""The plan of a tenant: which users must be moved, where and by when, and what else changes."""

from collections.abc import Sequence
from datetime import date

from validator.findings.plan_report import LicenseChange, Move, TenantPlan, Unplaced
from validator.tenant import terms
from validator.tenant.index import Index
from validator.tenant.model import Tenant
from validator.tenant.plan_handover import Loss, Placement, handover_of
from validator.tenant.plan_lists import (
    capacity_shortages,
    renewals,
    seat_shortages,
    shifts,
    subscription_ends,
)
from validator.tenant.plan_seats import SeatCounts
from validator.tenant.runs import leader_at
from validator.tenant.timeline import timeline_with_history


def plan_of(tenant: Tenant, first: date, last: date) -> TenantPlan:
    """Return the plan for the days from first to last, both included, as seen on the first."""
    index = Index(tenant)
    seats = SeatCounts(tenant, index, first)
    ends = list(subscription_ends(tenant, seats, first, last))
    handover = handover_of(tenant, index, seats, first, last)
    history = index.timeline
    if index.has_history:
        history, _ = timeline_with_history(tenant, index.subscriptions, first)
    shortages = seat_shortages(index, seats, first, last)
    return TenantPlan(
        moves=_moves(tenant, handover.placements),
        unplaced=_unplaced(tenant, index, seats, handover.losses),
        seats=tuple(sorted(shortages, key=lambda item: (item.date, *item[:2]))),
        capacity=tuple(
            sorted(
                capacity_shortages(tenant, history, first, last),
                key=lambda item: (item.month, item.service),
            )
        ),
        shifts=tuple(
            sorted(
                shifts(index.timeline, first, last),
                key=lambda item: (item.date, item.service or ""),
            )
        ),
        renewals=tuple(
            sorted(
                renewals(tenant, first, last),
                key=lambda item: (item.decide_by, item.subscription, item.renews_on),
            )
        ),
        # Only one of several subscriptions with the same id can have holders.
        ends=tuple(
            sorted(ends, key=lambda item: (item.last_day, item.subscription, not item.licenses))
        ),
        assignments=tuple(
            LicenseChange(
                item.user,
                tenant.users[item.user].email,
                item.target,
                item.license,
                item.earliest,
                item.latest,
            )
            for item in handover.placements
        ),
    )


def _moves(tenant: Tenant, placements: Sequence[Placement]) -> tuple[Move, ...]:
    """Return the placements, grouped into moves of several users."""
    groups: dict[tuple[str, str, str | None, date, date], list[int]] = {}
    for user, *key in placements:
        groups.setdefault(tuple(key), []).append(user)  # type: ignore[arg-type]
    moves = (Move(*key, users=_emails(tenant, users)) for key, users in groups.items())
    return tuple(
        sorted(
            moves,
            key=lambda item: (
                item.latest, item.source, item.target, item.license or "", item.earliest
            ),
        )
    )  # fmt: skip


def _awaited(tenant: Tenant, index: Index, losses: Sequence[Loss]) -> str | None:
    """Return the id of a pending subscription that would have the licence on the day, or None."""
    license, day = losses[0].license, losses[0].lost
    licenses: tuple[str, ...] = () if license is None else (license,)
    if license is None and any(terms.works(tenant.users[loss.user]) for loss in losses):
        licenses = terms.AGENT_LICENSES
    found = leader_at(index.awaited(licenses), day)
    return None if found is None else found.id


def _needs_premium(tenant: Tenant, loss: Loss) -> bool:
    """Return whether a user needs premium-agent instead of what was lost."""
    return terms.needs_premium(tenant.users[loss.user], loss.license or terms.STANDARD)


def _unplaced(
    tenant: Tenant, index: Index, seats: SeatCounts, losses: Sequence[Loss]
) -> tuple[Unplaced, ...]:
    """Return the losses, grouped into entries for several users."""
    groups: dict[tuple[object, ...], list[Loss]] = {}
    for loss in losses:
        key = loss.source, loss.license, loss.lost, loss.reason
        groups.setdefault(key, []).append(loss)
    found = (
        Unplaced(
            group[0].source,
            group[0].license,
            group[0].lost,
            group[0].reason,
            _emails(tenant, [loss.user for loss in group]),
            # Planned assignments only add holders, so the last number is the largest.
            group[-1].idle_holders,
            _awaited(tenant, index, group),
            _emails(tenant, [loss.user for loss in group if _needs_premium(tenant, loss)]),
            _emails(tenant, [loss.user for loss in group if seats.idle[loss.user]]),
            tuple(sorted(loss.user for loss in group)),
        )
        for group in groups.values()
    )
    return tuple(
        sorted(found, key=lambda item: (item.lost, item.source, item.license or "", item.reason))
    )


def _emails(tenant: Tenant, users: Sequence[int]) -> tuple[str, ...]:
    """Return the e-mail addresses of users, in the order of the file."""
    return tuple(tenant.users[user].email for user in sorted(users))
