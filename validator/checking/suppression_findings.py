"""The findings about suppressions: errors in a suppression, and findings that a new one hides."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from validator.checking.checked_file import AddedSuppression
from validator.checking.policy_names import is_blocking, is_refused_in_comments
from validator.checking.selection import Selection
from validator.checking.suppressions import Suppression
from validator.findings.builtin import can_be_hidden
from validator.findings.diagnostic import Diagnostic, Span
from validator.findings.wording import did_you_mean, few, listing

# A comment can name any number of ids.
_MAX_NAMES = 20


def suppression_findings(
    item: Suppression, selection: Selection, today: date
) -> Iterator[tuple[str, str, str]]:
    """Yield an id, a message and a help for each error in a suppression."""
    if item.wrong:
        return
    unknown = _unknown_names(item, selection)
    if unknown:
        known = selection.names.suggestions
        hints = (did_you_mean(name, known) for name in unknown[:_MAX_NAMES])
        names = few(filter(None, unknown), _MAX_NAMES)
        message = f"no policy or topic is called {names}"
        help = " ".join(filter(None, hints))
        if not any(unknown):
            message = "this suppression names no policy or topic"
            help = "write an id in the brackets"
        yield "unknown-policy", message, help
    refused = [name for name in dict.fromkeys(item.names) if is_refused_in_comments(name)]
    if refused:
        is_all = len(refused) == len(set(item.names))
        help = "remove it" if is_all else f"remove {listing(refused)} from it"
        yield "unused-suppression", _refusal(refused), help
    if not item.reason:
        message = "this suppression covers nothing because it has no reason"
        yield "unexplained-suppression", message, "write `: reason` after it"
    if item.is_expired(today):
        message = f"this suppression covers nothing because {item.until} is past"
        yield "expired-suppression", message, "remove it, and resolve the finding that it covered"


def _refusal(names: Sequence[str]) -> str:
    """Return the message about ids or topics that cannot be suppressed."""
    blocking = all(map(is_blocking, names))
    reason = " because policies cannot run on a document that has it" if blocking else ""
    return f"{listing(names)} cannot be suppressed{reason}"


def unused_suppression(
    item: Suppression,
    selection: Selection,
    searched: Collection[str],
    cover_later: Collection[Span],
    today: date,
) -> tuple[str, str] | None:
    """Return the message and the help for a suppression that covers no finding.

    Those with the spans `cover_later` cover one when a nearer suppression has ended. None if
    another finding reports it, or if one of its ids was not searched for.
    """
    if item.wrong:
        return f"this suppression covers nothing: {item.wrong}", ""
    unknown = set(_unknown_names(item, selection))
    known = [name for name in dict.fromkeys(item.names) if name not in unknown]
    if not item.is_open(today) or not known or any(map(is_refused_in_comments, known)):
        return None
    if not all(id in searched for id in item.ids):
        return None
    ids = [name for name in known if selection.names.is_id(name)]
    topics = [name for name in known if name not in ids]
    parts = [few(ids, _MAX_NAMES, "or")] if ids else []
    if topics:
        parts.append(f"the topic {few(topics, _MAX_NAMES, 'or')}")
    help = "remove the nearer suppression, which ends before this one, or this one"
    message = f"this suppression covers no finding of {' or '.join(parts)}"
    return message, help if item.span in cover_later else "remove it"


def is_without_effect(item: Suppression, id: str) -> bool:
    """Return whether a suppression with a finding of this id has no effect and can be removed."""
    if id == "unused-suppression" and not item.wrong:
        return len({can_be_hidden(id) for id in item.ids}) == 1
    return id == "expired-suppression"


def added_suppression(
    item: AddedSuppression, of_the_fleet: Sequence[Diagnostic] = ()
) -> Diagnostic | None:
    """Return the finding about a new suppression; None if it hides nothing new.

    `of_the_fleet` are the covered findings from policies over the fleet.
    """
    hidden = list(item.hidden)
    hidden += ((found.id, found.message) for found in of_the_fleet if found.name not in item.known)
    if not hidden:
        return None
    counts = Counter(id for id, _ in hidden)
    if len(hidden) == 1:
        ((id, message),) = hidden
        text = f"a new suppression hides {id}: {message}"
    elif len(counts) == 1:
        text = f"a new suppression hides {len(hidden):,} findings of {next(iter(counts))}"
    else:
        parts = (f"{number:,} of {id}" for id, number in sorted(counts.items()))
        text = f"a new suppression hides {len(hidden):,} findings: {listing(parts)}"
    return item.diagnostic._replace(message=text)


def _unknown_names(item: Suppression, selection: Selection) -> list[str]:
    return [name for name in item.names if not selection.names.is_known(name)]
