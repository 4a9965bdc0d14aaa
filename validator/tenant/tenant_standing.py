"""The standing of a whole tenant on a day, as values and as sentences."""

from collections.abc import Iterator
from typing import NamedTuple

from validator.tenant.calendar_days import until_text
from validator.tenant.periods import Period, Tenure, period_of, role_of
from validator.tenant.tenant_on import TenantOn


class TenantStanding(NamedTuple):
    """A tenant on a day: the days with an active subscription, the primary, the telephony option.

    `option_path` is the path at which the telephony option is set.
    """

    period: Period | None
    primary: Tenure | None
    option: str | None
    option_path: str | None


def tenant_standing(tenant: TenantOn) -> TenantStanding:
    """Return the standing of a tenant."""
    timeline, day, option = tenant.timeline, tenant.clock.day, tenant.telephony_option
    return TenantStanding(
        period_of(timeline.tenant, day),
        role_of(timeline.primaries, day),
        None if option is None else option.value,
        None if option is None else option.set_at.path,
    )


def tenant_sentences(standing: TenantStanding) -> Iterator[str]:
    """Yield sentences about active subscriptions, the primary and the telephony option."""
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
