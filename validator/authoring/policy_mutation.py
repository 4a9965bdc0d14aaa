"""Small changes of a policy itself, each of which its examples ought to notice.

A threshold that is off by one, a `<` that ought to be `<=`, a part of a condition that is left
out: if all examples still say what is found, they do not show where the policy begins to find.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from validator.authoring.code_mutation import code_mutants
from validator.authoring.condition_mutation import condition_mutants
from validator.plugins.option import Option
from validator.plugins.policy import Policy
from validator.testing import wrong_examples

MAX_MUTANTS = 300
"""The most changes of one policy."""
MAX_SECONDS = 10
"""The time that the examples of a changed policy may take."""


class PolicyMutant(NamedTuple):
    """A changed policy; `description` says where the change is and what it is."""

    description: str
    policy: Policy


class PolicyScore(NamedTuple):
    """The changes of a policy that its examples notice, and those that they do not notice."""

    caught: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def total(self) -> int:
        """The number of changes."""
        return len(self.caught) + len(self.missed)


def score_policy(policy: Policy) -> PolicyScore:
    """Run the examples of a policy on each small change of it."""
    caught: list[str] = []
    missed: list[str] = []
    for number, mutant in enumerate(_mutants(policy)):
        if number == MAX_MUTANTS:
            break
        (caught if _is_noticed(mutant.policy) else missed).append(mutant.description)
    return PolicyScore(tuple(caught), tuple(missed))


def _mutants(policy: Policy) -> Iterator[PolicyMutant]:
    yield from _option_mutants(policy)
    changes = condition_mutants(policy) if policy.place else code_mutants(policy)
    for description, changed in changes:
        yield PolicyMutant(description, changed)


def _option_mutants(policy: Policy) -> Iterator[PolicyMutant]:
    """Yield the policy with another default of each option."""
    for number, item in enumerate(policy.options):
        for value in _near(item):
            if not item.refusal(value):
                options = list(policy.options)
                options[number] = item._replace(default=value)
                description = f"option {item.name}: {item.default} becomes {value}"
                yield PolicyMutant(description, policy._replace(options=tuple(options)))


def _near(item: Option) -> Sequence[bool | int | float]:
    value = item.default
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1)
    if isinstance(value, float):
        return (value * 1.1, value * 0.9)
    return ()


def _is_noticed(policy: Policy) -> bool:
    """Tell whether the examples of a changed policy fail; to crash or not to end is to fail."""
    try:
        with _time_limit():
            return bool(wrong_examples(policy))
    except KeyboardInterrupt:
        raise
    except BaseException:  # also SystemExit, which a change of the code can bring about
        return True


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise TimeoutError if the body takes longer than MAX_SECONDS; not on Windows."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise TimeoutError

    before: Callable[..., object] | int | None = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
