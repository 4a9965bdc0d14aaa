"""The style of a plan's HTML page, for screen and print."""

from validator.reporters import timeline_html
from validator.reporters.plan import drawing, seat_drawing

_PAGE = """
h2 { font-size: 1.2rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: .9375rem; margin: 0 0 .25rem; }
nav { margin: 1rem 0; padding: .25rem 1rem; background: var(--soft); border-radius: 6px; }
nav ul { padding-left: 1rem; } a { color: var(--info); }
.failures { margin: 1rem 0; overflow-wrap: anywhere; }
ul.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .5rem;
  list-style: none; padding: 0; margin: .75rem 0; }
ul.numbers li { margin: 0; padding: .5rem .75rem; border: 1px solid var(--line);
  border-top: 3px solid var(--kind); border-radius: 6px; font-size: .8125rem; line-height: 1.35; }
ul.numbers strong { display: block; font-size: 1.5rem; line-height: 1.2; color: var(--kind); }
.move { --kind: var(--flow); } .unplaced { --kind: var(--error); } .renewal { --kind: var(--info); }
.seats, .capacity { --kind: var(--fall); } .shift, .end, .none { --kind: var(--dim); }
ol.days ul { padding: 0; margin: 0; }
li.task { margin: .5rem 0 .75rem; display: grid; grid-template-columns: 1.3rem 5.75rem 1fr; }
li.task .what { font-weight: 600; }
li.task p, li.task details { grid-column: 3; margin: 0; min-width: 0; }
li.task p { color: var(--dim); font-size: .9375rem; }
li.task .kind { color: var(--kind); font-weight: 600; }
@media (max-width: 36rem) { li.task { grid-template-columns: 1.3rem 1fr; }
  li.task .what, li.task p, li.task details { grid-column: 2; } }
.box { color: var(--dim); }
.who, li.task p.who { font-size: .8125rem; overflow-wrap: anywhere; }
details { margin: .25rem 0; } summary { cursor: pointer; color: var(--info); font-size: .875rem; }
summary:focus-visible, .scroll:focus-visible, a:focus-visible { outline: 2px solid var(--info);
  outline-offset: 2px; }
i.window { height: .15em; background: var(--flow); vertical-align: middle; }
figure.seats svg + svg { margin-top: .25rem; }
figure.seats figcaption { margin-bottom: .5rem; }
"""

_PAPER = """
@page { margin: 12mm; }
@media print {
  :root { color-scheme: light; --line: #b8bfc7; --soft: #f3f4f6; --dim: #3d444d; --ink: #000;
    --page: #fff; --error: #82071e; --warning: #4d2d00; --info: #0a3069; --fall: #5c2200;
    --active: #aab4be; --primary: #4a525b; --people: #000; --flow: #3b1a6e; --seats: #d5dade;
    --ground: #fff; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 11pt; }
  section + section { break-before: page; }
  h2, h3, h4, summary, figure.seats figcaption { break-after: avoid; }
  ul.numbers { grid-template-columns: repeat(5, 1fr); }
  li.task, ul.numbers, figure.picture, figcaption, figure.seats svg, tr { break-inside: avoid; }
  figure svg { min-width: 0; max-height: 23cm; }
  .scroll { overflow: visible; }
  nav, footer { display: none; }
  summary { color: var(--dim); list-style: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
"""

STYLE = timeline_html.STYLE + drawing.STYLE + seat_drawing.STYLE + _PAGE + _PAPER
