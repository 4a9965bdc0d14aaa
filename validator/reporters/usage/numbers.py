"""Numbers as they are: whole ones without a point, others without binary noise."""

from decimal import Decimal


def exact(number: Decimal | int) -> str:
    """Return the plain decimal digits of a number."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
