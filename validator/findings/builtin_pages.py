"""The pages of the built-in findings: those that no policy reports.

They come from the reader (`yaml`), the schemas, the suppressions and baselines, and from the
comparison with Control Hub (`drift`).
"""

from typing import NamedTuple

from validator.findings.severity import Severity
from validator.system.addresses import finding_address


class BuiltinFinding(NamedTuple):
    """A kind of finding that no policy reports.

    `page` is Markdown, as the page of a policy. With `blocks_policies` no policy can run on a
    document that has the finding; it cannot be ignored, and always stays an error.
    """

    id: str
    topic: str
    severity: Severity
    page: str
    blocks_policies: bool = False

    @property
    def can_be_hidden(self) -> bool:
        """Whether files of the tree can hide it: a comment, a baseline, the configuration."""
        return not self.blocks_policies and self.id != "suppression-added"

    @property
    def title(self) -> str:
        """The first line of the page."""
        return self.page.split("\n", 1)[0]

    @property
    def help(self) -> str:
        """The paragraph of the page that begins with `**Do:**`, on one line."""
        return " ".join(self.page.split("**Do:**")[1].split("\n\n")[0].split())

    @property
    def text(self) -> str:
        """The page as readers see it."""
        return self.page

    @property
    def address(self) -> str:
        """The address of the page on the web."""
        return finding_address(self.id)


