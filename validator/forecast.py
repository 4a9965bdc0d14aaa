"""Looking ahead: the same verdict as on each day of a window, on the days that matter alone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from validator import terms
from validator.clock import NEVER, Clock
from validator.diagnostic import Diagnostic
from validator.engine import Case, Checked
from validator.files import FilesError, Source, read_source
from validator.fleet import compare
from validator.folder import reason
from validator.outlook import Bar, Cover, Event, Outlook, Timeline
from validator.plan import Plan
from validator.tenant import Subscription, Tenant
from validator.tenant_on import TenantOn

Place = tuple[str, int]
"""A file and a document in it."""
Key = tuple[str, str]
"""What a finding is from day to day: its id and path."""


def look_ahead(
    sources: Sequence[Source], plan: Plan, until: date, stdin: bytes, failures: Sequence[str]
) -> Outlook:
    """Return what the findings of the files will be, from the day of the plan until another.

    A file is judged again on the first day on which one of its answers may be another, as its
    clock has noted. What the fleet comes to is compared again when a file tells it otherwise.
    """
    begin = plan.settings.as_of
    causes = dict.fromkeys(failures)
    cases: dict[str, Case] = {}
    now: dict[str, Checked] = {}
    judged = 0
    for source in sources:
        try:
            case = Case(source.name, read_source(source, stdin), plan, ahead=True)
            now[source.name] = case.on(begin)
            cases[source.name] = case
            judged += 1
        except FilesError as error:
            causes[str(error)] = None
        except Exception as error:
            causes[f"{source.name}: internal error: {reason(error)}"] = None
    of_the_fleet = _Fleet(plan)
    before = of_the_fleet.with_fleet(now)
    standing = sorted(
        (item for found in before.values() for item in found.values()),
        key=lambda item: item.sort_key,
    )
    events: list[Event] = []
    day = begin
    while True:
        for checked in now.values():
            causes |= dict.fromkeys(checked.failures)
        causes |= dict.fromkeys(of_the_fleet.failures)
        day = min((checked.until for checked in now.values()), default=NEVER)
        if day > until or day == NEVER:
            break
        for name, case in cases.items():
            if now[name].until <= day:
                now[name] = case.on(day)
                judged += 1
        after = of_the_fleet.with_fleet(now)
        events += _events(day, before, after)
        before = after
    return Outlook(
        begin,
        until,
        tuple(source.name for source in sources),
        tuple(standing),
        tuple(events),
        tuple(
            _timeline(name, document, tenant, plan, until)
            for name, case in cases.items()
            for document, tenant in case.tenants
        ),
        tuple(causes),
        judged,
    )


class _Fleet:
    """Compares the fleet again only when a file tells it otherwise."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._told: list[object] | None = None
        self._found: list[Diagnostic] = []
        self.failures: list[str] = []

    def with_fleet(self, now: Mapping[str, Checked]) -> Mapping[Place, Mapping[Key, Diagnostic]]:
        """Return the findings that stand on a day, by document and by what they are known by."""
        told: list[object] = [(item.sightings, item.waiting) for item in now.values()]
        if told != self._told:
            self._told = told
            self._found, self.failures = compare(list(now.values()), self._plan)
        found: dict[Place, dict[Key, Diagnostic]] = {}
        for item in (
            *(item for checked in now.values() for item in checked.diagnostics),
            *self._found,
        ):
            if item.suppressed is None:
                here = found.setdefault((item.file, item.document), {})
                here.setdefault((item.id, item.path), item)
        return found


def _events(
    day: date,
    before: Mapping[Place, Mapping[Key, Diagnostic]],
    after: Mapping[Place, Mapping[Key, Diagnostic]],
) -> Iterator[Event]:
    """Yield what has changed from one day to another, by file and document."""
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place, {}), after.get(place, {})
        appears = [item for key, item in new.items() if key not in old]
        clears = sorted(key for key in old if key not in new)
        if appears or clears:
            file, document = place
            found = next(iter((*appears, *old.values())))
            yield Event(
                day,
                file,
                document,
                found.tenant,
                tuple(sorted(appears, key=lambda item: item.sort_key)),
                tuple(clears),
            )


def _timeline(file: str, document: int, tenant: Tenant, plan: Plan, until: date) -> Timeline:
    begin, horizon = plan.settings.as_of, plan.settings.expiring_within
    primaries = list(_primaries(tenant.subscriptions, begin, until))
    bars = [
        _bar(item, [stretch for primary, stretch in primaries if primary is item])
        for item in sorted(tenant.subscriptions, key=lambda item: (item.start, item.id))
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
            Cover(None if day == terms.FOREVER else day, tuple(users), lost)
            for (day, lost), users in sorted(covers.items(), key=lambda item: item[0])
        ),
    )


def _bar(item: Subscription, primary: list[tuple[date, date]]) -> Bar:
    last = terms.last_day(item)
    return Bar(
        item.id,
        item.name or "",
        item.start,
        item.end,
        None if last == terms.FOREVER else last,
        item.auto_renew,
        terms.serves(item),
        tuple(primary),
    )


def _primaries(
    subscriptions: Sequence[Subscription], begin: date, until: date
) -> Iterator[tuple[Subscription | None, tuple[date, date]]]:
    """Yield who is primary, and from when to when, over the days of a window."""
    day = begin
    while day <= until:
        clock = Clock(day, ahead=True)
        primary, change = clock.measure(lambda: terms.primary(subscriptions, clock.today))  # noqa: B023
        yield primary, (day, min(until, terms.day_before(change)))
        day = change
        if change == NEVER:
            break
