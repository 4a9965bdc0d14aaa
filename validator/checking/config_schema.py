"""Builds the JSON Schema of the configuration, with the policies of a run and their options."""

import json
from collections.abc import Iterable
from typing import Any

from validator.plugins.policy import Policy
from validator.system.bundled_files import bundled_schema


def config_schema(policies: Iterable[Policy]) -> str:
    """Return the schema as text. `policy` contains the policies that have options."""
    schema: Any = json.loads(bundled_schema("config"))
    tables = schema["properties"]["policy"]
    tables["properties"] = {
        item.id: {
            "title": item.title,
            "type": "object",
            "properties": {option.name: option.schema for option in item.options},
            "additionalProperties": False,
        }
        for item in policies
        if item.options
    }
    tables["additionalProperties"] = False
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