BUILTIN_PAGES = (
    BuiltinFinding(
        id="yaml-syntax",
        topic="yaml",
        severity="error",
        blocks_policies=True,
        page="""The text is not YAML.

The text is not YAML, is not UTF-8, UTF-16 or UTF-32, or holds a tag that is not of the core
schema.
The document is not checked any further; the next one, after a line with `---`, is.

**Do:** correct the marked place, or the line before it.

**Source:** YAML 1.2.2, chapters 5 to 9 and section 10.3.
""",
    ),
    BuiltinFinding(
        id="yaml-duplicate-key",
        topic="yaml",
        severity="error",
        page="""A key stands twice in one mapping.

YAML forbids it, and programs differ in which of the two values they take.
Here the later value counts, as with most programs; the document is checked with it.

**Do:** keep one of them.

**Source:** YAML 1.2.2, section 3.2.1.3.
""",
    ),
    BuiltinFinding(
        id="yaml-ambiguous-scalar",
        topic="yaml",
        severity="warning",
        page="""YAML 1.1 and YAML 1.2 read a plain value differently.

`no` is a string in YAML 1.2 and false in YAML 1.1, `012` is twelve in one and ten in the other.
Tenant files are read as YAML 1.2; other programs that read them may not be.
Dates are left in peace.

**Do:** quote the value, or write the number plainly.

**Source:** YAML 1.2.2, section 10.3.2; the YAML 1.1 types at yaml.org/type.
""",
    ),
    BuiltinFinding(
        id="yaml-too-large",
        topic="yaml",
        severity="error",
        blocks_policies=True,
        page="""A document expands or nests past a limit.

Aliases that repeat aliases make a short text endless ("billion laughs"), and so does an alias
inside the node that it names.
The limits are 100 levels, and 100,000 nodes that stand there only through aliases, or ten for
each that is written; and 3,000 digits for a number.
The document is not checked any further.

**Do:** write the values out, or split the document.

**Source:** YAML 1.2.2, section 3.2.2.2.
""",
    ),
    BuiltinFinding(
        id="schema-KEYWORD",
        topic="schema",
        severity="error",
        blocks_policies=True,
        page="""A value breaks the schema.

The id ends in the keyword of JSON Schema that does not hold: `schema-required`, `schema-type`,
`schema-enum`, `schema-format` and so on; an unknown key is a `schema-unknown-property`.
Policies look at a document only when its schema holds.

**Do:** correct the value; `tenantlint schema` prints the schema.

**Source:** JSON Schema 2020-12.
""",
    ),
    BuiltinFinding(
        id="unused-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression covers nothing.

What it let pass is no longer there, or it stands in the wrong place, or it is not of the form
`# tenantlint: ignore[ids] [until DATE]: reason`.
What keeps policies from looking at a document (`yaml-syntax`, `yaml-too-large`, `schema-…`) and
`suppression-added` cannot be suppressed.

**Do:** remove it, or put it where the finding is.

**Source:** README, suppressions.
""",
    ),
    BuiltinFinding(
        id="unexplained-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression has no reason.

It covers nothing until it says why: `# tenantlint: ignore[ids]: reason`.

**Do:** write the reason, such as a ticket, after a colon.

**Source:** README, suppressions.
""",
    ),
    BuiltinFinding(
        id="expired-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression was to hold until a day that is past.

It covers nothing any more.

**Do:** remove it and what it covered, or agree on another day.

**Source:** README, suppressions.
""",
    ),
    BuiltinFinding(
        id="unknown-policy",
        topic="suppression",
        severity="warning",
        page="""A suppression names a policy that there is not.

**Do:** correct the id; `tenantlint policies` lists them.

**Source:** README, suppressions.
""",
    ),
    BuiltinFinding(
        id="suppression-added",
        topic="change",
        severity="warning",
        page="""A new suppression hides a finding.

The older version of the document did not have this suppression: not with these ids, this reason
and this day, or not at this place.
Places are named by ids, so moving a block is no change.
No suppression, no baseline and no configuration hides this finding or lowers its severity; the
options `--ignore` and `--severity` do.

**Do:** agree on the suppression in the review, or correct what it hides and remove it;
`--no-suppressions` shows what it hides.

**Source:** README, suppressions.
""",
    ),
    BuiltinFinding(
        id="tenant-removed",
        topic="change",
        severity="warning",
        page="""A tenant is in no file any more.

The older version had it in a file that the same paths and patterns take.
Nothing checks a tenant whose file is gone, was renamed so that no pattern takes it, or is
excluded.
A file that cannot be read is no removal.

**Do:** restore the file, or agree on the removal in the review.

**Source:** README, pull requests.
""",
    ),
    BuiltinFinding(
        id="drift-tenant",
        topic="drift",
        severity="error",
        page="""The file does not say which organisation it describes.

**Do:** write the organisation's id, or let `tenantlint import` do it.

**Source:** the ids of licences in the answers of the Webex API.
""",
    ),
    BuiltinFinding(
        id="drift-subscription",
        topic="drift",
        severity="error",
        page="""A subscription of the tenant is missing from the file.

Control Hub has licences of a contact centre in it.

**Do:** add it, or let `tenantlint import` do it and fill in what no export tells.

**Source:** Control Hub's export of users; the Webex API, licenses.
""",
    ),
    BuiltinFinding(
        id="drift-status",
        topic="drift",
        severity="error",
        page="""A subscription is suspended, or a trial, in one place and not in the other.

Control Hub writes `(Suspended)` into the name of a licence's column. The id of a trial begins
with `trialSub.`.

**Do:** write the status that Control Hub shows, or let `tenantlint import` do it.

**Source:** Control Hub's export of users (help.webex.com afv3q8); the Webex API, licenses.
""",
    ),
    BuiltinFinding(
        id="drift-quantity",
        topic="drift",
        severity="error",
        page="""A subscription has another number of licences than the file says.

What counts is the sum of the entitlement lines of today. A licence without a limit is not
compared.

**Do:** write the number that Control Hub has, or let `tenantlint import` do it. Where several
lines count, change them by hand.

**Source:** the Webex API, licenses: totalUnits.
""",
    ),
    BuiltinFinding(
        id="drift-user-missing",
        topic="drift",
        severity="error",
        page="""A user of the tenant is missing from the file.

Control Hub has a user with the licence of an agent whom the file does not list, so nothing here
protects them.

**Do:** add the user, or let `tenantlint import` do it.

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    BuiltinFinding(
        id="drift-user-extra",
        topic="drift",
        severity="error",
        page="""The file lists a user that the tenant does not have.

**Do:** remove the user, or let `tenantlint import` do it; or add them in Control Hub.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    BuiltinFinding(
        id="drift-assignment",
        topic="drift",
        severity="error",
        page="""A user holds other licences than the file says.

An assignment without a licence fits any licence of an agent in its subscription; licences that
are none of agents stand in no export and are left in peace.

**Do:** correct the assignments, or let `tenantlint import` do it; or the licences in Control Hub
(Management > Users > the user > Summary > Licenses).

**Source:** Control Hub's export of users; the Webex API, people and licenses.
""",
    ),
    BuiltinFinding(
        id="drift-role",
        topic="drift",
        severity="error",
        page="""A user is an administrator in one place and not in the other.

**Do:** correct the roles, or let `tenantlint import` do it; or the roles in Control Hub.

**Source:** the Webex API, people: roles.
""",
    ),
    BuiltinFinding(
        id="drift-user-detail",
        topic="drift",
        severity="warning",
        page="""A user has another name, department or status.

A name or department that the file leaves out is not compared. A user without a status is active.

**Do:** take over what Control Hub has, or let `tenantlint import` do it.

**Source:** Control Hub's export of users; the Webex API, people.
""",
    ),
    BuiltinFinding(
        id="outdated-baseline",
        topic="suppression",
        severity="warning",
        page="""An entry of the baseline matches no finding any more.

What it let pass has been put right.

**Do:** remove the entry, or write the baseline again with `--write-baseline`.

**Source:** README, baseline.
""",
    ),
)
