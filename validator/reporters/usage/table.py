"""The table of `usage` as cells of text, which the formats for people and csv share."""

from collections.abc import Iterator

from validator.reporters.usage.numbers import exact
from validator.tenant.usage import TenantUse, Use

HEAD = ("month", "service", "entitled", "used", "overage", "borne by", "primary", "split")
NUMBERS = ("entitled", "used", "overage")


def cells(tenant: TenantUse) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each row of a tenant, as `HEAD` names them."""
    for use in tenant.uses:
        yield (
            use.month,
            use.service,
            exact(use.entitled),
            exact(use.used),
            "" if use.overage is None else exact(use.overage),
            use.bearer or "",
            use.primary or "",
            split(use),
        )


def split(use: Use) -> str:
    """Return who has used how much of what it is entitled to."""
    return ", ".join(
        f"{share.subscription} {exact(share.used)}/{exact(share.entitled)}" for share in use.split
    )
