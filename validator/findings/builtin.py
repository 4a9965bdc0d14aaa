"""The built-in findings: lookup by id."""

from validator.findings.builtin_finding import BuiltinFinding
from validator.findings.builtin_pages import BUILTIN_PAGES

BUILTIN_FINDINGS = {item.id: item._replace(page=item.page.strip()) for item in BUILTIN_PAGES}
"""The built-in findings by id; all schema findings share the entry `schema-KEYWORD`."""

BUILTIN_TOPICS = frozenset({item.topic for item in BUILTIN_PAGES})
"""The topics of the built-in findings. They cannot be the ids of policies."""


def page_id(id: str) -> str:
    """Return the id of a finding's page, which is also the key of its level."""
    return "schema-KEYWORD" if id.startswith("schema-") else id


def find_builtin(id: str) -> BuiltinFinding | None:
    """Return the built-in finding with an id. Every `schema-` id shares one entry."""
    return BUILTIN_FINDINGS.get(page_id(id))


def can_be_hidden(id: str) -> bool:
    """Return whether a comment, a baseline or the configuration can hide findings with an id."""
    found = find_builtin(id)
    return found is None or found.can_be_hidden


def blocks_policies(id: str) -> bool:
    """Return whether a finding with an id prevents policies from running on its document."""
    found = find_builtin(id)
    return found is not None and found.blocks_policies


def is_builtin(id: str) -> bool:
    """Return whether an id belongs to a built-in finding."""
    return find_builtin(id) is not None
