"""The `why` command: its answers, and the arguments that it refuses."""

import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.conftest import Outcome, Run
from tests.plugins.test_policy_file import policy_text
from validator.cli.app import tenantlint

DAY = ("--as-of", "2026-05-01")
TENANT = """\
version: 1
tenant: {id: t1, name: Harbour, telephony: webex-calling}
subscriptions:
  - {id: Core, name: Care core, type: named, start: 2025-01-01, entitlements: {premium-agent: {quantity: 3, until: 2026-12-15}, ai-agent: 2}}
  - {id: Wfo, type: named, start: 2025-01-02, telephony: vpop, entitlements: {wfo-analytics: 10, ai-agent: {quantity: 1, since: 2024-01-01}}}
  - {id: Next, type: named, start: 2027-01-01, entitlements: {standard-agent: 3}}
  - {id: Old, type: named, start: 2024-01-01, end: 2026-01-31, grace_days: 5}
  - {id: Lap, type: named, start: 2025-02-01, lapses: [{from: 2026-05-01, until: 2026-06-15}]}
  - {id: Trial, type: named, start: 2025-01-05, status: trial, end: 2026-05-20, grace_days: 3}
  - {id: Renews, type: named, start: 2025-01-06, end: 2026-08-31, auto_renew: true}
  - {id: Held, type: named, start: 2025-01-07, status: suspended}
  - {id: Core, type: named, start: 2025-01-08, entitlements: {premium-agent: 1}}
users:
  - {email: maud@x.example, name: Maud, roles: [agent], assignments: [Core, Wfo]}
  - {email: tom@x.example, name: Tom, roles: [agent], assignments: [{subscription: Core, license: premium-agent}, {subscription: Wfo, license: wfo-analytics}, {subscription: Next, license: standard-agent}]}
  - {email: ada@x.example, name: Ada, roles: [administrator], assignments: [Old], last_access: 2026-01-02}
  - {email: lap@x.example, name: Lea, roles: [administrator], assignments: [Lap, core, Held]}
  - {email: none@x.example, name: Nora, roles: [agent]}
  - {email: tri@x.example, name: Tri, roles: [agent], assignments: [Trial, {subscription: Core, license: standard-agent}]}
  - {email: tri@x.example, name: Twin, roles: [agent], assignments: [{subscription: Trial, license: premium-agent}]}
"""


def in_process(*arguments: str) -> Outcome:
    """Run the command in this process, because starting a new one takes most of the time."""
    done = CliRunner().invoke(tenantlint, arguments, standalone_mode=False)
    if isinstance(done.exception, click.ClickException):
        return Outcome(2, done.stdout, done.exception.format_message())
    assert done.exception is None, done.exception
    return Outcome(done.return_value, done.stdout, done.stderr)


