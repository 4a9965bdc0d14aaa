"""The files that `init` writes: a tenant file, a configuration and a pre-commit hook.

Existing files are extended or left unchanged, not replaced.
"""

import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

from validator.document.reader import read_documents
from validator.document.text_edits import EditError, apply_edits
from validator.document.value_edits import text_edits_for
from validator.findings.fix import Edit
from validator.project.config import CONFIG_FILE_NAME, Config, load_config
from validator.project.file_patterns import file_matcher
from validator.project.file_search import find_files
from validator.project.repository import repository_root
from validator.system.addresses import PROJECT, schema_address
from validator.tenant.calendar_days import day_before, month_of

_TENANT_NAME = "tenants/example.yaml"
_PRE_COMMIT_NAME = ".pre-commit-config.yaml"
_HOOK = "tenantlint-fleet"
_HOOKS = (_HOOK, "tenantlint")

_TENANT_TEXT = """\
# yaml-language-server: $schema={schema}
# Each document is one tenant. `tenantlint schema` prints the schema of this file.
# To import from Control Hub: tenantlint import --users users.csv --into tenants/NAME.yaml
version: 1
tenant:
  id: 00000000-0000-0000-0000-000000000000   # Control Hub, Management > Account
  name: Example
  country: NL                                # ISO 3166-1
  telephony: webex-calling                   # webex-calling, bundled-pstn or vpop

subscriptions:
  - id: Sub100001                            # Control Hub, Account > Subscriptions
    name: Customer care
    type: concurrent                         # named or concurrent; the same in all
    start: {start}
    # end: {end}                        # the last day; without it, open-ended
    # auto_renew: true
    entitlements:                            # service: quantity
      premium-agent: 10
      ai-agent: {{quantity: 2, since: {start}}}

users:
  - email: ada@example.com
    name: Ada
    roles: [administrator, agent]            # or supervisor, read-only-administrator
    assignments:                             # a subscription, or a licence in one
      - {{subscription: Sub100001, license: premium-agent}}

partners: []
#  - {{id: northwind, name: Northwind BV, access: read-only}}

usage: []
#  - {{month: {month}, subscription: Sub100001, service: premium-agent, quantity: 9}}
"""
_CONFIG_TEXT = """\
# The configuration of tenantlint; `tenantlint schema config` prints its schema.

# The files to check in a folder, and the files to exclude; patterns as in .gitignore.
# include = ["**/*.tenant.yaml", "**/*.tenant.yml", "**/tenants/**/*.yaml", "**/tenants/**/*.yml"]
# exclude = ["archive/"]

# Report what ends within this number of days; the badge of Control Hub uses 30.
expiring-within = 30

# The lowest severity that fails a run: error, warning, info or never.
fail-on = "error"

# [severity]
# term-mismatch = "info"           # error, warning, info or off
"""
_PRE_COMMIT_TEXT = """\
repos:
  - repo: {project}
    rev: v{version}
    hooks:
      - id: tenantlint-fleet       # all tenant files, when one changes
"""


class InitStep(NamedTuple):
    """The change that `init` makes to one file.

    `text` is the new text; None if the file is left unchanged. `note` is the result, for the user.
    `is_new` is true if the file does not exist yet.
    """

    name: str
    text: str | None
    note: str
    is_new: bool


def init_steps(today: date, version: str) -> list[InitStep]:
    """Return the steps for the working folder, depending on its existing files.

    The subscription of the example tenant starts on the first day of the month of `today`. Raises
    ConfigError and OSError.
    """
    config = load_config(None)
    return [_tenant_step(config, today), _config_step(config), _pre_commit_step(version)]


def _tenant_step(config: Config, today: date) -> InitStep:
    patterns = config.patterns
    sources = find_files(["."], "", patterns).sources
    if sources:
        more = f" (and {len(sources) - 1:,} more)" if len(sources) > 1 else ""
        return _kept(sources[0].name, f"already exists{more}; no example is needed")
    if file_matcher(os.curdir, patterns)(_TENANT_NAME) is not True:
        return _kept(_TENANT_NAME, f"is not written: {config.name} does not include it")
    start = today.replace(day=1)
    text = _TENANT_TEXT.format(
        start=start,
        end=day_before(start.replace(year=start.year + 3)),
        month=month_of(start),
        schema=schema_address("tenant"),
    )
    return _written_if_new(_TENANT_NAME, text)


def _config_step(config: Config) -> InitStep:
    """Return the step for the configuration.

    A second configuration would replace the one in a parent folder or in pyproject.toml. The hook
    runs at the root of the repository, where it would not use one in another folder.
    """
    if config.file is not None:
        return _kept(config.name, "already has a configuration; left unchanged")
    return _written_if_new(_at_root(CONFIG_FILE_NAME).as_posix(), _CONFIG_TEXT)


def _pre_commit_step(version: str) -> InitStep:
    """Return the step for pre-commit, which only reads the file at the root of the repository."""
    file = _at_root(_PRE_COMMIT_NAME)
    name = file.as_posix()
    new = _PRE_COMMIT_TEXT.format(version=version, project=PROJECT)
    if not os.path.lexists(file):
        return InitStep(name, new, "created", is_new=True)
    text = file.read_bytes().decode("utf-8", errors="surrogateescape")
    if not text.strip():
        return InitStep(name, new, "written", is_new=False)
    documents = list(read_documents(text))
    document = documents[0]
    if document.is_readable and _has_hook(document.value):
        return _kept(name, "already has the hook; left unchanged")
    hook = {"repo": PROJECT, "rev": f"v{version}", "hooks": [{"id": _HOOK}]}
    try:
        if len(documents) > 1 or not document.is_readable:
            raise EditError(0, "it is not one YAML document")
        edits = text_edits_for(text, document, [Edit("append", "/repos", hook)])
    except EditError:
        by_hand = f"add the hook {_HOOK} of {PROJECT}, rev v{version}"
        return _kept(name, f"is left unchanged; {by_hand}")
    return InitStep(name, apply_edits(text, edits), f"now has the hook {_HOOK}", is_new=False)


def _at_root(name: str) -> Path:
    """Return the path of a file at the root of the repository, relative to the working folder."""
    here = Path.cwd()
    root = repository_root(here.resolve()) or here.resolve()
    return Path(os.path.relpath(root / name, here))


def _has_hook(value: object) -> bool:
    """Return whether a pre-commit configuration has a hook of this program."""
    repos = value.get("repos") if isinstance(value, dict) else None
    hooks = (
        hook
        for repo in (repos if isinstance(repos, list) else ())
        if isinstance(repo, dict) and isinstance(repo.get("hooks"), list)
        for hook in repo["hooks"]
    )
    return any(isinstance(hook, dict) and hook.get("id") in _HOOKS for hook in hooks)


def _written_if_new(name: str, text: str) -> InitStep:
    if os.path.lexists(name):
        return _kept(name, "already exists; left unchanged")
    return InitStep(name, text, "created", is_new=True)


def _kept(name: str, note: str) -> InitStep:
    return InitStep(name, None, note, is_new=False)
