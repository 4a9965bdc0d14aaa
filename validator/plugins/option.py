"""The options of policies, which a configuration sets in `[policy.ID]`."""

import keyword
import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from validator.findings.wording import listing, shortened
from validator.system.patterns import compiled

Kind = Literal["integer", "number", "boolean", "string"]
Value = int | float | bool | str
MOST = 2**53
"""The largest absolute value of a whole number."""

_NAME = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
_UNQUOTED = r"true|false|-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?"
_NOUNS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "a string",
}


class Option(NamedTuple):
    """An option of a policy.

    `default` is None if the policy decides what a missing value means; `otherwise` then describes
    it. `minimum` and `maximum` are the bounds of a number, `choices` the allowed strings. `eases`
    says whether a lower or a higher value makes the policy find less; None if this is unknown.
    With `is_horizon`, the value is a number of days that replaces `expiring-within` for the
    policy, and it is not passed to the function. Its kind must be integer.
    """

    name: str
    kind: Kind
    description: str
    default: Value | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    otherwise: str = ""
    eases: Literal["lower", "higher"] | None = None
    is_horizon: bool = False

    @property
    def wrong(self) -> str:
        """The error in the declaration; an empty string if there is none."""
        if not compiled(_NAME).fullmatch(self.name) or keyword.iskeyword(self.name):
            return f"the option {self.name!r} must have a name such as days or min_seats"
        if self.kind not in _NOUNS:
            kinds = listing(_NOUNS, "or")
            return f"the kind (in YAML: type) of the option {self.name} must be {kinds}"
        if not isinstance(self.description, str) or not self.description.strip():
            return f"the option {self.name}: the description must say what the value means"
        if self._unusable_key:
            return f"the option {self.name}: {self._unusable_key}; remove it"
        if self._wrong_key:
            return f"the option {self.name}: {self._wrong_key}"
        if self.default is not None and self.refusal(self.default):
            return f"the default of the option {self.name}: {self.refusal(self.default)}"
        if self.is_horizon and self.kind != "integer":
            return f"the option {self.name} is a horizon, so its kind must be integer"
        return ""

    @property
    def _unusable_key(self) -> str:
        """The message about a bound or choices that the kind cannot have; empty if none."""
        for key in ("minimum", "maximum"):
            if getattr(self, key) is not None and self.kind not in ("integer", "number"):
                return f"{key} needs the type integer or number"
        return "choices needs the type string" if self.choices and self.kind != "string" else ""

    @property
    def _wrong_key(self) -> str:
        """The message about a bound, choices or `eases` with a wrong value; empty if none."""
        for key in ("minimum", "maximum"):
            bound = getattr(self, key)
            is_number = isinstance(bound, int | float) and not isinstance(bound, bool)
            if bound is not None and not (is_number and math.isfinite(bound)):
                return f"{key} must be a number, not {bound!r}"
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            return f"minimum is {self.minimum:g}, which is more than maximum, {self.maximum:g}"
        is_list = isinstance(self.choices, tuple | list)
        if not is_list or not all(isinstance(choice, str) for choice in self.choices):
            return f"choices must be a tuple of strings, not {self.choices!r}"
        if self.eases not in (None, "lower", "higher"):
            return f"eases must be lower or higher, not {self.eases!r}"
        return ""

    def refusal(self, value: object) -> str:
        """Return why a value is not allowed; an empty string if it is allowed."""
        shown = shortened(str(value).lower() if isinstance(value, bool) else str(value))
        if not self._has_kind(value):
            quoted = f'"{shown}"' if isinstance(value, str) else shown
            return f"{quoted} is not {_NOUNS[self.kind]}{self._unquoted(value)}"
        if self.choices and value not in self.choices:
            return f"{shown or 'the empty string'} is not one of {listing(self.choices)}"
        if isinstance(value, int | float):
            least = -MOST if self.minimum is None else self.minimum
            most = MOST if self.maximum is None else self.maximum
            if value < least:
                return f"{shown} is less than {least:g}" if least > -MOST else f"{shown} is too low"
            if value > most:
                return f"{shown} is more than {most:g}" if most < MOST else f"{shown} is too large"
        return ""

    def _unquoted(self, value: object) -> str:
        """Return the advice to write a quoted value without its quotes, if it is then allowed."""
        if not isinstance(value, str) or not compiled(_UNQUOTED).fullmatch(value):
            return ""
        import json

        plain = json.loads(value)
        return "" if self.refusal(plain) else f"; write {value}"

    def _has_kind(self, value: object) -> bool:
        if isinstance(value, bool):
            return self.kind == "boolean"
        if self.kind == "integer":
            return isinstance(value, int)
        if self.kind == "number":
            return isinstance(value, int | float) and math.isfinite(value)
        return self.kind == "string" and isinstance(value, str)

    def is_eased(self, value: Any, usual: Any) -> bool:
        """Return whether a value may make the policy find less than its usual value does."""
        if value == usual:
            return False
        if self.eases is None:
            return True
        if usual is None:
            # Without a value, nothing is limited.
            return True
        return bool(value < usual) is (self.eases == "lower")

    @property
    def brief(self) -> str:
        """The name and the default, for a list of policies."""
        if self.default is not None:
            return f"{self.name} = {toml(self.default)}"
        return f"{self.name} = {self.otherwise.strip('`')}" if self.otherwise else self.name

    @property
    def summary(self) -> str:
        """The kind, the default and the bounds, for a page."""
        return "; ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        yield f"one of {listing(self.choices)}" if self.choices else _NOUNS[self.kind]
        if self.default is not None or self.otherwise:
            yield f"by default {self.otherwise if self.default is None else toml(self.default)}"
        if self.minimum is not None:
            yield f"at least {self.minimum:g}"
        if self.maximum is not None:
            yield f"at most {self.maximum:g}"

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the value."""
        found: dict[str, Any] = {"title": self.name, "description": self.description}
        found |= {"enum": list(self.choices)} if self.choices else {"type": self.kind}
        for key in ("default", "minimum", "maximum"):
            if getattr(self, key) is not None:
                found[key] = getattr(self, key)
        return found


def toml(value: object) -> str:
    """Return a value as it is written in a configuration."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def horizon(name: str = "days") -> Option:
    """Return an option that sets the horizon of a policy instead of `expiring-within`."""
    return Option(
        name,
        "integer",
        "The number of days ahead that the policy checks.",
        minimum=0,
        maximum=36_500,
        otherwise="`expiring-within`",
        eases="lower",
        is_horizon=True,
    )


def months_of_history(name: str = "months") -> Option:
    """Return an option that sets the number of past months that a policy judges."""
    return Option(
        name,
        "integer",
        "The number of months before the current one that are judged.",
        minimum=0,
        maximum=1_200,
        otherwise="all",
        eases="lower",
    )


def options_text(options: tuple[Option, ...]) -> str:
    """Return the section of a page about options, or an empty string."""
    if not options:
        return ""
    lines = [f"- `{item.name}`: {item.summary}. {item.description}" for item in options]
    noun = "Option" if len(options) == 1 else "Options"
    return "\n".join((f"{noun}, in `[policy.ID]` of the configuration:", "", *lines))


def wrong_declarations(options: tuple[Option, ...]) -> str:
    """Return the first error in the options of a policy; an empty string if there is none."""
    if not all(isinstance(item, Option) for item in options):
        example = 'Option("most", "integer", "…", default=3)'
        return f"options must be Option objects, such as {example}"
    names = [item.name for item in options]
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        return f"the option {twice[0]} is declared twice"
    return next((item.wrong for item in options if item.wrong), "")
