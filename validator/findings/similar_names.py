"""Finds names that differ from a word in one letter, among any number of names.

Two words are near each other if one letter can be left out of one or both so that they are the
same. Each name is looked up in the words without one letter, so the time grows with the length of
all words and names together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain

MAX_NAME_LENGTH = 80
"""The largest length of a name for which a similar one is searched."""

MIN_SIMILARITY = 0.7
"""The smallest ratio of `difflib.SequenceMatcher` of similar names."""

# The input may be hostile. This bounds the memory for a search, and the names for each word.
_MAX_VARIANTS = 300_000
_MAX_NEAR = 8


def near_names(words: Iterable[str], names: Collection[str]) -> Mapping[str, list[str]]:
    """Return the names near each word, at most eight, the most similar first.

    Upper and lower case are the same: the words in the result are in lower case. A word is missing
    if no name is near, or if the words before it take too much memory.
    """
    by_variant: dict[str, list[str]] = {}
    number = 0
    for word in dict.fromkeys(word.lower() for word in words if len(word) <= MAX_NAME_LENGTH):
        number += len(word) + 1
        if number > _MAX_VARIANTS:
            break
        for variant in _variants(word):
            by_variant.setdefault(variant, []).append(word)
    found: dict[str, set[str]] = {}
    for name in names if by_variant else ():
        folded = name.lower()
        hits = map(by_variant.get, _variants(folded) if len(name) <= MAX_NAME_LENGTH + 1 else ())
        for word in chain.from_iterable(filter(None, hits)):
            near = found.setdefault(word, set())
            near.add(name)
            if len(near) > 2 * _MAX_NEAR:
                found[word] = {*_best(word, near)}
    return {word: best for word, near in found.items() if (best := _best(word, near))}


def _variants(word: str) -> Iterator[str]:
    """Yield a word, and the word without each of its letters. Repeated ones are left out."""
    yield word
    for number in range(len(word)):
        if word[number : number + 1] != word[number + 1 : number + 2]:
            yield word[:number] + word[number + 1 :]


def _best(word: str, names: Iterable[str]) -> list[str]:
    """Return the names that are similar enough to a word near them, the most similar first."""
    ranked = sorted(((_similarity(word, name), name) for name in names), reverse=True)
    return [name for similarity, name in ranked if similarity >= MIN_SIMILARITY][:_MAX_NEAR]


def _similarity(word: str, name: str) -> float:
    """Return the ratio of the letters that two words near each other have in common."""
    common = min(len(word), len(name)) - (len(word) == len(name))
    return 2 * common / (len(word) + len(name))
