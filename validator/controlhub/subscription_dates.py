"""The dates of the subscriptions in a tenant document, which need not be valid against its schema.

A value that is not a day does not limit a subscription or a line.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from validator.controlhub.document_values import first_subscriptions, whole_number
from validator.schema.formats import date_of, is_date
from validator.tenant import terms
from validator.tenant.model import EntitlementLine, Subscription


def is_over(subscription: Mapping[str, Any], today: date) -> bool:
    """Return whether a subscription is over by its dates, or cancelled."""
    return terms.is_over(_dates(subscription), today)


def later_subscriptions(value: Mapping[str, Any], today: date) -> set[str]:
    """Return the ids of the subscriptions that begin after today and are not cancelled.

    Of several subscriptions with the same id, the first counts.
    """
    return {
        id
        for _, id, item in first_subscriptions(value)
        if _dates(item).start > today and not is_over(item, today)
    }


def line_counts(line: Mapping[str, Any], subscription: Mapping[str, Any], today: date) -> bool:
    """Return whether an entitlement line counts on the later of today and the start."""
    dates = _dates(subscription)
    begin, end = terms.line_run(
        dates, EntitlementLine(since=_day(line.get("since")), until=_day(line.get("until")))
    )
    return begin <= max(today, dates.start) <= end


def _dates(subscription: Mapping[str, Any]) -> Subscription:
    """Return a subscription with only its status and dates."""
    return Subscription(
        status=subscription.get("status"),
        start=_day(subscription.get("start")) or date.min,
        end=_day(subscription.get("end")),
        grace_days=whole_number(subscription.get("grace_days")) or 0,
        auto_renew=subscription.get("auto_renew") is True,
    )


def _day(value: object) -> date | None:
    return date_of(value) if isinstance(value, str) and is_date(value) else None
