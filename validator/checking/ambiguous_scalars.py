"""The helps and fixes of ambiguous scalars in places that a schema rejects."""

from collections.abc import Iterable, Iterator, Sequence

from validator.document.yaml_findings import YamlFinding
from validator.findings.finding import Finding
from validator.findings.json_pointer import paths_around
from validator.schema.suggestions import without_key

_REJECT_ALL_BELOW = frozenset({"unknown-property", "type"})


def with_schema_helps(
    found: Iterable[YamlFinding], schema_findings: Sequence[tuple[str, Finding]]
) -> Iterator[YamlFinding]:
    """Yield the findings from the reader, with the helps of schema findings at the same paths.

    `auto_renew: yes` must become `true`, not `"yes"`. Below a key or a value that a schema rejects,
    nobody knows whether `0042` is a number or text, so there is no fix.
    """
    helps = {item.path: without_key(item) for _, item in schema_findings}
    rejected = {item.path for keyword, item in schema_findings if keyword in _REJECT_ALL_BELOW}
    for item in found:
        if item.id != "yaml-ambiguous-scalar":
            yield item
        elif item.path in helps:
            yield item._replace(help=helps[item.path] or item.help, replacement=None)
        elif not rejected.isdisjoint(paths_around(item.path)):
            yield item._replace(replacement=None)
        else:
            yield item
