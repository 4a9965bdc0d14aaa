"""Checks the value of a document against the schemas, and builds the tenant that it describes."""

from collections.abc import Callable, Iterable

from validator.findings.finding import Finding
from validator.schema.json_schema import Schema, SchemaError
from validator.schema.tenant_schema import TENANT_SCHEMA_NAME, tenant_of
from validator.tenant.model import Tenant


def check_schemas(
    value: object,
    schemas: Iterable[Schema],
    text_at: Callable[[str], str | None],
    *,
    is_first: bool = True,
) -> tuple[Tenant | None, list[tuple[str, Finding]]]:
    """Return the tenant, and the findings from all schemas, each with its keyword.

    `is_first` says that the value is the first document of its file.

    A value from which the tenant can be built is valid by the schema of tenants; that is not asked
    again, because it takes longer. Without a tenant there is a finding. Raises SchemaError.
    """
    try:
        tenant = tenant_of(value)
    except ValueError:
        tenant = None
    findings: list[tuple[str, Finding]] = []
    for schema in schemas:
        is_of_tenants = schema.name == TENANT_SCHEMA_NAME
        if is_of_tenants and tenant is not None:
            continue
        found = schema.findings(value, text_at)
        if is_of_tenants and not found:
            raise SchemaError("the schema of tenants accepts a document that is not a tenant")
        findings += found if is_first else map(_with_separator_named, found)
    return tenant, findings


def _with_separator_named(found: tuple[str, Finding]) -> tuple[str, Finding]:
    """Return a finding whose help names the `---` if the document lacks its first keys."""
    keyword, finding = found
    if keyword != "required" or finding.path or "lacks version, tenant" not in finding.message:
        return found
    help = f"{finding.help}; if this belongs to the document above, remove the --- between them"
    return keyword, finding._replace(help=help)
