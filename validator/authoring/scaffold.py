"""The first text of a policy of one's own, in a folder or in a package of plugins."""

from collections.abc import Mapping

from validator.findings.diagnostic import NoVerdictError
from validator.plugins.policy import is_kebab

_POLICY = '''\
"""A subscription has no {what}.

Why this matters to you, in a sentence or two.

**Do:** say what to do about it.

```yaml bad
subscriptions:
  - {{id: Sub1, type: named, start: 2025-01-01}}  # expect: {id}
```

```yaml good
subscriptions:
  - {{id: Sub1, type: named, start: 2025-01-01, name: Customer care}}
```
"""

from collections.abc import Iterator

from validator import Finding, TenantOn, policy


@policy(severity="warning")
def {name}(tenant: TenantOn) -> Iterator[Finding]:
    for subscription in tenant.live:
        if subscription.name is None:
            yield subscription.finding(message=f"{{subscription.id}} has no {what}")
'''
_PROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "{project}"
version = "0.1.0"
description = "Policies for tenantlint"
requires-python = ">=3.11"
dependencies = ["tenantlint"]

[project.entry-points.tenantlint]
{module} = "{module}"

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]
"""
_PLUGIN = '''\
"""Policies for tenantlint: one module for each, in a folder for each topic."""

from validator import Policy, hookimpl, policies_in


@hookimpl
def validator_policies() -> list[Policy]:
    return policies_in(__name__)
'''
_TEST = '''\
"""Each policy finds what its examples say."""

import pytest

from {module} import validator_policies
from validator.testing import check_examples


@pytest.mark.parametrize("policy", validator_policies(), ids=lambda policy: policy.id)
def test_examples(policy):
    check_examples(policy)
'''


class ScaffoldError(NoVerdictError):
    """A name that no policy can have."""


def new_policy(name: str, folder: str) -> Mapping[str, str]:
    """Return the texts of a new policy in a folder, by file. Raises ScaffoldError."""
    topic, id = _parts(name)
    return {f"{folder}/{_module(topic)}/{_module(id)}.py": _policy(id)}


def new_package(name: str, folder: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the texts of a new policy in a package, and those that the package needs besides.

    Raises ScaffoldError.
    """
    topic, id = _parts(name)
    project = folder.rstrip("/").rpartition("/")[2]
    if not is_kebab(project):
        raise ScaffoldError(f"{folder}: name the package's folder in kebab-case")
    module = _module(project)
    inside = f"{folder}/src/{module}"
    frame = {
        f"{folder}/pyproject.toml": _PROJECT.format(project=project, module=module),
        f"{inside}/__init__.py": _PLUGIN,
        f"{folder}/tests/test_examples.py": _TEST.format(module=module),
    }
    files = {f"{inside}/{_module(topic)}/{_module(id)}.py": _policy(id)}
    return files, frame


def _policy(id: str) -> str:
    return _POLICY.format(id=id, name=_module(id), what="name")


def _parts(name: str) -> tuple[str, str]:
    topic, slash, id = name.partition("/")
    for part in (topic, id):
        if not slash or not is_kebab(part):
            raise ScaffoldError(f"{name or 'nothing'} is not of the form TOPIC/NAME in kebab-case")
    return topic, id


def _module(name: str) -> str:
    return name.replace("-", "_")
