"""Make small changes to a policy, which its examples should detect.

A change is, for example, a threshold that is off by one, `<` instead of `<=`, or a condition that
lacks a part. If all examples still pass, they do not test the boundary of the condition.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from validator.authoring.code_mutation import code_mutants
from validator.authoring.condition_mutation import condition_mutants
from validator.findings.policy_tests import ChangeResult
from validator.plugins.option import Option
from validator.plugins.policy import Policy
from validator.testing import wrong_examples

MAX_MUTANTS = 300
"""The maximum number of changes to one policy."""
MAX_SECONDS = 10
"""The time limit for the examples of a changed policy."""


class PolicyMutant(NamedTuple):
    """A changed policy; `description` has the position and the change."""

    description: str
    policy: Policy


def score_policy(policy: Policy) -> ChangeResult:
    """Run the examples of a policy for each small change to it."""
    noticed = 0
    missed: list[str] = []
    for number, mutant in enumerate(_mutants(policy)):
        if number == MAX_MUTANTS:
            break
        if _is_detected(mutant.policy):
            noticed += 1
        else:
            missed.append(mutant.description)
    return ChangeResult(noticed, tuple(missed))


def _mutants(policy: Policy) -> Iterator[PolicyMutant]:
    yield from _option_mutants(policy)
    changes = condition_mutants(policy) if policy.place else code_mutants(policy)
    for description, changed in changes:
        yield PolicyMutant(description, changed)


def _option_mutants(policy: Policy) -> Iterator[PolicyMutant]:
    """Yield the policy with a different default for each option."""
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


def _is_detected(policy: Policy) -> bool:
    """Return whether the examples of a changed policy fail, crash or exceed the time limit."""
    try:
        with _time_limit():
            return bool(wrong_examples(policy))
    except KeyboardInterrupt:
        raise
    except BaseException:  # also SystemExit, which a change to the code can cause
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
