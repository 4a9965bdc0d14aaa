"""The names of columns and licences in the CSV files of Control Hub.

Source: help.webex.com nlkiw8e and afv3q8.
"""

EMAIL_COLUMN = "User ID/Email (Required)"
LICENSE_NAMES = {
    "premium-agent": "Contact Center Premium Agent",
    "standard-agent": "Contact Center Standard Agent",
}
"""The names of the agent licences, by service."""


def license_column(subscription: str, license: str | None) -> str | None:
    """Return the column for a licence in a subscription; None if the licence's name is unknown."""
    name = LICENSE_NAMES.get(license or "")
    return None if name is None else f"{name} [{subscription}]"
