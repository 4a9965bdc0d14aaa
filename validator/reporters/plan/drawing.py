"""Draws a plan as SVG: subscriptions as bars, and moves as flows between them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from math import sqrt
from typing import NamedTuple

from validator.findings.plan_picture import PlanPicture
from validator.findings.plan_report import Move, TenantPlan
from validator.findings.wording import counted, listing
from validator.reporters.forecast.wording import term_text
from validator.reporters.html_page import escape_html
from validator.reporters.plan.tasks import Task, licensed, tasks_of
from validator.reporters.timeline_html import LEFT, WIDTH, TimeScale, draw_term, short_label

_TOP, _BOTTOM, _BAR = 36, 12, 14
_ROW, _LOW_ROW = 32, 24
# Rows are lower from this number of subscriptions on.
_MANY = 24
_MAX_WIDTH, _ARROW = 8, 6
_LANES = 44
"""The width in which the flows of one day reach their targets side by side."""
_CROWD = 30
"""If a day has more flows, each flow is a thin line, and single users have no number."""
_CROWD_LANES, _THIN, _THIN_STEP = 160, 2, 2.5
_MAX_DESCRIBED = 12
_CHARACTER = 7
"""The width of a digit. The height of a label is twice this width."""

STYLE = """
:root { --active: #8cc2ff; --flow: #8250df; }
@media (prefers-color-scheme: dark) { :root { --active: #1f5fb0; --flow: #c4a1ff; } }
svg .flow path { fill: none; stroke: var(--flow); }
svg .flow .edge { stroke: var(--page); opacity: .8; }
svg .flow polygon { fill: var(--flow); }
svg .flow:hover path:not(.edge) { stroke: var(--ink); }
svg .flow:hover polygon { fill: var(--ink); }
svg .number { font-weight: 600; fill: var(--ink); stroke: var(--page); stroke-width: 3px;
  paint-order: stroke; user-select: auto; }
svg .zebra { fill: var(--soft); }
svg .decide { fill: var(--page); stroke: var(--ink); stroke-width: 1.5; }
i.flow { height: .3em; background: var(--flow); vertical-align: middle; }
b.flow { color: var(--flow); } b.decide { color: var(--ink); }
"""


class _Flow(NamedTuple):
    """The moves between two rows that can be made on the same days. `number` counts the users."""

    source: int
    target: int
    earliest: date
    latest: date
    moves: tuple[Move, ...]
    number: int


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "_Box") -> bool:
        """Return whether the boxes overlap."""
        is_beside = self.right < other.left or other.right < self.left
        return not (is_beside or self.bottom < other.top or other.bottom < self.top)


def draw_plan(picture: PlanPicture, plan: TenantPlan, scale: TimeScale, id: str, name: str) -> str:
    """Return the SVG element. `id` is the prefix of the ids in it; `name` is the tenant's name."""
    return _Drawing(picture, plan, scale).draw(id, name)


class _Drawing:
    """Draws subscriptions as rows, the flows between them, and the marks on them."""

    def __init__(self, picture: PlanPicture, plan: TenantPlan, scale: TimeScale) -> None:
        self._picture, self._plan, self._scale = picture, plan, scale
        self._row = _ROW if len(picture.bars) < _MANY else _LOW_ROW
        # The boxes of the labels, by each row that they touch. A row only has room for a few.
        self._boxes: dict[int, list[_Box]] = {}
        self._labels: list[str] = []

    def draw(self, id: str, name: str) -> str:
        """Return the SVG element."""
        bars = self._picture.bars
        height = _TOP + len(bars) * self._row + _BOTTOM
        parts = [
            (
                f'<svg viewBox="0 0 {WIDTH} {height}" role="img" '
                f'aria-labelledby="{id}-title {id}-desc">\n'
                f'<title id="{id}-title">Subscriptions and moves of {escape_html(name)}</title>\n'
                f'<desc id="{id}-desc">{escape_html(self._description())}</desc>\n'
            ),
            *self._stripes(),
            *self._scale.grid(height),
            *self._bars(),
            *self._flows(),
            *self._marks(),
        ]
        return "".join((*parts, *self._labels)) + "</svg>\n"

    def _description(self) -> str:
        tasks = [task.text for task in _tasks_shown(self._plan)]
        words = [f"{counted(len(self._picture.bars), 'subscription')} as bars."]
        words += [f"{text}." for text in tasks[:_MAX_DESCRIBED]]
        if len(tasks) > _MAX_DESCRIBED:
            words.append(f"{len(tasks) - _MAX_DESCRIBED:,} more in the list below.")
        return " ".join(words)

    def _y(self, row: int) -> int:
        """Return the y coordinate of the top of a bar."""
        return _TOP + row * self._row + (self._row - _BAR) // 2

    # Bars

    def _stripes(self) -> Iterator[str]:
        for row in range(0, len(self._picture.bars), 2):
            y = _TOP + row * self._row
            yield f'<rect class="zebra" x="0" y="{y}" width="{WIDTH}" height="{self._row}"/>\n'

    def _bars(self) -> Iterator[str]:
        for row, bar in enumerate(self._picture.bars):
            y = self._y(row)
            title = escape_html(f"{bar.id} {bar.name}: {term_text(bar)}")
            label = escape_html(short_label(bar.id))
            marks = "".join(draw_term(bar, self._scale, y))
            yield (
                f'<g class="bar"><title>{title}</title>\n<text x="4" y="{y + 11}">{label}</text>\n'
                f"{marks}</g>\n"
            )

    # Moves

    def _flows(self) -> Iterator[str]:
        """Yield the flows, the one with the most users first.

        The flows of one day leave their sources and reach their targets side by side. The flow
        with the lowest target is on the left, so that it does not cross the others' arrowheads.
        """
        flows = sorted(_flows_of(self._plan.moves, self._picture), key=lambda flow: -flow.target)
        most = max((flow.number for flow in flows), default=1)
        lanes = Counter(flow.latest for flow in flows)
        is_crowded = max(lanes.values(), default=0) > _CROWD
        widest = _THIN if is_crowded else _MAX_WIDTH
        used: Counter[date] = Counter()
        leaving: Counter[tuple[date, int]] = Counter()
        placed: list[tuple[_Flow, float, float, float]] = []
        for flow in flows:
            width = round(max(1.5, widest * sqrt(flow.number / most)), 1)
            day = self._scale.x(flow.latest, after=True)
            step = min(2 * _ARROW, _LANES / lanes[flow.latest])
            if is_crowded:
                step = min(_THIN_STEP, _CROWD_LANES / lanes[flow.latest])
            left = day - width / 2 - 2 - step * leaving[flow.latest, flow.source] / 2
            right = day + _ARROW + step * used[flow.latest]
            used[flow.latest] += 1
            leaving[flow.latest, flow.source] += 1
            placed.append((flow, _inside(left), _inside(right), width))
        placed.sort(key=lambda item: -item[0].number)
        for flow, left, right, width in placed:
            has_label = not is_crowded or flow.number > 1
            yield self._flow(flow, left, right, width, has_label=has_label)

    def _flow(
        self, flow: _Flow, left: float, right: float, width: float, *, has_label: bool
    ) -> str:
        is_down = flow.target > flow.source
        begin = self._y(flow.source) + (_BAR if is_down else 0)
        tip = self._y(flow.target) + (0 if is_down else _BAR)
        end = tip - _ARROW if is_down else tip + _ARROW
        middle = (begin + end) / 2
        curve = (
            f"M{left:.1f} {begin}C{left:.1f} {middle:g} {right:.1f} {middle:g} {right:.1f} {end}"
        )
        half = width / 2 + 2.5
        points = f"{right - half:.1f},{end} {right + half:.1f},{end} {right:.1f},{tip}"
        beside = end + 3 if is_down else end + 7
        by_source = begin + 11 if is_down else begin - 3
        places = [
            (right + half + 1, beside, False),
            (right - half - 2, beside, True),
            (left + width / 2 + 2, by_source, False),
            (left - width / 2 - 2, by_source, True),
        ]
        if has_label:
            self._label(flow.number, places)
        title = "\n".join(escape_html(text) for text in _flow_texts(flow))
        return (
            f'<g class="flow"><title>{title}</title>{self._window(flow, right, tip)}'
            f'<path class="edge" d="{curve}" stroke-width="{width + 2:g}"/>'
            f'<path d="{curve}" stroke-width="{width:g}"/><polygon points="{points}"/></g>\n'
        )

    def _window(self, flow: _Flow, end: float, y: int) -> str:
        """Return a line along the target over the days on which the moves can be made."""
        begin = self._scale.x(flow.earliest)
        if flow.earliest > flow.latest:
            return ""
        return f'<path class="window" d="M{begin} {y}H{end:.1f}" stroke-width="2.5"/>'

    def _label(self, number: int, places: Sequence[tuple[float, float, bool]]) -> None:
        """Add a number at the first place with enough room. It is drawn above everything else.

        A place is x, y, and whether the number ends at x.
        """
        text = f"{number:,}"
        wide = _CHARACTER * len(text)
        for x, y, is_end in places:
            left = x - wide if is_end else x
            box = _Box(left, y - 10, left + wide, y + 1)
            rows = range(int(box.top // self._row), int(box.bottom // self._row) + 1)
            others = (other for row in rows for other in self._boxes.get(row, ()))
            if box.left < LEFT or box.right > WIDTH or any(map(box.overlaps, others)):
                continue
            for row in rows:
                self._boxes.setdefault(row, []).append(box)
            self._labels.append(f'<text class="number" x="{left:.1f}" y="{y:g}">{text}</text>\n')
            return

    # Marks on bars

    def _marks(self) -> Iterator[str]:
        rows = self._picture.rows
        lost: dict[tuple[int, date], list[str]] = {}
        numbers: dict[tuple[int, date], set[str]] = {}
        for item in self._plan.unplaced:
            if item.source in rows:
                place = rows[item.source], item.lost
                numbers.setdefault(place, set()).update(item.users)
                license = licensed(item.license)
                who = counted(len(item.users), "user")
                lost.setdefault(place, []).append(f"no place for {who}: {license}")
        for renewal in self._plan.renewals:
            if renewal.subscription in rows:
                words = f"decide whether it renews on {renewal.renews_on}"
                yield self._decision(rows[renewal.subscription], renewal.decide_by, words)
        for shortage in self._plan.seats:
            if shortage.subscription in rows:
                words = (
                    f"{shortage.license} falls to {counted(shortage.quantity, 'seat')} but has "
                    f"{counted(shortage.holders, 'holder')}"
                )
                yield self._fall(rows[shortage.subscription], shortage.date, words)
        for (row, day), words_of in lost.items():
            yield self._loss(row, day, words_of, len(numbers[row, day]))

    def _decision(self, row: int, day: date, words: str) -> str:
        x, y = self._scale.x(day, after=True), self._y(row) + _BAR / 2
        points = f"{x - 5:.1f},{y:g} {x},{y - 5:g} {x + 5:.1f},{y:g} {x},{y + 5:g}"
        title = escape_html(f"{day}: {words}")
        return f'<polygon class="decide" points="{points}"><title>{title}</title></polygon>\n'

    def _fall(self, row: int, day: date, words: str) -> str:
        x, y = self._scale.x(day), self._y(row) + _BAR
        points = f"{x - 5:.1f},{y} {x + 5:.1f},{y} {x},{y + 8}"
        title = escape_html(f"{day}: {words}")
        return f'<polygon class="fall" points="{points}"><title>{title}</title></polygon>\n'

    def _loss(self, row: int, day: date, words: Sequence[str], number: int) -> str:
        x, y = self._scale.x(day), self._y(row) + _BAR / 2
        title = "\n".join(map(escape_html, [str(day), *words]))
        self._label(number, [(x + 8, y + 4, False), (x - 8, y + 4, True)])
        return (
            f'<g class="loss"><title>{title}</title>'
            f'<circle class="lost" cx="{x}" cy="{y:g}" r="5"/></g>\n'
        )


def _inside(x: float) -> float:
    return min(max(x, LEFT), WIDTH - _ARROW)


def _flows_of(moves: Sequence[Move], picture: PlanPicture) -> list[_Flow]:
    """Return the flows for the moves between shown subscriptions."""
    groups: dict[tuple[int, int, date, date], list[Move]] = {}
    for move in moves:
        if move.source in picture.rows and move.target in picture.rows:
            source, target = picture.rows[move.source], picture.rows[move.target]
            groups.setdefault((source, target, move.earliest, move.latest), []).append(move)
    return [
        _Flow(*key, tuple(group), len({user for move in group for user in move.users}))
        for key, group in groups.items()
    ]


def _flow_texts(flow: _Flow) -> Iterator[str]:
    """Yield the lines of a flow's tooltip: users, licences and days."""
    first = flow.moves[0]
    yield f"{counted(flow.number, 'user')} from {first.source} to {first.target}"
    parts = (f"{len(move.users):,} of {licensed(move.license)}" for move in flow.moves)
    yield listing(parts)
    if flow.earliest > flow.latest:
        yield f"in the night before {flow.earliest}"
    else:
        yield f"from {flow.earliest} to {flow.latest}"


def _tasks_shown(plan: TenantPlan) -> list[Task]:
    """Return the tasks that are shown in the drawing."""
    return [
        task for task in tasks_of(plan) if task.kind in ("move", "unplaced", "seats", "renewal")
    ]
