"""The command `test`."""

from typing import TYPE_CHECKING

import click

from validator.cli import options
from validator.cli.exit_codes import FINDINGS, no_verdict_as_click_error
from validator.cli.output import print_lines

if TYPE_CHECKING:
    from validator.plugins.policy import Policy


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--mutate",
    is_flag=True,
    help="Also change each good example in small ways, and show what is not found.",
)
@options.CONFIG
def command(paths: tuple[str, ...], config_file: str | None, *, mutate: bool) -> int:
    """Run the examples that policies carry.

    PATHS are files of policies without code, and folders of Python policies, whose code is run;
    without one, the policy-files of the configuration. Exits with 1 when an example says
    otherwise than what is found.
    """
    from pathlib import Path

    from validator.plugins.loading import load_plugins
    from validator.project.config import load_config
    from validator.system.limits import run_in_limited_child
    from validator.testing import examples, wrong_examples

    with no_verdict_as_click_error():
        named = paths or load_config(config_file).policy_files
        if not named:
            raise click.UsageError("nothing to test; name a file or a folder of policies")
        run_in_limited_child(restart=False)
        bundled = load_plugins(installed=False).policies
        folders = [path for path in named if Path(path).is_dir()]
        files = [path for path in named if path not in folders]
        loaded = load_plugins(folders, files, installed=False).policies
    failed = False
    lines: list[str] = []
    for policy in loaded.values():
        if policy.id in bundled:
            continue
        try:
            wrong = wrong_examples(policy)
        except AssertionError as error:
            raise click.ClickException(str(error)) from error
        good = [example.good for example in examples(policy.page)]
        counts = f"{good.count(False)} bad, {good.count(True)} good"
        lines.append(f"{'FAILED' if wrong else 'ok':6}  {policy.id}: {counts}")
        lines += [f"        {line}" for line in wrong]
        failed = failed or bool(wrong)
        if mutate:
            lines += _mutation_lines(policy)
    print_lines(*lines)
    return FINDINGS if failed else 0


def _mutation_lines(policy: "Policy") -> list[str]:
    """Return lines on how a policy reports small changes of its good examples."""
    from validator.authoring.mutation import run_mutants

    if policy.over != "tenant":
        return ["        --mutate changes one version of one file; this policy looks at more"]
    mutants = run_mutants(policy)
    found, unshown, missed = len(mutants.found), len(mutants.unshown), len(mutants.missed)
    counts = f"{found} are found as in a bad example, {unshown} otherwise, {missed} not"
    return [
        f"        {found + unshown + missed} small changes of good examples: {counts}",
        *(f"        found, but in no bad example: {change}" for change in mutants.unshown),
        *(f"        not found: {change}" for change in mutants.missed),
    ]
