"""The results of policy tests: the examples, and the small changes that examples notice."""

from typing import NamedTuple


class ExampleResult(NamedTuple):
    """An example of a policy, such as `bad example 1`, and its failures, one line each."""

    name: str
    failures: tuple[str, ...] = ()


class ChangeResult(NamedTuple):
    """The number of small changes of a policy that its examples notice, and the missed changes."""

    noticed: int
    missed: tuple[str, ...]

    @property
    def total(self) -> int:
        """The number of changes."""
        return self.noticed + len(self.missed)


class PolicyTest(NamedTuple):
    """The test results of a policy. `changes` is None if no changes were tested."""

    id: str
    examples: tuple[ExampleResult, ...]
    counts: str
    changes: ChangeResult | None = None

    @property
    def failures(self) -> tuple[str, ...]:
        """The failures of all examples, one line each."""
        return tuple(line for example in self.examples for line in example.failures)


class PolicyTestReport(NamedTuple):
    """The results of all tested policies."""

    policies: tuple[PolicyTest, ...]

    @property
    def score(self) -> int | None:
        """The percentage of changes that examples notice; None if no changes were tested."""
        changes = [item.changes for item in self.policies if item.changes is not None]
        total = sum(item.total for item in changes)
        return 100 * sum(item.noticed for item in changes) // total if total else None
