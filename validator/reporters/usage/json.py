"""Format `json` of `usage`: for programs, with exact numbers."""

import json
from collections.abc import Sequence
from decimal import Decimal

from validator.reporters.usage.numbers import digits
from validator.tenant.usage import TenantUse, Use


def render(tenants: Sequence[TenantUse]) -> str:
    """Return one JSON object with a row for each tenant, month and service.

    The text is built by hand because the json module would round decimal numbers to binary ones.
    """
    rows = [_row_to_json(tenant, use) for tenant in tenants for use in tenant.uses]
    array = f"[\n{','.join(rows)}]" if rows else "[]"
    return f'{{"version": 1, "rows": {array}}}\n'


def _row_to_json(tenant: TenantUse, use: Use) -> str:
    split = ",\n   ".join(
        f'{{"subscription": {_string(share.subscription)}, "entitled": {digits(share.entitled)}, '
        f'"used": {digits(share.used)}}}'
        for share in use.split
    )
    return (
        f'  {{"file": {_string(tenant.file)}, "document": {tenant.document}, '
        f'"tenant": {_string(tenant.tenant)}, "month": {_string(use.month)}, '
        f'"service": {_string(use.service)},\n   "entitled": {digits(use.entitled)}, '
        f'"used": {digits(use.used)}, "overage": {_number(use.overage)}, '
        f'"bearer": {_string(use.bearer)}, "primary": {_string(use.primary)},\n'
        f'   "split": [{split}]}}\n'
    )


def _string(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(number: Decimal | None) -> str:
    return "null" if number is None else digits(number)
