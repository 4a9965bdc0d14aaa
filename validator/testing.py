"""What the tests of a policy need: its examples, and texts that say what is found in them.

A text says it with a comment: `# expect: id[, id]` at the end of a line is what is found on that
line, and whatever else is found is a failure. The examples of a page are blocks of YAML marked
`bad` or `good`, judged on EXAMPLE_DAY or on `as-of=DATE`, with a version and a tenant filled in
where they leave them out.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from validator.engine import check
from validator.plan import Plan, Settings
from validator.plugins import Plugins, load_plugins
from validator.policy import Policy
from validator.schema import Schema

EXAMPLE_DAY = date(2026, 5, 1)

_EXPECT = re.compile(r"#\s*expect:\s*([\w-]+(?:\s*,\s*[\w-]+)*)")
_BLOCK = re.compile(r"^```yaml (bad|good)(?: as-of=(\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILLED_IN = {"version": "version: 1", "tenant": "tenant: {id: example, name: Example}"}


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a page."""

    good: bool
    as_of: date
    text: str


def examples(page: str) -> list[Example]:
    """Return the examples of a page."""
    return [
        Example(kind == "good", date.fromisoformat(day) if day else EXAMPLE_DAY, _filled_in(text))
        for kind, day, text in _BLOCK.findall(page)
    ]


def _filled_in(text: str) -> str:
    missing = [
        line for key, line in _FILLED_IN.items() if not re.search(rf"^{key}:", text, re.MULTILINE)
    ]
    return text + "".join(f"{line}\n" for line in missing)


def expected(text: str) -> Counter[tuple[int, str]]:
    """Return the lines and ids that the comments of a text expect."""
    return Counter(
        (number, id.strip())
        for number, line in enumerate(text.splitlines(), 1)
        for match in _EXPECT.finditer(line)
        for id in match[1].split(",")
    )


def found(
    text: str, *, as_of: date = EXAMPLE_DAY, policies: Iterable[Policy] | None = None
) -> Counter[tuple[int, str]]:
    """Return the lines and ids that are found in a text, by these policies or the bundled ones.

    Raises AssertionError where a policy crashes.
    """
    plugins = load_plugins(installed=False)
    if policies is not None:
        schemas: tuple[Schema, ...] = plugins.schemas
        plugins = Plugins({item.id: item for item in policies}, schemas, plugins.reporters)
    outcome = check("text", text.encode(), Plan(Settings(as_of), plugins))
    if outcome.failures:
        raise AssertionError("\n".join(outcome.failures))
    return Counter((item.span.line, item.id) for item in outcome.diagnostics)


def check_examples(policy: Policy) -> None:
    """Run the examples of a policy's page with this policy alone.

    Raises AssertionError where they say otherwise, or where a bad or a good one is missing.
    """
    every = examples(policy.page)
    for good in (True, False):
        if not any(example.good is good for example in every):
            raise AssertionError(f"{policy.id} has no {'good' if good else 'bad'} example")
    for example in every:
        wanted, got = (
            expected(example.text),
            found(example.text, as_of=example.as_of, policies=[policy]),
        )
        if example.good is bool(wanted):
            raise AssertionError(f"{policy.id}: a bad example expects findings, a good one none")
        if wanted != got:
            lines = [f"expected and not found: {item}" for item in (wanted - got).elements()]
            lines += [f"found and not expected: {item}" for item in (got - wanted).elements()]
            raise AssertionError("\n".join((f"{policy.id}:", *lines, example.text)))