@pytest.fixture
def tenant(folder: Path) -> Path:
    file = folder / "a.tenant.yaml"
    file.write_text(TENANT)
    return file


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        # until when, and through which assignment
        ("--user maud@x.example", ["Maud is covered until 2026-12-15: Core has premium-agent until then; Wfo lists no agent licence", "228 days left", "Core: serves until 2026-12-15; takes a seat of premium-agent", "licence premium-agent: covered until 2026-12-15, today by Core"]),
        ("--user MAUD@X.example", ["Maud is covered until 2026-12-15"]),
        ("--user tom@x.example", ["wfo-analytics in Wfo is not an agent licence; Next has standard-agent from 2027-01-01 without an end", "Wfo, wfo-analytics: serves without an end; takes a seat of wfo-analytics; gives no access", "licence standard-agent: not covered yet; covered from 2027-01-01"]),
        # why not
        ("--user ada@x.example", ["Ada is not covered on 2026-05-01: Old ended on 2026-02-05", "does not work as agent or supervisor; is idle, with the last access on 2026-01-02"]),
        ("--user lap@x.example", ["Lea is not covered on 2026-05-01, but will be from 2026-06-16 without an end: Lap is active from 2026-06-16 without an end; core is not a subscription of this tenant (did you mean Core?); Held is suspended"]),
        ("--user none@x.example", ["Nora is not covered on 2026-05-01: the user has no assignments"]),
        ("--user tri@x.example", ["Tri is covered without an end: Trial is active until 2026-05-23; Core does not list standard-agent, but is active without an end", "Twin is covered until 2026-05-23: Trial is active until then"]),
        # a later day, and an earlier one
        ("--user maud@x.example --as-of 2026-12-16", ["Maud is not covered on 2026-12-16: Core had premium-agent until 2026-12-15; Wfo lists no agent licence"]),
        ("--user tom@x.example --as-of 2024-06-01", ["Tom is not covered on 2024-06-01, but will be from 2025-01-01 until 2026-12-15"]),
        # subscriptions: state, cover, days left, primary
        ("--subscription Core", ["Core is active without an end (Care core)", "Core is active without an end\n", "Core is the primary without an end", "an earlier subscription has the same id", "3 users assigned", "premium-agent: 1; 0 holders, 1 free seat"]),
        ("--subscription Next", ["Next starts on 2027-01-01", "the primary is Core, without an end", "standard-agent: 0 until 2026-12-31, then 3; 1 holder, 0 free seats"]),
        ("--subscription Old", ["Old ended on 2026-02-05", "it lists no entitlements, so its licences and seats are not known"]),
        ("--subscription Old --as-of 2026-02-05", ["Old is active until 2026-02-05: its end is 2026-01-31, with 5 days of grace; 0 days left", "Old is the primary until 2026-02-05, then Core"]),
        ("--subscription Core --as-of 2026-02-05", ["the primary is Old, until 2026-02-05, then Core; Core becomes the primary on 2026-02-06"]),
        ("--subscription Lap", ["Lap is lapsed on 2026-05-01; it is active again from 2026-06-16 on"]),
        ("--subscription Lap --as-of 2026-04-29", ["Lap is active until 2026-04-30: a lapse begins on 2026-05-01; 1 day left"]),
        ("--subscription Trial", ["Trial is a trial, active until 2026-05-23: its end is 2026-05-20, with 3 days of grace; 22 days left"]),
        ("--subscription Renews", ["Renews is active without an end: it renews automatically on 2026-09-01; the last day to decide is 2026-08-01"]),
        ("--subscription Renews --as-of 2026-08-02", ["it renews automatically on 2026-09-01; the last day to decide was 2026-08-01"]),
        ("--subscription Renews --as-of 2026-09-01", ["it renews automatically on 2027-09-01; the last day to decide is 2027-08-01"]),
        ("--subscription Held", ["Held is suspended"]),
        # quantities, holders, free seats, bearer
        ("--subscription Core", ["premium-agent: 3 until 2026-12-15, then 0; 2 holders, 0 free seats (3 users take one of 3 agent seats); this subscription bears the overage without an end", "ai-agent: 2; 0 holders, 2 free seats; Wfo bears the overage without an end"]),
        ("--subscription Core --as-of 2026-12-16", ["premium-agent: 0; the last line ended on 2026-12-15"]),
        ("", ["a subscription is active without an end", "the primary is Core, without an end", "the telephony option is webex-calling, set at /tenant/telephony", "Held is suspended", "Nora is not covered"]),
        # policies
        ("--user maud@x.example --policy user-only-expiring", ["soon means until 2026-05-31", "user-only-expiring has run and found nothing here", "ending users: not in the list"]),
        ("--user maud@x.example --policy user-only-expiring --expiring-within 300", ["soon means until 2027-02-25", "error, line 14: Maud loses the Agent Desktop on 2026-12-16", "ending users: in the list: 2026-12-15", "elsewhere in the document"]),
        ("--user ada@x.example --policy user-without-access", ["user-without-access has run and found:", "error, line 16: Ada has no access on 2026-05-01", "user covered until (Ada): none"]),
        ("--subscription Wfo --policy mixed-telephony", ["error, line 5: Wfo uses vpop", "telephony option: value: webex-calling, set_at: /tenant/telephony", "live: in the list"]),
        ("--subscription Core --policy over-assigned", ["over-assigned has run and found nothing here", "holders (Core, premium-agent): 2", "largest quantity (Core, premium-agent): 3"]),
        ("--policy bearer-shift", ["bearer (ai-agent): Wfo"]),
        ("--policy duplicate-user", ["duplicate-user has run and found:", "it used no terms, only the keys of the file"]),
        ("--policy history-rewritten", ["history-rewritten has not run: it compares two versions of a file; run check --since REV"]),
        ("--policy tenant-in-two-files", ["tenant-in-two-files has not run: it compares the files of a run; run check over all of them"]),
    ],
)  # fmt: skip
def test_why_explains_users_subscriptions_and_policies(
    tenant: Path, asked: str, answers: list[str]
) -> None:
    outcome = in_process("why", tenant.name, *DAY, *asked.split())
    assert (outcome.code, outcome.err) == (0, "")
    assert [answer for answer in answers if answer not in outcome.out] == []


