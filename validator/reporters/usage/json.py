"""`usage --format json`: the contract for programs, its numbers exact."""

import json
from collections.abc import Sequence
from decimal import Decimal

from validator.reporters.usage.numbers import exact
from validator.tenant.usage import TenantUse, Use


def render(tenants: Sequence[TenantUse]) -> str:
    """Return one JSON object with a row for each tenant, month and service.

    Written by hand, for the json module would turn each number into a binary one.
    """
    rows = [_row(tenant, use) for tenant in tenants for use in tenant.uses]
    listed = f"[\n{','.join(rows)}]" if rows else "[]"
    return f'{{"version": 1, "rows": {listed}}}\n'


def _row(tenant: TenantUse, use: Use) -> str:
    split = ",\n   ".join(
        f'{{"subscription": {_text(share.subscription)}, "entitled": {exact(share.entitled)}, '
        f'"used": {exact(share.used)}}}'
        for share in use.split
    )
    return (
        f'  {{"file": {_text(tenant.file)}, "document": {tenant.document}, '
        f'"tenant": {_text(tenant.tenant)}, "month": {_text(use.month)}, '
        f'"service": {_text(use.service)},\n   "entitled": {exact(use.entitled)}, '
        f'"used": {exact(use.used)}, "overage": {_number(use.overage)}, '
        f'"bearer": {_text(use.bearer)}, "primary": {_text(use.primary)},\n'
        f'   "split": [{split}]}}\n'
    )


def _text(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(number: Decimal | None) -> str:
    return "null" if number is None else exact(number)
