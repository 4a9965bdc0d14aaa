"""The bound of what an import takes away."""

from collections.abc import Sequence

from validator.controlhub.difference import Difference
from validator.system.errors import NoVerdictError

_FEW = 10
_SHARE = 10


class RemovalsError(NoVerdictError):
    """An import that would take away too much."""


def require_few_removals(name: str, differences: Sequence[Difference], users: int) -> None:
    """Raise RemovalsError if more than ten and more than a tenth of the users would be removed."""
    removed = sum(item.id == "drift-user-extra" for item in differences)
    if removed > _FEW and removed * _SHARE > users:
        raise RemovalsError(
            f"{name}: {removed:,} of {users:,} users would be removed, because the exports do not "
            "have them; if that is right, add --allow-removals; nothing is written"
        )
