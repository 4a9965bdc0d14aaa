"""The names that Control Hub gives to columns and licences in its CSV files.

Source: help.webex.com nlkiw8e and afv3q8.
"""

EMAIL_COLUMN = "User ID/Email (Required)"
_LICENSE_NAMES = {
    "premium-agent": "Contact Center Premium Agent",
    "standard-agent": "Contact Center Standard Agent",
}


def license_column(subscription: str, license: str | None) -> str | None:
    """Return the column of a licence in a subscription; None if its name is not known."""
    name = _LICENSE_NAMES.get(license or "")
    return None if name is None else f"{name} [{subscription}]"
