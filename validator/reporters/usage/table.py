"""The table of `usage` as text cells, for all formats except `json`."""

from collections.abc import Iterator
from typing import NamedTuple

from validator.reporters.usage.numbers import digits
from validator.tenant.calendar_days import month_days
from validator.tenant.usage import DepartmentShare, Share, SplitBy, TenantUse, Use

COLUMNS = (
    "month", "service", "entitled", "on", "lowest", "used", "overage", "borne by", "primary",
    "split",
)  # fmt: skip
"""The column names. `split` shows used/entitled for each subscription or department."""
NUMBER_COLUMNS = ("entitled", "lowest", "used", "overage")
"""The columns with numbers, which are aligned to the right."""

_CHANGE_COLUMNS = ("on", "lowest")
"""The columns that are shown only if a quantity changes within a month."""
_NO_DEPARTMENT = "no department"


class Table(NamedTuple):
    """The names of the columns, and rows with a cell for each of them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def usage_rows(tenant: TenantUse, by: SplitBy) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each row of a tenant, in the order of `COLUMNS`."""
    for use in tenant.uses:
        yield (
            use.month,
            use.service,
            digits(use.entitled),
            str(use.on),
            digits(use.lowest),
            digits(use.used),
            "" if use.overage is None else digits(use.overage),
            use.bearer or "",
            use.primary or "",
            ", ".join(map(_share_text, use.by_department if by == "department" else use.split)),
        )


def table_for_people(tenant: TenantUse, by: SplitBy) -> Table:
    """Return the rows of a tenant with the columns that are useful to people.

    The day of the largest quantity and the lowest quantity are shown only if a quantity changes
    within the month.
    """
    changes = [_has_change(use) for use in tenant.uses]
    shown = [
        number for number, name in enumerate(COLUMNS) if any(changes) or name not in _CHANGE_COLUMNS
    ]
    return Table(
        tuple(COLUMNS[number] for number in shown),
        tuple(
            tuple(
                row[number] if has_change or COLUMNS[number] not in _CHANGE_COLUMNS else ""
                for number in shown
            )
            for row, has_change in zip(usage_rows(tenant, by), changes, strict=True)
        ),
    )


def _has_change(use: Use) -> bool:
    return use.lowest != use.entitled or use.on != month_days(use.month)[1]


def _share_text(share: Share | DepartmentShare) -> str:
    """Return used/entitled for a subscription or department."""
    if isinstance(share, Share):
        name = share.subscription
    else:
        name = _NO_DEPARTMENT if share.department is None else share.department or '""'
    return f"{name} {digits(share.used)}/{digits(share.entitled)}"
