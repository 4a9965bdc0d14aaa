"""The findings that are no policies: of the YAML reader, the schemas, and the suppressions."""

from dataclasses import dataclass

from validator.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Builtin:
    """A finding that is no policy.

    `firm`: it cannot be ignored, for it keeps policies from looking at the document.
    """

    id: str
    severity: Severity
    page: str
    firm: bool

    @property
    def topic(self) -> str:
        """`yaml`, `schema` or `suppression`."""
        first = self.id.split("-", 1)[0]
        return first if first in ("yaml", "schema") else "suppression"

    @property
    def help(self) -> str:
        """What the page says to do, on one line."""
        return " ".join(self.page.split("**Do:**")[1].split("\n\n")[0].split())

    @property
    def text(self) -> str:
        """The page for readers."""
        return self.page

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.split("\n", 1)[0]


_PAGES: tuple[tuple[str, Severity, bool, str], ...] = (
    (
        "yaml-syntax",
        "error",
        True,
        """The text is not YAML.

The text is not YAML, is not UTF-8, UTF-16 or UTF-32, or holds a tag that is not of the core
schema.
The document is not checked any further; the next one, after a line with `---`, is.

**Do:** correct the marked place, or the line before it.

**Source:** YAML 1.2.2, chapters 5 to 9 and section 10.3.
""",
    ),
    (
        "yaml-duplicate-key",
        "error",
        False,
        """A key stands twice in one mapping.

YAML forbids it, and programs differ in which of the two values they take.
Here the later value counts, as with most programs; the document is checked with it.

**Do:** keep one of them.

**Source:** YAML 1.2.2, section 3.2.1.3.
""",
    ),
    (
        "yaml-ambiguous-scalar",
        "warning",
        False,
        """YAML 1.1 and YAML 1.2 read a plain value differently.

`no` is a string in YAML 1.2 and false in YAML 1.1, `012` is twelve in one and ten in the other.
Tenant files are read as YAML 1.2; other programs that read them may not be.
Dates are left in peace.

**Do:** quote the value, or write the number plainly.

**Source:** YAML 1.2.2, section 10.3.2; the YAML 1.1 types at yaml.org/type.
""",
    ),
    (
        "yaml-too-large",
        "error",
        True,
        """A document expands or nests past a limit.

Aliases that repeat aliases make a short text endless ("billion laughs"), and so does an alias
inside the node that it names.
The limits are 100 levels, and 100,000 nodes that stand there only through aliases, or ten for
each that is written; and 3,000 digits for a number.
The document is not checked any further.

**Do:** write the values out, or split the document.

**Source:** YAML 1.2.2, section 3.2.2.2.
""",
    ),
    (
        "schema-KEYWORD",
        "error",
        True,
        """A value breaks the schema.

The id ends in the keyword of JSON Schema that does not hold: `schema-required`, `schema-type`,
`schema-enum`, `schema-format` and so on; an unknown key is a `schema-unknown-property`.
Policies look at a document only when its schema holds.

**Do:** correct the value; `tenantlint schema` prints the schema.

**Source:** JSON Schema 2020-12.
""",
    ),
    (
        "unused-suppression",
        "warning",
        False,
        """A suppression covers nothing.

What it let pass is no longer there, or it stands in the wrong place, or it is not of the form
`# tenantlint: ignore[ids] [until DATE]: reason`.

**Do:** remove it, or put it where the finding is.

**Source:** README, suppressions.
""",
    ),
    (
        "unexplained-suppression",
        "warning",
        False,
        """A suppression has no reason.

It covers nothing until it says why: `# tenantlint: ignore[ids]: reason`.

**Do:** write the reason, such as a ticket, after a colon.

**Source:** README, suppressions.
""",
    ),
    (
        "expired-suppression",
        "warning",
        False,
        """A suppression was to hold until a day that is past.

It covers nothing any more.

**Do:** remove it and what it covered, or agree on another day.

**Source:** README, suppressions.
""",
    ),
    (
        "unknown-policy",
        "warning",
        False,
        """A suppression names a policy that there is not.

**Do:** correct the id; `tenantlint policies` lists them.

**Source:** README, suppressions.
""",
    ),
    (
        "outdated-baseline",
        "warning",
        False,
        """An entry of the baseline matches no finding any more.

What it let pass has been put right.

**Do:** remove the entry, or write the baseline again with `--write-baseline`.

**Source:** README, baseline.
""",
    ),
)

BUILTIN = {id: Builtin(id, severity, page.strip(), firm) for id, severity, firm, page in _PAGES}


def builtin(id: str) -> Builtin | None:
    """Return the finding of this id that is no policy."""
    return BUILTIN.get("schema-KEYWORD" if id.startswith("schema-") else id)


def is_builtin(id: str) -> bool:
    """Tell whether the id belongs to a finding that is no policy."""
    return builtin(id) is not None
