"""The text about what follows days without an active subscription."""

from datetime import date

from validator.tenant.model import Subscription


def what_follows(next_start: tuple[date, Subscription] | None, awaited: Subscription | None) -> str:
    """Return the end of a message about days without an active subscription.

    `next_start` is the next day on which a subscription becomes active, with that subscription, and
    `awaited` a pending subscription. The text is empty if there are none.
    """
    text = ""
    if next_start is not None:
        day, following = next_start
        text = f"; the next, {following.id}, serves from {day}"
    return text if awaited is None else f"{text}; {awaited.id} is pending"
