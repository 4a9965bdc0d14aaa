"""Groups findings of one policy that say the same about many users, to show them as one."""

from collections.abc import Iterable, Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import few

_MAX_NAMES = 3
_MAX_LINES = 10
_EACH = "each of them"


def fold(diagnostics: Iterable[Diagnostic]) -> list[list[Diagnostic]]:
    """Return groups of diagnostics, in the order of their first members.

    The diagnostics in a group have the same document, id, severity and fold predicate. A
    diagnostic without a fold is a separate group.
    """
    groups: dict[object, list[Diagnostic]] = {}
    for number, item in enumerate(diagnostics):
        same = None if item.fold is None else item.fold.predicate
        key = number if same is None else (item.file, item.document, item.id, same, item.severity)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def folded_message(group: Sequence[Diagnostic]) -> str:
    """Return the message of a group: the number of users, what they share, the first names."""
    first = group[0]
    if len(group) == 1 or first.fold is None:
        return first.message
    names = [item.fold.subject for item in group if item.fold is not None]
    return f"{len(names):,} users {first.fold.predicate}: {few(names, _MAX_NAMES)}"


def folded_help(group: Sequence[Diagnostic], default: str) -> str:
    """Return the help of a group: that of its members, if it is the same for each user."""
    first = group[0]
    if len(group) == 1 or first.fold is None:
        return first.help
    texts = {_help_for_each(item) for item in group}
    return (texts.pop() if len(texts) == 1 else "") or default


def _help_for_each(item: Diagnostic) -> str:
    """Return a help for several users instead of one; empty if it does not name the user once."""
    name = "" if item.fold is None else item.fold.subject
    return item.help.replace(name, _EACH) if name and item.help.count(name) == 1 else ""


def other_lines(group: Sequence[Diagnostic]) -> str:
    """Return the other line numbers of the members, as text; empty if there are none."""
    lines = dict.fromkeys(item.span.line for item in group)
    del lines[group[0].span.line]
    return few(lines, _MAX_LINES) if lines else ""
