"""The free seats of a licence in a named subscription, day by day."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from validator.tenant.runs import Run, Steps


class Seats(NamedTuple):
    """The seats of a licence, or of both agent licences, and the number of users who take one."""

    quantity: Steps
    taken: int


def free_seats(seats: Seats, of_agents: Seats | None, days: Run) -> Iterator[tuple[Run, int]]:
    """Yield parts of the days, each with the number of free seats of a licence.

    It is negative if too many users take a seat. An agent licence has no more free seats than both
    agent licences together (`of_agents`): a user whose assignment names no licence takes one of
    these seats. A plan follows the same rule.
    """
    for first, last, quantity in seats.quantity.between(*days):
        free = quantity - seats.taken
        if of_agents is None:
            yield (first, last), free
            continue
        for begin, end, both in of_agents.quantity.between(first, last):
            yield (begin, end), min(free, both - of_agents.taken)


def free_on(seats: Seats, of_agents: Seats | None, day: date) -> int:
    """Return the number of free seats of a licence on a day; see `free_seats`."""
    ((_, free),) = free_seats(seats, of_agents, (day, day))
    return free
