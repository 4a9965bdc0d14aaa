"""Exports in the formats of Control Hub and the Webex API."""

import base64
import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ORG = "2fd2b7e1-0c1c-4a55-9d4c-6f8f0c6f6a10"
PREMIUM, STANDARD = "premium-agent", "standard-agent"
Cells = tuple[str, Sequence[str], dict[str, str]]
"""The e-mail address, the licences and the other cells of a row."""
NAMES = {"CJPPRM": "Contact Center Premium Agent", "CJPSTD": "Contact center Standard Agent"}
COLUMNS = [
    "First Name", "Last Name", "Display Name", "User ID/Email (Required)", "User Status",
    "Last Service Accessed Time", "Days since Last Service Accessed", "Department",
]  # fmt: skip


def encoded(uri: str) -> str:
    return base64.b64encode(f"ciscospark://us/{uri}".encode()).decode().rstrip("=")


def license_id(code: str, number: int = 0) -> str:
    return encoded(f"LICENSE/{ORG}:{code}_{number:08}-0000")


def make_license(
    code: str, number: int, subscription: str, total: int, **more: Any
) -> dict[str, Any]:
    consumed = more.pop("consumed", 0)
    return {
        "id": license_id(code, number),
        "name": NAMES.get(code, code),
        "totalUnits": total,
        "consumedUnits": consumed,
        "consumedByUsers": consumed,
        "consumedByWorkspaces": 0,
        **({"subscriptionId": subscription} if subscription else {}),
        **more,
    }


def person(email: str, *licenses: str, **more: Any) -> dict[str, Any]:
    return {
        "id": encoded(f"PEOPLE/{email}"),
        "emails": [email],
        "displayName": email.partition("@")[0].title(),
        "orgId": encoded(f"ORGANIZATION/{ORG}"),
        "roles": [],
        "licenses": list(licenses),
        "created": "2026-09-14T08:42:42.096Z",
        "lastActivity": "2026-09-23T10:08:58.494Z",
        "status": "inactive",  # the presence, not the account status
        "invitePending": False,
        "loginEnabled": True,
        "type": "person",
        **more,
    }


def holder(email: str) -> dict[str, str]:
    name = email.partition("@")[0].title()
    return {
        "id": encoded(f"PEOPLE/{email}"),
        "type": "INTERNAL",
        "displayName": name,
        "email": email,
    }


def write_json(file: Path, value: Any) -> str:
    file.write_text(json.dumps(value))
    return file.name


def write_items(file: Path, *items: dict[str, Any], **more: Any) -> str:
    return write_json(file, {"notFoundIds": None, "items": items, **more})


def write_csv(
    file: Path,
    licenses: Sequence[str],
    *rows: Cells,
    columns: Sequence[str] = COLUMNS,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    first: str = "",
) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow([*columns, *licenses])
    for email, values, details in rows:
        cells = {columns[3]: email, "User Status": "Active", **details}
        writer.writerow([*(cells.get(column, "") for column in columns), *values])
    file.write_text(first + stream.getvalue(), encoding, newline="")
    return file.name
