"""Mistakes in tenant files: the messages about each, and whether following the help removes it.

`pytest --update-golden` rewrites `messages.txt`.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from validator.checking.file_check import check_file
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.document.reader import Document, read_documents
from validator.document.span_locator import SpanLocator, line_starts
from validator.findings.diagnostic import Diagnostic
from validator.plugins.loading import load_plugins

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "messages.txt"
SELECTION = Selection(Settings(date(2026, 5, 1)), load_plugins(installed=False))

BASE = {
    "top": "version: 1\n@tenant\n@subscriptions\n@users\n@usage\n",
    "tenant": "tenant:\n  id: t1\n  name: Harbour Retail\n",
    "subscriptions": "subscriptions:\n  - id: Sub1\n    type: named\n    start: 2024-03-01\n",
    "users": "users:\n  - email: maud@harbour.example\n    roles: [agent]\n    assignments: [Sub1]\n",
    "usage": "usage:\n  - month: 2026-04\n    service: ai-agent\n    quantity: 1\n",
}
SECTIONS = {"subscription": "subscriptions", "user": "users", "usage": "usage", "tenant": "tenant"}


class Mistake(NamedTuple):
    """A line in `mistakes.txt`, and the tenant file with the mistake."""

    section: str
    line: str
    text: str


def _with_line(block: str, line: str) -> str:
    """Return a block with the line in place of the key that it replaces, or at the block's end."""
    replaced, arrow, text = line.partition(" => ")
    key = replaced if arrow else re.match(r"[-“]?([^:\s]*)", line)[1]  # type: ignore[index]
    text = (text if arrow else line).replace("\\n", "\n").replace("\\t", "\t")
    lines = block.splitlines()
    heading, found = lines[0], False
    result = [heading]
    for old in lines[1:]:
        prefix, name = re.fullmatch(r"([ -]*)(\w+):.*", old).groups()  # type: ignore[union-attr]
        found = found or name == key
        result.append(prefix + text if name == key else old)
    if not found:
        result.append(f"{' ' * len(prefix)}{text}")
    return "\n".join(result) + "\n"


def _file(section: str, line: str) -> str:
    if section == "file":
        return line.replace("\\n", "\n").replace("\\t", "\t") + ("\n" if line else "")
    blocks = {name: text for name, text in BASE.items() if name != "top"}
    if section != "top":
        name = SECTIONS[section]
        blocks[name] = _with_line(blocks[name], line)
        return "version: 1\n" + "".join(blocks.values())
    replaced, arrow, text = line.partition(" => ")
    text = (text if arrow else line).replace("\\n", "\n") + "\n"
    key = replaced if arrow else text.partition(":")[0]
    blocks = {"version": "version: 1\n", **blocks}
    blocks[key] = text
    return "".join(blocks.values())


def _read() -> Iterator[Mistake]:
    section = ""
    for line in (FOLDER / "mistakes.txt").read_text().split("\n")[:-1]:
        heading = re.fullmatch(r"\[(\w+)\]", line)
        if heading:
            section = heading[1]
        elif section == "file" or (section and line):
            yield Mistake(section, line, _file(section, line))


MISTAKES = list(_read())


def findings(text: str, *topics: str) -> list[Diagnostic]:
    """Return a file's findings in some topics, in the order of a report."""
    checked = check_file("t.tenant.yaml", text.encode(), SELECTION)
    assert not checked.failures
    found = [item for item in checked.diagnostics if item.topic in (topics or ("yaml", "schema"))]
    return sorted(found, key=lambda item: (item.span, item.id))


def marked(text: str, item: Diagnostic) -> str:
    start, end = offsets(text, item)
    return text[start:end].replace("\n", "\\n").replace("\t", "\\t")


def offsets(text: str, item: Diagnostic) -> tuple[int, int]:
    starts, span = line_starts(text), item.span
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1


def described(mistake: Mistake) -> str:
    """Return the findings for a mistake, in the format of the golden file."""
    lines = [f"[{mistake.section}] {mistake.line}"]
    for item in findings(mistake.text):
        place = f"{item.span.line}:{item.span.column}"
        lines.append(f"  {item.id} at {place} {{{marked(mistake.text, item)}}}")
        lines.append(f"    {item.message}")
        lines.append(f"    help: {item.help}")
        lines += [
            f"    see {place.span.line}:{place.span.column}: {place.message}"
            for place in item.related
        ]
    return "\n".join(lines) + "\n"


