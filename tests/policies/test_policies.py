"""The pages of the policies: each is complete, and its examples have the expected findings."""

import re
from pathlib import Path

import pytest

from validator.plugins.loading import load_plugins
from validator.plugins.policy import EXAMPLE_DAY, Policy
from validator.testing import check_examples, examples, expected, found, marked

POLICIES = load_plugins(installed=False).policies.values()
FOLDER = Path(__file__).parents[2] / "policies"

every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)


@every_policy
def test_examples_have_the_expected_findings(policy: Policy) -> None:
    check_examples(policy)


@every_policy
def test_good_examples_have_no_error_of_any_policy(policy: Policy) -> None:
    errors = [item for item in POLICIES if item.severity == "error"]
    for example in examples(policy.page):
        if example.good:
            assert not found(example.text, as_of=example.as_of, policies=errors), example.text


@every_policy
def test_a_page_has_a_title_a_help_and_sources(policy: Policy) -> None:
    assert re.fullmatch(r"[A-Z].*\.", policy.title)
    assert policy.help
    assert sources(policy), "no source"


# The articles that a page may cite. A page cites sentences of n98y8mz, the article about several
# subscriptions, by their numbers in docs/development.md.
ARTICLES = {
    "52ulis": "the licences of users, and what they include",
    "gsmsaeb": "PSTN options",
    "nl83mgp": "renewals",
}
EXPORT = "Control Hub's export of users"
CITED_BY = {
    "52ulis": {
        "supervisor-needs-premium", "duplicate-agent-license", "user-without-access",
        "user-only-expiring", "user-unassigned", "admin-lockout", "license-expiring",
    },
    "gsmsaeb": {"pstn-without-bundle"},
    "nl83mgp": {"renewal-decision"},
    EXPORT: {"idle-license"},
}  # fmt: skip
NUMBERED = re.compile(r"n98y8mz, [a-z][^()]* \((R\d+(?:, R\d+)*)\)")


def sources(policy: Policy) -> list[str]:
    """Return the sources that a page cites."""
    (paragraph,) = (text for text in policy.page.split("\n\n") if text.startswith("**Source:** "))
    text = " ".join(paragraph.removeprefix("**Source:** ").split())
    assert text.endswith(".")
    return text[:-1].split("; ")


@every_policy
def test_a_page_only_cites_known_sources(policy: Policy) -> None:
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
def test_a_page_cites_the_sources_of_its_statements(policy: Policy) -> None:
    cited = {source.partition(", ")[0].partition(": ")[0] for source in sources(policy)}
    for name, policies in CITED_BY.items():
        assert (name in cited) == (policy.id in policies), name
    own = {"renewal-decision", "supervisor-needs-premium", "duplicate-agent-license"}
    own |= {"pstn-without-bundle", "idle-license"}
    assert ("n98y8mz" in cited) == (policy.id not in own)
    # The article about several subscriptions does not mention synchronizing users.
    assert ("synchronize" in policy.page) <= ("52ulis" in cited)


@every_policy
def test_a_file_is_named_after_id_and_topic(policy: Policy) -> None:
    name = policy.id.replace("-", "_")
    assert (FOLDER / policy.topic / f"{name}.py").is_file()


def test_an_example_without_its_expected_finding_fails() -> None:
    policy = next(iter(POLICIES))
    wrong = Policy(policy.id, policy.topic, policy.severity, policy.page, lambda _: [])
    with pytest.raises(AssertionError, match="expected but not found"):
        check_examples(wrong)


def test_expectations_are_read_from_comments() -> None:
    text = "a: 1\nb: 2  # expect: one-thing, another\n"
    assert sorted(expected(text)) == [(2, "another"), (2, "one-thing")]
    assert sorted(expected("end: x  # expect: one-thing another")) == [
        (1, "another"),
        (1, "one-thing"),
    ]
    assert sorted(expected("end: x  # expect: one-thing  # as planned")) == [(1, "one-thing")]
    assert EXAMPLE_DAY.isoformat() == "2026-05-01"


def test_removed_access_is_that_of_the_active_subscriptions() -> None:
    lines = """
subscriptions:
  - {id: Later, type: named, start: 2027-01-01}
  - {id: Suspended, type: named, start: 2025-01-01, status: suspended}
  - {id: Active, type: named, start: 2025-01-01}
users:
  - {email: maud@harbour.example, roles: [agent], assignments: [%s]}
"""
    text = "version: 1\ntenant: {id: t1, name: Harbour Retail}" + lines
    before = text % "Later, Suspended, Active, Gone"
    policies = [item for item in POLICIES if item.id == "access-removed"]
    (found,) = marked(text % "Later, Suspended", before=before, policies=policies)
    assert found.message == (
        "maud@harbour.example has access on 2026-05-01 through Active; this change removes it"
    )
