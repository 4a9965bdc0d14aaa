"""The built-in findings by id, and what their ids stand for."""

from validator.findings.builtin_finding import BuiltinFinding
from validator.findings.builtin_pages import BUILTIN_PAGES

BUILTIN_FINDINGS = {item.id: item._replace(page=item.page.strip()) for item in BUILTIN_PAGES}
"""The built-in findings by id; all findings of a schema share the entry `schema-KEYWORD`."""


def page_id(id: str) -> str:
    """Return the id of a finding's page, by which its level is known, too."""
    return "schema-KEYWORD" if id.startswith("schema-") else id


def find_builtin(id: str) -> BuiltinFinding | None:
    """Return the built-in finding of an id; `schema-` may be followed by any keyword."""
    return BUILTIN_FINDINGS.get(page_id(id))


def can_be_hidden(id: str) -> bool:
    """Tell whether a comment, a baseline or the configuration can hide the findings of an id."""
    found = find_builtin(id)
    return found is None or found.can_be_hidden


def blocks_policies(id: str) -> bool:
    """Tell whether findings of an id keep policies from looking at a document."""
    found = find_builtin(id)
    return found is not None and found.blocks_policies


def is_builtin(id: str) -> bool:
    """Tell whether an id belongs to a built-in finding."""
    return find_builtin(id) is not None
