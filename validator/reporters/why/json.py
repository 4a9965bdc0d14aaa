"""Format `json` of `why`: for programs.

`until` is null if something does not hold today, and if it never ends.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from validator.reporters.json_parts import indented_json_with_items
from validator.tenant.calendar_days import FOREVER
from validator.tenant.periods import Period, Tenure, begin_of, until_of
from validator.tenant.subscription_standing import (
    ServiceStanding,
    SubscriptionStanding,
    primary_sentence,
    service_sentence,
    state_sentence,
)
from validator.tenant.user_standing import UserStanding, assignment_sentence, cover_sentence
from validator.tenant.why_report import ExplainedTenant, PolicyAnswer, WhyReport


def render(report: WhyReport) -> Iterator[str]:
    """Yield one JSON object with the explanation of each tenant in the file."""
    value = {
        "version": 1,
        "as_of": report.as_of.isoformat(),
        "soon": report.soon.isoformat(),
        "file": report.file,
        "failures": [*report.failures, *report.broken],
        "tenants": [],
    }
    yield from indented_json_with_items(value, map(_tenant, report.tenants), level=2)
    yield "\n"


def _tenant(item: ExplainedTenant) -> dict[str, Any]:
    standing = item.standing
    return {
        "document": item.document,
        "tenant": item.tenant,
        "name": item.name,
        "covered": _period(standing.period),
        "primary": _role(standing.primary),
        "telephony": standing.option and {"option": standing.option, "path": standing.option_path},
        "subscriptions": [subscription_to_json(part) for part in item.subscriptions],
        "users": [user_to_json(part) for part in item.users],
        "policy": None if item.policy is None else _policy(item.policy),
    }


def subscription_to_json(item: SubscriptionStanding) -> dict[str, Any]:
    """Return the JSON object of a subscription."""
    subscription = item.subscription
    return {
        "subscription": subscription.id,
        "path": subscription.path,
        "name": subscription.name,
        "text": f"{state_sentence(item)}. {primary_sentence(item)}",
        "status": subscription.status or "active",
        "is_first": item.is_first,
        "live": item.is_live,
        "active": _period(item.period),
        "last_day": _day(item.last_day),
        "days_left": item.days_left,
        "primary": item.is_primary,
        "primary_until": _day(item.primary.until) if item.primary and item.is_primary else None,
        "primary_from": _day(item.primary_from),
        "users": item.users,
        "entitlements": [_service(item, part) for part in item.services],
    }


def _service(standing: SubscriptionStanding, item: ServiceStanding) -> dict[str, Any]:
    return {
        "service": item.service,
        "text": service_sentence(standing, item),
        "quantity": item.amount.quantity,
        "quantity_until": _day(item.amount.until),
        "next_quantity": item.amount.next,
        "active": _period(item.period),
        "holders": item.holders,
        "free": item.free,
        "bearer": _role(item.bearer),
    }


def user_to_json(item: UserStanding) -> dict[str, Any]:
    """Return the JSON object of a user."""
    return {
        "user": item.user.email,
        "path": item.user.path,
        "name": item.user.name,
        "text": cover_sentence(item),
        "works": item.works,
        "idle": item.is_idle,
        "covered": _period(item.period),
        "days_left": item.days_left,
        "assignments": [
            {
                "path": part.assignment.path,
                "subscription": part.assignment.subscription,
                "license": part.assignment.license,
                "text": assignment_sentence(part),
                "known": part.subscription is not None,
                "access": part.is_access,
                "serves": _period(part.period),
                "gives": part.gives,
                "seat": part.seat,
            }
            for part in item.assignments
        ],
        "licenses": [
            {
                "license": part.license,
                "covered": _period(part.period),
                "by": [given.path for given in part.by],
            }
            for part in item.licenses
        ],
    }


def _policy(item: PolicyAnswer) -> dict[str, Any]:
    return {
        "id": item.id,
        "outcome": item.outcome,
        "reason": item.reason or None,
        "findings": [
            {
                "status": status,
                "severity": found.severity,
                "path": found.path,
                "line": found.span.line,
                "column": found.span.column,
                "message": found.message,
                "help": found.help,
                "suppressed": found.suppressed,
            }
            for found, status in item.found
        ],
        "findings_elsewhere": item.elsewhere,
        "soon": _day(item.soon),
        "asked": [question._asdict() for question in item.questions],
    }


def _period(period: Period | None) -> dict[str, Any]:
    """Return whether something holds today, and the day until which or from which it holds."""
    begin = begin_of(period)  # it may be the last day of the calendar
    return {
        "today": period is not None and period.is_now,
        "until": _day(until_of(period)),
        "from": begin and begin.isoformat(),
    }


def _role(role: Tenure | None) -> dict[str, Any] | None:
    if role is None:
        return None
    following = None if role.next is None else role.next.id
    return {"subscription": role.subscription.id, "until": _day(role.until), "next": following}


def _day(day: date | None) -> str | None:
    return None if day is None or day == FOREVER else day.isoformat()
