"""Suppressions: what they cover, when they expire, and the findings about unused ones."""

import json
from pathlib import Path

import pytest

from tests.conftest import SOUND, Outcome, Run

HEAD = """\
version: 1
tenant: {id: t1, name: Harbour Retail, telephony: webex-calling}
subscriptions:
  - {id: Sub1, type: named, start: 2025-01-01}
"""
FOUND = "mixed-telephony"


@pytest.fixture
def check(run: Run, folder: Path) -> Run:
    """Check a document; `HEAD` is put before a text without a version."""

    def check(text: str, *arguments: str) -> Outcome:
        whole = text if text.startswith("version") else HEAD + text
        (folder / "a.tenant.yaml").write_text(whole)
        return run("check", "--as-of", "2026-05-01", "--format", "concise", *arguments)

    return check


def ids(outcome: Outcome) -> list[str]:
    return [line.split()[1] for line in outcome.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # at the end of the line with the finding
        ("""
  - id: Sub2
    type: named
    start: 2025-06-01
    telephony: vpop  # tenantlint: ignore[mixed-telephony]: OPS-42, porting
""", []),
        # at the end of another line
        ("""
  - id: Sub2  # tenantlint: ignore[mixed-telephony]: OPS-42
    type: named
    start: 2025-06-01
    telephony: vpop
""", ["unused-suppression", FOUND]),
        # on its own line, above the list item
        ("""
  # tenantlint: ignore[mixed-telephony]: OPS-42

  # another comment
  - id: Sub2
    type: named
    start: 2025-06-01
    telephony: vpop
""", []),
        # on its own line, above the key
        ("""
  - id: Sub2
    type: named
    start: 2025-06-01
    # tenantlint: ignore[mixed-telephony]: OPS-42
    telephony: vpop
""", []),
        # on its own line, above the previous key
        ("""
  - id: Sub2
    type: named
    # tenantlint: ignore[mixed-telephony]: OPS-42
    start: 2025-06-01
    telephony: vpop
""", ["unused-suppression", FOUND]),
        # on its own line, above the previous item
        ("""
  # tenantlint: ignore[mixed-telephony]: OPS-42
  - {id: Sub3, type: named, start: 2025-06-01}
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unused-suppression", FOUND]),
        # on its own line, after the last item
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
  # tenantlint: ignore[mixed-telephony]: OPS-42
""", [FOUND, "unused-suppression"]),
        # on its own line, after another comment
        ("""
  # OPS-42  # tenantlint: ignore[mixed-telephony]: porting
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", []),
        # above an item that is directly before another one
        ("""
users:
  - email: ada@x.example
    roles: [agent]
    assignments: [Sub1,
      # tenantlint: ignore[unknown-subscription]: OPS-42
      Sub8,Sub9]
""", ["unknown-subscription"]),
        # in a flow mapping
        ("""
  - {id: Sub2, type: named,  # tenantlint: ignore[mixed-telephony]: OPS-42
     start: 2025-06-01,
     telephony: vpop}
""", ["unused-suppression", FOUND]),
        ("""
  - {id: Sub2, type: named, start: 2025-06-01,
     telephony: vpop  # tenantlint: ignore[mixed-telephony]: OPS-42
    }
""", []),
        ("""
  - {id: Sub2, type: named, start: 2025-06-01,
     # tenantlint: ignore[mixed-telephony]: OPS-42
     telephony: vpop}
""", []),
        # for the whole document, on any line
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
# tenantlint: ignore-file[mixed-telephony]: OPS-42
""", []),
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
  - {id: Sub3, type: named, start: 2025-06-01}  # tenantlint: ignore-file[mixed-telephony]: x
""", []),
        # several ids
        ("""
  # tenantlint: ignore[wrong-primary, mixed-telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop, primary: true}
""", []),
        # A plain, quoted or block string contains no comment.
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
x-a: "# tenantlint: ignore-file[mixed-telephony]: x"
x-b: 'a
  # tenantlint: ignore-file[mixed-telephony]: x'
x-c: |
  # tenantlint: ignore-file[mixed-telephony]: x
x-d: a#tenantlint:ignore-file[mixed-telephony]:x
""", [FOUND]),
        # A comment may be directly after the last line of a block scalar.
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
x-a: |
  text
