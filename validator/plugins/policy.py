"""What a policy is: a function that looks at a tenant and yields findings, with a page."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from validator.findings.diagnostic import SEVERITIES, Fact, Severity

if TYPE_CHECKING:
    from validator.tenant.tenant_on import TenantOn

_KEBAB = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_DO = re.compile(r"^\*\*Do:\*\*\s*(.+?)(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"^```yaml (before|bad|good)(?: as-of=(\S+))?$", re.MULTILINE)

Look = Callable[..., Iterable[Any]]
"""What a policy does, by what it looks at.

tenant: `(TenantOn) -> Iterable[Finding]`;
change: `(TenantOn, TenantOn) -> Iterable[Finding]`, the older version and this one, both on the
same day, with findings in this one;
fleet: `(Sequence[Sighting]) -> Iterable[FleetFinding]`, all that `facts` told of all tenants of a
run, in the order of their files.
"""
Scope = Literal["tenant", "change", "fleet"]
Facts = Callable[["TenantOn"], Iterable[Fact]]


class UndecidedError(Exception):
    """Why a policy cannot decide, with the place in its own file."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its id and topic (kebab-case), its default severity, its page, its function.

    The page is Markdown. Its first line is the title; the paragraph that begins with `**Do:**`
    is the help of every finding that brings none of its own. `over` is what it looks at.
    """

    id: str
    topic: str
    severity: Severity
    page: str
    look: Look
    over: Scope = "tenant"
    facts: Facts | None = None

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.split("\n", 1)[0].strip()

    @property
    def text(self) -> str:
        """The page for readers: its examples say whether they are bad or good."""

        def labelled(match: re.Match[str]) -> str:
            day = f", on {match[2]}" if match[2] else ""
            return f"{match[1].capitalize()}{day}:\n\n```yaml"

        return _EXAMPLE.sub(labelled, self.page)

    @property
    def help(self) -> str:
        """What the page says to do, on one line."""
        return _help_of(self.page)


@cache
def _help_of(page: str) -> str:
    match = _DO.search(page)
    return " ".join(match[1].split()) if match else ""


def is_kebab(name: str) -> bool:
    """Tell whether a name is in kebab-case, as ids and topics are."""
    return _KEBAB.fullmatch(name) is not None


def policy(
    *,
    severity: Severity,
    over: Scope = "tenant",
    facts: Facts | None = None,
    id: str | None = None,
    topic: str | None = None,
    page: str | None = None,
) -> Callable[[Look], Policy]:
    """Make a policy of the function below.

    `over` says what it looks at (see `Look`); a policy over the fleet needs `facts`.

    The module's name is the id, its folder the topic, its docstring the page; each can be given
    instead. Raises ValueError where one of them is missing or malformed.
    """

    def make(look: Look) -> Policy:
        names = look.__module__.replace("_", "-").split(".")
        folder = names[-2] if len(names) > 1 else "custom"
        text = page if page is not None else sys.modules[look.__module__].__doc__
        page_text = (text or "").strip()
        made = Policy(id or names[-1], topic or folder, severity, page_text, look, over, facts)
        if (over == "fleet") != (facts is not None):
            raise ValueError("a policy over the fleet has facts, and no other has")
        if severity not in SEVERITIES:
            raise ValueError(f"the severity {severity!r} is not one of {', '.join(SEVERITIES)}")
        for name in (made.id, made.topic):
            if not is_kebab(name):
                raise ValueError(f"{name!r} is not in kebab-case")
        return made

    return make
