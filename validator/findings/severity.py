"""Severities and the levels of `--fail-on`, from the highest to the lowest."""

from typing import Literal, get_args

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""All severities, from the highest to the lowest."""
FailOn = Literal["error", "warning", "info", "never"]
"""The lowest severity that fails a run."""


def is_at_least(severity: Severity, level: FailOn) -> bool:
    """Return whether a severity is at or above a level. None is at or above `never`."""
    return level != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(level)
