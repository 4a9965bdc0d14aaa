"""A run of `forecast`: the verdict of each day of a window, from the days that matter alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from validator.checking.checked_file import CheckedFile
from validator.checking.file_check import FileCheck, open_source, or_failure
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection
from validator.findings.diagnostic import Diagnostic
from validator.findings.forecast_report import Bar, Cover, Event, Outlook, Timeline
from validator.project.files import Source
from validator.tenant import terms
from validator.tenant.clock import NEVER, Clock
from validator.tenant.model import Subscription, Tenant
from validator.tenant.tenant_on import TenantOn

DocumentKey = tuple[str, int]
"""A file and a document in it."""
FindingsByKey = dict[tuple[str, str], Diagnostic]
"""Findings by what is the same from day to day: id and path."""
Change = tuple[DocumentKey, FindingsByKey, FindingsByKey]
"""A document with its findings before and now."""


def forecast_run(
    sources: Sequence[Source],
    selection: Selection,
    until: date,
    stdin: bytes,
    failures: Sequence[str],
) -> Outlook:
    """Return the findings of the files from the day of the settings until another day.

    A file is checked again on the first day on which one of its results can differ, as its clock
    has noted. Policies over the fleet run again when a sighting has changed.
    """
    begin = selection.settings.as_of
    causes = dict.fromkeys(failures)
    files: dict[str, FileCheck] = {}
    now: dict[str, CheckedFile] = {}
    for source in sources:
        opened = open_source(source, selection, stdin, ahead=True)
        if isinstance(opened, str):
            causes[opened] = None
            continue
        result = or_failure(source.name, partial(opened.on, begin))
        if isinstance(result, str):
            causes[result] = None
        else:
            files[source.name], now[source.name] = opened, result
    checked = len(files)
    standing = _Standing(selection, files)
    standing.update(now)
    first = sorted(standing.findings(), key=lambda item: item.sort_key)
    events: list[Event] = []
    while True:
        for result in now.values():
            causes |= dict.fromkeys(result.failures)
        causes |= dict.fromkeys(standing.failures)
        day = min((result.until for result in now.values()), default=NEVER)
        if day > until or day == NEVER:
            break
        changed = {name: files[name].on(day) for name, result in now.items() if result.until <= day}
        now |= changed
        checked += len(changed)
        events += _events(day, standing.update(changed))
    return Outlook(
        begin,
        until,
        tuple(source.name for source in sources),
        tuple(first),
        tuple(events),
        tuple(
            _timeline(name, document, tenant, selection, until)
            for name, opened in files.items()
            for document, tenant in opened.tenants
        ),
        tuple(causes),
        checked,
    )


class _Standing:
    """The findings that stand on a day, by document and key."""

    def __init__(self, selection: Selection, files: Mapping[str, FileCheck]) -> None:
        self._selection = selection
        self._files = files
        self._now: dict[str, CheckedFile] = {}
        self._found: dict[DocumentKey, FindingsByKey] = {}
        self._of_the_fleet: list[Diagnostic] = []
        self.failures: list[str] = []

    def findings(self) -> Iterator[Diagnostic]:
        """Yield all findings that stand."""
        for found in self._found.values():
            yield from found.values()

    def update(self, changed: Mapping[str, CheckedFile]) -> list[Change]:
        """Take new results of some files; return the changes of their documents.

        Policies over the fleet run again only when a sighting of a file has changed.
        """
        names = set(changed)
        sightings_changed = any(
            _sightings(self._now.get(name)) != _sightings(one) for name, one in changed.items()
        )
        self._now |= changed
        if sightings_changed:
            names |= {item.file for item in self._of_the_fleet}
            self._of_the_fleet, self.failures = evaluate_fleet(
                list(self._now.values()), self._selection, self._files.__getitem__
            )
            names |= {item.file for item in self._of_the_fleet}
        new: dict[DocumentKey, FindingsByKey] = {}
        for item in (
            *(item for name in names for item in self._now[name].diagnostics),
            *(item for item in self._of_the_fleet if item.file in names),
        ):
            if item.suppressed is None:
                here = new.setdefault((item.file, item.document), {})
                here.setdefault((item.id, item.path), item)
        old = {place: found for place, found in self._found.items() if place[0] in names}
        for place in old.keys() - new.keys():
            del self._found[place]
        self._found |= new
        return [
            (place, old.get(place, {}), new.get(place, {}))
            for place in sorted(old.keys() | new.keys())
        ]


def _sightings(checked: CheckedFile | None) -> object:
    return None if checked is None else (checked.sightings, checked.pending_suppressions)


def _events(day: date, changes: Iterable[Change]) -> Iterator[Event]:
    """Yield an event for each document whose findings have changed."""
    for (file, document), old, new in changes:
        appears = [item for key, item in new.items() if key not in old]
        clears = sorted(key for key in old if key not in new)
        if appears or clears:
            tenant = next(iter((*appears, *old.values()))).tenant
            ordered = sorted(appears, key=lambda item: item.sort_key)
            yield Event(day, file, document, tenant, tuple(ordered), tuple(clears))


def _timeline(
    file: str, document: int, tenant: Tenant, selection: Selection, until: date
) -> Timeline:
    begin, horizon = selection.settings.as_of, selection.settings.expiring_within
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
            Cover(None if day == terms.FOREVER else day, tuple(users), lost)
            for (day, lost), users in sorted(covers.items(), key=lambda item: item[0])
        ),
        len(ordered) - len(shown),
    )


def _bar(item: Subscription, primary: list[list[date]]) -> Bar:
    last = terms.last_day(item)
    return Bar(
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
    """Return each primary of a window with its first and last day as such."""
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
