"""Findings that a person reads as one: those of one policy that say the same of many people."""

from collections.abc import Iterable, Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import few

_MAX_NAMES = 3
_MAX_LINES = 10


def fold(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    """Return groups of diagnostics in the order of their first ones; most have one member.

    The diagnostics of a group are of one document and policy, and their folds say the same.
    """
    groups: dict[object, list[Diagnostic]] = {}
    for number, item in enumerate(diagnostics):
        same = None if item.fold is None else item.fold.predicate
        key = number if same is None else (item.file, item.document, item.id, same, item.severity)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def folded_message(group: Sequence[Diagnostic]) -> str:
    """Return the message of a group: how many there are, the first names, what they share."""
    first = group[0]
    if len(group) == 1 or first.fold is None:
        return first.message
    names = [item.fold.subject for item in group if item.fold is not None]
    return f"{len(names):,} users {first.fold.predicate}: {few(names, _MAX_NAMES)}"


def other_lines(group: Sequence[Diagnostic]) -> str:
    """Return the lines of all members but the first, as text; empty if there are none."""
    return few((item.span.line for item in group[1:]), _MAX_LINES)
