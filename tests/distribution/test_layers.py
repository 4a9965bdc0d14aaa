"""The layers of the package: modules only import from lower layers, and never each other."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

LAYERS = [
    "cli",
    "lsp",
    "authoring",
    "testing",
    "run",
    "controlhub",
    "cache",
    "checking",
    "api",
    "plugins",
    "project",
    "reporters",
    "schema",
    "document",
    "tenant",
    "findings",
    "system",
]
"""The packages from top to bottom; `api` and `testing` are modules with public names."""

LONGEST = 350
"""The maximum number of lines in a module."""

PACKAGE = ROOT / "validator"
POLICIES = sorted((ROOT / "policies").rglob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    """Return the dotted name of a module relative to the package; empty for the package."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(file): file for file in MODULES}


def imported(file: Path) -> Iterator[str]:
    """Yield the package's modules that a module imports, at its top or in a function."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            full = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            full = [alias.name for alias in node.names]
        else:
            continue
        for name in full:
            inner = name.removeprefix("validator.")
            if name.startswith("validator.") and inner in NAMES:
                yield inner


def layer_of(name: str) -> str:
    return name.partition(".")[0]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("", "__main__")])
def test_modules_only_import_from_lower_layers(name: str) -> None:
    layer = layer_of(name)
    below = LAYERS[LAYERS.index(layer) + 1 :]
    above = {other for other in imported(NAMES[name]) if layer_of(other) not in (layer, *below)}
    assert not above, f"{name} imports {above}, which are not in a lower layer"


def test_modules_do_not_import_each_other() -> None:
    graph = {name: set(imported(file)) - {name} for name, file in NAMES.items() if name}
    packages = {name for name, file in NAMES.items() if file.name == "__init__.py"}
    try:
        TopologicalSorter(
            {
                name: {other for other in others if other not in packages}
                for name, others in graph.items()
            }
        ).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_every_package_has_a_layer() -> None:
    assert {layer_of(name) for name in NAMES} - {"", "__main__"} == set(LAYERS)


def test_init_files_of_packages_are_empty() -> None:
    for file in PACKAGE.rglob("__init__.py"):
        assert file.parent == PACKAGE or not file.read_text(), file


@pytest.mark.parametrize("name", NAMES)
def test_no_module_has_more_than_350_lines(name: str) -> None:
    assert len(NAMES[name].read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_policies_only_import_the_public_api(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("validator", "collections.abc")
        assert not isinstance(node, ast.Import)


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_policies_do_not_calculate_with_dates(file: Path) -> None:
    assert "datetime" not in file.read_text()
    assert "timedelta" not in file.read_text()


def test_only_the_command_line_prints_and_exits() -> None:
    for name, file in NAMES.items():
        text = file.read_text()
        if layer_of(name) != "cli":
            assert not re.search(r"(?<![.\w])print\(", text), file
            assert "sys.exit" not in text, file
