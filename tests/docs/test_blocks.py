"""Code blocks in the documentation can be parsed."""

import ast
import json
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.conftest import ROOT
from tests.docs.generated_page import PAGES

BLOCK = re.compile(r"^(`{3,})(\w+)[^\n]*\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
PAGE_IDS = [page.name for page in PAGES]


def blocks(page: Path, language: str) -> Iterator[str]:
    for _, found, text in BLOCK.findall(page.read_text()):
        if found == language:
            yield textwrap.dedent(text)


SCHEMA = json.loads((ROOT / "schemas" / "config.schema.json").read_text())
CONFIG = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_toml_with_a_configuration_key_is_a_valid_configuration(page: Path) -> None:
    for text in blocks(page, "toml"):
        value = tomllib.loads(text)
        if SCHEMA["properties"].keys() & value.keys():
            assert list(CONFIG.iter_errors(value)) == [], text


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_yaml_python_and_json_can_be_parsed(page: Path) -> None:
    for text in blocks(page, "yaml"):
        list(yaml.parse(text))
    for text in blocks(page, "python"):
        is_decorator = text.startswith("@") and "def " not in text
        ast.parse(f"{text}def f(): ...\n" if is_decorator else text)
    for text in blocks(page, "json"):
        if "…" not in text:  # … marks an omission
            json.loads(text)
