"""`html`: one page that needs nothing from outside, with filters by severity, policy and text."""

from collections import Counter

from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.report import Report
from validator.reporters.html_page import failures, in_html, page
from validator.reporters.plain import summary

_SCRIPT = """
const form = document.querySelector("form");
const articles = [...document.querySelectorAll("article")];
function show() {
  const data = new FormData(form);
  const kinds = data.getAll("kind"), id = data.get("id"), words = data.get("words").toLowerCase();
  let count = 0;
  for (const article of articles) {
    const fits = kinds.includes(article.dataset.kind) && (!id || article.dataset.id === id)
      && article.textContent.toLowerCase().includes(words);
    article.hidden = !fits;
    count += fits;
  }
  for (const section of document.querySelectorAll("section"))
    section.hidden = !section.querySelector("article:not([hidden])");
  document.querySelector("output").textContent = `${count} of ${articles.length} shown`;
}
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
show();
"""


def render(report: Report) -> str:
    """Return the page."""
    said, rest = summary(report)
    known = f"known to the baseline {report.baseline}"
    every = [
        *report.diagnostics,
        *report.suppressed,
        *(item._replace(suppressed=known) for item in report.known),
    ]
    files = sorted({item.file for item in every})
    body = (
        f"<header>\n<h1>{in_html(said)}</h1>\n<p>{in_html(rest)}</p>\n</header>\n"
        + failures(report.failures)
        + (_form(every) if every else "")
        + f"<main>\n{''.join(_file(file, every) for file in files)}</main>\n"
    )
    return page(said, body, script=_SCRIPT if every else "")


def _form(every: list[Diagnostic]) -> str:
    kinds = Counter(_kind(item) for item in every)
    boxes = "".join(
        f'<label><input type="checkbox" name="kind" value="{kind}"'
        f"{'' if kind == 'passed' else ' checked'}> {_KINDS[kind]} ({kinds[kind]:,})</label>\n"
        for kind in _KINDS
        if kinds[kind]
    )
    ids = sorted(Counter(item.id for item in every).items())
    options = "".join(
        f'<option value="{in_html(id)}">{in_html(id)} ({number:,})</option>\n' for id, number in ids
    )
    return (
        f"<form hidden>\n{boxes}"
        f'<label>Policy <select name="id"><option value="">all</option>\n{options}</select>'
        "</label>\n"
        '<label>Text <input type="search" name="words"></label>\n<output></output>\n</form>\n'
    )


_KINDS = {"error": "Errors", "warning": "Warnings", "info": "Infos", "passed": "Let pass"}


def _kind(item: Diagnostic) -> str:
    return item.severity if item.suppressed is None else "passed"


def _file(file: str, every: list[Diagnostic]) -> str:
    here = sorted((item for item in every if item.file == file), key=lambda item: item.sort_key)
    articles = "".join(_article(item) for item in here)
    return f"<section>\n<h2>{in_html(file)}</h2>\n{articles}</section>\n"


def _article(item: Diagnostic) -> str:
    kind = _kind(item)
    parts = [
        (
            f'<article class="{kind}" data-kind="{kind}" data-id="{in_html(item.id)}">\n'
            f'<p class="what"><span class="id">{in_html(item.id)}</span> '
            f"{in_html(item.message)}</p>\n"
        ),
        _excerpt(item.span, item.source),
        *(_related(place) for place in item.related),
    ]
    if item.help:
        parts.append(f"<p>{in_html(item.help)}</p>\n")
    if item.suppressed is not None:
        parts.append(f"<p><strong>Let pass:</strong> {in_html(item.suppressed)}</p>\n")
    place = f"line {item.span.line}, column {item.span.column}"
    parts.append(f'<p class="place">{place}, {in_html(item.severity)}</p>\n</article>\n')
    return "".join(parts)


def _related(place: RelatedLocation) -> str:
    where = f"{place.file}:{place.span.line}:{place.span.column}"
    return (
        f'<div class="see"><p class="place">{in_html(where)}: {in_html(place.message)}</p>\n'
        f"{_excerpt(place.span, place.source)}</div>\n"
    )


def _excerpt(span: Span, source: str) -> str:
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    before, marked, after = source[: span.column - 1], source[span.column - 1 : end], source[end:]
    return (
        f'<pre><span class="number">{span.line}</span>  {in_html(before)}'
        f"<mark>{in_html(marked)}</mark>{in_html(after)}</pre>\n"
    )
