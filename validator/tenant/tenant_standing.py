"""How a tenant stands as a whole on a day, as a value and in words."""

from collections.abc import Iterator
from typing import NamedTuple

from validator.tenant.periods import Period, Role, period_of, role_of, until_text
from validator.tenant.tenant_on import TenantOn


class TenantStanding(NamedTuple):
    """A tenant on a day: until when a subscription is active, the primary, the option.

    `option_path` is where the telephony option is set.
    """

    period: Period | None
    primary: Role | None
    option: str | None
    option_path: str | None


def tenant_standing(tenant: TenantOn) -> TenantStanding:
    """Return how a tenant stands."""
    timeline, day, option = tenant.timeline, tenant.clock.day, tenant.telephony_option
    return TenantStanding(
        period_of(timeline.tenant, day),
        role_of(timeline.primaries, day),
        None if option is None else option.value,
        None if option is None else option.set_at.path,
    )


def tenant_sentences(standing: TenantStanding) -> Iterator[str]:
    """Yield until when a subscription is active, who is the primary, and which option is set."""
    period, primary = standing.period, standing.primary
    if period is not None and period.is_now:
        yield f"a subscription is active {until_text(period.last)}"
    elif period is not None and not period.is_past:
        yield f"no subscription is active before {period.first}"
    else:
        yield "no subscription is active"
    if primary is not None:
        yield f"the primary is {primary.subscription.id}, {until_text(primary.until)}"
    if standing.option is not None:
        yield f"the telephony option is {standing.option}, set at {standing.option_path}"
