"""A few seconds of the fuzzer with fixed cases; `python -m tests.fuzz` runs new ones."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz.cases import KINDS, Case, make_case, tenant_bytes
from tests.fuzz.mutations import mutated_text
from tests.fuzz.oracles import complaints, complaints_of_repetition, run_case
from tests.fuzz.second_reader import agree, is_installed, read_elsewhere, read_here
from tests.fuzz.seeds import tenant_texts
from tests.fuzz.snippets import snippet

SEED = 1
CASES = 320
REPEATED = 3


def test_every_case_meets_the_expectations(tmp_path: Path) -> None:
    for number in range(CASES):
        case = make_case(SEED, number)
        wrong = complaints(case, run_case(case, tmp_path))
        assert not wrong, (f"python -m tests.fuzz --seed {SEED} --case {number}", wrong)


def test_processes_and_the_cache_do_not_change_the_result(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    check = next(iter(KINDS))
    for number in range(REPEATED):
        case = check(Random(f"{SEED} {number}"))
        wrong = complaints_of_repetition(case, folder, tmp_path / f"cache{number}")
        assert not wrong, (number, wrong)


def texts_of(seed: int, count: int) -> list[str]:
    """Return texts for the readers: YAML snippets and mutated tenant files."""
    chance = Random(f"{seed} texts")
    texts = [snippet(chance) for _ in range(count)]
    return texts + [mutated_text(chance, chance.choice(tenant_texts()[:3])) for _ in range(count)]


@pytest.mark.skipif(not is_installed(), reason="npm install --prefix tests/fuzz")
def test_a_second_yaml_reader_reads_the_same_values() -> None:
    texts = texts_of(SEED, 1_500)
    both = 0
    for text, theirs in zip(texts, read_elsewhere(texts), strict=True):
        ours = read_here(text)
        if ours is None or theirs is None:
            continue
        both += 1
        assert agree(ours, theirs), (text, ours, theirs)
    assert both > len(texts) // 4


def test_the_expectations_can_fail(tmp_path: Path) -> None:
    case = Case({"a.tenant.yaml": tenant_bytes(Random(1))}, ("check", ".", "--format", "json"))
    result = run_case(case, tmp_path)
    assert not complaints(case, result)
    for wrong in (
        result._replace(code=3),
        result._replace(err="Traceback (most recent call last):\n"),
        result._replace(code=2, err=""),
        result._replace(out=b"{"),
        result._replace(err="a line\n"),
    ):
        assert complaints(case, wrong), wrong
    assert not agree([1], [True])
    assert not agree({"int": "1"}, {"float": "1"})
    assert agree({"float": (0.1).hex()}, {"float": "0.1"})
