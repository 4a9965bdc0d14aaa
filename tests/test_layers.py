"""The floors of the house: a module imports only from the floors below its own."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

FLOORS = [
    {"cli"},
    {"gate", "mutate"},
    {"testing"},
    {
        "cluster",
        "reconcile",
        "results",
        "runner",
        "history",
        "baseline",
        "forecast",
        "accounts",
        "options",
    },
    {"fleet"},
    {"engine"},
    {"again", "plan", "suppressions"},
    {"edition", "plugins", "request"},
    {"api", "bundled", "config"},
    {"declared", "folder", "reporters"},
    {"usage", "outlook"},
    {"drift"},
    {"exports", "hookspecs", "scaffold", "schema", "builtin"},
    {"files"},
    {"definition", "report", "git"},
    {"cel"},
    {"scope"},
    {"tenant_on"},
    {"terms", "clock", "index"},
    {"tenant", "places"},
    {"edit"},
    {"cache", "document", "naming", "printed"},
    {
        "diagnostic",
        "scalars",
        "formats",
        "wording",
        "nodes",
        "bounds",
        "collector",
        "cuts",
        "first",
        "installed",
        "output",
        "resources",
    },
]
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}
POLICIES = sorted((ROOT / "policies").rglob("*.py"))
MODULES = sorted((ROOT / "validator").rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Return the modules of the package that a module imports when it is itself imported."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            full = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            full = [alias.name for alias in node.names]
        else:
            continue
        names |= {name.split(".")[1] for name in full if name.startswith("validator.")}
    return names & FLOOR.keys()


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT / "validator").parts
    return parts[0] if len(parts) > 1 else file.stem


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.stem)
def test_imports_point_down(file: Path) -> None:
    name = name_of(file)
    if name == "__init__":
        return
    above = {other for other in imported(file) - {name} if FLOOR[other] <= FLOOR[name]}
    assert not above, f"{name} imports {above}, which stand no lower"


def test_every_module_has_a_floor() -> None:
    assert {name_of(file) for file in MODULES} - {"__init__"} == FLOOR.keys()


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_policies_import_the_public_api_alone(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.module in ("validator", "collections.abc")
        assert not isinstance(node, ast.Import)


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_policies_leave_dates_alone(file: Path) -> None:
    assert "datetime" not in file.read_text()
    assert "timedelta" not in file.read_text()


def test_only_cli_prints() -> None:
    for file in MODULES:
        text = file.read_text()
        if file.stem != "cli":
            assert "print(" not in text.replace(".print(", ""), file
            assert "sys.exit" not in text, file
