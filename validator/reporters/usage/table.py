"""The table of `usage` as text cells, for all formats but `json`."""

from collections.abc import Iterator

from validator.reporters.usage.numbers import digits
from validator.tenant.usage import TenantUse, Use

COLUMNS = ("month", "service", "entitled", "used", "overage", "borne by", "primary", "split")
NUMBER_COLUMNS = ("entitled", "used", "overage")
"""The columns with numbers, which are aligned to the right."""


def table_rows(tenant: TenantUse) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each row of a tenant, in the order of `COLUMNS`."""
    for use in tenant.uses:
        yield (
            use.month,
            use.service,
            digits(use.entitled),
            digits(use.used),
            "" if use.overage is None else digits(use.overage),
            use.bearer or "",
            use.primary or "",
            split_text(use),
        )


def split_text(use: Use) -> str:
    """Return used/entitled of each subscription."""
    return ", ".join(
        f"{share.subscription} {digits(share.used)}/{digits(share.entitled)}" for share in use.split
    )
