"""Runs the fuzzer for a given time, and keeps the cases that violate an expectation.

python -m tests.fuzz [--seconds N] [--seed N] [--case N]
"""

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

from tests.fuzz.cases import make_case
from tests.fuzz.oracles import complaints, complaints_of_repetition, run_case, write_files
from tests.fuzz.second_reader import agree, is_installed, read_elsewhere, read_here
from tests.fuzz.test_fuzz import texts_of

KEPT = Path("fuzz-failures")
ROUND = 200


def main() -> int:
    """Run the fuzzer and return the exit code: 1 if a case failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6))
    parser.add_argument("--case", type=int, help="only run this case")
    options = parser.parse_args()
    print(f"seed {options.seed}")  # noqa: T201
    if not is_installed():
        print("the second reader is not installed: npm install --prefix tests/fuzz")  # noqa: T201
    if options.case is not None:
        return int(_is_broken(options.seed, options.case))
    end, number, broken = time.monotonic() + options.seconds, 0, 0
    while time.monotonic() < end:
        broken += _is_broken(options.seed, number)
        number += 1
        if number % ROUND == 0 and is_installed():
            broken += _disagreements(options.seed + number)
    print(f"{number} cases, {broken} failures; failed cases are kept in {KEPT}/")  # noqa: T201
    return int(broken > 0)


def _is_broken(seed: int, number: int) -> bool:
    case = make_case(seed, number)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "in")
        folder.mkdir()
        wrong = complaints(case, run_case(case, folder))
        if number % ROUND == 0 and case.arguments[0] == "check":
            wrong += complaints_of_repetition(case, folder, Path(name, "cache"))
    if wrong:
        kept = KEPT / f"{seed}-{number}"
        kept.mkdir(parents=True, exist_ok=True)
        write_files(case, kept)
        (kept / "command.txt").write_text(f"{' '.join(case.arguments)}\n{wrong}\n")
        print(f"--seed {seed} --case {number}: {wrong}")  # noqa: T201
    return bool(wrong)


def _disagreements(seed: int) -> int:
    texts = texts_of(seed, ROUND)
    count = 0
    for text, theirs in zip(texts, read_elsewhere(texts), strict=True):
        ours = read_here(text)
        if ours is not None and theirs is not None and not agree(ours, theirs):
            print(f"the readers differ: {text!r}: {ours}, {theirs}")  # noqa: T201
            count += 1
    return count


if __name__ == "__main__":
    raise SystemExit(main())
