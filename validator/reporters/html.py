"""`html`: one page that needs nothing from outside, with filters by severity, policy and text."""

from collections import Counter
from dataclasses import replace
from html import escape

from validator.diagnostic import Diagnostic, Place, Span
from validator.report import Report
from validator.reporters.plain import printable, summary

_STYLE = """
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f6f8fa; --dim: #59636e;
  --error: #cf222e; --warning: #9a6700; --info: #0969da; --ink: #1f2328; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #151b23; --dim: #9198a1;
  --error: #f85149; --warning: #d29922; --info: #4493f8; --ink: #f0f6fc; --page: #0d1117; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 64rem; color: var(--ink);
  background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: 1rem 0;
  padding: .75rem; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
select, input[type=search] { font: inherit; color: inherit; background: var(--page);
  border: 1px solid var(--line); border-radius: 4px; padding: .15rem .4rem; max-width: 100%; }
article { border: 1px solid var(--line); border-left: 4px solid var(--kind); border-radius: 6px;
  padding: .75rem 1rem; margin: .75rem 0; overflow-wrap: anywhere; }
.error { --kind: var(--error); } .warning { --kind: var(--warning); } .info { --kind: var(--info); }
.passed { --kind: var(--line); }
article > p { margin: 0 0 .4rem; }
.what { font-weight: 600; }
.id { color: var(--kind); font-weight: 600; margin-right: .5rem; }
.passed .id, .place, footer { color: var(--dim); }
pre { margin: .4rem 0; padding: .5rem .75rem; background: var(--soft); border-radius: 4px;
  overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
.number { color: var(--dim); user-select: none; }
mark { background: none; color: inherit; border-bottom: 2px solid var(--kind); font-weight: 600; }
.see mark { border-bottom-color: var(--dim); }
.failures { border: 1px solid var(--error); border-radius: 6px; padding: .75rem 1rem; }
[hidden] { display: none; }
"""

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
        *(replace(item, suppressed=known) for item in report.known),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
        f"<title>tenantlint: {_text(said)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{_text(said)}</h1>\n<p>{_text(rest)}</p>\n</header>\n"
        + _failures(report)
        + (_form(every) if every else "")
        + "<main>\n"
        + "".join(_file(file, every) for file in sorted({item.file for item in every}))
        + "</main>\n<footer><p>Made by tenantlint.</p></footer>\n"
        + (f"<script>{_SCRIPT}</script>\n" if every else "")
        + "</body>\n</html>\n"
    )


def _failures(report: Report) -> str:
    if not report.failures:
        return ""
    items = "".join(f"<li>{_text(failure)}</li>\n" for failure in report.failures)
    head = "There is no verdict that can be trusted:"
    return f'<div class="failures" role="alert"><strong>{head}</strong>\n<ul>\n{items}</ul></div>\n'


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
        f'<option value="{_text(id)}">{_text(id)} ({number:,})</option>\n' for id, number in ids
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
    return f"<section>\n<h2>{_text(file)}</h2>\n{articles}</section>\n"


def _article(item: Diagnostic) -> str:
    kind = _kind(item)
    parts = [
        (
            f'<article class="{kind}" data-kind="{kind}" data-id="{_text(item.id)}">\n'
            f'<p class="what"><span class="id">{_text(item.id)}</span> {_text(item.message)}</p>\n'
        ),
        _excerpt(item.span, item.source),
        *(_related(place) for place in item.related),
    ]
    if item.help:
        parts.append(f"<p>{_text(item.help)}</p>\n")
    if item.suppressed is not None:
        parts.append(f"<p><strong>Let pass:</strong> {_text(item.suppressed)}</p>\n")
    place = f"line {item.span.line}, column {item.span.column}"
    parts.append(f'<p class="place">{place}, {_text(item.severity)}</p>\n</article>\n')
    return "".join(parts)


def _related(place: Place) -> str:
    where = f"{place.file}:{place.span.line}:{place.span.column}"
    return (
        f'<div class="see"><p class="place">{_text(where)}: {_text(place.message)}</p>\n'
        f"{_excerpt(place.span, place.source)}</div>\n"
    )


def _excerpt(span: Span, source: str) -> str:
    end = span.end_column - 1 if span.end_line == span.line else len(source)
    before, marked, after = source[: span.column - 1], source[span.column - 1 : end], source[end:]
    return (
        f'<pre><span class="number">{span.line}</span>  {_text(before)}'
        f"<mark>{_text(marked)}</mark>{_text(after)}</pre>\n"
    )


def _text(text: str) -> str:
    return escape(printable(text))
