"""Finds out whether an edit would also change another value, through an alias or a merge key."""

import re
from collections.abc import Mapping, Sequence

from validator.document.node_locator import NodeLocator
from validator.document.nodes import ALIAS, MAPPING, SEQUENCE
from validator.findings.fix import Edit
from validator.findings.json_pointer import pointer_parts

_ANCHOR = re.compile(r"&(\S+)")

Uses = Mapping[int, Sequence[int | None]]
"""By mapping or list with an anchor: for each of its aliases, the mapping that merges it, or None.

If a mapping merges several others, only the first counts, whose keys take precedence.
"""


def uses_by_aliases(locator: NodeLocator) -> Uses:
    """Return how the mappings and lists of a document are used by aliases."""
    nodes = locator.nodes
    uses: dict[int, list[int | None]] = {}
    anchored: dict[str, int] = {}
    merging: dict[int, int] = {}
    for node, kind in nodes.nonscalars():
        start = locator.start(node)
        if kind == ALIAS:
            target = anchored.get(locator.text[start + 1 : locator.end(node)])
            if target is not None:
                uses.setdefault(target, []).append(merging.get(node))
            continue
        anchor = _ANCHOR.search(locator.text, start, locator.content_start(node))
        if anchor is not None:
            anchored[anchor[1]] = node
        merge = nodes.children_by_part(node)[1] if kind == MAPPING else None
        if merge is not None:
            source = merge + 1
            if nodes.kind(source) == SEQUENCE:
                source = next((item for _, item in nodes.children(source)), source)
            merging[source] = node
    return uses


def changes_another_value(locator: NodeLocator, uses: Uses, edit: Edit) -> bool:
    """Return whether an edit also changes another value than that at its path. Raises EditError.

    A key that another mapping inherits through a merge key is another value there. So is a list
    with an alias if an item is added to it. The rest of what has an alias is one value with
    several paths.
    """
    if not uses or not edit.path or edit.kind == "quote":
        return False
    node, missing = locator.find(edit.path)
    if edit.kind == "append" and missing is None and None in uses.get(node, ()):
        return True
    around, _ = locator.find(edit.path.rpartition("/")[0])
    keys = {pointer_parts(edit.path)[-1]}
    if edit.kind == "rename":
        keys.add(str(edit.value))
    own_keys = locator.nodes.children_by_part
    return any(
        heir is not None and not keys <= own_keys(heir)[0].keys() for heir in uses.get(around, ())
    )
