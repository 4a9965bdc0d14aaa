"""Format `html`: one page without external resources, with filters by severity, id and text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from operator import attrgetter

from validator.findings.diagnostic import Diagnostic, RelatedLocation
from validator.findings.report import Report
from validator.reporters.check.excerpt import excerpt
from validator.reporters.check.remarks import remarks
from validator.reporters.check.summary import summarize
from validator.reporters.html_page import escape_html, escape_html_code, page_parts, render_failures
from validator.reporters.notes import NO_VERDICT, html_head

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


def render(report: Report) -> Iterator[str]:
    """Yield an HTML page."""
    counts, _ = summarize(report)
    justification = f"known to the baseline {report.baseline}"
    diagnostics = [
        *report.diagnostics,
        *report.suppressed,
        *(item._replace(suppressed=justification) for item in report.known),
    ]
    diagnostics.sort(key=lambda item: item.sort_key)
    script = _SCRIPT if diagnostics else ""
    yield from page_parts(counts, _body(report, diagnostics), script=script)


def _body(report: Report, diagnostics: Sequence[Diagnostic]) -> Iterator[str]:
    counts, details = summarize(report)
    yield html_head(escape_html(counts), report.assumed)
    yield f"<p>{escape_html(details)}</p>\n{_remarks(report)}"
    yield render_failures(report.failures, NO_VERDICT)
    if diagnostics:
        yield _filter_form(diagnostics)
    yield "<main>\n"
    for file, items in groupby(diagnostics, key=attrgetter("file")):
        yield f"<section>\n<h2>{escape_html(file)}</h2>\n"
        yield from map(_article, items)
        yield "</section>\n"
    yield "</main>\n"


def _remarks(report: Report) -> str:
    """Return a list of the remarks about the report, except for failures and assumptions."""
    items = [item for item in remarks(report) if item.kind not in ("not complete", "assumed")]
    if not items:
        return ""
    lines = "".join(f"<li>{escape_html(item.line)}</li>\n" for item in items)
    return f'<ul class="remarks">\n{lines}</ul>\n'


def _filter_form(diagnostics: Sequence[Diagnostic]) -> str:
    kinds = Counter(_kind(item) for item in diagnostics)
    checkboxes = "".join(
        f'<label><input type="checkbox" name="kind" value="{kind}"'
        f"{'' if kind == 'unreported' else ' checked'}> {label} ({kinds[kind]:,})</label>\n"
        for kind, label in _KIND_LABELS.items()
        if kinds[kind]
    )
    ids = sorted(Counter(item.id for item in diagnostics).items())
    options = "".join(
        f'<option value="{escape_html(id)}">{escape_html(id)} ({number:,})</option>\n'
        for id, number in ids
    )
    return (
        f"<form hidden>\n{checkboxes}"
        f'<label>Policy <select name="id"><option value="">all</option>\n{options}</select>'
        "</label>\n"
        '<label>Text <input type="search" name="words"></label>\n<output></output>\n</form>\n'
    )


_KIND_LABELS = {
    "error": "Errors",
    "warning": "Warnings",
    "info": "Infos",
    "unreported": "Not reported",
}


def _kind(item: Diagnostic) -> str:
    return item.severity if item.suppressed is None else "unreported"


def _article(item: Diagnostic) -> str:
    kind = _kind(item)
    parts = [
        (
            f'<article class="{kind}" data-kind="{kind}" data-id="{escape_html(item.id)}">\n'
            f'<p class="what"><span class="id">{escape_html(item.id)}</span> '
            f"{escape_html_code(item.message)}</p>\n"
        ),
        _excerpt(item),
        *(_related(place) for place in item.related),
    ]
    if item.help:
        parts.append(f"<p>{escape_html_code(item.help)}</p>\n")
    if item.suppressed is not None:
        parts.append(f"<p><strong>Not reported:</strong> {escape_html(item.suppressed)}</p>\n")
    place = f"line {item.span.line}, column {item.span.column}"
    parts.append(f'<p class="place">{place}, {escape_html(item.severity)}</p>\n</article>\n')
    return "".join(parts)


def _related(place: RelatedLocation) -> str:
    text = f"{place.file}:{place.span.line}:{place.span.column}: {place.message}"
    return f'<div class="see"><p class="place">{escape_html(text)}</p>\n{_excerpt(place)}</div>\n'


def _excerpt(item: Diagnostic | RelatedLocation) -> str:
    shown = excerpt(item)
    return (
        f'<pre tabindex="0"><span class="number">{item.span.line}</span>  {escape(shown.before)}'
        f"<mark>{escape(shown.marked)}</mark>{escape(shown.after)}</pre>\n"
    )
