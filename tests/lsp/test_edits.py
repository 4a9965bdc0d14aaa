"""Random edits in a language client; after each, the diagnostics are those of `check`."""

import asyncio
import json
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from lsprotocol import types

from tests.conftest import ROOT
from tests.lsp.editor import editor
from tests.lsp.test_lsp import SEVERITIES
from validator.cli.app import tenantlint

EDITS = int(os.environ.get("TENANTLINT_EDITS", "100"))
"""The number of edits; the variable allows a longer run."""
DAY = ("--as-of", "2026-05-01")
NAME = "tenants/harbour.tenant.yaml"
HARBOUR = (ROOT / "fixtures" / "harbour.tenant.yaml").read_text()
PIECES = [
    "\n", "  ", "- ", ": ", "{", "}", "[", "]", ",", "#", "'", '"', "&a ", "*a", "<<", "|", "\t", "---\n",
    "é", "😀", "\u2028", "\x85", "\x0c", "\r", "\r\n", "\ufeff", "vpop", "Sub220022", "2026-05-31", "yes",
    "premium-agent", "x-own: 1\n", "# tenantlint: ignore[mixed-telephony]: why\n", "12", "null",
]  # fmt: skip


def edits(number: int) -> Iterator[str]:
    """Yield texts, each an edit of the previous one; some are the original text again."""
    choose = random.Random(7)
    text = HARBOUR
    for _ in range(number):
        kind = choose.randrange(8)
        at = choose.randrange(len(text) + 1)
        lines = text.splitlines(keepends=True)
        if kind == 0 or len(text) > 3 * len(HARBOUR):
            text = HARBOUR
        elif kind <= 2:
            text = text[:at] + choose.choice(PIECES) + text[at:]
        elif kind == 3:
            text = text[:at] + text[at + choose.randrange(1, 4) :]
        elif kind == 4 and lines:
            line = choose.randrange(len(lines))
            text = "".join(lines[:line] + lines[line + 1 :])
        elif kind == 5 and lines:
            line = choose.randrange(len(lines))
            text = "".join([*lines[:line], lines[line], *lines[line:]])
        elif kind == 6 and lines:
            one, other = choose.randrange(len(lines)), choose.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
            text = "".join(lines)
        else:
            text = text.replace(*choose.choice([("vpop", "webex-calling"), ("Sub119911", "Sub1"), ("2026", "2027"), ("agent", "supervisor")]))  # fmt: skip
        yield text


def checked(text: str) -> list[Any]:
    """Return the findings of `check --stdin-filename`, as tuples."""
    arguments = ["check", "-", "--stdin-filename", NAME, *DAY, "-f", "json", "--no-cache"]
    done = CliRunner().invoke(
        tenantlint, arguments, input=text.encode("utf-8", "surrogatepass"), standalone_mode=False
    )
    assert done.exception is None, done.exception
    report = json.loads(done.stdout)
    assert report["failures"] == []
    return [
        (
            item["id"],
            item["severity"],
            f"{item['message']}\n{item['help']}".strip(),
            (item["line"], item["column"], item["end_line"], item["end_column"]),
            [part["message"] for part in item["related"]],
        )
        for item in report["findings"]
    ]


def shown(found: Sequence[types.Diagnostic], text: str) -> list[Any]:
    """Convert the editor's diagnostics to the same tuples."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def column(place: types.Position) -> int:
        units = lines[place.line].encode("utf-16-le")[: 2 * place.character]
        return len(units.decode("utf-16-le")) + 1

    return [
        (
            item.code,
            SEVERITIES[item.severity or 0],
            item.message,
            (
                item.range.start.line + 1,
                column(item.range.start),
                item.range.end.line + 1,
                column(item.range.end),
            ),
            [part.message for part in item.related_information or ()],
        )
        for item in found
    ]


def resident(pid: int) -> int:
    """Return the resident memory of a process and its descendants in KB."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except OSError:
            continue
        if pid in (int(fields["Pid"]), int(fields["PPid"])) or _is_below(int(fields["PPid"]), pid):
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total


def _is_below(pid: int, parent: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    above = int(text.partition("PPid:")[2].split()[0])
    return above == parent or (above > 1 and _is_below(above, parent))


def test_after_each_random_edit_the_diagnostics_are_those_of_check(folder: Path) -> None:
    (folder / "tenants").mkdir()
    file = folder / NAME

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, HARBOUR)
            memory: list[int] = []
            for number, text in enumerate(edits(EDITS)):
                found = await there.edit(file, text)
                assert shown(found, text) == checked(text), (number, text)
                if number % 5 == 0:
                    # The server answers requests about a text in any state.
                    await there.symbols(file)
                    await there.hover(file, text[len(text) // 2 :][:1])
                    await there.complete(file, f"{text[: len(text) // 3]}|{text[len(text) // 3 :]}")
                if number == EDITS // 3 or number == EDITS - 1:
                    memory.append(resident(there.server_pid))
            first, last = memory
            assert last < first * 1.15 + 8_000

    asyncio.run(work())


def test_edits_that_arrive_before_the_diagnostics_are_combined(folder: Path) -> None:
    file = folder / "h.tenant.yaml"
    texts = [HARBOUR.replace("Harbour Retail", f"Harbour {number}") for number in range(200)]

    async def work() -> None:
        async with editor(folder, options=DAY) as there:
            await there.open(file, HARBOUR)
            before = len(there.published)
            for text in texts:
                there.change(file, text)
            found = await there.diagnostics(file)
            assert "Harbour 199" in "".join(item.message for item in found)
            assert len(there.published) - before < len(texts) // 2

    asyncio.run(work())