def test_a_line_without_an_end_ends_with_its_subscription(folder: Path) -> None:
    lines = "{premium-agent: 1, ai-agent: {quantity: 1, until: 2024-03-31}}"
    (folder / "a.tenant.yaml").write_text(
        "version: 1\ntenant: {id: t1, name: Harbour}\nsubscriptions:\n"
        "  - {id: Past, type: named, start: 2024-01-01, end: 2024-06-10, grace_days: 20, "
        f"entitlements: {lines}}}\n"
    )
    out = in_process("why", "a.tenant.yaml", *DAY, "--subscription", "Past").out
    assert "premium-agent: 0; the subscription ended on 2024-06-30" in out
    assert "ai-agent: 0; the last line ended on 2024-03-31" in out


EXACT = """\
version: 1
tenant: {id: t1, name: Harbour}
subscriptions:
  - {id: A, type: named, start: 2025-01-01, entitlements: {premium-agent: 3, standard-agent: {quantity: 1, until: 2026-07-31}, webex-connect: 1}}
  - {id: B, type: named, start: 2026-06-01, end: 2026-08-31, auto_renew: true, entitlements: {}}
  - {id: A, type: named, start: 2026-01-01, entitlements: {}}
users:
  - {email: ada@x.example, roles: [agent], assignments: [A, A, Z]}
  - {email: ben@x.example, roles: [administrator], assignments: [A]}
"""


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        # The licence that lasts is named. A licence names each subscription once.
        ("--user ada@x.example", """\
ada@x.example is covered without an end: A has premium-agent without an end; Z is not a subscription of this tenant
  A: serves without an end
  A: serves without an end
  Z: does not serve
  licence premium-agent: covered without an end, today by A
  licence standard-agent: covered until 2026-07-31, today by A
"""),
        # A user who does not work needs no licence.
        ("--user ben@x.example", """\
ben@x.example is covered without an end: A is active without an end
  does not work as agent or supervisor
  A: serves without an end
  licence premium-agent: covered without an end, today by A
  licence standard-agent: covered until 2026-07-31, today by A
"""),
        # Users are assigned to the first subscription with an id. Connect usage has no overage.
        ("--subscription A --as-of 2025-01-01", """\
A is active without an end
  A is the primary without an end
  2 users assigned
  premium-agent: 3; 0 holders, 3 free seats; this subscription bears the overage without an end
  standard-agent: 1 until 2026-07-31, then 0; 0 holders, 1 free seat; this subscription bears the overage without an end
  webex-connect: 1; 0 holders, 1 free seat

A starts on 2026-01-01
  the primary is A, without an end
  an earlier subscription has the same id, and references to it mean that one
  0 users assigned
"""),
        ("--subscription B --as-of 2026-05-31", """\
B starts on 2026-06-01
  the primary is A, without an end
  0 users assigned
"""),
        ("--subscription B --as-of 2026-08-01", """\
B is active without an end: it renews automatically on 2026-09-01; the last day to decide is 2026-08-01
  the primary is A, without an end
  0 users assigned
"""),
    ],
)  # fmt: skip
def test_an_answer_is_exact(tenant: Path, asked: str, answer: str) -> None:
    tenant.write_text(EXACT)
    assert in_process("why", tenant.name, *DAY, *asked.split()).out.endswith(f"\n\n{answer}")


