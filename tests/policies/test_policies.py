"""The pages of the policies: each is whole, and its examples say what is found."""

import re
from pathlib import Path

import pytest

from validator.plugins.loading import load_plugins
from validator.plugins.policy import EXAMPLE_DAY, Policy
from validator.testing import check_examples, examples, expected, found

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
    assert re.fullmatch(r"[A-Z].*\.", policy.title)
    assert policy.help
    assert sources(policy), "no source"


# What pages may cite. Of the article n98y8mz, which is about several subscriptions, a page names
# the sentences by their numbers in CONTRIBUTING.md.
ARTICLES = {
    "52ulis": "the licences of users, and what they include",
    "gsmsaeb": "PSTN options",
    "nl83mgp": "renewals",
}
EXPORT = "Control Hub's export of users"
CITED_BY = {
    "52ulis": {
        "supervisor-needs-premium", "duplicate-agent-license", "user-without-access",
        "user-only-expiring", "user-unassigned", "admin-lockout",
    },
    "gsmsaeb": {"pstn-without-bundle"},
    "nl83mgp": {"renewal-decision"},
    EXPORT: {"idle-license"},
}  # fmt: skip
NUMBERED = re.compile(r"n98y8mz, [a-z][^()]* \((R\d+(?:, R\d+)*)\)")


def sources(policy: Policy) -> list[str]:
    """Return what a page cites."""
    (paragraph,) = (text for text in policy.page.split("\n\n") if text.startswith("**Source:** "))
    text = " ".join(paragraph.removeprefix("**Source:** ").split())
    assert text.endswith(".")
    return text[:-1].split("; ")


@every_policy
def test_page_cites_true_sources_alone(policy: Policy) -> None:
    for source in sources(policy):
        if source.startswith("n98y8mz"):
            match = NUMBERED.fullmatch(source)
            assert match, source
            numbers = [int(number[1:]) for number in match[1].split(", ")]
            assert numbers == sorted({*numbers})
            assert all(1 <= number <= 17 for number in numbers), source
        elif source.startswith(EXPORT):
            assert re.fullmatch(r".*: [A-Z][\w ]+(, [A-Z][\w ]+)*", source)
        else:
            name, _, what = source.partition(", ")
            assert name in ARTICLES
            assert what


@every_policy
def test_page_cites_what_it_speaks_of(policy: Policy) -> None:
    cited = {source.partition(", ")[0].partition(": ")[0] for source in sources(policy)}
    for name, policies in CITED_BY.items():
        assert (name in cited) == (policy.id in policies), name
    own = {"renewal-decision", "supervisor-needs-premium", "duplicate-agent-license"}
    own |= {"pstn-without-bundle", "idle-license"}
    assert ("n98y8mz" in cited) == (policy.id not in own)
    # The article of several subscriptions does not speak of synchronizing users.
    assert ("synchronize" in policy.page) <= ("52ulis" in cited)


@every_policy
def test_file_is_named_after_id_and_topic(policy: Policy) -> None:
    name = policy.id.replace("-", "_")
    assert (FOLDER / policy.topic / f"{name}.py").is_file()


def test_an_example_that_expects_too_much_fails() -> None:
    policy = next(iter(POLICIES))
    wrong = Policy(policy.id, policy.topic, policy.severity, policy.page, lambda _: [])
    with pytest.raises(AssertionError, match="expected but not found"):
        check_examples(wrong)


def test_expectations_are_read_from_comments() -> None:
    text = "a: 1\nb: 2  # expect: one-thing, another\n"
    assert sorted(expected(text)) == [(2, "another"), (2, "one-thing")]
    assert EXAMPLE_DAY.isoformat() == "2026-05-01"
