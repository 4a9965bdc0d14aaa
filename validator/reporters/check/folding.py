"""Groups findings of one policy that say the same about many users, to show them as one."""

import re
from collections.abc import Iterable, Sequence

from validator.findings.diagnostic import Diagnostic
from validator.findings.wording import few

_MAX_NAMES = 3
_MAX_LINES = 10
_MAX_HELPS = 3
_EACH = "each of them"

_WORD_CHARACTER = re.compile(r"\w")


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


def folded_helps(group: Sequence[Diagnostic]) -> list[str]:
    """Return the different helps of a group, with the names of the users if there are several."""
    first = group[0]
    if len(group) == 1 or first.fold is None:
        return [first.help] if first.help else []
    members: dict[str, list[Diagnostic]] = {}
    for item in group:
        members.setdefault(_help_for_each(item), []).append(item)
    if len(members) == 1:
        return [text for text in members if text]
    helps = [_help_with_names(text, items) for text, items in members.items()]
    others = sum(len(items) for items in list(members.values())[_MAX_HELPS:])
    more = [f"the help differs for {others:,} more; `--format json` shows each"] if others else []
    return helps[:_MAX_HELPS] + more


def _help_with_names(text: str, items: Sequence[Diagnostic]) -> str:
    """Return the help for some users, after their names unless it names the only one."""
    if len(items) == 1 and text != items[0].help:
        return items[0].help
    names = [item.fold.subject for item in items if item.fold is not None]
    return f"{few(names, _MAX_NAMES)}: {text}"


def _help_for_each(item: Diagnostic) -> str:
    """Return a help for several users instead of one; unchanged unless it names the user once."""
    name = "" if item.fold is None else item.fold.subject
    if not name or name not in item.help:
        return item.help
    if item.help.count(name) == 1:
        before, _, after = item.help.partition(name)
        is_word = _WORD_CHARACTER.search(before[-1:] + after[:1]) is None
        return f"{before}{_EACH}{after}" if is_word else item.help
    text, number = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", _EACH, item.help)
    return text if number == 1 else item.help


def other_lines(group: Sequence[Diagnostic]) -> str:
    """Return the other line numbers of the members, as text; empty if there are none."""
    lines = dict.fromkeys(item.span.line for item in group)
    del lines[group[0].span.line]
    return few(lines, _MAX_LINES) if lines else ""
