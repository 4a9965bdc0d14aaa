"""Format `html` of `plan`: a page with a drawing and a to-do list by day for each tenant."""

from collections.abc import Iterable, Iterator, Sequence

from validator.findings.plan_picture import PlanPicture, SeatChart
from validator.findings.plan_report import PlannedTenant, PlanReport, TenantPlan
from validator.findings.wording import counted
from validator.reporters.html_page import escape_html, render_page
from validator.reporters.notes import html_head
from validator.reporters.plan import drawing, seat_drawing
from validator.reporters.plan.page_style import STYLE
from validator.reporters.plan.tasks import MAX_USERS, Task, by_day, compared, headline, tasks_of
from validator.reporters.timeline_html import (
    BAR_LEGEND,
    PATTERNS,
    TimeScale,
    mark_days,
    render_bars,
    render_outside,
    render_table,
)

_LEGEND = (
    *((kind, f'<i class="{kind}"></i>', words) for kind, words in BAR_LEGEND.items()),
    ("flow", '<i class="flow"></i><b class="flow">▾</b>',
     "number of users to move by this day"),
    ("window", '<i class="window"></i>', "days on which they can be moved"),
    ("lost", '<b class="lost">○</b>', "number of users without a place from this day on"),
    ("fall", '<b class="fall">▾</b>', "seats fall below their holders"),
    ("decide", '<b class="decide">◇</b>', "last day to decide on a renewal"),
)  # fmt: skip
_SEAT_LEGEND = (
    ("seats", '<i class="seats"></i>', "seats"),
    ("need", '<i class="need"></i>', "people who need a seat, including planned moves"),
    ("missing", '<i class="missing"></i>', "people without a seat"),
)
_MAX_CHARTS = 12


def render(report: PlanReport) -> str:
    """Return an HTML page."""
    title = headline(report)
    scale = TimeScale(report.begin, report.until)
    body = (
        html_head(mark_days(title), report.assumed, report.incomplete, "The plan is not complete:")
        + _comparison(report)
        + _contents(report.tenants)
        + "<main>\n"
        + (PATTERNS + seat_drawing.PATTERN if report.tenants else "")
        + "".join(
            _section(tenant, scale, f"tenant-{number}")
            for number, tenant in enumerate(report.tenants, 1)
        )
        + _without(report, scale)
        + "</main>\n"
    )
    return render_page(title, body, style=STYLE)


def _comparison(report: PlanReport) -> str:
    """Return a table of the plans' counts, with and without the assumptions."""
    if report.without is None:
        return ""
    rows = (
        (words, f"{now:,}", f"{before:,}")
        for words, now, before in compared(report.tenants, report.without)
    )
    return render_table(
        "The plan with and without the assumptions", ("", "assumed", "without"), rows
    )


def _without(report: PlanReport, scale: TimeScale) -> str:
    """Return the sections of the plans without the assumptions; empty if not compared."""
    if report.without is None:
        return ""
    title = headline(report._replace(tenants=report.without))
    sections = "".join(
        _section(tenant, scale, f"without-{number}")
        for number, tenant in enumerate(report.without, 1)
    )
    return f'<h2 class="without">Without the assumptions: {mark_days(title)}</h2>\n{sections}'


def _title(tenant: PlannedTenant) -> str:
    return f"{tenant.name} ({tenant.file})"


def _contents(tenants: Sequence[PlannedTenant]) -> str:
    """Return links to the tenants; an empty string if there is only one."""
    if len(tenants) < 2:  # noqa: PLR2004
        return ""
    items = "".join(
        f'<li><a href="#tenant-{number}">{escape_html(_title(tenant))}</a>: '
        f"{mark_days(_summary(tenant.plan))}</li>\n"
        for number, tenant in enumerate(tenants, 1)
    )
    return f'<nav aria-label="Tenants"><ul>\n{items}</ul></nav>\n'


def _summary(plan: TenantPlan) -> str:
    moves, lost = plan.moved, plan.without_place
    if not any(plan):
        return "nothing to do"
    return f"{counted(moves, 'assignment')} to make, {lost:,} without a place"


def _section(tenant: PlannedTenant, scale: TimeScale, id: str) -> str:
    name = _title(tenant)
    picture = tenant.picture
    return (
        f'<section id="{id}" aria-labelledby="{id}-name">\n'
        f'<h2 id="{id}-name">{escape_html(name)}</h2>\n'
        + (_numbers(tenant.plan) if any(tenant.plan) else "")
        + (_picture(picture, tenant.plan, scale, id, name) if picture else "")
        + _tasks(tenant.plan)
        + (_seats(picture, scale, name) if picture else "")
        + (_subscriptions(picture, name) if picture else "")
        + "</section>\n"
    )


