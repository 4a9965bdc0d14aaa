"""The findings that are no policies: of the reader, the schemas, the suppressions, and drift."""

from typing import NamedTuple

from validator.findings.diagnostic import Severity


class Builtin(NamedTuple):
    """A finding that is no policy.

    `firm`: it cannot be ignored, for it keeps policies from looking at the document.
    """

    id: str
    severity: Severity
    page: str
    firm: bool

    @property
    def topic(self) -> str:
        """`yaml`, `schema`, `drift` or `suppression`."""
        first = self.id.split("-", 1)[0]
        return first if first in ("yaml", "schema", "drift") else "suppression"

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
        "drift-tenant",
        "error",
        False,
        """The file does not say which organisation it describes.

**Do:** write the organisation's id, or let `tenantlint import` do it.

**Source:** the ids of licences in the answers of the Webex API.
""",
    ),
    (
        "drift-subscription",
        "error",
        False,
        """A subscription of the tenant is missing from the file.

Control Hub has licences of agents in it.

**Do:** add it, or let `tenantlint import` do it and fill in what no export tells.

**Source:** Control Hub's export of users; the Webex API, licenses.
""",
    ),
    (
        "drift-quantity",
        "error",
        False,
        """A subscription has another number of agents' licences than the file says.

**Do:** write the number that Control Hub has, or let `tenantlint import` do it.

**Source:** the Webex API, licenses: totalUnits.
""",
    ),
    (
        "drift-user-missing",
        "error",
        False,
        """A user of the tenant is missing from the file.

Control Hub has a user with the licence of an agent whom the file does not list, so nothing here
protects them.

**Do:** add the user, or let `tenantlint import` do it.

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    (
        "drift-user-extra",
        "error",
        False,
        """The file lists a user that the tenant does not have.

**Do:** remove the user, or let `tenantlint import` do it; or add them in Control Hub.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    (
        "drift-assignment",
        "error",
        False,
        """A user holds other licences than the file says.

An assignment without a licence fits any licence of an agent in its subscription; licences that
are none of agents stand in no export and are left in peace.

**Do:** correct the assignments, or let `tenantlint import` do it; or the licences in Control Hub
(Management > Users > the user > Summary > Licenses).

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    (
        "drift-role",
        "error",
        False,
        """A user is an administrator in one place and not in the other.

**Do:** correct the roles, or let `tenantlint import` do it; or the roles in Control Hub.

**Source:** the Webex API, people: roles.
""",
    ),
    (
        "drift-user-detail",
        "warning",
        False,
        """A user is called otherwise, or is of another department.

What the file leaves out is not compared.

**Do:** take over what Control Hub has, or let `tenantlint import` do it.

**Source:** Control Hub's export of users; the Webex API, people.
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
