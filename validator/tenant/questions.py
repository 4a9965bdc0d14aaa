"""Record the terms of a tenant that a policy asks for, to explain why it has a finding or none.

A policy receives an `ObservedTenant` instead of the tenant. It returns the same answers and notes
each property and method that the policy uses. Policies need no code for this.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from validator.findings.finding import Related
from validator.findings.json_pointer import paths_around
from validator.findings.wording import counted, few
from validator.tenant.calendar_days import FOREVER
from validator.tenant.model import Node, Partner, Subscription, User
from validator.tenant.tenant_on import TenantOn

_PARTS = ("months", "handover")
"""Properties whose values have terms of their own."""
_NO_TERMS = frozenset(
    {
        # the content of the document
        "tenant", "organisation", "subscriptions", "users", "partners", "usage", "index",
        "administrators", "subscription", "partner", "user", "known_subscriptions",
        "distinct_subscriptions", "distinct_partners",
        # the day
        "clock", "today", "day", "expiring_within", "day_after", "timeline", "history",
        "history_in", "share", "run", "until", "amount", "leader", "next_leader", "worked_out",
        # text for messages
        "advice", "finding", "state", "until_text", "runs_until", "access_on", "license_on",
        "suggest_subscription", "suggest_administrator", "suggest_partner", "starting_after",
        "next_to_start",
    }
)  # fmt: skip
"""Names of a tenant that are not terms."""
_MOST_ITEMS = 5
_MOST_QUESTIONS = 100


class Question(NamedTuple):
    """A term that a policy asks for, its arguments and the answer, as text.

    If a term is asked for too many arguments to list them, `times` is the number of questions, and
    `about` and `answer` are empty.
    """

    term: str
    about: str
    answer: str
    times: int = 1


class Questions:
    """The questions of a policy about some subjects, or about the whole tenant.

    With subjects, questions about other parts of the tenant are omitted. Without subjects,
    questions about parts are only counted.
    """

    def __init__(self, subjects: Collection[Node]) -> None:
        self._subjects = frozenset(subjects)
        self._paths = frozenset([subject.path for subject in subjects])
        self._asked: dict[tuple[str, str], Question] = {}
        self._counts: dict[str, int] = {}
        self._days: set[date] = set()

    def note(self, term: str, about: tuple[object, ...], answer: object) -> None:
        """Note a question, unless it is about another part of the tenant."""
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
        return item in self._subjects or not self._paths.isdisjoint(paths_around(item.path))

    def all(self) -> tuple[Question, ...]:
        """Return the questions without duplicates, in the order in which they were first asked."""
        counts = (Question(term, "", "", times) for term, times in self._counts.items())
        return (*self._asked.values(), *counts)


def _parts(item: object) -> Iterator[object]:
    """Yield the parts of a tuple, or any other value itself."""
    if isinstance(item, tuple):
        yield from item
    else:
        yield item


class ObservedTenant:
    """Returns the same answers as a tenant on a day, and notes the questions."""

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
            # Their own questions about the tenant are also noted.
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
        """The class of the tenant, so that `isinstance` works in policies."""
        return type(self._tenant)


def observed(tenant: TenantOn, questions: Questions) -> TenantOn:
    """Return a tenant that notes the questions about it."""
    made: Any = ObservedTenant(tenant, questions)
    return made  # type: ignore[no-any-return]


# Answers as text


def _answer_text(answer: object, subjects: frozenset[Node]) -> str:
    """Return an answer as text. For a collection, say whether it has a subject, and with what."""
    if isinstance(answer, dict):
        answer = tuple(answer.items())
    if isinstance(answer, tuple | list | set | frozenset) and not hasattr(answer, "_fields"):
        kinds = {type(subject) for subject in subjects}
        if not any(type(part) in kinds for item in answer for part in _parts(item)):
            return _collection_text(answer)
        found = [text for item in answer for text in _membership(item, subjects)]
        return few(dict.fromkeys(found), _MOST_ITEMS) if found else "not in the list"
    return _value_text(answer)


def _collection_text(answer: Collection[object]) -> str:
    return few(map(_value_text, answer), _MOST_ITEMS) if answer else "none"


def _membership(item: object, subjects: frozenset[Node]) -> Iterator[str]:
    """Yield the text about the subjects in one item of a collection."""
    if isinstance(item, Node) and item in subjects:
        yield "in the list"
    elif isinstance(item, tuple):
        rest = [part for part in item if not (isinstance(part, Node) and part in subjects)]
        if len(rest) < len(item):
            yield f"in the list: {_parts_text(rest)}"


def _parts_text(parts: Iterable[object]) -> str:
    return ", ".join(map(_value_text, parts))


def _value_text(value: object) -> str:
    """Return a value as text, with names as in the file."""
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
