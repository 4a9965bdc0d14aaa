"""The pages of the built-in findings: those that no policy reports.

They come from the reader (`yaml`), the schemas, the suppressions and baselines, and from the
comparison with Control Hub (`drift`).
"""

from validator.findings.builtin_finding import BuiltinFinding
from validator.findings.drift_pages import DRIFT_PAGES

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

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="unexplained-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression has no reason.

It covers nothing until it says why: `# tenantlint: ignore[ids]: reason`.

**Do:** write the reason, such as a ticket, after a colon.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="expired-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression was to hold until a day that is past.

It covers nothing any more.

**Do:** remove it and what it covered, or agree on another day.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="unknown-policy",
        topic="suppression",
        severity="warning",
        page="""A suppression names a policy that there is not.

**Do:** correct the id; `tenantlint policies` lists them.

**Source:** docs/configuration.md, suppressions.
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

**Source:** docs/configuration.md, suppressions.
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

**Source:** docs/configuration.md, before and after.
""",
    ),
    *DRIFT_PAGES,
    BuiltinFinding(
        id="outdated-baseline",
        topic="suppression",
        severity="warning",
        page="""An entry of the baseline matches no finding any more.

What it let pass has been put right.

**Do:** remove the entry, or write the baseline again with `--write-baseline`.

**Source:** docs/configuration.md, baseline.
""",
    ),
)
