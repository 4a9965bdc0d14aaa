"""The parts of pages that are generated from the program: keys, public names, inputs, help."""

import json
import re
from pathlib import Path

import yaml

import validator
from tests.conftest import ROOT
from tests.docs import code_reference, schema_tables
from tests.docs.generated_page import DOCS, Generated, table
from validator.cli.app import COMMANDS


def test_the_tables_of_keys_are_current(generated: Generated) -> None:
    for page, name, root in (
        ("tenant-file.md", "tenant", "The document"),
        ("configuration.md", "config", "The file"),
        ("policies-without-code.md", "policies", "The policy file"),
        ("reports.md", "report", "The report"),
    ):
        schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())
        marks = "optional" if name == "report" else "required"
        text = schema_tables.tables(schema, root, marks=marks)
        generated(DOCS / page, "<!-- keys -->\n", "<!-- end of keys -->", f"{text}\n")


def test_every_key_is_in_a_table() -> None:
    for page, name in (
        ("tenant-file.md", "tenant"),
        ("configuration.md", "config"),
        ("policies-without-code.md", "policies"),
        ("reports.md", "report"),
    ):
        schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())
        text = (DOCS / page).read_text()
        for key in keys_of(schema):
            assert re.search(rf"^\| `(?:[\w\[\].-]+\.)?{key}` \|", text, re.MULTILINE), key


def keys_of(schema: object) -> set[str]:
    """Return the names of all properties of a schema."""
    if isinstance(schema, list):
        return {key for item in schema for key in keys_of(item)}
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties", {})
    inner = {key for item in schema.values() for key in keys_of(item)}
    return {*(own if isinstance(own, dict) else ()), *inner}


def test_the_reference_for_policies_in_python_is_current(generated: Generated) -> None:
    page = DOCS / "policy-reference.md"
    generated(
        page, "<!-- python -->\n", "<!-- end of python -->", code_reference.reference() + "\n"
    )


def test_every_public_name_is_documented() -> None:
    shown = code_reference.shown_names()
    assert set(validator.__all__) <= shown
    assert {"validator_policies", "validator_schemas", "validator_reporters"} <= shown


def test_the_tables_of_inputs_are_current(generated: Generated) -> None:
    page = DOCS / "integrations.md"
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    inputs = [[f"`{name}`", item["description"]] for name, item in action["inputs"].items()]
    outputs = [[f"`{name}`", item["description"]] for name, item in action["outputs"].items()]
    text = f"\n{table('input|meaning', inputs)}\n{table('output|meaning', outputs)}\n"
    generated(page, "<!-- inputs of the action -->\n", "<!-- end of inputs -->", text)
    head = (ROOT / "templates" / "tenantlint.yml").read_text().partition("\n---\n")[0]
    rows = [
        [f"`{name}`", item["description"], f"`{item['default']}`" if item["default"] else ""]
        for name, item in yaml.safe_load(head)["spec"]["inputs"].items()
    ]
    text = f"\n{table('input|meaning|default', rows)}\n"
    generated(page, "<!-- inputs of the template -->\n", "<!-- end of inputs -->", text)


def test_each_command_has_a_section_with_its_help() -> None:
    # tests/distribution/test_docs.py runs the commands in console blocks.
    page = (DOCS / "usage.md").read_text()
    sections = re.findall(r"^## ([a-z]+)$", page, re.MULTILINE)
    assert sections == sorted(COMMANDS)
    for name in COMMANDS:
        section = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        assert f"```console\n$ tenantlint {name} --help\nUsage: " in section, name


def test_generated_parts_have_a_start_and_an_end() -> None:
    for page in sorted(Path(DOCS).glob("*.md")):
        text = page.read_text()
        for name in re.findall(r"<!-- end of (\w+) -->", text):
            assert f"<!-- {name}" in text, (page.name, name)
