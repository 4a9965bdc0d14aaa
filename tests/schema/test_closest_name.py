"""The most similar name is the one that difflib finds."""

from difflib import get_close_matches

from hypothesis import example, given
from hypothesis import strategies as st

from validator.findings.wording import closest_name

names = st.text("abcde-1", max_size=9)


@given(names, st.lists(names, unique=True, max_size=9))
@example("aaaaaaaaab", ["aaaaaaaaaa", "aaaaaaaaac", "aaaaaaaabb"])
@example("aab", ["aa", "ab", "aabbb", "aaab"])
def test_the_closest_name_is_that_of_difflib(word: str, others: list[str]) -> None:
    near = [other for other in others if abs(len(other) - len(word)) < len(word)]
    wanted = [word] if word in near else get_close_matches(word, near, n=1, cutoff=0.7)
    assert closest_name(word, others) == (wanted[0] if wanted else None)