def _numbers(plan: TenantPlan) -> str:
    """Return the list of the most important numbers of a plan."""
    moves, lost = plan.moved, plan.without_place
    days = [move.latest for move in plan.moves]
    first = f", the first by {min(days)}" if days else ""
    falls, months, renewals = len(plan.seats), len(plan.capacity), len(plan.renewals)
    entries = [
        ("move", moves, f"{_plural('assignment', moves)} to make{first}"),
        ("unplaced", lost, "without a place"),
        ("seats", falls, f"{_plural('drop', falls)} of seats below their holders"),
        ("capacity", months, f"{_plural('month', months)} with less capacity than use"),
        ("renewal", renewals, f"{_plural('renewal', renewals)} to decide on"),
    ]
    items = "".join(
        f'<li class="{kind if number else "none"}"><strong>{number:,}</strong> '
        f"{mark_days(words)}</li>\n"
        for kind, number, words in entries
    )
    return f'<ul class="numbers">\n{items}</ul>\n'


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


# The drawing


def _picture(picture: PlanPicture, plan: TenantPlan, scale: TimeScale, id: str, name: str) -> str:
    if not picture.bars:
        return '<p class="dim">No subscription has a day in the window.</p>\n'
    drawn = drawing.draw_plan(picture, plan, scale, f"{id}-picture", name)
    label = escape_html(f"Subscriptions and moves of {name}")
    return (
        f'<figure class="picture" aria-label="{label}">\n'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{label}, scrollable">\n{drawn}'
        f"</div>\n<figcaption>{_legend(_LEGEND, drawn)}</figcaption>\n</figure>\n"
    )


def _legend(entries: Iterable[tuple[str, str, str]], drawn: str) -> str:
    """Return the legend for the marks that are in the drawing."""
    return "".join(
        f"<span>{mark}{words}</span>" for kind, mark, words in entries if f'class="{kind}"' in drawn
    )


# The to-do list


def _tasks(plan: TenantPlan) -> str:
    days = "".join(
        f"<li><h4><time>{day}</time></h4>\n<ul>\n{''.join(map(_task, tasks))}</ul></li>\n"
        for day, tasks in by_day(tasks_of(plan))
    )
    if not days:
        return '<h3>To do</h3>\n<p class="dim">Nothing.</p>\n'
    return f'<h3>To do, by day</h3>\n<ol class="days">\n{days}</ol>\n'


def _task(task: Task) -> str:
    box = "☐" if task.is_open else ""
    return (
        f'<li class="task {task.kind}"><span class="box" aria-hidden="true">{box}</span> '
        f'<span class="kind">{task.kind}</span> '
        f'<span class="what">{mark_days(task.text)}</span>\n'
        + (f"<p>{mark_days(task.help)}</p>\n" if task.help else "")
        + "".join(_who(task.users))
        + "</li>\n"
    )


def _who(users: Sequence[str]) -> Iterator[str]:
    """Yield the first users, then the others in a collapsed element."""
    if users:
        yield f'<p class="who">{escape_html(", ".join(users[:MAX_USERS]))}</p>\n'
    if len(users) > MAX_USERS:
        more = escape_html(", ".join(users[MAX_USERS:]))
        number = len(users) - MAX_USERS
        yield (
            f'<details><summary>and {number:,} more</summary><p class="who">{more}</p></details>\n'
        )


# Seats


def _seats(picture: PlanPicture, scale: TimeScale, name: str) -> str:
    """Return the charts: first the totals, then those with too few seats, then the others."""
    charts = [*picture.totals, *picture.seats]
    if not charts:
        return ""
    rest = [chart for chart in picture.seats if not chart.is_short]
    first = [*picture.totals, *(chart for chart in picture.seats if chart.is_short)]
    if len(charts) <= _MAX_CHARTS:
        first, rest = charts, []
    shown, folded = _charts(first, scale), _charts(rest, scale)
    label = escape_html(f"Seats and people of {name}")
    return (
        "<h3>Seats and the people who need them</h3>\n"
        f'<figure class="seats" aria-label="{label}">\n'
        f"<figcaption>{_legend(_SEAT_LEGEND, shown + folded)}<span>12/4: 12 people, "
        "4 seats</span><span>each row has its own scale</span></figcaption>\n"
        + (_scrolled(shown, f"{label}, scrollable") if first else "")
        + (
            f"<details><summary>{counted(len(rest), 'row')} with enough seats</summary>\n"
            f"{_scrolled(folded, f'{label}, other rows, scrollable')}</details>\n"
            if rest
            else ""
        )
        + "</figure>\n"
    )


def _charts(charts: Iterable[SeatChart], scale: TimeScale) -> str:
    return seat_drawing.draw_axis(scale) + "".join(
        seat_drawing.draw_seats(chart, scale) for chart in charts
    )


def _scrolled(content: str, label: str) -> str:
    return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">\n{content}</div>\n'


# Subscriptions as a table


def _subscriptions(picture: PlanPicture, name: str) -> str:
    outside = render_outside(picture.outside)
    if not picture.bars:
        return outside
    table = render_bars(picture.bars, escape_html(name))
    summary = f"{counted(len(picture.bars), 'subscription')} as a table"
    return f"<details><summary>{summary}</summary>\n{table}</details>\n{outside}"
