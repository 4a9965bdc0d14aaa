"""The addresses of the project on the web: the only place where they are written."""

PROJECT = "https://github.com/tenantlint/tenantlint"
PAGES = f"{PROJECT}/blob/main/docs/policies.md"
"""The pages of the policies; the id of a policy is the anchor."""
FINDINGS = f"{PROJECT}/blob/main/docs/findings.md"
"""The pages of the findings that no policy reports; the id of the page is the anchor."""
SCHEMAS = "https://raw.githubusercontent.com/tenantlint/tenantlint/main/schemas"


def page_address(id: str) -> str:
    """Return the address of the page of a policy."""
    return f"{PAGES}#{id}"


def finding_address(id: str) -> str:
    """Return the address of the page of a finding that no policy reports."""
    return f"{FINDINGS}#{id.lower()}"


def schema_address(name: str) -> str:
    """Return the address of a bundled schema, such as `tenant`; it is also its `$id`."""
    return f"{SCHEMAS}/{name}.schema.json"
