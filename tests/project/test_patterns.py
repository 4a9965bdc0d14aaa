"""Patterns of file names match the same names as pathspec, in bounded time."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pathspec import PathSpec

from tests.conftest import UNSOUND, Run
from validator.project.patterns import PatternError, pattern_matcher

atoms = st.sampled_from(
    ["a", "b", "*", "**", "***", "?", "/", "[ab]", "[]a]", "\\*", "!", "#", " "]
)
texts = st.lists(atoms, min_size=1, max_size=8).map("".join)
names = st.lists(st.text("ab*!# ", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)


@settings(max_examples=300)
@given(st.lists(texts, min_size=1, max_size=3), st.lists(names, min_size=5, max_size=5))
@example(["**/a/*"], ["a/b", "a/b/c", "b/a/c", "a", "a/a/a"])
@example(["a/**/b/**/c"], ["a/b/c", "a/x/b/y/c", "a/b", "a/bc", "xa/b/c"])
@example(["**", "!a/"], ["a", "a/b", "b/a", "b/a/c", "c"])
def test_patterns_match_the_same_names_as_gitignore(
    patterns: Sequence[str], names: Sequence[str]
) -> None:
    assume(all(text.strip() not in ("!", "!/", "/", "") for text in patterns))
    spec = PathSpec.from_lines("gitignore", patterns)
    matches = pattern_matcher(patterns)
    for name in names:
        assert matches(name) == spec.match_file(name), name


@pytest.mark.parametrize(
    ("pattern", "name", "is_match"),
    [
        ("a[!b]c", "axc", True),
        ("a[!b]c", "a/c", False),
        ("a[+-9]c", "a/c", False),
        ("a[^b]c", "abc", False),
        ("[b-a]", "a", False),
        ("[!b-a]", "a", True),
        ("[b-a]", "b", True),
        ("[[:alpha:]-]x", "-x", True),
        ("[[:alpha:]]x", "1x", False),
        ("[![:digit:]]x", "1x", False),
        ("[[:punct:][:space:]]x", " x", True),
        ("[\\]]x", "]x", True),
        ("[a-\\c]x", "bx", True),
        ("[[:]x", ":x", True),
        ("\\[a", "[a", True),
        ("[[]x", "[x", True),
        ("a\\ ", "a ", True),
        ("a ", "a", True),
        ("a*b", "a\nb", True),
        ("a", "a\n", False),
        ("**/", "a", False),
        ("**/", "a/b", True),
        ("//", "a", False),
    ],
)
def test_character_classes_spaces_and_slashes_match_as_in_gitignore(
    pattern: str, name: str, is_match: bool
) -> None:
    assert pattern_matcher([pattern])(name) == is_match


sets = st.lists(
    st.sampled_from([*"ab-z]^!09 ~", "\\\\", "\\]", "\\-", "[:alpha:]", "[:punct:]", "[:cntrl:]", "[:"]),
    min_size=1, max_size=6,
).map(lambda parts: f"x[{''.join(parts)}]")  # fmt: skip


@settings(max_examples=40)
@given(sets)
def test_sets_match_the_same_characters_as_in_git(pattern: str) -> None:
    try:
        matches = pattern_matcher([pattern])
    except PatternError:
        assume(False)
    names = [f"x{chr(code)}" for code in range(1, 128) if chr(code) not in "\n/"]
    with TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", folder], check=True)
        (Path(folder) / ".gitignore").write_text(f"{pattern}\n")
        done = subprocess.run(
            ["git", "check-ignore", "--no-index", "--stdin", "-z"],
            cwd=folder, input="\0".join(names).encode(), capture_output=True, check=False,
        )  # fmt: skip
    assert [name for name in names if matches(name)] == done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    "pattern", ["a\\", "!", "/", "!/", "[[:alhpa:]]", "[[::]]", "[a", "x[a[b", "[]", "[!]"]
)
def test_an_invalid_pattern_is_an_error(pattern: str) -> None:
    with pytest.raises(PatternError):
        pattern_matcher([pattern])


HOSTILE = [
    ("*" * 20 + "x", "a" * 250),
    ("*a" * 8 + "x", "a" * 60),
    ("*a" * 100 + "x", "a" * 250),
    ("*[ab]?" * 60 + "x", "ab" * 120),
    ("a/**/" * 100 + "x", "a/" * 1000 + "y"),
    ("**/*a*a*a*a/**/*a*a*a/**/*a*ax", "/".join(["a" * 60] * 60)),
    ("**/a/" * 50 + "*", "a/" * 1000 + "y/y"),
]


@pytest.mark.parametrize(("pattern", "name"), HOSTILE)
def test_hostile_patterns_are_matched_quickly(pattern: str, name: str) -> None:
    assert not pattern_matcher([pattern])(name) or re.search("y/y$", name)


@pytest.mark.parametrize("unit", ["[", "[\\]", "[[:a", "[!", "[]"])
def test_a_long_pattern_with_a_set_that_is_not_closed_is_refused_quickly(unit: str) -> None:
    with pytest.raises(PatternError) as caught:
        pattern_matcher([unit * 30_000 + "["])
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "config",
    [
        "exclude = ['{}']",
        "include = ['{}', '*.yaml']",
        "[[per-file]]\nfiles = ['{}']\nignore = ['telephony']",
    ],
)
@pytest.mark.parametrize("pattern", ["*" * 20 + "x", "*a*a*a*a*a*a*a*ax"])
def test_hostile_patterns_in_a_configuration_do_not_block(
    run: Run, config: str, pattern: str
) -> None:
    Path("tenantlint.toml").write_text(config.format(pattern))
    Path("a" * 60 + ".tenant.yaml").write_text(UNSOUND)
    assert run("check", "--as-of", "2026-05-01", timeout=20).code == 1


def test_an_invalid_pattern_in_a_configuration_is_2(run: Run) -> None:
    Path("tenantlint.toml").write_text("exclude = ['a\\', '[x.*']")
    Path("a.tenant.yaml").write_text(UNSOUND)
    outcome = run("check")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "tenantlint: tenantlint.toml: exclude.0: the pattern segment a\\ ends in a backslash; folders "
        "are separated by /\n"
        "tenantlint: tenantlint.toml: exclude.1: the pattern segment [x.* has a [ without a ]; "
        "for the character [, write [[]\n"
    )
