"""The results of the examples of policies."""

from typing import NamedTuple


class ExampleResult(NamedTuple):
    """One example of a policy, such as `bad example 1`, and why it fails, a line each."""

    name: str
    failures: tuple[str, ...] = ()


class ChangeResult(NamedTuple):
    """How many small changes of a policy its examples notice, and those that they do not."""

    noticed: int
    missed: tuple[str, ...]

    @property
    def total(self) -> int:
        """The number of changes."""
        return self.noticed + len(self.missed)


class PolicyTest(NamedTuple):
    """The results of one policy. `changes` is None if it was not changed."""

    id: str
    examples: tuple[ExampleResult, ...]
    counts: str
    changes: ChangeResult | None = None

    @property
    def failures(self) -> tuple[str, ...]:
        """Why examples fail, a line each."""
        return tuple(line for example in self.examples for line in example.failures)


class PolicyTestReport(NamedTuple):
    """The results of all policies that were tested."""

    policies: tuple[PolicyTest, ...]

    @property
    def score(self) -> int | None:
        """The percentage of the changes that examples notice; None if there were none."""
        changes = [item.changes for item in self.policies if item.changes is not None]
        total = sum(item.total for item in changes)
        return 100 * sum(item.noticed for item in changes) // total if total else None
