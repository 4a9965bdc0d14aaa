"""Numbers with a comma in a mapping in braces, where the comma begins another key.

YAML reads `{premium-agent: 1,200}` as a mapping with the keys `premium-agent` and `200`.
"""

from collections.abc import Mapping

_MAX_LENGTH = 30


def split_numbers(mapping: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """Return the key and the text of the number of which each of these keys is a part.

    `{premium-agent: 1,200}` has the part `200` of `premium-agent: 1,200`.
    """
    found: dict[str, tuple[str, str]] = {}
    number: tuple[str, str] | None = None
    parts: list[str] = []
    for key, value in [*mapping.items(), ("", "")]:
        if number is not None and value is None and key.isdecimal():
            number = (number[0], f"{number[1]},{key}"[:_MAX_LENGTH])
            parts.append(key)
            continue
        if number is not None:
            found |= dict.fromkeys(parts, number)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        number, parts = (key, str(value)) if is_number else None, []
    return found
