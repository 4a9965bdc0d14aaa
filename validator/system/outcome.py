"""The outcome of a run: what it writes and its exit code."""

from typing import NamedTuple

from validator.system.packed_text import PackedText


class Outcome(NamedTuple):
    """The complete outcome of a run: its outputs and its exit code.

    `shown` is written to standard output and `lines` to standard error. `reports` holds pairs of
    a file and its text.
    """

    shown: PackedText
    reports: tuple[tuple[str, PackedText], ...]
    lines: tuple[str, ...]
    code: int
