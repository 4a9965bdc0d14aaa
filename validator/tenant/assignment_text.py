"""Assignments as text for a help, and as edits of a fix."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from validator.findings.fix import Edit
from validator.findings.wording import WORDS_OF_YAML, listing
from validator.tenant.model import Assignment, User

# Ids that YAML reads as strings without quotes.
_PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def edits(user: User, added: Sequence[Assignment], instead_of: Sequence[Assignment]) -> list[Edit]:
    """Return the edits that add assignments of a user. The first ones replace the old ones."""
    found = [Edit.remove(old.path) for old in instead_of[1:]]
    for old, new in zip(instead_of[:1], added, strict=False):
        if old.license is None or new.license is None:
            found.append(Edit.set(old.path, _value(new)))
            continue
        pairs = (
            ("subscription", old.subscription, new.subscription),
            ("license", old.license, new.license),
        )
        found += [Edit.set(old.at(key), now) for key, before, now in pairs if before != now]
    left = added[1:] if instead_of else added
    return [*found, *(Edit.append(user.at("assignments"), _value(item)) for item in left)]


def assignment_value(subscription: str, license: str | None) -> object:
    """Return an assignment as a value of a tenant file."""
    return subscription if license is None else {"subscription": subscription, "license": license}


def _value(assignment: Assignment) -> object:
    return assignment_value(assignment.subscription, assignment.license)


def entries(assignments: Iterable[Assignment]) -> str:
    """Return assignments as YAML in backticks, for a help; equal ones once."""
    times = Counter(map(_entry, assignments))
    return listing([f"all {text}" if number > 1 else text for text, number in times.items()])


def _entry(assignment: Assignment) -> str:
    """Return an assignment as YAML in backticks, for a help."""
    id = assignment.subscription
    if not _PLAIN_ID.fullmatch(id) or id.lower() in WORDS_OF_YAML:
        id = json.dumps(id, ensure_ascii=False)
    if assignment.license is None:
        return f"`{id}`"
    return f"`{{subscription: {id}, license: {assignment.license}}}`"
