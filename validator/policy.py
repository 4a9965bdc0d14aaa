"""What a policy is: a function that looks at a tenant and yields findings, with a page."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from validator.diagnostic import SEVERITIES, Finding, Severity

if TYPE_CHECKING:
    from validator.tenant_on import TenantOn

_KEBAB = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_DO = re.compile(r"^\*\*Do:\*\*\s*(.+?)(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"^```yaml (bad|good)(?: as-of=(\S+))?$", re.MULTILINE)

Look = Callable[["TenantOn"], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its id and topic (kebab-case), its default severity, its page, its function.

    The page is Markdown. Its first line is the title; the paragraph that begins with `**Do:**`
    is the help of every finding that brings none of its own.
    """

    id: str
    topic: str
    severity: Severity
    page: str
    look: Look

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
        match = _DO.search(self.page)
        return " ".join(match[1].split()) if match else ""


def policy(
    *, severity: Severity, id: str | None = None, topic: str | None = None, page: str | None = None
) -> Callable[[Look], Policy]:
    """Make a policy of the function below.

    The module's name is the id, its folder the topic, its docstring the page; each can be given
    instead. Raises ValueError where one of them is missing or malformed.
    """

    def make(look: Look) -> Policy:
        names = look.__module__.replace("_", "-").split(".")
        folder = names[-2] if len(names) > 1 else "custom"
        text = page if page is not None else sys.modules[look.__module__].__doc__
        made = Policy(id or names[-1], topic or folder, severity, (text or "").strip(), look)
        if severity not in SEVERITIES:
            raise ValueError(f"the severity {severity!r} is not one of {', '.join(SEVERITIES)}")
        for name in (made.id, made.topic):
            if not _KEBAB.fullmatch(name):
                raise ValueError(f"{name!r} is not in kebab-case")
        return made

    return make
