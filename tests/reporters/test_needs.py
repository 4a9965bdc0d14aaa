"""Values that a format does not show are not computed, and do not change the format."""

from datetime import date

import pytest

from tests.conftest import ROOT
from tests.reporters.test_reports import PAGES, rendered
from validator.cache.diagnostic_columns import needed_parts
from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import check_file
from validator.checking.selection import load_selection
from validator.checking.settings import EVERYTHING, Needs, Settings
from validator.findings.diagnostic import Diagnostic
from validator.findings.report import Report
from validator.project.request import Request
from validator.reporters.formats import CHECK_FORMATS
from validator.run.preparation import needs_of

DAY = date(2026, 5, 1)
FILE = ROOT / "fixtures" / "messy.tenant.yaml"


def checked(needs: Needs) -> CheckedFile:
    selection = load_selection(Settings(DAY, installed=False, needs=needs))
    return check_file("messy.tenant.yaml", FILE.read_bytes(), selection)


def shown(item: Diagnostic) -> Diagnostic:
    return item._replace(name="", digest="", fix=None, source="", source_offset=0, related=())


def report(needs: Needs) -> Report:
    found = checked(needs).diagnostics
    return Report(DAY, ("messy.tenant.yaml",), 1, found, pages=PAGES)


@pytest.mark.parametrize("name", CHECK_FORMATS)
def test_a_format_is_the_same_without_what_it_does_not_need(name: str) -> None:
    needs = needs_of(Request((), DAY, (name,)))
    whole = report(EVERYTHING)
    assert rendered(name, report(needs)) == rendered(name, whole)
    reduced = whole._replace(diagnostics=needed_parts(whole.diagnostics, needs))
    assert rendered(name, reduced) == rendered(name, whole)


def test_parts_that_are_not_needed_are_not_computed() -> None:
    needs = needs_of(Request((), DAY, ("concise",)))
    every, lean = checked(EVERYTHING).diagnostics, checked(needs).diagnostics
    policies = [item for item in lean if item.topic != "yaml"]
    assert any(item.fix for item in every)
    assert not any(item.fix for item in policies)
    assert not any(item.name or item.digest or item.source or item.related for item in lean)
    assert list(map(shown, every)) == list(map(shown, lean))


@pytest.mark.parametrize(
    "request_",
    [
        Request((), DAY, ("concise", "sarif")),
        Request((), DAY, ("concise",), fix=True),
        Request((), DAY, ("concise",), diff=True),
        Request((), DAY, ("a-format-of-a-plugin",)),
    ],
)
def test_fixes_and_unknown_formats_need_everything(request_: Request) -> None:
    assert needs_of(request_) == EVERYTHING


@pytest.mark.parametrize("compared", [{"since": "main"}, {"baseline": "known.json"}])
def test_comparisons_need_names(compared: dict[str, str]) -> None:
    needs = needs_of(Request((), DAY, ("concise",), **compared))  # type: ignore[arg-type]
    assert needs == Needs(context=False, names=True, fixes=False, changes=False)


def test_text_needs_fixes_but_no_names() -> None:
    needs = needs_of(Request((), DAY, ("text", "concise")))
    assert needs == Needs(names=False, fixes=True, changes=False)


def test_the_cache_needs_everything_for_later_formats() -> None:
    settings = Settings(DAY, needs=Needs(context=False, names=False, fixes=False))
    assert settings.made == settings.needs
    assert settings._replace(cached=True).made == EVERYTHING
