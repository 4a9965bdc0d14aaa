"""Policies: functions that yield findings about a tenant, with their page and metadata."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from validator.findings.finding import Fact
from validator.findings.severity import SEVERITIES, Severity
from validator.findings.wording import listing
from validator.plugins.option import Option, options_text, wrong_declarations
from validator.system.addresses import link_articles, page_address

if TYPE_CHECKING:
    from validator.tenant.tenant_on import TenantOn

EXAMPLE_DAY = date(2026, 5, 1)
"""The day on which an example without a day is judged."""
_KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_DO_PARAGRAPH = re.compile(r"^\*\*Do:\*\*\s*(.+?)(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)

ROOT_PACKAGE = "_tenantlint_policies"
"""The package that contains the modules of policy folders."""
BUNDLED_PACKAGE = "bundled"
"""The subpackage that contains the bundled policies."""

PolicyFunction = Callable[..., Iterable[Any]]
"""The function of a policy, which yields findings; its arguments depend on the scope.

tenant: `(TenantOn) -> Iterable[Finding]`.
change: `(TenantOn, TenantOn) -> Iterable[Finding]`: the older version and the current one, both on
the same day. The findings are about the current version.
fleet: `(Sequence[Sighting]) -> Iterable[FleetFinding]`: the facts of all tenants of a run, in the
order of their files.
"""
Stage = Literal["preview", "stable", "deprecated"]
"""The stage of a policy: a preview may change, a deprecated policy will be removed."""
STAGES: tuple[Stage, ...] = ("preview", "stable", "deprecated")
Scope = Literal["tenant", "change", "fleet"]
"""What a policy is evaluated over: each tenant, each changed tenant, or all tenants of a run."""
SCOPES: tuple[Scope, ...] = ("tenant", "change", "fleet")
FactsFunction = Callable[["TenantOn"], Iterable[Fact]]
"""Yields the facts of one tenant that a policy over the fleet compares."""


class UndecidedError(Exception):
    """A policy that cannot be evaluated for a document; the text has the position in its file.

    `path` is that of the element in the document; None if the error is not about one.
    """

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


class Policy(NamedTuple):
    """A policy: its metadata, its page and its function.

    `id` and `topic` are in kebab-case. `severity` is the default severity. The page is Markdown:
    its first line is the title, and the paragraph that begins with `**Do:**` is the help of
    findings without their own help. `over` is the scope. Only a policy over the fleet has `facts`.
    `place` is the position in a policy file: file, line and column. The functions are called with
    the values of the `options` as keyword arguments. A policy in the stage `preview` runs only if
    previews are enabled. `former_ids` are its earlier ids.
    """

    id: str
    topic: str
    severity: Severity
    page: str
    function: PolicyFunction
    over: Scope = "tenant"
    facts: FactsFunction | None = None
    place: str = ""
    options: tuple[Option, ...] = ()
    stage: Stage = "stable"
    former_ids: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.split("\n", 1)[0].strip()

    @property
    def text(self) -> str:
        """The page for readers, with the options, and with a label and a day for each example."""
        from validator.plugins.example_blocks import HEADING

        def labelled(match: re.Match[str]) -> str:
            return f"{match[1].capitalize()}, on {match[2] or EXAMPLE_DAY}:\n\n```yaml"

        options = options_text(self.options).replace("[policy.ID]", f"[policy.{self.id}]")
        page = f"{self.page}\n\n{options}" if options else self.page
        return HEADING.sub(labelled, link_articles(page))

    @property
    def file(self) -> str:
        """The Python file of the policy, relative to the working folder; empty if unknown."""
        file = getattr(sys.modules.get(self.function.__module__), "__file__", None)
        if self.place or file is None:
            return ""
        path, here = Path(file), Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    @property
    def help(self) -> str:
        """The paragraph of the page that begins with `**Do:**`, on one line."""
        return _help_of(self.page)

    @property
    def address(self) -> str | None:
        """The web address of the page; None for the policy of a plugin."""
        is_bundled = self.function.__module__.startswith(f"{ROOT_PACKAGE}.{BUNDLED_PACKAGE}.")
        return page_address(self.id) if is_bundled else None


def policy_mistake(made: Policy) -> str:
    """Return what is wrong in the declaration of a policy; an empty string if nothing is."""
    return next(_mistakes(made), "")


def _mistakes(made: Policy) -> Iterator[str]:
    if not isinstance(made.former_ids, tuple | list):
        yield "former_ids must be a tuple of ids"
    elif not all(isinstance(name, str) for name in (made.id, made.topic, *made.former_ids)):
        yield "the id, the topic and the former ids must be texts"
    if not isinstance(made.page, str):
        yield f"the page is {type(made.page).__name__}, not str"
    if made.stage not in STAGES:
        yield f"the stage {made.stage!r} is not one of {listing(STAGES, 'or')}"
    if made.over not in SCOPES:
        yield f"the scope {made.over!r} is not one of {listing(SCOPES, 'or')}"
    if (made.over == "fleet") != (made.facts is not None):
        yield "a policy over the fleet must have facts, and no other policy may"
    for name, function in (("function", made.function), ("facts", made.facts)):
        if not callable(function) and (name == "function" or function is not None):
            yield f"the {name} must be a function, not {type(function).__name__}"
    if made.severity not in SEVERITIES:
        yield f"the severity {made.severity!r} is not one of {listing(SEVERITIES, 'or')}"
    if wrong := wrong_declarations(made.options):
        yield wrong
    elif made.over != "tenant" and any(item.is_horizon for item in made.options):
        yield "only a policy over a tenant can have a horizon"
    for name in (made.id, made.topic, *made.former_ids):
        if not is_kebab_case(name):
            yield f"{name!r} is not in kebab-case"


@cache
def _help_of(page: str) -> str:
    match = _DO_PARAGRAPH.search(page)
    return " ".join(match[1].split()) if match else ""


def is_kebab_case(name: str) -> bool:
    """Return whether a name is in kebab-case, as ids and topics must be."""
    return _KEBAB_CASE.fullmatch(name) is not None


def policy(
    *,
    severity: Severity,
    over: Scope = "tenant",
    facts: FactsFunction | None = None,
    id: str | None = None,
    topic: str | None = None,
    page: str | None = None,
    options: Iterable[Option] = (),
    stage: Stage = "stable",
    former_ids: Iterable[str] = (),
) -> Callable[[PolicyFunction], Policy]:
    """Return a decorator that turns a function into a policy.

    `over` is the scope: `tenant`, `change` or `fleet`. A policy over the fleet must have `facts`.
    The function and `facts` are called with the values of the `options` as keyword arguments. By
    default, the id is the name of the module, the topic is the name of its folder, and the page is
    its docstring. The decorator raises ValueError if an argument is malformed. Without a docstring
    the page is empty, which `tenantlint test` reports.
    """

    def make_policy(function: PolicyFunction) -> Policy:
        names = function.__module__.replace("_", "-").split(".")
        folder = names[-2] if len(names) > 1 else "custom"
        text = page
        if page is None and (docstring := sys.modules[function.__module__].__doc__):
            # As Python 3.13 does: without the common indentation and without tabs.
            text = cleandoc(docstring)
        page_text = text.strip() if isinstance(text, str) else text or ""
        made = Policy(
            id or names[-1],
            topic or folder,
            severity,
            page_text,
            function,
            over,
            facts,
            options=tuple(options),
            stage=stage,
            former_ids=tuple(former_ids),
        )
        if isinstance(former_ids, str):
            raise ValueError(f"former_ids is a text; write [{former_ids!r}]")  # noqa: TRY004
        if mistake := policy_mistake(made):
            raise ValueError(mistake)
        return made

    return make_policy
