"""Runs a policy over one document on a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from validator.findings.diagnostic import Diagnostic, SightingPlace
from validator.findings.finding import Fact, Finding, FleetFinding, Related, Sighting
from validator.findings.wording import shortened
from validator.plugins.policy import Policy, UndecidedError
from validator.project.config import Level
from validator.system.errors import describe_policy_error, is_shortage
from validator.tenant.calendar_days import FOREVER
from validator.tenant.clock import Clock

if TYPE_CHECKING:
    from validator.checking.placement import Placer
    from validator.tenant.tenant_on import TenantOn

Yielded = TypeVar("Yielded", Finding, Fact)


class PolicyResult(NamedTuple):
    """The result of a policy for a document, and the first day on which it can differ.

    `places` are the places of the sightings, by path.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    places: Mapping[str, SightingPlace] = {}
    failures: tuple[str, ...] = ()
    until: date = FOREVER


@lru_cache(maxsize=1024)
def nothing_until(day: date) -> PolicyResult:
    """Return the result of a policy that yields nothing before a day."""
    return PolicyResult(until=day)


NOTHING = nothing_until(FOREVER)
"""The result of a policy that yields nothing on any day."""


def run_policy(
    policy: Policy,
    tenants: "Sequence[TenantOn]",
    clock: Clock,
    level: Level,
    placer: "Placer",
    options: Mapping[str, Any],
) -> PolicyResult:
    """Run a policy over a document, or over the older and the current version of it.

    `options` are the values of the policy's options.
    A crash is a failure of this policy on this document only.
    """
    diagnostics: dict[str, Diagnostic] = {}
    seen: list[tuple[Sighting, SightingPlace | None]] = []
    failure, items = "", None
    function = policy.function if policy.facts is None else policy.facts
    clock.until = FOREVER
    try:
        items = function(*tenants, **options)
        if policy.facts is None:
            for item in yielded_items(items):
                finding = _checked_finding(item)
                if finding.path not in diagnostics and level != "off":
                    diagnostics[finding.path] = placer.diagnostic(
                        policy.id, policy.topic, level, finding, policy.help
                    )
        else:
            for item in yielded_items(items):
                sighting = _sighting(placer, _checked_type(Fact, item))
                seen.append((sighting, placer.sighting_place(sighting.path)))
    except KeyboardInterrupt:
        raise
    except UndecidedError as error:
        failure = f"{error} (policy {policy.id} on {_where(placer, error.path)})"
    except BaseException as error:  # a SystemExit must not set the exit code of the run
        if is_shortage(error):
            reason = "ran out of memory"
        else:
            reason = f"crashed: {describe_policy_error(error, function, items)}"
        failure = f"{placer.file}: the policy {policy.id} {reason}"
    if diagnostics or seen or failure:
        return PolicyResult(
            tuple(diagnostics.values()),
            tuple([sighting for sighting, _ in seen]),
            {sighting.path: place for sighting, place in seen if place is not None},
            (failure,) if failure else (),
            clock.until,
        )
    return NOTHING if clock.until is FOREVER else nothing_until(clock.until)


def _where(placer: "Placer", path: str | None) -> str:
    """Return the file, with the line and column of a path if there is one."""
    place = None if path is None else placer.sighting_place(placer.path_in_file(path))
    return f"{placer.file}:{place.span.line}:{place.span.column}" if place else placer.file


def _sighting(placer: "Placer", fact: Fact) -> Sighting:
    return Sighting(
        fact.value,
        placer.path_in_file(fact.path),
        placer.file,
        placer.document.index,
        placer.tenant or "",
    )


def yielded_items(items: Iterable[Any] | None) -> Iterable[Any]:
    """Return what a function yields. Raises TypeError if it returned something else instead."""
    # They are named tuples, which are iterable.
    if isinstance(items, tuple) and isinstance(items, Finding | FleetFinding | Fact):
        raise TypeError(f"returns a {type(items).__name__}; write yield instead of return")
    if items is None:
        raise TypeError("returns None; yield each finding, or return a list of them")
    return items


def _checked_finding(item: object) -> Finding:
    """Return a finding. Raises TypeError or ValueError if it has a wrong path or text."""
    finding = _checked_type(Finding, item)
    path, message, help, related = finding.path, finding.message, finding.help, finding.related
    is_text = type(path) is type(message) is type(help) is str
    if is_text and message and path[:1] in ("/", "") and all(map(_is_sound, related)):
        return finding
    for name in ("path", "message", "help"):
        checked_text(f"the {name} of a finding", getattr(finding, name))
    if not message:
        raise ValueError("the message of a finding is empty")
    for other in related:
        if not isinstance(other, Related):
            raise TypeError(f"a related value is {type(other).__name__}, not Related")
        checked_text("the path of a related value", other.path)
        checked_text("the message of a related value", other.message)
    for path in (finding.path, *(other.path for other in related)):
        if path and not path.startswith("/"):
            raise ValueError(f"reports the path {shortened(path)}, which does not begin with /")
    return finding


def _is_sound(related: Related) -> bool:
    is_text = type(related) is Related and type(related.path) is type(related.message) is str
    return is_text and related.path[:1] in ("/", "")


def checked_text(what: str, text: object) -> str:
    """Return a text of a finding. Raises TypeError if it is not a text; `what` names it."""
    if not isinstance(text, str):
        raise TypeError(f"{what} is {type(text).__name__}, not str")
    return text


def _checked_type(kind: type[Yielded], item: object) -> Yielded:
    if not isinstance(item, kind):
        raise TypeError(f"yields {type(item).__name__}, not {kind.__name__}")
    return item
