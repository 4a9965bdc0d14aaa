"""Limit what an import can remove."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from validator.controlhub.difference import Difference
from validator.controlhub.document_values import first_subscriptions, mappings
from validator.findings.json_pointer import pointer_parts
from validator.findings.wording import counted
from validator.system.errors import NoVerdictError

_MOST_REMOVED = 10
_MOST_REMOVED_PART = 10
"""A tenth."""


class RemovalsError(NoVerdictError):
    """An import that would remove too much."""


def require_few_removals(
    name: str, differences: Sequence[Difference], value: Any, subscriptions: Collection[str]
) -> None:
    """Raise RemovalsError if too many users would be removed or lose all their assignments.

    These are more than ten and more than a tenth of the users, or all users of a file that shares
    no subscription with the exports, whose ids are `subscriptions`. `value` is the old document. A
    user with several entries counts once. Assignments to subscriptions that begin later are not
    counted.
    """
    addresses = {index: _address(index, user) for index, user in mappings(value, "users")}
    users = len(set(addresses.values()))
    removed = len({addresses[index] for index in _removed(differences)})
    ids = {id for _, id, _ in first_subscriptions(value)}
    if users > 1 and removed == users and ids and ids.isdisjoint(subscriptions):
        raise RemovalsError(
            f"{name}: the exports have none of its {counted(len(ids), 'subscription')} and "
            f"{users:,} users; are they those of another tenant? If they are correct, add "
            "--allow-removals; nothing is written"
        )
    if _is_much(removed, users):
        raise RemovalsError(
            f"{name}: {removed:,} of {users:,} users would be removed, because the exports do not "
            "have them; if this is correct, add --allow-removals; nothing is written"
        )
    emptied = sum(item.empties for item in differences)
    if _is_much(removed + emptied, users):
        raise RemovalsError(
            f"{name}: {removed + emptied:,} of {users:,} users would be removed or lose all their "
            "assignments; if this is correct, add --allow-removals; nothing is written"
        )


def _address(index: int, user: Mapping[str, Any]) -> str:
    """Return the address of a user in lower case; the index if there is none."""
    email = user.get("email")
    return email.lower() if isinstance(email, str) else str(index)


def _removed(differences: Sequence[Difference]) -> Iterator[int]:
    """Yield the indexes of the entries that would be removed."""
    for difference in differences:
        if difference.id == "drift-user-extra":
            yield int(pointer_parts(difference.finding.path)[1])


def _is_much(number: int, users: int) -> bool:
    return number > _MOST_REMOVED and number * _MOST_REMOVED_PART > users
