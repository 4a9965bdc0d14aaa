"""Test policies with the examples on their pages, or with other texts.

A comment `# expect: id[, id]` at the end of a line names all findings on that line: each word
after the colon is an id. The examples on a page are YAML blocks marked `bad` or `good`. They are
evaluated as of EXAMPLE_DAY, or as of the day in `as-of=DATE`. A missing `version` or `tenant` is
added. For a policy over a change, a block marked `before` is the older version of the examples
after it.

As a pytest plugin (`-p validator.testing`), this module collects policy files.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from validator.checking.file_check import FileCheck, check_file
from validator.checking.file_fixes import FileState, file_state, make_fixes
from validator.checking.fleet import evaluate_fleet
from validator.checking.older_documents import OlderDocuments
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.document.span_locator import LINE_BREAK
from validator.findings.diagnostic import Diagnostic
from validator.findings.policy_tests import ExampleResult
from validator.plugins.example_blocks import example_blocks, wrong_headings
from validator.plugins.loading import Plugins, load_plugins
from validator.plugins.policy import EXAMPLE_DAY, Policy
from validator.schema.schema_paths import unknown_key
from validator.system.bundled_files import tenant_schema

_EXPECT_COMMENT = re.compile(r"#\s*expect:([^#]*)")
_DEFAULTS = {"version": "version: 1", "tenant": "tenant: {id: example, name: Example}"}


@dataclass(frozen=True, slots=True)
class Example:
    """An example on a page.

    `text` has all required keys. `before` is the older version, or None.
    """

    good: bool
    as_of: date
    text: str
    before: str | None = None


def examples(page: str) -> list[Example]:
    """Return the examples on a page; those whose day is not a calendar day are left out."""
    return [example for _, example in _named_examples(page)]


def _named_examples(page: str) -> Iterator[tuple[str, Example]]:
    """Yield the name and the example of each block that is judged."""
    before = None
    for block in example_blocks(page):
        if not block.is_judged:
            before = _with_defaults(block.text)
        elif not block.wrong:
            as_of = block.as_of or EXAMPLE_DAY
            yield (
                block.name,
                Example(block.kind == "good", as_of, _with_defaults(block.text), before),
            )


def _with_defaults(text: str) -> str:
    """Append the required keys that a text lacks, so that line numbers do not change."""
    missing = [
        line for key, line in _DEFAULTS.items() if not re.search(rf"^{key}:", text, re.MULTILINE)
    ]
    return text + "".join(f"{line}\n" for line in missing)


def expected(text: str) -> Counter[tuple[int, str]]:
    """Return the lines and ids from the `expect` comments in a text."""
    return Counter(
        (number, id)
        for number, line in enumerate(LINE_BREAK.split(text), 1)
        for match in _EXPECT_COMMENT.finditer(line)
        for id in match[1].replace(",", " ").split()
    )


def marked(
    text: str,
    *,
    as_of: date = EXAMPLE_DAY,
    policies: Iterable[Policy] | None = None,
    before: str | None = None,
    name: str = "text",
) -> list[Diagnostic]:
    """Return the diagnostics for a text, with `name` as their file.

    The other parameters are those of `found`.
    """
    selection = _selection(as_of, policies, has_older=before is not None)
    older = None
    if before is not None:
        opened = FileCheck(name, before.encode(), selection)
        opened.on(as_of)
        older = OlderDocuments("before", {name: opened.older_documents()})
    outcome = check_file(name, text.encode(), selection, older=older)
    of_the_fleet, failures = evaluate_fleet([outcome], selection)
    if outcome.failures or failures:
        raise AssertionError("\n".join((*outcome.failures, *failures)))
    every = (*outcome.diagnostics, *of_the_fleet)
    return [item for item in every if item.suppressed is None]


def _selection(as_of: date, policies: Iterable[Policy] | None, *, has_older: bool) -> Selection:
    """Return the selection of the given policies, or of the bundled ones."""
    plugins = _bundled_plugins()
    if policies is not None:
        chosen = {item.id: item for item in policies}
        plugins = Plugins(chosen, plugins.schemas, plugins.reporters)
    return Selection(Settings(as_of, since=has_older, preview=True), plugins)


@cache
def _bundled_plugins() -> Plugins:
    return load_plugins(installed=False)


def found(
    text: str,
    *,
    as_of: date = EXAMPLE_DAY,
    policies: Iterable[Policy] | None = None,
    before: str | None = None,
) -> Counter[tuple[int, str]]:
    """Return the lines and ids of the findings in a text.

    `as_of` is the day. Without `policies`, the bundled policies are used. `before` is the older
    version of the text; with it, policies over a change are evaluated, too. Raises AssertionError
    if a policy crashes.
    """
    every = marked(text, as_of=as_of, policies=policies, before=before)
    return Counter((item.span.line, item.id) for item in every)


def check_examples(policy: Policy) -> None:
    """Test the examples on a policy's page with only this policy.

    Raises AssertionError if the findings are not those that the examples expect, or if there is no
    bad or no good example.
    """
    wrong = wrong_examples(policy)
    if wrong:
        raise AssertionError("\n".join((f"{policy.id}:", *wrong)))


def wrong_examples(policy: Policy) -> list[str]:
    """Return the failures of the examples on a policy's page, one line each.

    Raises AssertionError if the policy crashes.
    """
    return [line for result in example_results(policy) for line in result.failures]


def example_results(policy: Policy) -> list[ExampleResult]:
    """Return the result of each example on a policy's page, bad and good.

    An invalid heading and a missing bad or good example are also failures. Raises AssertionError
    if the policy crashes.
    """
    results = _page_results(policy)
    for name, example in _named_examples(policy.page):
        results.append(ExampleResult(name, tuple(_failures(name, example, policy))))
    return results


def _page_results(policy: Policy) -> list[ExampleResult]:
    """Return the failures of the page: its headings, their days, and the examples it lacks."""
    if not policy.page:
        text = (
            "the module has no docstring, which is the page of the policy; begin the module with it"
        )
        return [ExampleResult("page", (text,))]
    headings = tuple(
        f"{policy.place or policy.file}: {line}" for line in wrong_headings(policy.page)
    )
    blocks = list(example_blocks(policy.page))
    results = [ExampleResult("headings", headings)] if headings else []
    results += (ExampleResult(item.name, (item.wrong,)) for item in blocks if item.wrong)
    kinds = {block.kind for block in blocks}
    missing = (kind for kind in ("bad", "good") if kind not in kinds)
    results += (
        ExampleResult(f"{kind} example", (f"there is no {kind} example",)) for kind in missing
    )
    return results


def _failures(name: str, example: Example, policy: Policy) -> Iterator[str]:
    """Yield a line for each difference between an example and its findings."""
    wanted = expected(example.text)
    if example.good is bool(wanted):
        requirement = (
            "must not expect a finding" if example.good else "must have an `# expect: id` comment"
        )
        yield f"{name}: a {name.split(maxsplit=1)[0]} example {requirement}"
    if policy.over == "change" and not example.good and example.before is None:
        yield f"{name}: it has no older version; add a block marked `before` above it"
        return
    every_found = marked(
        example.text, as_of=example.as_of, policies=[policy], before=example.before, name=name
    )
    got = Counter((item.span.line, item.id) for item in every_found)
    lines = LINE_BREAK.split(example.text)
    for number, id in sorted((wanted - got).elements()):
        yield f"{name}, line {number}: expected but not found: {id}: {lines[number - 1].strip()}"
    messages = {(item.span.line, item.id): item.message for item in every_found}
    for number, id in sorted((got - wanted).elements()):
        line = f"{lines[number - 1].strip()}; {messages[number, id]}"
        yield f"{name}, line {number}: found but not expected: {id}: {line}"
    yield from (
        f"{name}, line {item.span.line}: {text}"
        for item in every_found
        if (text := _unknown_key(item))
    )
    has_fixes = any(item.fix is not None for item in every_found)
    if has_fixes and policy.over == "tenant" and not example.good:
        yield from _fix_failures(name, example, policy)


def _fix_failures(name: str, example: Example, policy: Policy) -> Iterator[str]:
    """Yield a line for each finding in an example whose fix `--fix` would not make."""
    selection = _selection(example.as_of, [policy], has_older=False)

    def state_of(text: str) -> FileState:
        return file_state(FileCheck(name, text.encode(), selection), example.as_of)

    state = state_of(example.text)
    for item in state.result.diagnostics:
        if item.fix is not None and make_fixes(state, [item], state_of) is None:
            yield (
                f"{name}, line {item.span.line}: the fix of {item.id} is never made: the finding "
                "remains, another one appears, or another value changes"
            )


def _unknown_key(item: Diagnostic) -> str:
    """Return a line if a policy passed a key to `finding()` that the element cannot have."""
    if item.topic in ("schema", "yaml"):
        return ""
    unknown = unknown_key(tenant_schema(), item.path)
    return f"{item.id}: {unknown}" if unknown else ""


# The pytest plugin, which is opt-in: `pytest -p validator.testing`


def pytest_addoption(parser: Any) -> None:
    """Add the pytest setting that names the policy files."""
    parser.addini(
        "tenantlint_policy_files",
        "patterns of policy files, such as policies/*.yaml",
        type="args",
        default=["*policies*.yaml", "*policies*.yml", "*policy*.yaml", "*policy*.yml"],
    )


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    """Collect a policy file. Each example of each policy in it is a test."""
    patterns = parent.config.getini("tenantlint_policy_files")
    if file_path.suffix not in (".yaml", ".yml") or not any(map(file_path.match, patterns)):
        return None
    return _policy_file_class().from_parent(parent, path=file_path)


class ExampleError(Exception):
    """The findings differ from those that an example expects. The text has one line for each."""


@cache
def _policy_file_class() -> Any:
    """Return the collector class. pytest is only imported when it runs."""
    import pytest

    from validator.plugins.policy_file import PolicyFileError, load_policy_file

    class ExampleItem(pytest.Item):
        """One example of a policy."""

        def __init__(self, *, result: ExampleResult, **values: Any) -> None:
            super().__init__(**values)
            self._result = result
            self.funcargs: dict[str, Any] = {}  # other plugins expect this attribute

        def runtest(self) -> None:
            if self._result.failures:
                raise ExampleError("\n".join(self._result.failures))

        def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
            is_ours = isinstance(excinfo.value, ExampleError)
            return str(excinfo.value) if is_ours else super().repr_failure(excinfo, style)

        def reportinfo(self) -> tuple[Path, None, str]:
            return self.path, None, self.name

    class PolicyFile(pytest.File):
        """A policy file."""

        def collect(self) -> Iterator[ExampleItem]:
            name = os.path.relpath(self.path, self.config.rootpath)
            try:
                policies = load_policy_file(str(self.path), name)
            except PolicyFileError as error:
                raise self.CollectError(str(error)) from error
            for policy in policies:
                for result in _results_or_crash(policy):
                    yield ExampleItem.from_parent(
                        self, name=f"{policy.id}: {result.name}", result=result
                    )

    return PolicyFile


def _results_or_crash(policy: Policy) -> list[ExampleResult]:
    try:
        return example_results(policy)
    except AssertionError as error:
        return [ExampleResult("examples", tuple(str(error).splitlines()))]
