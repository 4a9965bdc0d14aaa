"""Report pages in a browser: contrast and size in dark and light mode, and working filters."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Run

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page; fail the test for script errors and requests to other addresses."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.on(
        "request",
        lambda request: None if request.url.startswith("file:") else errors.append(request.url),
    )
    yield page
    page.close()
    assert errors == []


def test_the_filters_of_the_report_hide_findings(
    run: Run, harbour: str, folder: Path, page: Page
) -> None:
    text = (folder / harbour).read_text()
    ignore = "  # tenantlint: ignore[mixed-telephony]: OPS-42 <script>alert(1)</script>"
    (folder / harbour).write_text(text.replace("  # expect: mixed-telephony", ignore))
    run("check", harbour, "--as-of", "2026-05-01", "--report", "html=report.html")
    page.goto(f"file://{folder}/report.html")
    shown = page.locator("article:visible")
    assert page.text_content("output") == "7 of 8 shown"
    assert shown.count() == 7
    assert page.text_content("h1") == "3 errors and 4 warnings"
    page.get_by_label("Errors").uncheck()
    assert shown.count() == 4
    page.get_by_label("Not reported").check()
    assert shown.count() == 5
    assert "OPS-42 <script>" in page.text_content(".unreported p strong >> ..", timeout=5000)  # type: ignore[operator]
    page.get_by_label("Errors").check()
    page.get_by_label("Policy").select_option("tenant-overage")
    assert shown.count() == 1
    assert page.locator("mark:visible").text_content() == "16.5"
    page.get_by_label("Policy").select_option("")
    page.get_by_label("Text").fill("MAUD")
    assert shown.count() == 1
    page.get_by_label("Text").fill("no such text")
    assert page.locator("section:visible").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_enough_contrast_and_fits_a_narrow_window(
    run: Run, harbour: str, folder: Path, page: Page, scheme: str
) -> None:
    run("check", harbour, "--as-of", "2026-05-01", "--report", "html=report.html")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"file://{folder}/report.html")
    contrast = """element => {
      const channel = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
      const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
        return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
      const ink = light(getComputedStyle(element).color);
      const paper = light(getComputedStyle(document.body).backgroundColor);
      return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05); }"""
    for selector in ("h1", ".id", ".place", "article > p", "pre", ".number"):
        for element in page.locator(selector).all():
            assert element.evaluate(contrast) >= 4.5, selector
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", [3, 60])
def test_the_timeline_is_readable_with_few_and_many_subscriptions(
    run: Run, folder: Path, page: Page, scheme: str, number: int
) -> None:
    subscriptions = "".join(
        f"  - {{id: Sub{n:03}, type: named, start: 2025-{n % 12 + 1:02}-01, "
        f"end: 202{6 + n % 2}-{n % 9 + 4:02}-15, grace_days: {n % 2 * 30}}}\n"
        for n in range(number)
    )
    users = "".join(
        f"  - {{email: u{n}@x.example, roles: [agent], assignments: [Sub{n:03}]}}\n"
        for n in range(number)
    )
    (folder / "a.tenant.yaml").write_text(
        "version: 1\ntenant: {id: t, name: Harbour <b>}\n"
        f"subscriptions:\n{subscriptions}users:\n{users}"
    )
    run("forecast", "--from", "2026-05-01", "--report", "html=f.html")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"file://{folder}/f.html")
    bars = page.locator("svg g:has(rect)")
    outside = page.get_by_text("with no day in the window")
    left_out = int((outside.text_content() or "0").split()[0]) if outside.count() else 0
    assert bars.count() + left_out == number
    assert page.locator("svg rect.primary").count() >= 1
    assert page.locator("svg polygon.event").count() >= 1
    assert page.locator("svg circle.people").count() >= 1
    labels = [label.bounding_box() for label in page.locator("svg g > text").all()]
    boxes = [box for box in labels if box is not None]
    assert all(box["height"] >= 9 for box in boxes), "too small to read"
    names = [bar.locator("text").first.bounding_box() for bar in bars.all()]
    tops = [name["y"] for name in names if name is not None]
    assert all(below - above >= 12 for above, below in itertools.pairwise(tops))
    assert "Harbour <b>" in (page.text_content("h2") or "")


CONTRAST = """element => {
  const channel = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = color => { const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
    return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
  const style = getComputedStyle(element);
  const ink = light(element.closest('svg') ? style.fill : style.color);
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05); }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("number", [3, 60])
def test_the_plan_is_readable_with_few_and_many_subscriptions(
    run: Run, folder: Path, page: Page, scheme: str, number: int
) -> None:
    subscriptions = "".join(
        f"  - {{id: Sub{n:03}, type: named, start: 202{5 + n % 2}-05-01, "
        f"end: 202{6 + n % 2}-{6 + n % 3:02}-15, entitlements: {{premium-agent: 40}}}}\n"
        for n in range(number)
    )
    users = "".join(
        f"  - {{email: with.a.rather.long.name{n}@x.example, roles: [agent], "
        f"assignments: [{{subscription: Sub{n // 12 * 2 % number:03}, license: premium-agent}}]}}\n"
        for n in range(6 * number)
    )
    (folder / "a.tenant.yaml").write_text(
        "version: 1\ntenant: {id: t, name: Harbour <b>}\n"
        f"subscriptions:\n{subscriptions}users:\n{users}"
    )
    run("plan", "--from", "2026-05-01", "--report", "html=p.html")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for width in (420, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"file://{folder}/p.html")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    assert page.locator("figure.picture g.bar").count() == number
    assert page.locator("figure.picture g.flow").count() >= 1
    assert page.locator("figure.seats rect.seats:visible").count() >= 1
    for selector in (
        "h1", "h2", "h4", ".task .kind", ".task .what", ".task p", "summary", "figcaption span",
        ".numbers strong", "svg text",
    ):  # fmt: skip
        shown = page.locator(selector).all()
        assert shown, selector
        for element in shown[:20]:
            assert element.evaluate(CONTRAST) >= 4.5, selector
    labels = [label.bounding_box() for label in page.locator("g.bar > text").all()]
    tops = [box["y"] for box in labels if box is not None]
    assert all(below - above >= 16 for above, below in itertools.pairwise(tops))
    assert "Harbour <b>" in (page.text_content("h2") or "")
    folded = page.locator("details p.who")
    assert folded.count() >= 1
    assert not folded.first.is_visible()
    page.locator("summary").first.click()
    assert folded.first.is_visible()


def test_the_printed_plan_shows_all_names_on_white(run: Run, folder: Path, page: Page) -> None:
    users = "".join(
        f"  - {{email: u{n}@x.example, roles: [agent], assignments: [Sub1]}}\n" for n in range(30)
    )
    (folder / "a.tenant.yaml").write_text(
        "version: 1\ntenant: {id: t, name: Harbour}\nsubscriptions:\n"
        "  - {id: Sub1, type: named, start: 2025-06-01, end: 2026-05-31}\n"
        f"users:\n{users}"
    )
    run("plan", "--from", "2026-05-01", "--report", "html=p.html")
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"file://{folder}/p.html")
    names = page.locator("details p.who")
    assert names.count() == 1
    box = names.bounding_box()
    assert box is not None
    assert box["height"] > 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