# tenantlint: ignore-file[mixed-telephony]: x
""", []),
        # A comment may follow the header of a block scalar.
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
x-a: |  # tenantlint: ignore-file[mixed-telephony]: x
  text
""", []),
        # until today, tomorrow, yesterday
        ("""
  # tenantlint: ignore[mixed-telephony] until 2026-05-01: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", []),
        ("""
  # tenantlint: ignore[mixed-telephony] until 2026-05-02: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", []),
        ("""
  # tenantlint: ignore[mixed-telephony] until 2026-04-30: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["expired-suppression", FOUND]),
        # without a reason
        ("""
  # tenantlint: ignore[mixed-telephony]
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unexplained-suppression", FOUND]),
        ("""
  # tenantlint: ignore[mixed-telephony]: \u200b\u00ad\u2028
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unexplained-suppression", FOUND]),
        ("""
  # tenantlint: ignore[mixed-telephony] until 2026-04-30:
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["expired-suppression", "unexplained-suppression", FOUND]),
        # unknown ids, alone and together with known ones
        ("""
  # tenantlint: ignore[mixed-telefony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unknown-policy", FOUND]),
        ("""
  # tenantlint: ignore[mixed-telefony, mixed-telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unknown-policy"]),
        ("""
  # tenantlint: ignore[]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unknown-policy", FOUND]),
        # A malformed suppression covers nothing and is reported.
        ("""
  # tenantlint: ignore mixed-telephony: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unused-suppression", FOUND]),
        ("""
  # tenantlint ignore[mixed-telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unused-suppression", FOUND]),
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}  # tenantlint-ignore[telephony]: x
""", [FOUND, "unused-suppression"]),
        ("""
  # what tenantlint ignores, and tenantlint ignore-file without brackets, are comments like others
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", [FOUND]),
        ("""
  # tenantlint: ignore[mixed-telephony] until 2026-13-01: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unused-suppression", FOUND]),
        # explicit keys
        ("""
x-b:
  # tenantlint: ignore[yaml-ambiguous-scalar]: a word
  ? country
  : NO
# tenantlint: ignore[user-unassigned]: OPS-42
? users
: - {email: a@b.example, roles: [agent]}
""", []),
        ("""
# tenantlint: ignore[yaml-ambiguous-scalar]: a word
? x-a
x-b: NO
""", ["unused-suppression", "yaml-ambiguous-scalar"]),
        # nothing to cover
        ("""
  # tenantlint: ignore[mixed-telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01}
""", ["unused-suppression"]),
        # topics, alone and together with ids, for a line, a node or the document
        ("""
  # tenantlint: ignore[telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", []),
        ("""
  # tenantlint: ignore[subscription, telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop, primary: true}
""", []),
        ("""
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
# tenantlint: ignore-file[mixed-telephony, user, telephony]: OPS-42
""", []),
        ("""
  # tenantlint: ignore[user, unknown-partner]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unused-suppression", FOUND]),
        ("""
  # tenantlint: ignore[telefony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unknown-policy", FOUND]),
        ("x-a: yes  # tenantlint: ignore-file[schema, yaml]: soon\nnme: x\n",
         ["yaml-ambiguous-scalar", "unused-suppression", "schema-unknown-property"]),
        # findings that do not come from a policy
        ("x-a: yes  # tenantlint: ignore[yaml-ambiguous-scalar]: a word\n", []),
        # Findings that prevent policies from running cannot be suppressed.
        ("nme: x  # tenantlint: ignore[schema-unknown-property]: soon\n",
         ["schema-unknown-property", "unused-suppression"]),
        ("""
nme: x  # tenantlint: ignore[schema-type, yaml-ambiguous-scalar]: soon
x-a: yes
# tenantlint: ignore-file[schema-unknown-property, yaml-ambiguous-scalar]: soon
""", ["schema-unknown-property", "unused-suppression", "unused-suppression"]),
        ("""
# tenantlint: ignore-file[yaml-syntax, mixed-telephony]: OPS-42
  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}
""", ["unused-suppression"]),
        # Findings about suppressions cannot be suppressed.
        ("""
# tenantlint: ignore-file[unexplained-suppression, unused-suppression]: never mind
# tenantlint: ignore-file[mixed-telephony]
""", ["unused-suppression", "unexplained-suppression"]),
    ],
)  # fmt: skip
def test_a_suppression_covers_only_findings_at_its_place(
    check: Run, text: str, expected: list[str]
) -> None:
    outcome = check(text.lstrip("\n"))
    assert ids(outcome) == expected
    errors = {FOUND, "schema-unknown-property", "unknown-subscription"}
    assert outcome.code == (1 if errors & set(expected) else 0)


def test_a_last_day_in_the_reason_is_an_error(check: Run) -> None:
    line = "x-a: yes  # tenantlint: ignore[yaml-ambiguous-scalar]: %s\n"
    for reason in (
        "until 2027-01-31: OPS-42", " until  2027-01-31", "until 2027-01-31 by OPS-42",
        "OPS-42 until 2027-01-31", "OPS-42 (until 2027-01-31).",
    ):  # fmt: skip
        shown = check(line % reason).out
        assert (
            "this suppression covers nothing: write `until 2027-01-31` before the colon "
            "and the reason after it\n"
        ) in shown
        assert "yaml-ambiguous-scalar" in shown
    right = "x-a: yes  # tenantlint: ignore[yaml-ambiguous-scalar] until 2027-01-31: OPS-42\n"
    for text in (right, line % "not until 2027-01-31, OPS-42", line % "until OPS-42 is done"):
        assert check(text).out == ""


def test_a_day_in_another_notation_gets_the_right_one_as_a_suggestion(check: Run) -> None:
    line = "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}"
    outcome = check(f"{line}  # tenantlint: ignore[mixed-telephony] until 1.12.2026: OPS-42\n")
    assert ids(outcome) == [FOUND, "unused-suppression"]
    assert (
        "this suppression covers nothing: 1.12.2026 is not a calendar day (YYYY-MM-DD); "
        "write 2026-12-01\n"
    ) in outcome.out


def test_a_suppression_can_name_topics(check: Run) -> None:
    line = "  - {id: Sub2, type: named, start: 2025-06-01}  # tenantlint: ignore[%s]: x\n"
    assert (
        "this suppression covers no finding of the topic telephony\n"
        in check(line % "telephony").out
    )
    unused = "this suppression covers no finding of wrong-primary or the topic user or partner\n"
    assert unused in check(line % "user, wrong-primary, partner, user").out
    assert "no policy or topic is called telefony\n" in check(line % "telefony").out
    assert "did you mean telephony?" in check(line % "telefony", "--format", "text").out
    assert (
        "schema and yaml cannot be suppressed because policies" in check(line % "schema, yaml").out
    )
    # A suppression of a policy that did not run is not unused.
    assert ids(check(line % "telephony", "--ignore", "pstn-without-bundle")) == []
    assert ids(check(line % "change")) == []


def test_suppressions_in_an_unreadable_document_are_unused(check: Run) -> None:
    ignore = "# tenantlint: ignore-file[yaml-syntax]: x\n"
    outcome = check(f"{HEAD}{ignore}x: [\n---\n{HEAD.replace('t1', 't2').replace('Sub1', 'S')}")
    assert ids(outcome) == ["unused-suppression", "yaml-syntax"]
    assert ": yaml-syntax cannot be suppressed because policies cannot run on" in outcome.out
    ignore = "  # tenantlint: ignore[yaml-too-large, mixed-telephony]: x\n"
    assert sorted(ids(check(f"{HEAD}---\nx: &a [*a]{ignore}---\ny: ["))) == [
        "unused-suppression", "yaml-syntax", "yaml-too-large"
    ]  # fmt: skip
    assert ids(check(f"{HEAD}# tenantlint: ignore-file[user]: x\nx: [\n")) == ["yaml-syntax"]
    no_comment = "x-a#tenantlint: ignore[yaml-syntax]: 1\n"
    assert ids(check(f"{HEAD}{no_comment}x: [\n")) == ["yaml-syntax"]


OK = "# tenantlint: ignore[mixed-telephony]: OPS-42"
STRING = "# tenantlint: z"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'  - {{id: Sub2, type: named, start: 2025-02-01, x-a: "{STRING}", telephony: vpop}} {OK}',
         []),
        (f"  - {{id: Sub2, type: named, start: 2025-02-01, x-a: ' {STRING}', telephony: vpop}} {OK}",
         []),
        (f"""
  - {{id: Sub2, type: named, start: 2025-02-01, "x-{STRING}": "a {OK}", telephony: vpop}} {OK}
""", []),
        (f"""
  - {{id: Sub2, type: named, start: 2025-02-01, x-a: "a {OK}", x-b: '{OK}', telephony: vpop}} {OK}
""", []),
        (f"""
  - {{id: Sub2, type: named, start: 2025-02-01, x-a: a#tenantlint:z, telephony: vpop}} {OK}
""", []),
        (f"""
  - id: Sub2
    type: named
    start: 2025-02-01
    x-a: a#tenantlint:z  {OK}
    telephony: vpop
""", ["unused-suppression", FOUND]),
        # a string that begins on a line above
        (f"""
  - {{id: Sub2, type: named, start: 2025-02-01, x-a: "
      {STRING}
      {STRING}", telephony: vpop}} {OK}
""", []),
        (f"""
  - id: Sub2
    type: named
    start: 2025-02-01
    x-a: '
      {OK}
      {STRING}'
    {OK}
    telephony: vpop
""", []),
        (f"""
  - id: Sub2
    type: named
    start: 2025-02-01
    x-a: |  # tenantlint: ignore[user]: on the line of x-a
      {OK}
      "{STRING}" {OK}
    # another comment {OK}
    telephony: vpop
""", ["unused-suppression"]),
        # a comment between the properties of a value and the value
        (f"""
  - id: Sub2
    type: named
    start: 2025-02-01
    telephony: !!str {OK}
      vpop
""", []),
        # the whole document
        (f"""
  - {{id: Sub2, type: named, start: 2025-02-01, telephony: vpop}}
x-a: "{STRING}" {OK.replace("ignore", "ignore-file")}
""", []),
        # what follows in a comment belongs to it
        (f"""
  - {{id: Sub2, type: named, start: 2025-02-01, telephony: vpop}} {STRING} {OK}
""", [FOUND, "unused-suppression"]),
    ],
)  # fmt: skip
def test_a_string_does_not_hide_a_suppression_after_it(
    check: Run, text: str, expected: list[str]
) -> None:
    assert ids(check(text)) == expected


def test_a_string_does_not_hide_a_suppression_in_an_unreadable_document(check: Run) -> None:
    refused = "# tenantlint: ignore[yaml-syntax]: x"
    for string in ("#tenantlint:", " # tenantlint: z"):
        found = ids(check(f'{HEAD}x-a: "{string}" {refused}\nx: [\n'))
        assert found == ["unused-suppression", "yaml-syntax"]


def test_a_suppression_covers_no_other_document(check: Run) -> None:
    other = HEAD.replace("t1", "t2").replace("Sub1", "Sub3")
    bad = "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n"
    ignore = "# tenantlint: ignore-file[mixed-telephony]: x\n"
    assert ids(check(f"{HEAD}{bad}---\n{ignore}{other}")) == [FOUND, "unused-suppression"]
    assert ids(check(f"{HEAD}{bad}{ignore}---\n{other}")) == []


def test_a_suppression_works_with_windows_line_breaks(folder: Path, run: Run) -> None:
    text = HEAD + "  # tenantlint: ignore[mixed-telephony]: x\n  - {id: Sub2, type: named, "
    text += "start: 2025-06-01,\n     telephony: vpop}\n"
    (folder / "a.tenant.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert run("check", "--as-of", "2026-05-01").code == 0


def test_a_suppression_of_a_policy_that_did_not_run_is_not_unused(check: Run) -> None:
    text = "  # tenantlint: ignore[mixed-telephony]: x\n" + "  - {id: Sub2, type: named, "
    text += "start: 2025-06-01}\n"
    assert ids(check(text, "--select", "user")) == []
    assert ids(check(text.replace("start", "strt"))) == [  # the document does not match the schema
        "schema-required",
        "schema-unknown-property",
    ]
    change = text.replace("mixed-telephony", "telephony-changed")
    assert ids(check(change)) == []


def test_suppressed_findings_are_counted_and_listed(check: Run, run: Run) -> None:
    text = "  # tenantlint: ignore[mixed-telephony] until 2027-01-31: OPS-42, porting\n"
    text += "  - {id: Sub2, type: named, start: 2025-06-01, telephony: vpop}\n"
    summary = json.loads(check(text, "--format", "json").out)["summary"]
    assert (summary["errors"], summary["suppressed"]) == (0, 1)
    out = run("check", "--as-of", "2026-05-01").out
    assert "1 suppressed" in out
    assert "OPS-42" not in out
    out = run("check", "--as-of", "2026-05-01", "--verbose").out
    assert "suppressed[mixed-telephony]: Sub2 uses vpop" in out
    assert "= reason: OPS-42, porting (until 2027-01-31)" in out


def test_a_fleet_finding_can_be_suppressed(run: Run, folder: Path) -> None:
    # Whether it is used is only known after all files have been checked, in all processes.
    ignore = "# tenantlint: ignore[subscription-in-two-tenants]: the same contract\n"
    for number in range(4):
        text = HEAD.replace("t1", f"t{number}").replace("  - {id", f"  {ignore}  - {{id")
        (folder / f"{number}.tenant.yaml").write_text(text)
    for jobs in "12":
        outcome = run("check", "--format", "concise", "--jobs", jobs)
        assert outcome.findings == ["0.tenant.yaml:4:3 unused-suppression"]
        assert json.loads(run("check", "--format", "json", "--jobs", jobs).out)["summary"] == {
            "files": 4, "documents": 4, "errors": 0, "warnings": 1, "infos": 0, "suppressed": 3,
        }  # fmt: skip


def test_the_fleet_topic_can_be_suppressed(run: Run, folder: Path) -> None:
    ignore = "# tenantlint: ignore-file[fleet]: the same contract\n"
    for number in range(3):
        (folder / f"{number}.tenant.yaml").write_text(HEAD.replace("t1", f"t{number}") + ignore)
    outcome = run("check", "--format", "concise", "--jobs", "1")
    assert outcome.findings == ["0.tenant.yaml:5:1 unused-suppression"]


def test_many_topics_in_one_comment_take_linear_time(check: Run) -> None:
    names = ", ".join(["user", "usage", "telephony"] * 30_000)
    assert ids(check(f"# tenantlint: ignore-file[{names}]: x\n")) == ["unused-suppression"]


def test_many_comments_take_linear_time(run: Run, folder: Path) -> None:
    line = "  - {id: Sub%d, type: named, start: 2025-01-02}  # tenantlint: ignore[user]: x\n"
    (folder / "a.tenant.yaml").write_text(HEAD + "".join(line % n for n in range(2, 4000)))
    assert run("check", "--format", "concise", timeout=60).code in (0, 1)


def test_the_nearest_suppression_covers_a_finding(check: Run) -> None:
    text = """\
  # tenantlint: ignore[mixed-telephony]: the item
  - id: Sub2
    type: named
    start: 2025-06-01
    # tenantlint: ignore[mixed-telephony]: the key
    telephony: vpop
  - {id: Sub3, type: named, start: 2025-06-01, telephony: vpop}
"""
    outcome = check(text)
    assert outcome.findings == [
        "a.tenant.yaml:5:3 unused-suppression",
        "a.tenant.yaml:11:59 mixed-telephony",
    ]


@pytest.mark.parametrize(
    ("outer", "inner", "is_fixed"),
    [
        ("", "", True),
        ("", " until 2026-05-10", False),
        (" until 2026-05-11", " until 2026-05-10", False),
        (" until 2026-05-10", " until 2026-05-10", True),
        (" until 2026-05-10", "", True),
    ],
)
def test_a_suppression_that_covers_a_finding_later_is_not_removed(
    run: Run, folder: Path, outer: str, inner: str, is_fixed: bool
) -> None:
    text = f"""\
{SOUND}\
  # tenantlint: ignore[mixed-telephony]{outer}: the item
  - id: Sub2
    type: named
    start: 2025-06-01
    telephony: vpop  # tenantlint: ignore[mixed-telephony]{inner}: the key
"""
    (folder / "a.tenant.yaml").write_text(text)
    asked = ("check", "--as-of", "2026-05-01")
    out = run(*asked).out
    assert "this suppression covers no finding of mixed-telephony" in out
    assert ("= help: remove it" in out) == is_fixed
    assert ("remove the nearer suppression, which ends before" in out) != is_fixed
    run(*asked, "--fix")
    assert ((folder / "a.tenant.yaml").read_text() != text) == is_fixed


def test_each_suppression_around_a_finding_that_covers_it_later_is_kept(
    run: Run, folder: Path
) -> None:
    text = f"""\
# tenantlint: ignore-file[mixed-telephony]: the file
# tenantlint: ignore-file[user-unassigned] until 2026-05-02: something else
{SOUND}\
  # tenantlint: ignore[mixed-telephony] until 2026-05-20: the item
  - id: Sub2
    type: named
    start: 2025-06-01
    telephony: vpop  # tenantlint: ignore[mixed-telephony] until 2026-05-10: the key
"""
    (folder / "a.tenant.yaml").write_text(text)
    assert run("check", "--as-of", "2026-05-01", "--fix").code == 0
    kept = (folder / "a.tenant.yaml").read_text()
    assert [why in kept for why in ("the file", "the item", "the key")] == [True] * 3
    assert "something else" not in kept


@pytest.mark.parametrize("ids", ["", ",", " , "])
def test_a_suppression_without_an_id_says_what_to_write(run: Run, folder: Path, ids: str) -> None:
    (folder / "a.tenant.yaml").write_text(f"{SOUND}# tenantlint: ignore[{ids}]: OPS-42\n")
    out = run("check").out
    assert "this suppression names no policy or topic" in out
    assert "= help: write an id in the brackets" in out


def test_a_suppression_that_has_ended_before_a_finding_never_covers_it(
    run: Run, folder: Path
) -> None:
    (folder / "a.tenant.yaml").write_text(f"""\
{SOUND}\
  # tenantlint: ignore[mixed-telephony] until 2026-05-10: the item
  - id: Sub2  # tenantlint: ignore[mixed-telephony]: the key
    type: named
    start: 2025-06-01
    telephony: vpop
""")
    out = run("check", "--as-of", "2026-05-01").out
    assert out.count("this suppression covers no finding of mixed-telephony") == 1
    assert "= help: remove it" in out
    assert "nearer suppression" not in out
