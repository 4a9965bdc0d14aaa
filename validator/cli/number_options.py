"""Types of options that are numbers. Their messages say what to write."""

import re
from typing import Any

import click


class WholeNumber(click.IntRange):
    """A whole number with a unit such as days."""

    def __init__(self, unit: str, least: int, most: int | None = None) -> None:
        super().__init__(min=least, max=most)
        self._unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of an option."""
        if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]{1,18}", value.strip()):
            with_unit = re.fullmatch(r"([0-9]{1,18})\s*([a-z]+|%)", value.strip(), re.IGNORECASE)
            meant = with_unit[1] if with_unit else "a number such as 7"
            self.fail(f"{value} is not a whole number of {self._unit}; write {meant}.", param, ctx)
        return super().convert(value, param, ctx)


class Seconds(click.FloatRange):
    """A number of seconds."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number of an option."""
        if isinstance(value, str) and not re.fullmatch(
            r"[+-]?[0-9]{1,18}(\.[0-9]*)?", value.strip()
        ):
            self.fail(f"{value} is not a number of seconds; write a number such as 30.", param, ctx)
        return super().convert(value, param, ctx)