def test_only_the_requested_subject_is_explained(run: Run, tenant: Path) -> None:
    out = run("why", tenant.name, *DAY, "--user", "maud@x.example").out
    assert "Tom" not in out
    assert "Wfo is active" not in out
    out = run("why", tenant.name, *DAY, "--subscription", "Wfo").out
    assert "Maud" not in out
    out = run("why", tenant.name, *DAY, "--policy", "user-unassigned").out
    assert "Maud" not in out
    assert "Nora (agent) is not assigned to any subscription" in out


@pytest.mark.parametrize(
    ("arguments", "config", "reason"),
    [
        (["--ignore", "user"], "", "--ignore contains user"),
        (["--ignore", "user-unassigned"], "", "--ignore contains user-unassigned"),
        (["--select", "usage"], "", "--select contains neither user-unassigned nor user"),
        (["--severity", "user=off"], "", "--severity user=off"),
        (["--severity", "user-unassigned=off"], "", "--severity user-unassigned=off"),
        ([], "ignore = ['user']", "tenantlint.toml: ignore contains user"),
        ([], "select = ['usage']", "tenantlint.toml: select contains neither user-unassigned nor user"),
        ([], "severity = {user = 'off'}", "tenantlint.toml: severity of user is off"),
        ([], "[[per-file]]\nfiles = ['*.yaml']\nignore = ['user-unassigned']", "tenantlint.toml: per-file *.yaml: ignore contains user-unassigned"),
        ([], "[[per-file]]\nfiles = ['a.*']\nseverity = {user = 'off'}", "tenantlint.toml: per-file a.*: severity of user is off"),
        (["--select", "user"], "[[per-file]]\nfiles = ['a.*']\nignore = ['user']", "tenantlint.toml: per-file a.*: ignore contains user"),
        (["--select", "user"], "ignore = ['user']\n[[per-file]]\nfiles = ['a.*']\nseverity = {user = 'off'}", "tenantlint.toml: per-file a.*: severity of user is off"),
        # Settings that turn it on again.
        (["--select", "user"], "ignore = ['user']", ""),
        ([], "severity = {user = 'off', user-unassigned = 'info'}", ""),
        (["--severity", "user=error"], "severity = {user = 'off'}", ""),
        ([], "[[per-file]]\nfiles = ['b.*']\nignore = ['user']", ""),
    ],
)  # fmt: skip
def test_why_names_the_setting_that_turns_a_policy_off(
    tenant: Path, arguments: list[str], config: str, reason: str
) -> None:
    (tenant.parent / "tenantlint.toml").write_text(config)
    asked = (tenant.name, *DAY, "--policy", "user-unassigned", *arguments)
    out = in_process("why", *asked).out
    checked = in_process("check", tenant.name, *DAY, *arguments, "-f", "concise", "--no-cache").out
    assert (": user-unassigned: " in checked) == (not reason)
    if reason:
        assert f"user-unassigned is off: {reason}\n" in out
    else:
        assert "user-unassigned has run and found:" in out


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        ("ignore = ['user']", "base.toml: ignore contains user"),
        ("select = ['usage']", "base.toml: select contains neither user-unassigned nor user"),
        ("severity = {user = 'off'}", "base.toml: severity of user is off"),
        ("[[per-file]]\nfiles = ['a.*']\nignore = ['user']", "base.toml: per-file a.*: ignore contains user"),
    ],
)  # fmt: skip
def test_why_names_the_file_of_a_setting(tenant: Path, base: str, reason: str) -> None:
    (tenant.parent / "base.toml").write_text(base)
    (tenant.parent / "tenantlint.toml").write_text("extends = ['base.toml']\nfail-on = 'info'")
    out = in_process("why", tenant.name, *DAY, "--policy", "user-unassigned").out
    assert f"user-unassigned is off: {reason}\n" in out


def test_a_policy_can_have_a_different_horizon(tenant: Path) -> None:
    asked = ("why", tenant.name, *DAY, "--user", "maud@x.example", "--policy", "user-only-expiring")
    out = in_process(*asked).out
    assert "soon means until 2026-05-31\n" in out
    assert "for this policy" not in out
    (tenant.parent / "tenantlint.toml").write_text("[policy.user-only-expiring]\ndays = 300\n")
    out = in_process(*asked).out
    assert "soon means until 2026-05-31\n" in out
    assert "for this policy, soon means until 2027-02-25" in out
    assert "ending users: in the list: 2026-12-15" in out


