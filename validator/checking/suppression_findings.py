"""The findings about suppressions: unknown ids, a missing reason, a past day, nothing covered."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from validator.checking.selection import Selection
from validator.checking.suppressions import Suppression
from validator.findings.wording import did_you_mean, listing

# A comment can name any number of ids.
_MAX_NAMES = 20


def suppression_findings(
    item: Suppression, selection: Selection, today: date
) -> Iterator[tuple[str, str, str]]:
    """Yield an id, a message and a help for each thing that is wrong with a suppression."""
    if item.wrong:
        return
    unknown = _unknown_ids(item, selection)
    if unknown:
        hints = (did_you_mean(id, list(selection.known_ids)) for id in unknown[:_MAX_NAMES])
        names = _few(id or "nothing" for id in unknown)
        yield "unknown-policy", f"no policy is called {names}", " ".join(filter(None, hints))
    if not item.reason:
        message = "a suppression without a reason covers nothing"
        yield "unexplained-suppression", message, "write `: reason` after it"
    if item.is_expired(today):
        message = f"this suppression covers nothing since {item.until} is past"
        yield "expired-suppression", message, "remove it, and what it covered"


def unused_suppression(
    item: Suppression, selection: Selection, searched: Collection[str], today: date
) -> tuple[str, str] | None:
    """Return the message and the help of an unused suppression that covers no finding.

    None where it is reported otherwise, or where one of its ids was not searched for.
    """
    if item.wrong:
        return f"this suppression covers nothing: {item.wrong}", ""
    unknown = set(_unknown_ids(item, selection))
    known = [id for id in item.ids if id not in unknown]
    was_searched = all(id in searched or id.startswith("schema-") for id in known)
    if not item.is_open(today) or not known or not was_searched:
        return None
    return f"nothing here is a {_few(known, 'or')}", "remove it"


def _unknown_ids(item: Suppression, selection: Selection) -> list[str]:
    return [id for id in item.ids if not selection.is_known(id)]


def _few(names: Iterable[str], last: str = "and") -> str:
    """Return a listing of names, of many of them only the first."""
    names = list(names)
    more = len(names) - _MAX_NAMES
    return listing([*names[:_MAX_NAMES], f"{more:,} more"] if more > 0 else names, last)
