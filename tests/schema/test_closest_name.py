"""The most similar name: that of difflib among few names, and one near the word among many."""

from difflib import get_close_matches

from hypothesis import example, given
from hypothesis import strategies as st

from validator.findings.similar_names import near_names
from validator.findings.wording import closest_name

names = st.text("abcde-1", max_size=9)
few_letters = st.text("abAB", max_size=7)


@given(names, st.lists(names, unique=True, max_size=9))
@example("aaaaaaaaab", ["aaaaaaaaaa", "aaaaaaaaac", "aaaaaaaabb"])
@example("aab", ["aa", "ab", "aabbb", "aaab"])
def test_the_closest_name_is_that_of_difflib(word: str, others: list[str]) -> None:
    near = [other for other in others if abs(len(other) - len(word)) < len(word)]
    wanted = [word] if word in near else get_close_matches(word, near, n=1, cutoff=0.7)
    assert closest_name(word, others) == (wanted[0] if wanted else None)


def common(word: str, name: str) -> int:
    """Return the length of the longest common subsequence of two words."""
    lengths = [0] * (len(name) + 1)
    for letter in word:
        before = 0
        for at, other in enumerate(name, 1):
            longest = before + 1 if letter == other else max(lengths[at], lengths[at - 1])
            before, lengths[at] = lengths[at], longest
    return lengths[-1]


@given(st.lists(few_letters, unique_by=str.lower), st.lists(few_letters, unique_by=str.lower))
@example(["Sub1"], ["Sub1x", "Sub2", "sbu1", "ub1", "Sub12"])
def test_near_names_differ_in_one_letter(words: list[str], others: list[str]) -> None:
    known = {other.lower() for other in others}
    unknown = [word for word in words if word.lower() not in known]
    wanted: dict[str, list[str]] = {}
    for word in map(str.lower, unknown):
        alike = [
            (2 * same / (len(word) + len(name)), name)
            for name in others
            for same in (common(word, name.lower()),)
            if same >= max(len(word), len(name)) - 1 and same / (len(word) + len(name)) >= 0.35
        ]
        if alike:
            wanted[word] = [name for _, name in sorted(alike, reverse=True)[:8]]
    assert near_names(unknown, others) == wanted


def test_the_closest_of_many_names_is_found_wherever_it_is() -> None:
    ids = [f"Sub{number:05}x" for number in range(2_000)]
    for number in (0, 77, 1_000, 1_999):
        assert closest_name(f"sub{number:05}", ids) == ids[number]
    assert closest_name("Sub77777", ids) is None
