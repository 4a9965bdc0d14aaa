"""A difference between a tenant document and the exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding with the id of a built-in finding, and the changes to the file that resolve it.

    `empties` marks one difference of a user who would be left without assignments, except to
    subscriptions that begin later.
    """

    id: str
    finding: Finding
    changes: tuple[Edit, ...]
    empties: bool = False


def finding_at_list(value: Mapping[str, Any], key: str, message: str) -> Finding:
    """Return a finding at the list under a key, or at the document if there is no list."""
    return Finding(pointer(key) if isinstance(value.get(key), list) else "", message)
