"""Which terms of a tenant a policy asks, and the answers: to explain a finding, or its absence.

A policy is given an `ObservedTenant` in place of the tenant. It answers as the tenant does and
notes each property and each method that the policy uses; no policy has to do anything for that.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from validator.findings.finding import Related
from validator.findings.wording import counted, few
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import Node, Partner, Subscription, User
from validator.tenant.tenant_on import TenantOn

_PARTS = ("months", "handover")
"""Properties that are tenants of terms themselves."""
_NO_TERMS = frozenset(
    {
        # the document as it is written
        "tenant", "organisation", "subscriptions", "users", "partners", "usage", "index",
        "administrators", "subscription", "partner", "user", "known_subscriptions",
        "distinct_subscriptions", "distinct_partners",
        # the day
        "clock", "today", "day", "expiring_within", "day_after", "timeline", "history",
        "history_in", "share", "run", "until", "amount", "leader", "next_leader", "worked_out",
        # words
        "advice", "finding", "state", "until_text", "runs_until", "access_on",
        "suggest_subscription", "suggest_administrator", "suggest_partner", "starting_after",
        "next_to_start",
    }
)  # fmt: skip
"""Names of a tenant that are no terms."""
_MOST_ITEMS = 5
_MOST_QUESTIONS = 100


class Question(NamedTuple):
    """A term that a policy asks, about what, and the answer, as text.

    `times` is how often it is asked, if it is asked about so many things that they are not
    listed; then `about` and `answer` are empty.
    """

    term: str
    about: str
    answer: str
    times: int = 1


class Questions:
    """The questions of a policy about some subjects, or about all of the tenant.

    With subjects, questions about other parts of the tenant are left out; without, questions
    about parts are only counted.
    """

    def __init__(self, subjects: Collection[Node]) -> None:
        self._subjects = subjects
        self._asked: dict[tuple[str, str], Question] = {}
        self._counts: dict[str, int] = {}
        self._days: set[date] = set()

    def note(self, term: str, about: tuple[object, ...], answer: object) -> None:
        """Note a question, unless it is about something else."""
        parts = [part for item in about for part in _parts(item)]
        nodes = [part for part in parts if isinstance(part, Node)]
        days = [part for part in parts if isinstance(part, date)]
        if nodes or days:
            if not self._subjects:
                self._counts[term] = self._counts.get(term, 0) + 1
                return
            if not (any(map(self._is_about, nodes)) or self._days.intersection(days)):
                return
        names = ", ".join(map(_value_text, about))
        key = term, names
        if key in self._asked:
            return
        if len(self._asked) == _MOST_QUESTIONS:
            self._counts[term] = self._counts.get(term, 0) + 1
            return
        self._asked[key] = Question(term, names, _answer_text(answer, self._subjects))
        if nodes and isinstance(answer, date):
            self._days.add(date.fromordinal(date.toordinal(answer)))

    def _is_about(self, item: Node) -> bool:
        return any(
            item is subject or item.path.startswith(f"{subject.path}/")
            for subject in self._subjects
        )

    def all(self) -> tuple[Question, ...]:
        """Return the questions, each once, in the order in which they were asked first."""
        counts = (Question(term, "", "", times) for term, times in self._counts.items())
        return (*self._asked.values(), *counts)


def _parts(item: object) -> Iterator[object]:
    """Yield a value that a question is about, or its parts if it is a tuple."""
    if isinstance(item, tuple):
        yield from item
    else:
        yield item


class ObservedTenant:
    """Answers as a tenant on a day does, and notes what is asked."""

    def __init__(self, tenant: object, questions: Questions, prefix: str = "") -> None:
        self._tenant = tenant
        self._questions = questions
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        """Return a property or method of the tenant."""
        value = getattr(self._tenant, name)
        if name.startswith("_") or (not self._prefix and name in _NO_TERMS):
            return value
        term = f"{self._prefix}{name}"
        if not self._prefix and name in _PARTS:
            # What they ask of the tenant in turn is noted, too.
            return ObservedTenant(type(value)(self), self._questions, f"{name}.")
        if callable(value):
            return self._observed(term, value)
        self._questions.note(term, (), value)
        return value

    def _observed(self, term: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*about: Any, **named: Any) -> Any:
            answer = method(*about, **named)
            if isinstance(answer, Iterator):
                answer = tuple(answer)
            self._questions.note(term, (*about, *named.values()), answer)
            return answer

        return ask

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The class of the tenant, for policies that ask."""
        return type(self._tenant)


def observed(tenant: TenantOn, questions: Questions) -> TenantOn:
    """Return a tenant that notes what is asked of it."""
    made: Any = ObservedTenant(tenant, questions)
    return made  # type: ignore[no-any-return]


# Answers as text


def _answer_text(answer: object, subjects: Collection[Node]) -> str:
    """Return an answer; of a collection, whether a subject is in it, and with what."""
    if isinstance(answer, dict):
        answer = tuple(answer.items())
    if isinstance(answer, tuple | list | set | frozenset) and not hasattr(answer, "_fields"):
        kinds = {type(subject) for subject in subjects}
        if not any(type(part) in kinds for item in answer for part in _parts(item)):
            return _collection_text(answer)
        found = [text for item in answer for text in _membership(item, subjects)]
        return few(dict.fromkeys(found), _MOST_ITEMS) if found else "not among them"
    return _value_text(answer)


def _collection_text(answer: Collection[object]) -> str:
    return few(map(_value_text, answer), _MOST_ITEMS) if answer else "none"


def _membership(item: object, subjects: Collection[Node]) -> Iterator[str]:
    """Yield what a collection says about the subjects in one of its items."""
    if any(item is subject for subject in subjects):
        yield "among them"
    elif isinstance(item, tuple) and any(part is one for part in item for one in subjects):
        rest = [part for part in item if not any(part is one for one in subjects)]
        yield f"among them: {_parts_text(rest)}"


def _parts_text(parts: Iterable[object]) -> str:
    return ", ".join(map(_value_text, parts))


def _value_text(value: object) -> str:
    """Return a value as the file says it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return "without an end" if value == FOREVER else date.isoformat(value)
    if isinstance(value, Subscription | Partner):
        return value.id
    if isinstance(value, User):
        return value.label
    if isinstance(value, Node):
        return value.path
    if isinstance(value, Related):
        return value.path
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        names = [name for name in value._fields if not name.startswith("_")]
        return ", ".join(f"{name}: {_value_text(getattr(value, name))}" for name in names)
    if isinstance(value, tuple | list | set | frozenset | dict):
        return counted(len(value), "item") if value else "none"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "none" if value is None else str(value)
