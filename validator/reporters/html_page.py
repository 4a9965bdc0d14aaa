"""The page frame of HTML reports: one file for light and dark mode, without external resources."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import cycle

from validator.system.printable import printable

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
.unreported { --kind: var(--line); }
article > p { margin: 0 0 .4rem; }
.what { font-weight: 600; }
.id { color: var(--kind); font-weight: 600; margin-right: .5rem; }
.unreported .id, .place, footer { color: var(--dim); }
pre { margin: .4rem 0; padding: .5rem .75rem; background: var(--soft); border-radius: 4px;
  overflow-x: auto; font: 13px/1.5 ui-monospace, monospace; }
.number { color: var(--dim); user-select: none; }
mark { background: none; color: inherit; border-bottom: 2px solid var(--kind); font-weight: 600; }
.see mark { border-bottom-color: var(--dim); }
code { font: .9em ui-monospace, monospace; background: var(--soft); border-radius: 4px;
  padding: .1em .25em; }
.remarks { margin: .5rem 0; padding-left: 1.25rem; color: var(--dim); overflow-wrap: anywhere; }
.failures { margin: 1rem 0; overflow-wrap: anywhere;
  border: 1px solid var(--error); border-radius: 6px; padding: .75rem 1rem; }
[hidden] { display: none; }
.assumed { border: 1px solid var(--warning); border-radius: 6px; padding: .5rem 1rem;
  margin: 1rem 0; overflow-wrap: anywhere; }
"""


def render_page(title: str, body: str, *, style: str = "") -> str:
    """Return a whole page. The title is escaped; body and style are inserted unchanged."""
    return "".join(page_parts(title, [body], style=style))


def page_parts(
    title: str, body: Iterable[str], *, style: str = "", script: str = ""
) -> Iterator[str]:
    """Yield the parts of a whole page, for a body that can be large.

    The title is escaped; body, style and script are inserted unchanged.
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>tenantlint: {escape_html(title)}</title>\n"
        f"<style>{_STYLE}{style}</style>\n</head>\n<body>\n"
    )
    yield from body
    yield "<footer><p>Made by tenantlint.</p></footer>\n"
    if script:
        yield f"<script>{script}</script>\n"
    yield "</body>\n</html>\n"


def escape_html(text: str) -> str:
    """Return HTML that shows any text literally."""
    return escape(printable(text))


def escape_html_code(text: str) -> str:
    """Return HTML that shows any text literally, and text in backticks as code."""
    parts = escape_html(text).split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(
        f"<code>{part}</code>" if is_code else part
        for part, is_code in zip(parts, cycle((False, True)), strict=False)
    )


def render_failures(failures: Sequence[str], heading: str) -> str:
    """Return HTML that lists why there is no verdict; an empty string if there are no failures."""
    if not failures:
        return ""
    items = "".join(f"<li>{escape_html(failure)}</li>\n" for failure in failures)
    return (
        f'<div class="failures" role="alert"><strong>{heading}</strong>\n<ul>\n{items}</ul></div>\n'
    )