def test_suppressed_and_known_findings_are_marked(run: Run, tenant: Path) -> None:
    asked = ("why", tenant.name, *DAY, "--policy", "mixed-telephony")
    run("check", tenant.name, *DAY, "--baseline", "known.json", "--write-baseline")
    assert "known to the baseline" not in run(*asked).out
    assert "(known to the baseline)" in run(*asked, "--baseline", "known.json").out
    comment = "  # tenantlint: ignore[mixed-telephony] until 2026-12-31: porting"
    text = re.sub(r"(id: Wfo.*)", rf"\1{comment}", TENANT)
    tenant.write_text(text)
    out = run(*asked, "--baseline", "known.json").out
    assert (
        "uses vpop, but its tenant uses webex-calling (suppressed: porting (until 2026-12-31))"
        in out
    )
    later = ("why", tenant.name, "--as-of", "2027-01-01", "--policy", "mixed-telephony")
    assert "suppressed" not in run(*later).out


def test_json_has_the_answers(run: Run, tenant: Path) -> None:
    asked = ("--user", "tom@x.example", "--policy", "license-expiring")
    value = json.loads(run("why", tenant.name, *DAY, *asked, "-f", "json").out)
    assert (value["version"], value["as_of"], value["soon"]) == (1, "2026-05-01", "2026-05-31")
    (got,) = value["tenants"]
    (user,) = got["users"]
    assert got["subscriptions"] == []
    assert user["covered"] == {"today": True, "until": "2026-12-15", "from": None}
    assert user["assignments"][1]["access"] is False
    assert got["policy"]["outcome"] == "ran"
    assert got["policy"]["findings"] == []
    terms = {question["term"] for question in got["policy"]["asked"]}
    assert "license_covered_until" in terms
    run("why", tenant.name, *DAY, *asked, "-f", "json", "-o", "out.json")
    assert json.loads((tenant.parent / "out.json").read_text()) == value


def test_the_terms_of_a_policy_without_code_are_listed(run: Run, tenant: Path) -> None:
    (tenant.parent / "policies.yaml").write_text(policy_text("!has(user.covered_until)"))
    (tenant.parent / "tenantlint.toml").write_text("policy-files = ['policies.yaml']")
    outcome = run("why", tenant.name, *DAY, "--user", "ada@x.example", "--policy", "mine")
    assert "mine has run and found:" in outcome.out
    assert "user covered until (Ada): none" in outcome.out


def test_a_policy_that_crashes_is_2(run: Run, tenant: Path) -> None:
    page = '"""T."""\nfrom validator import policy\n'
    folder = tenant.parent / "own" / "acme"
    folder.mkdir(parents=True)
    (folder / "bad.py").write_text(
        f'{page}@policy(severity="error")\ndef bad(tenant):\n    yield 1 / 0\n'
    )
    outcome = run("why", tenant.name, *DAY, "--policies", "own", "--policy", "bad")
    assert outcome.code == 2
    assert outcome.err.count("the policy bad crashed: ZeroDivisionError") == 1


