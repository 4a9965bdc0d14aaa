"""The command `test`."""

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, no_verdict_as_click_error
from validator.cli.number_options import WholeNumber
from validator.cli.output import print_lines, print_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validator.findings.policy_tests import PolicyTest, PolicyTestReport
    from validator.plugins.policy import Policy


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--mutate",
    is_flag=True,
    help="Also make small changes to conditions, thresholds and good examples. List the changes to "
    "a policy that no example detects, and the changes to an example that are not reported.",
)
@click.option(
    "--fail-under",
    type=WholeNumber("percent", 0, 100),
    metavar="PERCENT",
    help="With --mutate, exit with 1 if examples detect less than this percentage of the changes.",
)
@options.fixed_format_option(
    "text", "junit", help="text (the default), or junit with a test case for each example"
)
@options.CONFIG
def command(
    paths: tuple[str, ...],
    config_file: str | None,
    format_name: str,
    fail_under: int | None,
    *,
    mutate: bool,
) -> int:
    """Test policies with their examples.

    PATHS are files of policies without code, and folders of Python policies, whose code is run;
    by default the policy-files of the configuration. Exits with 1 if the findings in an example
    differ from those that it expects, or if the fix of one of them fails.
    """
    from validator.findings.policy_tests import PolicyTestReport

    if fail_under is not None and not mutate:
        raise click.UsageError("--fail-under needs --mutate")
    with no_verdict_as_click_error():
        policies = _load(paths, config_file)
    tests: list[PolicyTest] = []
    lines: list[str] = []
    with redirect_stdout(sys.stderr):  # what a policy prints is not part of the report
        for policy in policies:
            tests.append(_tested(policy, mutate=mutate))
            lines += _lines(tests[-1])
            if mutate and format_name == "text":
                lines += _example_lines(policy)
    report = PolicyTestReport(tuple(tests))
    if format_name == "junit":
        from validator.reporters.test.junit import render

        print_text(render(report), is_utf8=True)
    else:
        print_lines(*lines, *_score_lines(report))
    if any(item.failures for item in tests):
        return FINDINGS
    if fail_under is None:
        return 0
    if report.score is None:
        raise click.ClickException("--fail-under: these policies have nothing that can be changed")
    return FINDINGS if report.score < fail_under else 0


def _load(paths: "Sequence[str]", config_file: str | None) -> "list[Policy]":
    """Return the policies to test. Raises NoVerdictError and UsageError."""
    from pathlib import Path

    from validator.findings.wording import path_argument
    from validator.plugins.loading import load_plugins
    from validator.project.config import load_config
    from validator.system.file_kind import is_file, is_folder
    from validator.system.limits import run_in_limited_child

    if paths and config_file is not None:
        load_config(config_file)
    config = None if paths else load_config(config_file)
    named = paths or (() if config is None else config.policy_files)
    if not named:
        raise click.UsageError("nothing to test; name a file or a folder of policies")
    for path in paths:
        if path.endswith(".py") and is_file(path):
            folder = Path(path).parent.as_posix()
            raise click.UsageError(
                f"{path} is a Python file; name its folder: tenantlint test {path_argument(folder)}"
            )
    run_in_limited_child(restart=False)
    bundled = load_plugins(installed=False).policies
    data = {} if config is None else config.policy_data
    folders = [path for path in named if path not in data and is_folder(path)]
    files = [path for path in named if path not in folders]
    origins = {} if config is None else config.origins
    loaded = load_plugins(folders, files, installed=False, data=data, origins=origins).policies
    return [policy for policy in loaded.values() if policy.id not in bundled]


def _tested(policy: "Policy", *, mutate: bool) -> "PolicyTest":
    """Return the test results of a policy. Raises ClickException if it crashes."""
    from validator.findings.policy_tests import PolicyTest
    from validator.testing import example_results, examples

    try:
        results = tuple(example_results(policy))
    except AssertionError as error:
        raise click.ClickException(str(error)) from error
    good = [example.good for example in examples(policy.page)]
    counts = f"{good.count(False)} bad, {good.count(True)} good"
    changes = None
    if mutate and not any(result.failures for result in results):
        from validator.authoring.policy_mutation import score_policy

        changes = score_policy(policy)
    return PolicyTest(policy.id, results, counts, changes)


def _lines(test: "PolicyTest") -> "Iterator[str]":
    yield f"{'FAILED' if test.failures else 'ok':6}  {test.id}: {test.counts}"
    yield from (f"        {line}" for line in test.failures)
    changes = test.changes
    if changes is not None:
        counts = f"{changes.noticed} of {changes.total} small changes to the policy"
        yield f"        the examples detect {counts}"
        yield from (f"        not detected: {line}" for line in changes.missed)


def _score_lines(report: "PolicyTestReport") -> "Iterator[str]":
    if report.score is not None:
        changes = [item.changes for item in report.policies if item.changes is not None]
        noticed, total = sum(item.noticed for item in changes), sum(item.total for item in changes)
        yield f"score: {report.score} % ({noticed} of {total} policy changes are detected)"


def _example_lines(policy: "Policy") -> list[str]:
    """Return lines about how a policy reports small changes to its good examples."""
    from validator.authoring.mutation import run_mutants

    if policy.over != "tenant":
        what = "compares two versions" if policy.over == "change" else "reads more than one file"
        return [f"        good examples are not changed: this policy {what}"]
    mutants = run_mutants(policy)
    found, unshown, missed = len(mutants.found), len(mutants.unshown), len(mutants.missed)
    counts = f"{found} reported as in a bad example, {unshown} otherwise, {missed} not reported"
    total = found + unshown + missed + len(mutants.failed)
    if mutants.failed:
        counts += f", {len(mutants.failed)} crash the policy"
    return [
        f"        {total} small changes to good examples: {counts}",
        *(f"        reported, but not as in a bad example: {change}" for change in mutants.unshown),
        *(f"        not reported: {change}" for change in mutants.missed),
        *(f"        crashes: {change}" for change in mutants.failed),
    ]
