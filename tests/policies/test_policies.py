"""The pages of the policies: each is whole, and its examples say what is found."""

import re
from pathlib import Path

import pytest

from validator.plugins.loading import load_plugins
from validator.plugins.policy import Policy
from validator.testing import EXAMPLE_DAY, check_examples, examples, expected, found

POLICIES = load_plugins(installed=False).policies.values()
FOLDER = Path(__file__).parents[2] / "policies"

every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)


@every_policy
def test_examples_say_what_is_found(policy: Policy) -> None:
    check_examples(policy)


@every_policy
def test_good_examples_have_no_error_of_any_policy(policy: Policy) -> None:
    errors = [item for item in POLICIES if item.severity == "error"]
    for example in examples(policy.page):
        if example.good:
            assert not found(example.text, as_of=example.as_of, policies=errors), example.text


@every_policy
def test_page_is_whole(policy: Policy) -> None:
    paragraphs = policy.page.split("\n\n")
    assert re.fullmatch(r"[A-Z].*\.", policy.title)
    assert policy.help
    assert any(re.match(r"\*\*Source:\*\* .*R\d", text) for text in paragraphs), "no source"


@every_policy
def test_file_is_named_after_id_and_topic(policy: Policy) -> None:
    name = policy.id.replace("-", "_")
    assert (FOLDER / policy.topic / f"{name}.py").is_file()


def test_an_example_that_expects_too_much_fails() -> None:
    policy = next(iter(POLICIES))
    wrong = Policy(policy.id, policy.topic, policy.severity, policy.page, lambda _: [])
    with pytest.raises(AssertionError, match="expected and not found"):
        check_examples(wrong)


def test_expectations_are_read_from_comments() -> None:
    text = "a: 1\nb: 2  # expect: one-thing, another\n"
    assert sorted(expected(text)) == [(2, "another"), (2, "one-thing")]
    assert EXAMPLE_DAY.isoformat() == "2026-05-01"
