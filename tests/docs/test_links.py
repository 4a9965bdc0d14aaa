"""Links on the pages and in the program's output have a target."""

import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.conftest import ROOT, Run
from tests.docs.generated_page import DOCS, PAGES
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.plugins.loading import load_plugins
from validator.system import addresses

MARKDOWN = MarkdownIt("commonmark").enable("table")
IN_REPOSITORY = re.compile(
    rf"{re.escape(addresses.PROJECT)}/(?:blob|tree)/main/([^#\s)]+)(?:#(\S+))?"
)
OTHERS = (ROOT / "CONTRIBUTING.md", ROOT / "RELEASING.md")


@cache
def parsed(page: Path) -> list[Token]:
    """Return the tokens of a page."""
    return MARKDOWN.parse(page.read_text())


@cache
def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub generates them."""
    found: set[str] = set()
    tokens = parsed(page)
    for token, text in itertools.pairwise(tokens):
        if token.type == "heading_open":
            words = re.sub(r"[^\w\- ]", "", text.content.replace("`", "")).lower()
            anchor, number = words.replace(" ", "-"), 0
            while (found_anchor := f"{anchor}-{number}" if number else anchor) in found:
                number += 1
            found.add(found_anchor)
    return found


def links(page: Path) -> Iterator[str]:
    """Yield the targets of the links on a page."""
    for token in parsed(page):
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])


def test_each_link_on_the_pages_has_a_target() -> None:
    for page in (*PAGES, *OTHERS):
        for link in links(page):
            match = IN_REPOSITORY.fullmatch(link)
            if match is None and link.startswith("http"):
                continue
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if match is not None:
                target, anchor = ROOT / match[1], match[2] or ""
            assert target.exists(), (page.name, link)
            if anchor:
                assert anchor in anchors(target.resolve()), (page.name, link)


def test_links_between_pages_are_relative_and_others_absolute() -> None:
    for page in sorted(DOCS.glob("*.md")):
        for link in links(page):
            assert not link.startswith(f"{addresses.PROJECT}/blob/main/docs/"), (page.name, link)
            assert not link.startswith(".."), (page.name, link)


def test_the_address_of_each_finding_has_a_target() -> None:
    policies, findings = anchors(DOCS / "policies.md"), anchors(DOCS / "findings.md")
    for item in load_plugins(installed=False).policies.values():
        assert item.address == f"{addresses.PROJECT}/blob/main/docs/policies.md#{item.id}"
        assert item.id in policies
    for entry in BUILTIN_FINDINGS.values():
        assert entry.address == f"{addresses.PROJECT}/blob/main/docs/findings.md#{entry.id.lower()}"
        assert entry.id.lower() in findings


@pytest.mark.parametrize("format", ["sarif", "rdjson", "html"])
def test_each_link_in_a_report_has_a_target(run: Run, harbour: str, format: str) -> None:
    out = run("check", harbour, "--as-of", "2026-05-01", "--format", format).out
    found = IN_REPOSITORY.findall(out.replace("\\/", "/").replace('"', " ").replace("]", " "))
    assert found or format not in ("sarif", "rdjson")
    for path, anchor in found:
        assert (ROOT / path).exists(), path
        assert not anchor or anchor in anchors(ROOT / path), (path, anchor)


def test_the_help_address_of_each_sarif_rule_has_a_target(run: Run, harbour: str) -> None:
    (report,) = json.loads(run("check", harbour, "--format", "sarif").out)["runs"]
    for rule in report["tool"]["driver"]["rules"]:
        match = IN_REPOSITORY.fullmatch(rule["helpUri"])
        assert match, rule["id"]
        assert match[2] in anchors(ROOT / match[1]), rule["id"]


def test_other_printed_addresses_are_files_in_the_repository(run: Run, folder: Path) -> None:
    raw = re.compile(r"https://raw\.githubusercontent\.com/tenantlint/tenantlint/main/([\w./-]+)")
    assert run("init").code == 0
    texts = [file.read_text() for file in folder.rglob("*") if file.is_file()]
    texts += [run("schema", name).out for name in ("tenant", "config", "policies", "report")]
    texts += [page.read_text() for page in PAGES]
    named = {name for text in texts for name in raw.findall(text)}
    assert len(named) >= 4
    for name in named:
        assert (ROOT / name).is_file(), name
    for url in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"].values():
        match = IN_REPOSITORY.fullmatch(url)
        assert match is None or (ROOT / match[1]).is_file(), url
