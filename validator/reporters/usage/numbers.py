"""Writes numbers as exact decimal text."""

from decimal import Decimal


def digits(number: Decimal | int) -> str:
    """Return a number as text without an exponent and without trailing zeros."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
