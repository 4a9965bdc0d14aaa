"""Parts of messages: lists, counts, shortened values, and suggestions for misspelled names."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

STDIN_NAME = "<stdin>"
"""The name of standard input in reports, unless an option gives another one."""

WORDS_OF_YAML = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""The words, in lower case, that not every version of YAML reads as strings without quotes."""

_MAX_LENGTH = 60
# A longer word is cut anyway.
_WORD = re.compile(r"\S{1,61}")
_MAX_MESSAGE = 1_000
MAX_CANDIDATES = 500
"""The number of names that are compared with a word in all respects. Of more, it gets near ones."""


def listing(items: Iterable[object], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"; `last` is the word before the last item."""
    *most, end = [str(item) for item in items] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def few(items: Iterable[object], most: int, last: str = "and") -> str:
    """Return the listing of the first `most` items and the number of the others."""
    shown = [str(item) for item in items]
    more = len(shown) - most
    return listing([*shown[:most], f"{more:,} more"] if more > 0 else shown, last)


def counted(number: int, noun: str) -> str:
    """Return a number and a noun: "1 user", "2 users", "3 policies"."""
    if number == 1:
        return f"1 {noun}"
    is_irregular = noun.endswith(("cy", "ry"))
    return f"{number:,} {noun[:-1]}ies" if is_irregular else f"{number:,} {noun}s"


def shortened(text: str) -> str:
    """Return a text on one line, cut to 60 characters. The rest of a long text is not read."""
    words: list[str] = []
    length = 0
    for match in _WORD.finditer(text):
        words.append(match[0])
        length += len(match[0])
        if length > _MAX_LENGTH:
            break
    line = " ".join(words)
    return line if len(line) <= _MAX_LENGTH else line[: _MAX_LENGTH - 1] + "…"


def not_called(what: str, name: str) -> str:
    """Return the beginning of a message: no `what` has a name, or the name is empty."""
    return f"no {what} is called {name}" if name else f"the name of the {what} is empty"


def cannot_look_at(file: str, where: str = "") -> str:
    """Return the line about a file with errors. `where` says in which of its documents they are."""
    path = "-" if file == STDIN_NAME else path_argument(file)
    return f"{file}{where}: has YAML or schema errors; run `tenantlint check {path}`"


def path_argument(path: str) -> str:
    """Return a path as an argument of a shell command. One that begins with - is no option."""
    import shlex

    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def bounded(text: str) -> str:
    """Return a message, cut to 1,000 characters because a value in it can have any length."""
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"


def closest_name(name: str, names: Collection[str]) -> str | None:
    """Return the name that is most similar to a misspelled one; None if none is similar.

    If there are many names, only those that differ in one letter are similar.
    """
    from validator.findings.similar_names import MAX_NAME_LENGTH, near_names

    if not 0 < len(name) <= MAX_NAME_LENGTH:
        return None
    by_lowercase = {
        other.lower(): other for other in names if abs(len(other) - len(name)) < len(name)
    }
    if name.lower() in by_lowercase:
        return by_lowercase[name.lower()]
    candidates = [key for key in by_lowercase if len(key) <= MAX_NAME_LENGTH]
    if len(candidates) > MAX_CANDIDATES:
        close = next(iter(near_names([name], candidates).get(name.lower(), ())), None)
    else:
        close = _closest(name.lower(), tuple(candidates))
    return None if close is None else by_lowercase[close]


@lru_cache(maxsize=64)
def _closest(word: str, others: tuple[str, ...]) -> str | None:
    """Return what `difflib.get_close_matches` returns for one match, in less time.

    Words of a similar length come first, so that the bounds of most others are too low.
    """
    from difflib import SequenceMatcher

    from validator.findings.similar_names import MIN_SIMILARITY

    matcher = SequenceMatcher()
    matcher.set_seq2(word)
    best = (MIN_SIMILARITY, "")
    for other in sorted(others, key=lambda other: abs(len(other) - len(word))):
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best = max(best, (matcher.ratio(), other))
    return best[1] or None


def once_provisioned(id: str, otherwise: str, also: str = "") -> str:
    """Return the help to wait for a pending subscription, with its id, or to do something else.

    `also` is what must be ordered even if it is provisioned.
    """
    order = f", and order {also}" if also else ""
    return f"{when_provisioned(id)}{order}; otherwise {otherwise}"


def when_provisioned(id: str) -> str:
    """Return what to write when a pending subscription, with its id, is provisioned."""
    return f"remove `status: pending` of {id} when it is provisioned"


def did_you_mean(name: str, names: Collection[str]) -> str:
    """Return "did you mean x?", or an empty string if no name is similar."""
    return suggestion(closest_name(name, names))


def suggestion(other: str | None) -> str:
    """Return "did you mean x?", or an empty string if there is no other name."""
    return f"did you mean {other}?" if other else ""
