"""Looking ahead: the same verdict as on each day of a window, on the days that matter alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from validator.checking.engine import Case, Checked, attempt
from validator.checking.fleet import compare
from validator.checking.selection import Plan
from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import (
    CoverageGroup,
    ForecastEvent,
    ForecastReport,
    SubscriptionBar,
    Timeline,
)
from validator.project.sources import Source, read_source
from validator.tenant import terms
from validator.tenant.clock import NEVER, Clock
from validator.tenant.model import Subscription, Tenant
from validator.tenant.tenant_on import TenantOn

Place = tuple[str, int]
"""A file and a document in it."""
Found = dict[tuple[str, str], Diagnostic]
"""Findings by what they are from day to day: id and path."""


def look_ahead(
    sources: Sequence[Source], plan: Plan, until: date, stdin: bytes, failures: Sequence[str]
) -> ForecastReport:
    """Return what the findings of the files will be, from the day of the plan until another.

    A file is judged again on the first day on which one of its answers may be another, as its
    clock has noted. What the fleet comes to is compared again when a file tells it otherwise.
    """
    begin = plan.settings.as_of
    causes = dict.fromkeys(failures)
    cases: dict[str, Case] = {}
    now: dict[str, Checked] = {}
    for source in sources:
        opened = attempt(source, lambda: _open(source, read_source(source, stdin), plan))  # noqa: B023
        if isinstance(opened, str):
            causes[opened] = None
        else:
            cases[source.name], now[source.name] = opened
    judged = len(cases)
    standing = _Standing(plan, cases)
    standing.update(now)
    first = sorted(standing.every(), key=lambda item: item.sort_key)
    events: list[ForecastEvent] = []
    while True:
        for checked in now.values():
            causes |= dict.fromkeys(checked.failures)
        causes |= dict.fromkeys(standing.failures)
        day = min((checked.until for checked in now.values()), default=NEVER)
        if day > until or day == NEVER:
            break
        changed = {
            name: cases[name].on(day) for name, checked in now.items() if checked.until <= day
        }
        now |= changed
        judged += len(changed)
        events += _events(day, standing.update(changed))
    return ForecastReport(
        begin,
        until,
        tuple(source.name for source in sources),
        tuple(first),
        tuple(events),
        tuple(
            _timeline(name, document, tenant, plan, until)
            for name, case in cases.items()
            for document, tenant in case.tenants
        ),
        tuple(causes),
        judged,
    )


def _open(source: Source, data: bytes, plan: Plan) -> tuple[Case, Checked]:
    """Return a file that can be judged on the days ahead, and what it comes to on the first."""
    case = Case(source.name, data, plan, ahead=True)
    return case, case.on(plan.settings.as_of)


class _Standing:
    """The findings that stand on a day, by document and by what they are known by."""

    def __init__(self, plan: Plan, cases: Mapping[str, Case]) -> None:
        self._plan = plan
        self._cases = cases
        self._now: dict[str, Checked] = {}
        self._found: dict[Place, Found] = {}
        self._of_the_fleet: list[Diagnostic] = []
        self.failures: list[str] = []

    def every(self) -> Iterator[Diagnostic]:
        """Yield all findings."""
        for found in self._found.values():
            yield from found.values()

    def update(self, changed: Mapping[str, Checked]) -> list[tuple[Place, Found, Found]]:
        """Take what some files have come to; return the documents that stand otherwise.

        The fleet is compared again only when a file tells it otherwise.
        """
        files = set(changed)
        told = any(_told(self._now.get(name)) != _told(one) for name, one in changed.items())
        self._now |= changed
        if told:
            files |= {item.file for item in self._of_the_fleet}
            self._of_the_fleet, self.failures = compare(
                list(self._now.values()), self._plan, self._cases.__getitem__
            )
            files |= {item.file for item in self._of_the_fleet}
        new: dict[Place, Found] = {}
        for item in (
            *(item for name in files for item in self._now[name].diagnostics),
            *(item for item in self._of_the_fleet if item.file in files),
        ):
            if item.suppressed is None:
                here = new.setdefault((item.file, item.document), {})
                here.setdefault((item.id, item.path), item)
        old = {place: found for place, found in self._found.items() if place[0] in files}
        for place in old.keys() - new.keys():
            del self._found[place]
        self._found |= new
        return [
            (place, old.get(place, {}), new.get(place, {}))
            for place in sorted(old.keys() | new.keys())
        ]


def _told(checked: Checked | None) -> object:
    return None if checked is None else (checked.sightings, checked.waiting)


def _events(day: date, changes: Iterable[tuple[Place, Found, Found]]) -> Iterator[ForecastEvent]:
    """Yield what has changed from one day to another, by file and document."""
    for (file, document), old, new in changes:
        appears = [item for key, item in new.items() if key not in old]
        clears = sorted(key for key in old if key not in new)
        if appears or clears:
            tenant = next(iter((*appears, *old.values()))).tenant
            ordered = sorted(appears, key=lambda item: item.sort_key)
            yield ForecastEvent(day, file, document, tenant, tuple(ordered), tuple(clears))


def _timeline(file: str, document: int, tenant: Tenant, plan: Plan, until: date) -> Timeline:
    begin, horizon = plan.settings.as_of, plan.settings.expiring_within
    primaries = _primaries(tenant.subscriptions, begin, until)
    ordered = sorted(tenant.subscriptions, key=lambda item: (item.start, item.id))
    shown = [item for item in ordered if terms.has_day_in(item, begin, until)]
    bars = [
        _bar(item, [stretch for primary, *stretch in primaries if primary is item])
        for item in shown
    ]
    view = TenantOn(tenant, begin, horizon)
    covers: dict[tuple[date, bool], list[str]] = {}
    for user in tenant.users:
        cover = view.user_covered_until(user)
        covers.setdefault((cover or begin, cover is None), []).append(user.label)
    return Timeline(
        file,
        document,
        tenant.organisation.id,
        tenant.organisation.name,
        tuple(bars),
        tuple(
            CoverageGroup(None if day == terms.FOREVER else day, tuple(users), lost)
            for (day, lost), users in sorted(covers.items(), key=lambda item: item[0])
        ),
        len(ordered) - len(shown),
    )


def _bar(item: Subscription, primary: list[list[date]]) -> SubscriptionBar:
    last = terms.last_day(item)
    return SubscriptionBar(
        item.id,
        item.name or "",
        item.start,
        item.end,
        None if last == terms.FOREVER else last,
        item.auto_renew,
        terms.serves(item),
        tuple((begin, end) for begin, end in primary),
    )


def _primaries(
    subscriptions: Sequence[Subscription], begin: date, until: date
) -> list[tuple[Subscription | None, date, date]]:
    """Return who is primary, from when and to when, over the days of a window."""
    stretches: list[tuple[Subscription | None, date, date]] = []
    day = begin
    while day <= until:
        clock = Clock(day, ahead=True)
        primary, change = clock.measure(lambda: terms.primary(subscriptions, clock.today))  # noqa: B023
        last = min(until, terms.day_before(change))
        if stretches and stretches[-1][0] is primary:
            stretches[-1] = (primary, stretches[-1][1], last)
        else:
            stretches.append((primary, day, last))
        if change == NEVER:
            break
        day = change
    return stretches
