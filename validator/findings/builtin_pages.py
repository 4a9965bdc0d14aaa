"""The pages of the built-in findings, which do not come from a policy.

The reader (`yaml`), the schemas, suppressions, baselines and `drift`, the comparison with Control
Hub, report them.
"""

from validator.findings.builtin_finding import BuiltinFinding
from validator.findings.drift_pages import DRIFT_PAGES

BUILTIN_PAGES = (
    BuiltinFinding(
        id="yaml-syntax",
        topic="yaml",
        severity="error",
        blocks_policies=True,
        page="""The text is not valid YAML.

The text has a syntax error, is not encoded in UTF-8, UTF-16 or UTF-32, or contains a tag that is
not in the core schema.
The document is not checked any further. The next document, after a `---` line, is checked.

**Do:** correct the marked place or the line before it.

**Source:** YAML 1.2.2, chapters 5 to 9 and section 10.3.
""",
    ),
    BuiltinFinding(
        id="yaml-duplicate-key",
        topic="yaml",
        severity="error",
        page="""A mapping has a duplicate key.

YAML forbids duplicate keys, and programs differ in which of the two values they use.
tenantlint checks the document with the later value, as most programs do.

**Do:** keep one of the two keys.

**Source:** YAML 1.2.2, section 3.2.1.3.
""",
    ),
    BuiltinFinding(
        id="yaml-ambiguous-scalar",
        topic="yaml",
        severity="warning",
        page="""YAML 1.1 and YAML 1.2 read a plain value differently.

`no` is a string in YAML 1.2 and false in YAML 1.1. `012` is twelve in YAML 1.2 and ten in YAML 1.1.
tenantlint reads tenant files as YAML 1.2, but other programs may read them as YAML 1.1.
Dates are not reported.

**Do:** quote the value, or write the number in plain decimal digits.

**Source:** YAML 1.2.2, section 10.3.2; the YAML 1.1 types at yaml.org/type.
""",
    ),
    BuiltinFinding(
        id="yaml-too-large",
        topic="yaml",
        severity="error",
        blocks_policies=True,
        page="""A document is too large or nested too deeply.

Aliases of aliases can expand a short text without limit ("billion laughs"), and so can an alias
inside the node that it names.
The limits are 100 levels of nesting, 3,000 digits for a number, and what comes only from aliases
in a file: 100,000 nodes and 10 million characters, or ten for each in the text if that is more.
A key (after `?`) around another finding must not have more than 1,024 characters.
A document must not have more than 1,000 `%TAG` directives.
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
        page="""A value does not match the schema.

The id ends with the JSON Schema keyword that failed: `schema-required`, `schema-type`,
`schema-enum`, `schema-format` and so on. An unknown key is reported as `schema-unknown-property`.
Policies only run on documents that match the schema.

**Do:** correct the value; `tenantlint schema` prints the schema.

**Source:** JSON Schema 2020-12.
""",
    ),
    BuiltinFinding(
        id="unused-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression covers no finding.

Its finding no longer exists, it is in the wrong place, or it does not have the form
`# tenantlint: ignore[ids] [until DATE]: reason`.
Findings that prevent policies from running (`yaml-syntax`, `yaml-too-large`, `schema-…`) and
`suppression-added` cannot be suppressed.

**Do:** remove the suppression, or move it to the finding.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="unexplained-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression has no reason.

A suppression without a reason has no effect. The form is `# tenantlint: ignore[ids]: reason`.

**Do:** add a reason, such as a ticket, after a colon.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="expired-suppression",
        topic="suppression",
        severity="warning",
        page="""A suppression has expired.

The day in `until DATE` has passed, so the suppression no longer has an effect.

**Do:** correct what it covered and remove it, or agree on another day.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="unknown-policy",
        topic="suppression",
        severity="warning",
        page="""A suppression names a policy that does not exist.

**Do:** correct the id; `tenantlint policies` lists all policies.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="suppression-added",
        topic="change",
        severity="warning",
        page="""A new suppression hides a finding.

The older version of the document did not have this suppression with the same ids, reason and day
at the same place. Places are named by ids, so moving a block does not count as a change.
A suppression, a baseline or the configuration cannot hide this finding or lower its severity. The
options `--ignore` and `--severity` can.

**Do:** agree on the suppression in the review, or correct what it hides and remove it;
`--no-suppressions` shows what it hides.

**Source:** docs/configuration.md, suppressions.
""",
    ),
    BuiltinFinding(
        id="tenant-removed",
        topic="change",
        severity="warning",
        page="""A tenant is no longer in any checked file.

The older version has the tenant in a file that the same paths and patterns select.
A tenant is not checked if its file was deleted, excluded, or renamed so that no pattern matches it.
A file that cannot be read does not count as a removal.

**Do:** restore the tenant or its file, or agree on the removal in the review.

**Source:** docs/configuration.md, compare with an older version.
""",
    ),
    *DRIFT_PAGES,
    BuiltinFinding(
        id="outdated-baseline",
        topic="suppression",
        severity="warning",
        page="""A baseline entry no longer matches a finding.

The finding that the entry covered has been corrected.

**Do:** remove the entry, or update the baseline with `--write-baseline`.

**Source:** docs/configuration.md, baseline.
""",
    ),
)
