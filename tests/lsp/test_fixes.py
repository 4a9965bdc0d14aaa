"""Quick fixes in the editor do what `check --fix` does."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.conftest import COMMAND, ROOT, UNSOUND
from tests.lsp.editor import Editor, editor

DAY = ("--as-of", "2026-05-01")
HARBOUR = (ROOT / "fixtures" / "harbour.tenant.yaml").read_text()
AMBIGUOUS = """\
version: 1
tenant: {id: t1, name: no, x-own: on}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}  # tenantlint: ignore[mixed-telephony]: unused
"""


async def actions(
    there: Editor, file: Path, *, only: types.CodeActionKind | None = None, line: int | None = None
) -> dict[str, types.CodeAction]:
    """Return the code actions for a line, or for the whole text, by title."""
    lines = there.texts[file.as_uri()].split("\n")
    begin, end = (0, len(lines) - 1) if line is None else (line, line)
    whole = types.Range(types.Position(begin, 0), types.Position(end, len(lines[end])))
    found = [
        item for item in await there.diagnostics(file) if begin <= item.range.start.line <= end
    ]
    context = types.CodeActionContext(found, only=[only] if only else None)
    answer: Any = await there.client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(file.as_uri()), whole, context)
    )
    return {item.title: item for item in answer}


def applied(text: str, action: types.CodeAction) -> str:
    """Return the text after an editor has applied a code action."""
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    lines = [*text.splitlines(keepends=True), ""]
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    for edit in sorted(change.edits, key=lambda edit: edit.range.start, reverse=True):
        assert isinstance(edit, types.TextEdit)
        begin = starts[edit.range.start.line] + edit.range.start.character
        end = starts[edit.range.end.line] + edit.range.end.character
        text = text[:begin] + edit.new_text + text[end:]
    return text


def test_nothing_is_offered_in_files_that_are_not_tenant_files(folder: Path) -> None:
    text = "on: push\njobs: {enabled: yes, mode: 0644}\n"
    file = folder / "workflow.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, text)
            assert await actions(there, file) == {}
            assert await actions(there, file, only=types.CodeActionKind.SourceFixAll) == {}
            place = types.TextDocumentIdentifier(file.as_uri()), types.Position(1, 8)
            found: Any = await there.client.text_document_completion_async(
                types.CompletionParams(*place)
            )
            assert list(found.items) == []
            assert await there.client.text_document_hover_async(types.HoverParams(*place)) is None

    asyncio.run(work())


def test_an_editor_without_versions_gets_plain_edits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.lsp.editor.client_capabilities", lambda _: types.ClientCapabilities()
    )
    file = folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, UNSOUND)
            (action,) = (await actions(there, file)).values()
            assert action.edit is not None
            assert action.edit.document_changes is None
            assert list(action.edit.changes or ()) == [file.as_uri()]

    asyncio.run(work())


def test_a_quick_fix_belongs_to_its_own_diagnostic(folder: Path) -> None:
    file = folder / "a.tenant.yaml"
    text = AMBIGUOUS.replace("type: named", "type: nmaed, telephony: vpo")

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, text)
            found = await actions(there, file, line=3)
            for word in ("named", "vpop"):
                (one,) = found[f"did you mean `{word}`? (a guess)"].diagnostics or ()
                assert f"did you mean `{word}`?" in one.message

    asyncio.run(work())


def test_a_quick_fix_removes_its_finding(folder: Path) -> None:
    file = folder / "a.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            before = await there.open(file, UNSOUND)
            (action,) = (await actions(there, file)).values()
            assert action.kind == types.CodeActionKind.QuickFix
            assert action.title.endswith(" (a guess)")
            assert action.is_preferred is None
            assert action.diagnostics == before
            fixed = applied(UNSOUND, action)
            assert list(await there.edit(file, fixed)) == []
            assert await actions(there, file) == {}
            # Only fixes in the line of the cursor are offered.
            await there.edit(file, UNSOUND)
            assert await actions(there, file, line=1) == {}
            assert len(await actions(there, file, line=4)) == 1
            # A suppressed finding has no fix.
            await there.edit(file, f"{UNSOUND[:-1]}  # tenantlint: ignore[mixed-telephony]: OPS\n")
            assert await actions(there, file) == {}

    asyncio.run(work())


def test_fix_all_does_what_check_fix_does(folder: Path) -> None:
    file = folder / "a.tenant.yaml"

    async def work() -> str:
        async with editor(folder, options=DAY) as there:
            await there.open(file, AMBIGUOUS)
            offered = await actions(there, file)
            assert {item.kind for item in offered.values()} == {types.CodeActionKind.QuickFix}
            assert all(item.is_preferred for item in offered.values())
            (action,) = (
                await actions(there, file, only=types.CodeActionKind.SourceFixAll)
            ).values()
            assert action.title == "apply 3 safe fixes"
            fixed = applied(AMBIGUOUS, action)
            assert list(await there.edit(file, fixed)) == []
            only = types.CodeActionKind.SourceFixAll
            assert await actions(there, file, only=only) == {}
            return fixed

    fixed = asyncio.run(work())
    done = subprocess.run(
        [COMMAND, "check", "-", "--stdin-filename", file.name, *DAY, "--fix"],
        input=AMBIGUOUS, capture_output=True, text=True, cwd=folder, check=False,
    )  # fmt: skip
    assert done.stdout.startswith(fixed)


def test_each_offered_fix_removes_its_finding_and_causes_no_other(folder: Path) -> None:
    # Each fix is applied separately to the README's tenant.
    file = folder / "h.tenant.yaml"

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            before = [item.code for item in await there.open(file, HARBOUR)]
            offered = await actions(there, file)
            assert len(offered) >= 3
            for action in offered.values():
                (finding, *_) = action.diagnostics or ()
                after = [item.code for item in await there.edit(file, applied(HARBOUR, action))]
                assert after.count(finding.code) < before.count(finding.code)
                assert set(after) <= set(before)

    asyncio.run(work())
