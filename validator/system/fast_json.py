"""JSON by pydantic-core, which is several times as fast as the standard library.

It can neither write nor read a lone surrogate, as in the name of a file that is not UTF-8, and it
limits the depth of a value. The standard library takes its place there.
"""

from typing import Any

from pydantic_core import from_json, to_json


def compact_json(value: object) -> bytes:
    """Return a value as JSON on one line; named tuples become lists."""
    try:
        return to_json(value)
    except ValueError:
        import json

        return json.dumps(value, separators=(",", ":")).encode()


def indented_json(value: object) -> str:
    """Return a value as JSON, each member and item on a line, indented by two spaces.

    Half of a surrogate pair is returned as such.
    """
    try:
        return to_json(value, indent=2).decode()
    except ValueError:
        import json

        return json.dumps(value, ensure_ascii=False, indent=2)


def parsed_json(data: bytes) -> Any:
    """Return the value of JSON. Raises ValueError and RecursionError."""
    try:
        # Keeping strings to find equal ones takes longer than making them.
        return from_json(data, cache_strings="keys")
    except ValueError:
        import json

        return json.loads(data)
