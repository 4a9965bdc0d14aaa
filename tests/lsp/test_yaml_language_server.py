"""The YAML language server with the schema of tenant files, as docs/editors.md describes."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, SOUND, UNSOUND, Run
from tests.lsp.editor import editor

PROGRAM = Path(__file__).parent / "node_modules" / ".bin" / "yaml-language-server"
PAGE = (ROOT / "docs" / "editors.md").read_text()
pytestmark = pytest.mark.skipif(
    not PROGRAM.exists(), reason="needs `npm install --prefix tests/lsp`"
)


async def _check_server(folder: Path, head: str, settings: dict[str, object]) -> None:
    (folder / "tenants").mkdir()
    file = folder / "tenants" / "a.yaml"
    configuration = {"yaml": {**settings, "validate": True, "completion": True, "hover": True}}
    command = (str(PROGRAM), "--stdio")
    async with editor(folder, command=command, configuration=configuration) as there:
        there.show(file, f"{head}{UNSOUND}telephon: 1\n")
        await there.wait_for_messages(file, "Property telephon is not allowed.")
        # The server knows the schema but no policies, so it does not report mixed telephony options.
        there.change(file, head + UNSOUND)
        await there.wait_for_messages(file)
        assert "First day of the term" in await there.hover(file, "start:")
        text = head + SOUND.replace("type: named", "type: |")
        assert list(await there.complete(file, text)) == ["named", "concurrent"]
        found_keys = await there.complete(file, f"{head}{SOUND}|\n")
        assert {"users", "partners", "usage"} <= set(found_keys)


def test_a_comment_names_the_schema(run: Run, folder: Path) -> None:
    (folder / "schemas").mkdir()
    (folder / "schemas" / "tenant.schema.json").write_text(run("schema").out)
    (head,) = set(re.findall(r"^# yaml-language-server: \$schema=\.\./.*\n", PAGE, re.MULTILINE))
    asyncio.run(_check_server(folder, head, {}))


def test_the_settings_name_the_schema(run: Run, folder: Path) -> None:
    (folder / "schemas").mkdir()
    (folder / "schemas" / "tenant.schema.json").write_text(run("schema").out)
    patterns = ["**/*.tenant.yaml", "**/tenants/**/*.yaml"]
    for pattern in patterns:
        assert f'"{pattern}"' in PAGE
    asyncio.run(_check_server(folder, "", {"schemas": {"schemas/tenant.schema.json": patterns}}))
