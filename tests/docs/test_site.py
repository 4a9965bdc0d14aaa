"""The documentation site: its build, its navigation, and its pages in a browser."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT
from tests.docs.generated_page import DOCS

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NAMES = sorted(page.stem for page in DOCS.glob("*.md"))
CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def copied(folder: Path) -> Path:
    shutil.copytree(DOCS, folder / "docs")
    shutil.copy(ROOT / "zensical.toml", folder)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; return its folder."""
    folder = copied(tmp_path_factory.mktemp("site"))
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_each_page_is_built_and_in_the_navigation(site: Path) -> None:
    named = [page for group in CONFIG["nav"] for pages in group.values() for page in pages]
    files = [file for page in named for file in page.values()]
    assert sorted(files) == sorted(f"{name}.md" for name in NAMES)
    index = (DOCS / "index.md").read_text()
    for name in NAMES:
        assert (site / f"{name}.html").is_file(), name
        assert f"]({name}.md)" in index or name == "index", name


def test_a_broken_link_fails_the_build(tmp_path: Path) -> None:
    page = copied(tmp_path) / "docs" / "why.md"
    page.write_text(f"{page.read_text()}\n[nowhere](plan.md#nowhere)\n")
    assert build(tmp_path).returncode != 0


def test_lists_and_tables_have_an_empty_line_before_them() -> None:
    # GitHub does not need the line, but the site generator would show the list as text.
    for page in sorted(DOCS.glob("*.md")):
        text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        assert not re.search(r"^(?![-|>#<\s]).+\n(?:- |\|)", text, re.MULTILINE), page.name


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Open a page in a headless browser."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page()
        browser.close()


LOOK = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map(), grounds = new Map();
  const channels = color => {
    if (!known.has(color)) known.set(color, measured(color));
    return known.get(color);
  };
  const measured = color => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const over = (top, below) => [0, 1, 2].map(i => (top[i] * top[3] + below[i] * (255 - top[3])) / 255);
  const ground = element => {
    if (!element) return [255, 255, 255];
    if (!grounds.has(element)) {
      const top = channels(getComputedStyle(element).backgroundColor);
      grounds.set(element, over(top, ground(element.parentElement)));
    }
    return grounds.get(element);
  };
  const seen = new Map();
  for (const element of document.querySelectorAll('article *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest('.headerlink, .md-content__button, button, .md-clipboard')) continue;
    const style = getComputedStyle(element);
    const back = ground(element);
    const key = style.color + '|' + back;
    if (seen.has(key)) continue;
    const [a, b] = [light(over(channels(style.color), back)), light(back)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    seen.set(key, [contrast, element.className || element.tagName, element.textContent.slice(0, 30)]);
  }
  return {
    poor: [...seen.values()].filter(([contrast]) => contrast < 4.5),
    code: document.querySelectorAll('article pre').length,
  };
}"""


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_pages_have_enough_contrast_and_fit_the_window(site: Path, page: Page) -> None:
    outside: list[str] = []
    page.on("request", lambda asked: outside.append(asked.url))
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(f"file://{site}/index.html")
    assert page.get_attribute("body", "data-md-color-scheme") == "slate"
    page.emulate_media(color_scheme="light")
    for name in NAMES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"file://{site}/{name}.html", wait_until="load")
        page.add_style_tag(content="* {transition: none !important}")
        for scheme in ("default", "slate"):
            # The button in the header does the same.
            page.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
            look = page.evaluate(LOOK)
            assert look["poor"] == [], (name, scheme)
        assert page.evaluate(OVERFLOW) <= 0, name
        page.set_viewport_size({"width": 420, "height": 900})
        assert page.evaluate(OVERFLOW) <= 0, name
        shown = re.findall(r"^(`{3,})[^`]*$", (DOCS / f"{name}.md").read_text(), re.MULTILINE)
        assert look["code"] > 0 or not shown, name
    assert [url for url in outside if not url.startswith(("file:", "data:", "blob:"))] == []
