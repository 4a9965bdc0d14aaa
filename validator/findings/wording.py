"""How messages put things: lists, values, and the name that somebody may have meant."""

from collections.abc import Collection, Iterable

_LONGEST = 60
# Bounds for "did you mean", so that hostile names cost no time.
_LONGEST_NAME = 80
_MOST_NAMES = 500


def listing(items: Iterable[object], last: str = "and") -> str:
    """Return "a", "a and b", "a, b and c"."""
    *most, end = [str(item) for item in items] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def counted(number: int, noun: str) -> str:
    """Return "1 user", "2 users", "3 policies"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("cy") else f"{number:,} {noun}s"


def shortened(text: str) -> str:
    """Return the text on one line, cut where it is too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def nearest(name: str, names: Collection[str]) -> str | None:
    """Return the one of the names that somebody who wrote `name` may have meant."""
    if not 0 < len(name) <= _LONGEST_NAME:
        return None
    from difflib import get_close_matches

    folded = {other.lower(): other for other in names if abs(len(other) - len(name)) < len(name)}
    if name.lower() in folded:
        return folded[name.lower()]
    candidates = [key for key in folded if len(key) <= _LONGEST_NAME][:_MOST_NAMES]
    matches = get_close_matches(name.lower(), candidates, n=1, cutoff=0.7)
    return folded[matches[0]] if matches else None


def did_you_mean(name: str, names: Collection[str]) -> str:
    """Return "did you mean x?", or nothing."""
    other = nearest(name, names)
    return f"did you mean {other}?" if other else ""
