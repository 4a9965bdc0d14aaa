"""A mistake in an installed plugin results in exit code 2; the message names the plugin."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SOUND, Run

Check = Callable[..., str]
PLUGIN = "the plugin acme of the distribution acme-dist"
POLICY = """\
from validator import Policy, hookimpl, policy

@policy(severity="warning", id="no-dep", topic="acme", page="A page.")
def no_dep(tenant):
    return []

"""
POLICIES = "@hookimpl\ndef validator_policies():\n    "
SCHEMAS = "@hookimpl\ndef validator_schemas():\n    "
REPORTERS = "@hookimpl\ndef validator_reporters():\n    "


@pytest.fixture
def check(run: Run, folder: Path) -> Check:
    """Return a function that checks a file with a plugin, and returns standard error."""
    metadata = folder / "site" / "acme_dist-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-dist\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[tenantlint]\nacme = acme\n")
    (folder / "a.tenant.yaml").write_text(SOUND)

    def check(code: str, *options: str) -> str:
        (folder / "site" / "acme.py").write_text(f"{POLICY}{code}\n")
        outcome = run("check", "a.tenant.yaml", *options, PYTHONPATH=str(folder / "site"))
        assert outcome.code == 2, outcome.out
        return outcome.err

    return check


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (f"{POLICIES}return None", "validator_policies returns None; return a list of policies"),
        (f"{POLICIES}return no_dep", "validator_policies returns one policy; return a list of policies"),
        (f"{POLICIES}return {{'a': no_dep}}", "validator_policies returns dict; return a list of policies"),
        (f"{POLICIES}return [lambda tenant: []]", "the function <lambda> without @policy is not a policy"),
        (f"{POLICIES}return [no_dep, no_dep]", "the policy no-dep is returned twice"),
        (f"{POLICIES}return [no_dep._replace(id='No Dep')]", "the policy No Dep: 'No Dep' is not in kebab-case"),
        (f"{POLICIES}return [no_dep._replace(severity='fatal')]", "the policy no-dep: the severity 'fatal' is not one of error, warning or info"),
        (f"{POLICIES}return [no_dep._replace(options=['x'])]", "the policy no-dep: options must be Option objects"),
        (f"{POLICIES}return [no_dep._replace(page=None)]", "the policy no-dep: the page is NoneType, not str"),
        (f"{SCHEMAS}return 'abc'", "validator_schemas returns str; return a mapping of each schema name"),
        (f"{SCHEMAS}yield {{}}", "validator_schemas returns generator; return a mapping"),
        (f"{SCHEMAS}return {{'own': {{}}}}", "the schema name own: dict is not the text of a JSON Schema"),
        (f"{SCHEMAS}return {{'own': '{{'}}", "the schema own is not JSON"),
        (f"{SCHEMAS}return {{'own': '[' * 100_000}}", "the schema own is not JSON"),
        (f"{REPORTERS}return {{3: print}}", "validator_reporters: the format 3 must be a text"),
        (f"{REPORTERS}return {{'own': 'x'}}", "the format own: str is not a function"),
        ("@hookimpl\ndef validator_policies(config):\n    return []", "the hook validator_policies has no arguments; remove config"),
        ("@hookimpl\ndef validator_policy():\n    return []", "no hook is called validator_policy; did you mean validator_policies?"),
        ("@hookimpl(wrapper=True)\ndef validator_policies():\n    return (yield)", "validator_policies must not be a wrapper"),
        ("@hookimpl\nasync def validator_policies():\n    return []", "validator_policies is async; write def instead of async def"),
    ],
)  # fmt: skip
def test_a_wrong_hook_is_refused(check: Check, code: str, message: str) -> None:
    (line,) = check(code).splitlines()
    assert line.startswith((f"tenantlint: {PLUGIN}: ", "tenantlint: a.tenant.yaml: "))
    assert f"{PLUGIN}: {message}" in line


def test_a_plugin_without_a_hook_is_refused(check: Check) -> None:
    code = "def validator_policies():\n    return [no_dep]"
    assert check(code).startswith(f"tenantlint: {PLUGIN} implements no hook; write @hookimpl above")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("None", "the reporter own returns None; return a str, or yield the parts of the text"),
        ("b'a'", "the reporter own returns bytes; return a str, or yield the parts of the text"),
        ("[3]", "the reporter own yields int as a part of the text; yield a str"),
        ("1 / 0", "the reporter own crashed: ZeroDivisionError"),
    ],
)
def test_a_wrong_reporter_is_named(check: Check, text: str, message: str) -> None:
    code = f"{REPORTERS}return {{'own': lambda report: {text}}}"
    assert check(code, "--format", "own").startswith(f"tenantlint: {PLUGIN}: {message}")
