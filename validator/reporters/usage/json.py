"""Format `json` of `usage`: for programs, with exact numbers."""

import json
from decimal import Decimal

from validator.reporters.notes import json_notes
from validator.reporters.usage.numbers import digits
from validator.tenant.usage import DepartmentShare, Share, SplitBy, TenantUse, UsageReport, Use


def render(report: UsageReport) -> str:
    """Return one JSON object with a row for each tenant, month and service.

    Numbers are not printed by the json module, which rounds decimal numbers to binary ones.
    """
    rows = [
        _row_to_json(tenant, use, report.by) for tenant in report.tenants for use in tenant.uses
    ]
    array = f"[\n{','.join(rows)}]" if rows else "[]"
    notes = "".join(
        f'"{key}": {json.dumps(lines, ensure_ascii=False)}, '
        for key, lines in json_notes(report.assumed, report.incomplete).items()
    )
    return f'{{"version": 2, {notes}"rows": {array}}}\n'


def _row_to_json(tenant: TenantUse, use: Use, by: SplitBy) -> str:
    shares = use.by_department if by == "department" else use.split
    split = ",\n   ".join(map(_share_to_json, shares))
    return (
        f'  {{"file": {_string(tenant.file)}, "document": {tenant.document}, '
        f'"tenant": {_string(tenant.tenant)}, "month": {_string(use.month)}, '
        f'"service": {_string(use.service)}, "on": "{use.on}",\n   '
        f'"entitled": {digits(use.entitled)}, "lowest": {digits(use.lowest)}, '
        f'"used": {digits(use.used)}, "overage": {_number(use.overage)}, '
        f'"bearer": {_string(use.bearer)}, "primary": {_string(use.primary)},\n'
        f'   "split": [{split}]}}\n'
    )


def _share_to_json(share: Share | DepartmentShare) -> str:
    of = (
        ""
        if isinstance(share, DepartmentShare)
        else f'"subscription": {_string(share.subscription)}, '
    )
    return (
        f'{{{of}"department": {_string(share.department)}, '
        f'"entitled": {digits(share.entitled)}, "used": {digits(share.used)}}}'
    )


def _string(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(number: Decimal | None) -> str:
    return "null" if number is None else digits(number)
