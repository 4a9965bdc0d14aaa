"""Files that are checked together have the same results as each file alone."""

import pickle
from collections.abc import Iterator, Mapping
from datetime import date

import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SOUND, UNSOUND
from tests.tenants import tenants
from validator import Finding, TenantOn, policy
from validator.cache.file_cache import _results_in
from validator.checking.checked_file import CheckedFile
from validator.checking.selection import Selection
from validator.checking.sent_results import SentResults
from validator.checking.settings import EVERYTHING, Settings
from validator.plugins.loading import load_plugins
from validator.project.sources import Source, SourceError
from validator.run.file_groups import check_files
from validator.system.cache_store import Stamp


@policy(severity="error", id="odd", topic="custom", page="Odd.")
def odd(tenant: TenantOn) -> Iterator[Finding]:
    """Yield a finding, then crash if the tenant has no users."""
    yield tenant.finding("tenant", message=f"{len(tenant.users)} on {tenant.day}")
    if not tenant.users:
        raise RuntimeError("no users")


PLUGINS = load_plugins(installed=False)
PLAN = Selection(
    Settings(date(2026, 2, 1), cached=True),
    PLUGINS._replace(policies={**PLUGINS.policies, odd.id: odd}),
)
ODD = [
    SOUND.encode(),
    UNSOUND.encode(),
    f"{SOUND}---\n{UNSOUND}---\nno: [tenant\n---\n{UNSOUND}".encode(),
    b"",
    b"a: \xff\n",
    b"tenant: {id: t1, name: T}\nsubscriptions: []\nusers: 3\n",
    UNSOUND.encode() + b"# " + b"x" * 30_000 + b"\n",
    SOUND.encode("utf-16"),
    None,
]


def checked(texts: Mapping[str, bytes | None], names: list[str]) -> list[CheckedFile]:
    def read(source: Source) -> tuple[bytes, Stamp | None]:
        data = texts[source.name]
        if data is None:
            raise SourceError(f"{source.name}: gone")
        return data, None

    return list(check_files([Source(name, name) for name in names], PLAN, None, read))


def in_cache(outcome: CheckedFile) -> tuple[CheckedFile, CheckedFile | None]:
    """Return an outcome, and the outcome that the cache keeps for the same file."""
    group = outcome.encoded
    kept = None if group is None else _results_in(group, EVERYTHING)[outcome.file]
    return outcome._replace(encoded=None), kept


@given(
    st.lists(
        st.sampled_from(ODD) | tenants().map(lambda value: yaml.safe_dump(value).encode()),
        max_size=20,
    )
)
def test_files_have_the_same_results_together_and_alone(data: list[bytes | None]) -> None:
    texts = {f"f{number}": item for number, item in enumerate(data)}
    alone = [outcome for name in texts for outcome in checked(texts, [name])]
    assert [outcome.file for outcome in alone] == list(texts)
    together = checked(texts, list(texts))
    assert list(map(in_cache, together)) == list(map(in_cache, alone))
    for outcome in together:
        _, kept = in_cache(outcome)
        assert kept is None or kept.diagnostics == outcome.diagnostics
        assert kept is None or (kept.sightings, kept.places) == (outcome.sightings, outcome.places)
    assert pickle.loads(pickle.dumps(SentResults(together))) == together


def test_each_failed_file_has_a_failure() -> None:
    texts = {f"f{number}": item for number, item in enumerate(ODD)}
    failures = {item.file: item.failures for item in checked(texts, list(texts)) if item.failures}
    assert failures.pop("f8") == ("f8: gone",)
    assert failures
    assert all(
        "the policy odd crashed: RuntimeError: no users" in line for (line, *_) in failures.values()
    )
