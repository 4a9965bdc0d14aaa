"""The files that `new policy` writes: a policy, and the plugin package that it can be in."""

import keyword
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from validator.findings.builtin import BUILTIN_TOPICS, is_builtin
from validator.plugins.loading import load_plugins
from validator.plugins.policy import is_kebab_case
from validator.system.errors import NoVerdictError

_POLICY_TEXT = '''\
"""A subscription has no name.

Explain why this matters, in one or two sentences.

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
            yield subscription.finding(message=f"{{subscription.id}} has no name")
'''
_PYPROJECT_TEXT = """\
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
_PLUGIN_TEXT = '''\
"""Policies for tenantlint: a module for each policy, in a folder for each topic."""

from validator import Policy, hookimpl, policies_in


@hookimpl
def validator_policies() -> list[Policy]:
    return policies_in(__name__)
'''
_TEST_TEXT = '''\
"""Test that the findings of each policy are those that its examples expect."""

import pytest

from {module} import validator_policies
from validator.testing import check_examples


@pytest.mark.parametrize("policy", validator_policies(), ids=lambda policy: policy.id)
def test_examples(policy):
    check_examples(policy)
'''


_TAKEN_PACKAGES = frozenset({"tenantlint", "validator"})


class PolicyNameError(NoVerdictError):
    """The name of a policy or package cannot be used."""


def policy_files(name: str, folder: str) -> Mapping[str, str]:
    """Return the files of a new policy in a policy folder: texts by path.

    `name` has the form TOPIC/NAME. Raises PolicyNameError.
    """
    topic, id = _topic_and_id(name)
    _check_unused(name, folder, topic, id)
    return {f"{folder}/{_module_name(topic)}/{_module_name(id)}.py": _policy_text(id)}


def package_files(name: str, folder: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the files of a new policy in a package, and the other files of that package.

    `name` has the form TOPIC/NAME. The other files are only needed once for a package. Both are
    texts by path. Raises PolicyNameError.
    """
    topic, id = _topic_and_id(name)
    project = folder.rstrip("/").rpartition("/")[2]
    if not is_kebab_case(project):
        raise PolicyNameError(f"{folder}: name the package's folder in kebab-case")
    module = _module_name(project)
    if keyword.iskeyword(module) or module in _TAKEN_PACKAGES | sys.stdlib_module_names:
        raise PolicyNameError(
            f"{folder}: {module} cannot be the name of a package; choose another, such as "
            f"acme-{project}"
        )
    source_folder = f"{folder}/src/{module}"
    other_files = {
        f"{folder}/pyproject.toml": _PYPROJECT_TEXT.format(project=project, module=module),
        f"{source_folder}/__init__.py": _PLUGIN_TEXT,
        f"{folder}/tests/test_examples.py": _TEST_TEXT.format(module=module),
    }
    _check_unused(name, source_folder, topic, id)
    files = {f"{source_folder}/{_module_name(topic)}/{_module_name(id)}.py": _policy_text(id)}
    return files, other_files


def _policy_text(id: str) -> str:
    return _POLICY_TEXT.format(id=id, name=_module_name(id))


def _topic_and_id(name: str) -> tuple[str, str]:
    topic, slash, id = name.partition("/")
    for part in (topic, id):
        if not slash or not is_kebab_case(part):
            raise PolicyNameError(
                f"{name} is not of the form TOPIC/NAME in kebab-case, such as acme/no-name"
            )
    for part in (topic, id):
        if part.startswith("test-"):
            raise PolicyNameError(
                f"{name}: modules whose names begin with test_ are skipped; choose another name "
                f"than {part}, such as {part.removeprefix('test-')}"
            )
    if id == "conftest":
        raise PolicyNameError(f"{name}: the module conftest is skipped; choose another name")
    if keyword.iskeyword(id):
        raise PolicyNameError(
            f"{name}: {id} is a keyword of Python; choose another name, such as no-{id}"
        )
    policies = load_plugins(installed=False).policies
    if is_builtin(id) or id in policies:
        raise PolicyNameError(f"{name}: the id {id} is already used by tenantlint; choose another")
    topics = {topic, *BUILTIN_TOPICS, *(policy.topic for policy in policies.values())}
    if id in topics:
        raise PolicyNameError(f"{name}: {id} is also a topic; choose another id")
    if topic in policies:
        raise PolicyNameError(f"{name}: {topic} is also the id of a policy; choose another topic")
    return topic, id


def _check_unused(name: str, folder: str, topic: str, id: str) -> None:
    """Raise PolicyNameError if a module of the same id is in the folder of another topic."""
    module = f"{_module_name(id)}.py"
    for file in sorted(Path(folder).glob(f"**/{module}")):
        if file != Path(folder, _module_name(topic), module):
            raise PolicyNameError(
                f"{name}: the id {id} is already used by {os.fspath(file)}; choose another"
            )


def _module_name(name: str) -> str:
    return name.replace("-", "_")
