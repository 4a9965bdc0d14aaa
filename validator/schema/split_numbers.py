"""Help for numbers with a comma in a mapping in braces, where the comma begins another key.

YAML reads `{premium-agent: 1,200}` as a mapping with the keys `premium-agent` and `200`.
"""

from collections.abc import Mapping

from validator.findings.wording import listing
from validator.schema.location import Location, resolved_property
from validator.schema.suggestions import Accepts, accepted_values, written

_MAX_LENGTH = 30

Number = tuple[str, str]
"""The key of a number that was split, and its text with the commas."""


def number_helps(
    mapping: Mapping[str, object], location: Location, accepts: Accepts
) -> dict[str, str]:
    """Return the help for each key that is a part of a number, by key.

    `location` is that of the mapping.
    """
    properties = location.schema.get("properties", {})
    numbers = {key: item for key, item in _numbers(mapping).items() if item[0] in properties}
    helps: dict[Number, str] = {}  # a number can have many parts
    for key, text in set(numbers.values()):
        schema = resolved_property(location, properties[key])
        values = accepted_values(text, None, schema, key, accepts)
        texts = [f"{key}: {written(value)}" for value in values if written(value) is not None]
        number = listing(texts, "or") if texts else "a number without it"
        helps[key, text] = f"the comma begins another key here; write {number}"
    return {key: helps[number] for key, number in numbers.items()}


def _numbers(mapping: Mapping[str, object]) -> dict[str, Number]:
    """Return the number of which each key without a value, made of digits, is a part."""
    found: dict[str, Number] = {}
    number: Number | None = None
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