def test_the_messages_match_the_golden_file(request: pytest.FixtureRequest) -> None:
    said = "\n".join(map(described, MISTAKES))
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(said)
    assert said == GOLDEN.read_text()


def test_there_are_at_least_200_mistakes() -> None:
    assert len(MISTAKES) >= 200


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.line[:40])
def test_each_mistake_has_a_finding_with_help(mistake: Mistake) -> None:
    found = findings(mistake.text, "yaml", "schema", "reference")
    assert found
    for item in found:
        assert item.help
        assert "\n" not in item.message + item.help
        assert len(item.message) < 350
        assert len(item.help) < 400


class Node(NamedTuple):
    """The offsets of a key and its value."""

    key: int | None
    start: int
    end: int


def locate(text: str, document: Document, path: str) -> Node:
    key, node = SpanLocator(text)._find(document, path)  # noqa: SLF001
    start, end = document.nodes.offsets(node)
    end = start + len(text[start:end].rstrip())
    return Node(None if key is None else document.nodes.offsets(key)[0], start, end)


def repairs(text: str, item: Diagnostic) -> Iterator[str]:
    """Yield the text after following each proposal in the finding's help."""
    if item.id in ("yaml-syntax", "yaml-ambiguous-scalar"):
        start, end = offsets(text, item)
        for match in re.finditer(r"(write|remove|or) `([^`]*)`", item.help):
            yield text[:start] + ("" if match[1] == "remove" else match[2]) + text[end:]
        return
    document = list(read_documents(text))[item.document]
    node = locate(text, document, item.path)
    on_key = item.id == "schema-unknown-property"
    for match in re.finditer(
        r"(write|or|did you mean|remove|add|replace) `([^`]*)`( with `([^`]*)`)?", item.help
    ):
        verb, value = match[1], match[2]
        if verb in ("write", "or", "did you mean"):
            if not on_key:
                gap = " " if text[node.start - 1] == ":" else ""
                yield text[: node.start] + gap + value + text[node.end :]
            else:
                assert node.key is not None
                end = node.end if ": " in value else text.index(":", node.key)
                yield text[: node.key] + value + text[end:]
        elif verb == "remove" and node.key is None:  # an entry of a list in brackets
            before, after = text[: node.start].rstrip(), text[node.end :]
            is_first = before.endswith("[")
            yield before + after.lstrip(", ") if is_first else before.removesuffix(",") + after
        elif verb == "remove":
            assert node.key is not None
            start = text.rindex("\n", 0, node.key) + 1
            if text[start : node.key].strip():  # the only key in braces
                yield text[: node.key] + text[node.end :]
            else:
                yield text[:start] + text[text.index("\n", node.end) + 1 :]
        elif verb == "add":
            start = node.start
            if text[start] == "{":
                yield f"{text[: start + 1]}{value}, {text[start + 1 :]}"
            else:
                indentation = start - (text.rfind("\n", 0, start) + 1)
                yield f"{text[:start]}{value}\n{' ' * indentation}{text[start:]}"
        else:
            other = locate(text, document, f"{item.path}/{value.replace('/', '~1')}")
            assert other.key is not None
            end = other.end if ": " in match[4] else text.index(":", other.key)
            yield text[: other.key] + match[4] + text[end:]


def proposals() -> Iterator[tuple[Mistake, Diagnostic]]:
    for mistake in MISTAKES:
        for item in findings(mistake.text):
            if re.search(r"(write|did you mean|remove|add|replace) `", item.help):
                yield mistake, item


@pytest.mark.parametrize(
    ("mistake", "item"), list(proposals()), ids=lambda value: getattr(value, "line", "")[:40]
)
def test_following_a_help_removes_its_finding(mistake: Mistake, item: Diagnostic) -> None:
    before = findings(mistake.text)
    repaired = list(repairs(mistake.text, item))
    assert repaired
    for text in repaired:
        after = findings(text)
        assert (item.id, item.message) not in {(other.id, other.message) for other in after}, text
        # The schema is not applied to invalid YAML or below an unknown key, so new findings may appear.
        topics = ("yaml",) if item.id == "yaml-syntax" else ("yaml", "schema")
        renamed = re.findall(r"(?:write|mean|by) `(\w+[\w-]*)`", item.help)
        known = {(other.id, other.path) for other in before}
        new = [
            other
            for other in after
            if other.topic in topics
            and (other.id, other.path) not in known
            and not any(name in other.path.split("/") for name in renamed)
        ]
        assert not new, (text, new)


def test_most_helps_can_be_followed() -> None:
    assert len(list(proposals())) > len(MISTAKES) / 2
