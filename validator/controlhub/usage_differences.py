"""Find the differences between the usage rows in a tenant document and in a report."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from validator.controlhub.difference import Difference, finding_at_list
from validator.controlhub.document_values import mappings
from validator.controlhub.export import Export, UsageKey
from validator.findings.finding import Finding
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer
from validator.findings.wording import few, shortened
from validator.tenant.terms import total

_MAX_NAMED = 8


def usage_differences(value: Mapping[str, Any], export: Export) -> Iterator[Difference]:
    """Yield the rows of the report that the document lacks, or has with another quantity.

    Rows that are not in the report are left unchanged. Quantities are added up as decimal numbers.
    """
    listed: dict[UsageKey, list[int]] = {}
    quantities: dict[int, Decimal | None] = {}
    for index, row in mappings(value, "usage"):
        month, id, service = row.get("month"), row.get("subscription"), row.get("service")
        if isinstance(month, str) and isinstance(service, str) and isinstance(id, str | None):
            listed.setdefault((month, id, service), []).append(index)
            quantities[index] = _decimal(row.get("quantity"))
    for key, quantity in sorted(export.usage.items(), key=lambda item: tuple(map(str, item[0]))):
        month, id, service = key
        wanted = Decimal(str(quantity))
        what = f"{service} of {id}" if id else service
        rows = listed.get(key, [])
        if not rows:
            message = f"the report has {wanted:,f} of {what} in {month}, but the file does not"
            change = Edit("append", "/usage", _new_row(key, quantity))
            yield Difference("drift-usage", finding_at_list(value, "usage", message), (change,))
            continue
        numbers = [quantities[row] for row in rows]
        has = total(number for number in numbers if number is not None)
        if has == wanted and None not in numbers:
            continue
        at = pointer("usage", rows[0], "quantity")
        message = f"the report has {wanted:,f} of {what} in {month}, but the file says {has:,f}"
        # If several rows have the same key, it is unknown which of them is wrong.
        changes = (Edit("set", at, quantity),) if len(rows) == 1 else ()
        yield Difference("drift-usage", Finding(at, message), changes)


def rows_without_effect(value: Mapping[str, Any], export: Export) -> Iterator[tuple[str, str]]:
    """Yield the path of a row of the tenant and a message, if rows of the report have no effect.

    If a month has rows of a service without a subscription, only these count for overage. If the
    report has such a row, too, the others are not meant to count.
    """
    own: dict[tuple[str, str], str] = {}
    for index, row in mappings(value, "usage"):
        month, service = row.get("month"), row.get("service")
        if isinstance(month, str) and isinstance(service, str) and row.get("subscription") is None:
            own.setdefault((month, service), pointer("usage", index))
    ids: dict[tuple[str, str], list[str]] = {}
    for month, id, service in export.usage:
        is_own = (month, None, service) in export.usage
        if id is not None and (month, service) in own and not is_own:
            ids.setdefault((month, service), []).append(shortened(id))
    for (month, service), named in sorted(ids.items()):
        rows = f"the {'row' if len(named) == 1 else 'rows'} of {few(sorted(named), _MAX_NAMED)}"
        message = (
            f"this row of {service} in {month} has no subscription, so it alone counts for "
            f"overage; {rows} in the report {'has' if len(named) == 1 else 'have'} no effect on it"
        )
        yield own[month, service], message


def _decimal(quantity: object) -> Decimal | None:
    """Return a number of a document as it is written; None if the value is not a finite number."""
    if isinstance(quantity, bool) or not isinstance(quantity, int | float):
        return None
    if isinstance(quantity, float) and not math.isfinite(quantity):
        return None
    return Decimal(str(quantity))


def _new_row(key: UsageKey, quantity: float) -> dict[str, Any]:
    month, id, service = key
    subscription = {} if id is None else {"subscription": id}
    return {"month": month, **subscription, "service": service, "quantity": quantity}
