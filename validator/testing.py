"""What the tests of a policy need: its examples, and texts that say what is found in them.

A text says it with a comment: `# expect: id[, id]` at the end of a line is what is found on that
line, and whatever else is found is a failure. The examples of a page are blocks of YAML marked
`bad` or `good`, judged on EXAMPLE_DAY or on `as-of=DATE`, with a version and a tenant filled in
where they leave them out. For a policy over a change, a block marked `before` is the older
version of those that follow.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from validator.checking.file_check import FileCheck, check_file
from validator.checking.fleet import evaluate_fleet
from validator.checking.selection import Selection, Settings
from validator.findings.diagnostic import Diagnostic
from validator.plugins.loading import Plugins, load_plugins
from validator.plugins.policy import Policy

EXAMPLE_DAY = date(2026, 5, 1)

_EXPECT = re.compile(r"#\s*expect:\s*([\w-]+(?:\s*,\s*[\w-]+)*)")
_BLOCK = re.compile(
    r"^```yaml (before|bad|good)(?: as-of=(\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL
)
_FILLED_IN = {"version": "version: 1", "tenant": "tenant: {id: example, name: Example}"}


@dataclass(frozen=True, slots=True)
class Example:
    """An example of a page; `before` is the older version, if it is about a change."""

    good: bool
    as_of: date
    text: str
    before: str | None = None


def examples(page: str) -> list[Example]:
    """Return the examples of a page."""
    found: list[Example] = []
    before = None
    for kind, day, text in _BLOCK.findall(page):
        if kind == "before":
            before = _filled_in(text)
        else:
            as_of = date.fromisoformat(day) if day else EXAMPLE_DAY
            found.append(Example(kind == "good", as_of, _filled_in(text), before))
    return found


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


def marked(
    text: str,
    *,
    as_of: date = EXAMPLE_DAY,
    policies: Iterable[Policy] | None = None,
    before: str | None = None,
) -> list[Diagnostic]:
    """Return what is found in a text, in its places, as `found` does."""
    plugins = _plugins()
    if policies is not None:
        chosen = {item.id: item for item in policies}
        plugins = Plugins(chosen, plugins.schemas, plugins.reporters)
    selection = Selection(Settings(as_of, since=before is not None), plugins)
    older = None
    if before is not None:
        older = check_file("text", before.encode(), selection, keep_values=True).values
    data = text.encode()
    outcome = check_file("text", data, selection, older_values=older)
    of_the_fleet, failures = evaluate_fleet(
        [outcome], selection, lambda name: FileCheck(name, data, selection)
    )
    if outcome.failures or failures:
        raise AssertionError("\n".join((*outcome.failures, *failures)))
    every = (*outcome.diagnostics, *of_the_fleet)
    return [item for item in every if item.suppressed is None]


@cache
def _plugins() -> Plugins:
    return load_plugins(installed=False)


def found(
    text: str,
    *,
    as_of: date = EXAMPLE_DAY,
    policies: Iterable[Policy] | None = None,
    before: str | None = None,
) -> Counter[tuple[int, str]]:
    """Return the lines and ids that are found in a text, by these policies or the bundled ones.

    With `before`, the older version, policies over a change look, too. Raises AssertionError
    where a policy crashes.
    """
    every = marked(text, as_of=as_of, policies=policies, before=before)
    return Counter((item.span.line, item.id) for item in every)


def check_examples(policy: Policy) -> None:
    """Run the examples of a policy's page with this policy alone.

    Raises AssertionError where they say otherwise, or where a bad or a good one is missing.
    """
    wrong = wrong_examples(policy)
    if wrong:
        raise AssertionError("\n".join((f"{policy.id}:", *wrong)))


def wrong_examples(policy: Policy) -> list[str]:
    """Return what is wrong with the examples of a policy's page, a line each.

    Raises AssertionError where the policy crashes.
    """
    every = examples(policy.page)
    wrong = [
        f"there is no {kind} example"
        for kind in ("bad", "good")
        if not any(example.good is (kind == "good") for example in every)
    ]
    counts = Counter[bool]()
    for example in every:
        counts[example.good] += 1
        name = f"{'good' if example.good else 'bad'} example {counts[example.good]}"
        wanted = expected(example.text)
        if example.good is bool(wanted):
            rule = (
                "expects no finding" if example.good else "says with `# expect: id` what is found"
            )
            wrong.append(f"{name}: a {name.split(maxsplit=1)[0]} example {rule}")
        got = found(example.text, as_of=example.as_of, policies=[policy], before=example.before)
        lines = example.text.splitlines()
        for words, items in (
            ("expected and not found", wanted - got),
            ("found and not expected", got - wanted),
        ):
            for number, id in sorted(items.elements()):
                wrong.append(f"{name}, line {number}: {words}: {id}: {lines[number - 1].strip()}")
    return wrong
