"""Runs of days and quantities, compared with sets of days."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from tests.run.test_growth import STEPS_AT_FOUR, counted_lines
from validator.tenant import runs as runs_module
from validator.tenant.calendar_days import FOREVER
from validator.tenant.periods import period_in_any, period_of
from validator.tenant.runs import (
    Run,
    Runs,
    Steps,
    Unions,
    change_after,
    clipped,
    includes_any,
    last_in_any,
    leader_at,
    leaders,
    merged,
    run_at,
    run_in_any,
    run_in_pair,
    stretch_number,
    without,
)

BEGIN = date(2026, 1, 1)
SPAN = [BEGIN + timedelta(number) for number in range(40)]
# The days to compare: those of the runs, one on each side, and the end of the calendar.
AROUND = [BEGIN - timedelta(1), *SPAN, SPAN[-1] + timedelta(1), FOREVER]

days = st.sampled_from(SPAN)
last_days = st.one_of(days, days, days, st.just(FOREVER))
# If the last day is before the first, the run has no days.
any_run = st.tuples(days, last_days)
any_runs = st.lists(any_run, max_size=5)
made_runs = any_runs.map(merged)


def holds(runs: Iterable[Run], day: date) -> bool:
    return any(first <= day <= last for first, last in runs)


def days_of(runs: Iterable[Run]) -> set[date]:
    return {day for day in AROUND if holds(runs, day)}


def assert_are_runs(runs: Runs) -> None:
    """Assert that runs are sorted, have at least one day, and do not touch each other."""
    assert all(first <= last for first, last in runs)
    for (_, last), (following, _) in pairwise(runs):
        assert last < FOREVER
        assert last + timedelta(1) < following


@given(any_runs)
def test_merged_runs_have_the_same_days(runs: list[Run]) -> None:
    made = merged(runs)
    assert_are_runs(made)
    assert days_of(made) == days_of(runs)


@given(days, last_days, made_runs)
@example(SPAN[0], FOREVER, ((SPAN[3], FOREVER),))
@example(FOREVER, FOREVER, ())
def test_without_removes_the_days_of_the_gaps(first: date, last: date, gaps: Runs) -> None:
    left = without(first, last, gaps)
    assert_are_runs(left)
    assert days_of(left) == days_of([(first, last)]) - days_of(gaps)


@given(made_runs, days, last_days)
def test_clipped_runs_have_the_days_within_the_bounds(runs: Runs, first: date, last: date) -> None:
    made = clipped(runs, first, last)
    assert_are_runs(made)
    assert days_of(made) == days_of(runs) & days_of([(first, last)])


@given(made_runs, st.sampled_from(AROUND))
def test_the_next_change_of_a_run_is_its_end_or_a_new_run(runs: Runs, day: date) -> None:
    assert run_at(runs, day) == next((run for run in runs if run[0] <= day <= run[1]), None)
    later = [other for other in AROUND[:-1] if other > day]
    changes = [other for other in later if run_at(runs, other) != run_at(runs, day)]
    change = change_after(runs, day)
    if changes:
        assert change == changes[0]
    else:
        assert change == FOREVER or change > AROUND[-2]


@given(st.lists(made_runs, max_size=4), st.randoms(use_true_random=False))
def test_the_leader_of_a_day_is_the_first_that_holds(
    candidates: list[Runs], random: object
) -> None:
    keys = list(range(len(candidates)))
    random.shuffle(keys)  # type: ignore[attr-defined]
    stretches = leaders(zip(keys, candidates, [f"item {key}" for key in keys], strict=True))
    for day in AROUND:
        holding = [key for key, runs in zip(keys, candidates, strict=True) if holds(runs, day)]
        found = [stretch.item for stretch in stretches if stretch.first <= day <= stretch.last]
        assert found == ([f"item {min(holding)}"] if holding else [])
        started = [stretch for stretch in stretches if stretch.first <= day]
        assert stretch_number(stretches, day) == len(started) - 1
    for one, other in pairwise(stretches):
        gap = other.first - one.last
        assert gap >= timedelta(1)
        assert one.item != other.item or gap > timedelta(1), (
            "adjacent stretches of one item must be merged"
        )


amounts = st.lists(st.tuples(made_runs, st.integers(0, 5)), max_size=4)


@given(amounts, days, st.integers(0, 50))
def test_steps_sum_the_quantities_of_each_day(
    parts: list[tuple[Runs, int]], first: date, length: int
) -> None:
    def quantity(day: date) -> int:
        return sum(amount for runs, amount in parts if holds(runs, day))

    steps = Steps(parts)
    assert [steps.at(day) for day in AROUND] == [quantity(day) for day in AROUND]
    change = steps.change_after(first)
    assert change > first
    assert {quantity(day) for day in AROUND if first <= day < change} == {quantity(first)}
    last = first + timedelta(length)
    walk = first
    for begin, end, total in steps.between(first, last):
        assert begin == walk <= end
        while walk <= end:
            assert quantity(walk) == total
            walk += timedelta(1)
    assert walk == last + timedelta(1)


@given(st.lists(st.tuples(made_runs, st.integers(0, 5)), max_size=12), days, st.integers(0, 12))
def test_the_run_above_a_quantity_is_unbroken_and_complete(
    parts: list[tuple[Runs, int]], day: date, quantity: int
) -> None:
    steps = Steps(parts)
    run = steps.run_above(quantity, day)
    assert (run is not None) == (steps.at(day) > quantity)
    if run is not None:
        first, last = run
        assert first <= day <= last
        assert all(total > quantity for _, _, total in steps.between(first, last))
        assert steps.at(first - timedelta(1)) <= quantity
        assert last == FOREVER or steps.at(last + timedelta(1)) <= quantity


def test_steps_work_at_the_end_of_the_calendar() -> None:
    steps = Steps([(((BEGIN, FOREVER),), 2), (((FOREVER, FOREVER),), 3)])
    assert (steps.at(BEGIN - timedelta(1)), steps.at(BEGIN), steps.at(FOREVER)) == (0, 2, 5)
    assert list(steps.between(SPAN[1], FOREVER)) == [
        (SPAN[1], FOREVER - timedelta(1), 2),
        (FOREVER, FOREVER, 5),
    ]


@given(
    st.lists(st.lists(made_runs, max_size=4), min_size=1, max_size=3),
    st.sampled_from([(8, 64), (1, 64), (1, 2), (1, 0)]),
    days,
)
def test_runs_in_any_are_those_of_the_union(
    users: list[list[Runs]], limits: tuple[int, int], day: date
) -> None:
    unions = Unions()
    with (
        patch.object(runs_module, "_MAX_STEPS", limits[0]),
        patch.object(runs_module, "_FEW", limits[1]),
    ):
        for parts in [*users, *users]:
            union = merged(run for runs in parts for run in runs)
            run = run_at(union, day)
            assert run_in_any(parts, day, unions) == run
            assert last_in_any(parts, day, unions) == (run and run[1])
            assert period_in_any(parts, day, unions) == period_of(union, day)
            assert run_in_pair(unions.pair(parts), day) == run


def test_runs_of_many_users_that_take_turns_are_followed_in_few_steps() -> None:
    def steps(size: int) -> int:
        begins = [BEGIN + timedelta(number) for number in range(2 * size)]
        shared = [tuple((day, day) for day in begins[number::2]) for number in (0, 1)]
        unions = Unions()
        with counted_lines() as lines:
            for number in range(size):
                own = ((begins[-1] + timedelta(2 * number + 1),) * 2,)
                last = begins[-1] + timedelta(number == 0)
                assert last_in_any([*shared, own], BEGIN, unions) == last
                assert run_in_any([own, *shared], begins[-1], unions) == (BEGIN, last)
        return lines[0]

    one, two, four = map(steps, (100, 200, 400))
    assert four - two <= STEPS_AT_FOUR * (two - one)


@given(made_runs, st.lists(days, max_size=4).map(sorted))
def test_includes_any_of_some_days(runs: Runs, some: list[date]) -> None:
    assert includes_any(runs, some) == any(holds(runs, day) for day in some)


@given(st.lists(made_runs, max_size=3))
def test_leader_at_is_the_first_item_that_includes_the_day(parts: list[Runs]) -> None:
    stretches = leaders((number, runs, str(number)) for number, runs in enumerate(parts))
    for day in AROUND:
        found = (str(number) for number, runs in enumerate(parts) if holds(runs, day))
        assert leader_at(stretches, day) == next(found, None)