def test_why_reads_several_documents_and_standard_input(run: Run, tenant: Path) -> None:
    text = f"{TENANT}---\n{TENANT.replace('maud', 'Rosa').replace('t1', 't2')}"
    tenant.write_text(text)
    outcome = run("why", tenant.name, *DAY, "--user", "rosa@x.example", "-f", "json")
    (only,) = json.loads(outcome.out)["tenants"]
    assert (only["document"], only["tenant"]) == (1, "t2")
    name = ("--stdin-filename", "x.yaml")
    outcome = run("why", "-", *name, *DAY, "--subscription", "Wfo", stdin=text.encode())
    assert outcome.out.count("Harbour (x.yaml)") == 2
    tenant.write_text(f"{TENANT}---\nversion: 2\n")
    outcome = run("why", tenant.name, *DAY, "--subscription", "Wfo")
    assert outcome.code == 1
    assert "Wfo is active" in outcome.out
    assert outcome.err == (
        "tenantlint: a.tenant.yaml, document 2: has YAML or schema errors; run `tenantlint check "
        "a.tenant.yaml`\n"
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("nofile.yaml", "nofile.yaml: No such file or directory"),
        (".", ". is a folder; name a tenant file in it"),
        ("", "Missing argument 'FILE'"),
        ("a.tenant.yaml --user x@y.example --subscription Core", "--user and --subscription cannot be used together"),
        ("a.tenant.yaml --user mau@x.example", "a.tenant.yaml: no user has the e-mail address mau@x.example; did you mean maud@x.example?"),
        ("a.tenant.yaml --subscription core", "a.tenant.yaml: no subscription has the id core; did you mean Core?"),
        ("a.tenant.yaml --policy user-unasigned", "no policy is called user-unasigned; did you mean user-unassigned?"),
        ("a.tenant.yaml --policy user", "user is a topic; run tenantlint explain user to list its policies"),
        ("a.tenant.yaml --policy yaml-syntax", "yaml-syntax is a finding that does not come from a policy"),
        ("a.tenant.yaml --as-of 2026-13-01", "2026-13-01 is not a calendar day"),
        ("a.tenant.yaml -f xml", "no format of why is called xml"),
        ("a.tenant.yaml --baseline no.json --policy user-unassigned", "no.json: No such file or directory"),
        ("a.tenant.yaml --ignore usr", "no policy or topic is called usr"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused(tenant: Path, arguments: str, reason: str) -> None:
    assert tenant.exists()
    outcome = in_process("why", *arguments.split())
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err
    assert "\n" not in outcome.err


def test_control_characters_in_names_are_escaped(run: Run, tenant: Path) -> None:
    tenant.write_text(TENANT.replace("name: Maud", r'name: "Ma\e[31mud\u202e\n"'))
    outcome = run("why", tenant.name, *DAY, "--user", "maud@x.example")
    assert r"Ma\x1b[31mud\u202e\x0a is covered" in outcome.out


def test_a_licence_that_several_subscriptions_had_ended_with_the_last(folder: Path) -> None:
    text = (
        "version: 1\ntenant: {id: t1, name: Harbour}\nsubscriptions:\n"
        "  - {id: A, type: named, start: 2025-01-01, end: 2026-03-31}\n"
        "  - {id: B, type: named, start: 2024-01-01, end: 2024-12-30}\n"
        "users:\n  - email: a@x.example\n    roles: [agent]\n    assignments:\n"
        "      - {subscription: A, license: premium-agent}\n"
        "      - {subscription: B, license: premium-agent}\n"
    )
    (folder / "a.tenant.yaml").write_text(text)
    out = in_process("why", "a.tenant.yaml", *DAY, "--user", "a@x.example").out
    assert "  licence premium-agent: not covered; it ended on 2026-03-31\n" in out


def test_many_assignments_are_summarized(run: Run, tenant: Path) -> None:
    ids = ", ".join(f"Unknown{number}" for number in range(3000))
    tenant.write_text(TENANT.replace("[Core, Wfo]", f"[Core, {ids}]"))
    outcome = run("why", tenant.name, *DAY, "--user", "maud@x.example", timeout=20)
    assert "; and 2,991 more assignments" in outcome.out
    ids = ", ".join(f"Unknown{number}" for number in range(10))
    tenant.write_text(TENANT.replace("[Core, Wfo]", f"[Core, {ids}]"))
    outcome = run("why", tenant.name, *DAY, "--user", "maud@x.example")
    assert "; and 1 more assignment\n" in outcome.out


def test_a_licence_that_has_ended_names_its_last_day(folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(
        "version: 1\ntenant: {id: t1, name: Harbour Retail}\nsubscriptions:\n"
        "  - {id: Sub1, type: named, start: 2025-01-01, end: 2026-04-30}\n"
        "users:\n  - email: maud@x.example\n    roles: [agent]\n"
        "    assignments: [{subscription: Sub1, license: premium-agent}]\n"
    )
    asked = ("why", "a.tenant.yaml", "--user", "maud@x.example", "--as-of")
    ended = in_process(*asked, "2026-05-01").out
    assert "  licence premium-agent: not covered; it ended on 2026-04-30\n" in ended
    assert "licence premium-agent: covered until 2026-04-30" in in_process(*asked, "2026-04-30").out
