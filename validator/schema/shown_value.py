"""Format values for messages."""

import json

from validator.document.scalars import parse_core
from validator.findings.wording import shortened

TYPE_NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
"""The names in messages of the types of JSON Schema."""
# Only this many characters decide whether a string needs quotes.
_QUOTING_PREFIX = 9
_MAX_JSON_LENGTH = 200


def shown_value(value: object) -> str:
    """Return a value formatted for a message, shortened to one line.

    A string is in quotes if it could be mistaken for another value.
    """
    if isinstance(value, str):
        text = shortened(value)
        prefix = text[:_QUOTING_PREFIX]
        is_plain = text and text == value.strip() == value and parse_core(prefix) == prefix
        return text if is_plain else f'"{text if text != value.strip() else value[:60]}"'
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shortened(str(value))
    return shortened(json.dumps(value, ensure_ascii=False, default=str)[:_MAX_JSON_LENGTH])
