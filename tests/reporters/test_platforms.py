"""Platform formats: file names, fingerprints, columns and escaping."""

import json
import re
import subprocess
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.checking.repositories import Repository
from tests.conftest import COMMAND, SOUND, UNSOUND, Run
from tests.reporters.test_reports import PAGES, PLAN, SARIF, rendered
from validator.checking.file_check import check_file
from validator.findings.diagnostic import Diagnostic, RelatedLocation, Span
from validator.findings.report import Report
from validator.reporters.check.excerpt import excerpt
from validator.reporters.check.fingerprint import identify_all
from validator.reporters.check.sarif import MAX_RESULTS
from validator.reporters.escaping import escape_markdown
from validator.reporters.html_page import escape_html_code
from validator.reporters.terminal import display_width

DAY = ("--as-of", "2026-05-01")
NAME = "config/tenants/q.yaml"


def file_names(run: Run, *arguments: str, **env: str) -> set[str]:
    """Return the file names in the platform formats of a run with one finding."""

    def out(name: str) -> Any:
        return run("check", *DAY, *arguments, "--format", name, **env).out

    (github,) = re.findall(r"file=([^,]*)", out("github"))
    (gitlab,) = json.loads(out("gitlab"))
    (rdjson,) = json.loads(out("rdjson"))["diagnostics"]
    (sarif,) = json.loads(out("sarif"))["runs"][0]["results"]
    artifact = sarif["locations"][0]["physicalLocation"]["artifactLocation"]
    return {github, gitlab["location"]["path"], rdjson["location"]["path"], artifact["uri"]}


@pytest.mark.parametrize("folder_name", ["", "config", "config/tenants", "scripts"])
def test_file_names_are_relative_to_the_root_of_the_repository(
    run: Run, folder: Path, folder_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(folder, run)
    repository.write(NAME, UNSOUND)
    (folder / "scripts").mkdir()
    here = folder / folder_name
    monkeypatch.chdir(here)
    for file in (str(folder / NAME), str(Path(*[".."] * len(Path(folder_name).parts)) / NAME)):
        for name in ("github", "gitlab", "sarif", "rdjson"):
            done = subprocess.run(
                [COMMAND, "check", *DAY, file, "--format", name],
                cwd=here, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert f'"{NAME}"' in done.stdout or f"file={NAME}," in done.stdout, (file, name)


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_without_git_a_ci_variable_names_the_root(run: Run, folder: Path, variable: str) -> None:
    (folder / "tenants").mkdir()
    (folder / "tenants" / "q.yaml").write_text(UNSOUND)
    assert file_names(run) == {"tenants/q.yaml"}
    assert file_names(run, **{variable: str(folder.parent)}) == {f"{folder.name}/tenants/q.yaml"}
    assert file_names(run, "./tenants/q.yaml", **{variable: "relative"}) == {"tenants/q.yaml"}


def test_standard_input_keeps_its_given_name(run: Run, folder: Path) -> None:
    Repository(folder, run)
    out = run("check", "-", *DAY, "--format", "github", stdin=UNSOUND.encode()).out
    assert "file=<stdin>," in out
    named = ("--stdin-filename", "tenants/a.yaml")
    out = run("check", "-", *named, *DAY, "--format", "github", stdin=UNSOUND.encode()).out
    assert "file=tenants/a.yaml," in out


def check(text: str) -> tuple[Diagnostic, ...]:
    return check_file("t.yaml", text.encode(), PLAN).diagnostics


LOCKED_OUT = """\
version: 1
tenant: {id: t1, name: Harbour Retail}
subscriptions:
  - {id: Sub1, type: named, start: 2023-01-01, end: 2025-12-31}
users:
  - {email: ada@harbour.example, roles: [administrator], assignments: [Sub1]}
"""
USER = "  - {email: new@harbour.example, roles: [agent], assignments: [Sub1]}\n"
BLOCK = "  - {id: Sub0, type: named, start: 2022-01-01, end: 2022-12-31}\n"
GAP = SOUND.replace("2025-01-01}", "2025-01-01, end: 2026-05-20}")
UNRELATED = [
    lambda text: text + USER if "users:" in text else text + "users:\n" + USER,
    lambda text: text.replace("subscriptions:\n", "subscriptions:\n" + BLOCK),
    lambda text: text.replace("subscriptions:\n", "x-note: unrelated\nsubscriptions:\n"),
    lambda text: text.replace("Harbour Retail", "Harbour Retail AG"),
    lambda text: "# a comment\n" + text.replace("named, start", "named, name: Old, start"),
]


@pytest.mark.parametrize("number", range(len(UNRELATED)))
@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("admin-lockout", LOCKED_OUT),
        ("no-active-subscription", LOCKED_OUT),
        ("user-without-access", LOCKED_OUT),
        ("coverage-gap", GAP),
        ("mixed-telephony", UNSOUND),
    ],
)
def test_a_fingerprint_does_not_depend_on_unrelated_lines(id: str, text: str, number: int) -> None:
    def fingerprint(text: str) -> str:
        every = identify_all(Report(PLAN.settings.as_of, ("t.yaml",), 1, check(text)))
        return next(found.fingerprint for found in every if found.item.id == id)

    assert fingerprint(UNRELATED[number](text)) == fingerprint(text)


def test_another_line_or_assignment_changes_no_stable_path() -> None:
    # List items without an id are identified by their values.
    text = LOCKED_OUT.replace(
        "end: 2025-12-31}",
        "end: 2027-12-31, entitlements: {premium-agent: "
        "[{quantity: 5, since: 2024-06-01, until: 2024-01-01}]}}",
    ).replace("[Sub1]", "[{subscription: Sub9, license: premium-agent}]")
    more = text.replace("[{quantity", "[{quantity: 1, since: 2023-01-01}, {quantity").replace(
        "[{subscription", "[{subscription: Sub9, license: standard-agent}, {subscription"
    )
    before, after = ({item.key for item in check(each)} for each in (text, more))
    assert before
    assert before <= after


def test_a_fingerprint_does_not_depend_on_the_baseline() -> None:
    twice = UNSOUND + "---\n" + UNSOUND
    first, second = (item for item in check(twice) if item.id == "mixed-telephony")
    whole = Report(date(2026, 5, 1), ("t.yaml",), 2, (first, second), pages=PAGES)
    apart = whole._replace(diagnostics=(second,), known=(first,), baseline="known.json")
    kept = json.loads(rendered("gitlab", whole))[1]["fingerprint"]
    assert json.loads(rendered("gitlab", apart))[0]["fingerprint"] == kept


def test_sarif_keeps_the_most_severe_results_and_counts_the_others() -> None:
    (found,) = check(UNSOUND)
    many = [
        found._replace(severity="info", name=f"/{n}", span=Span(n + 1, 1, n + 1, 2))
        for n in range(MAX_RESULTS + 10)
    ]
    worst = found._replace(span=Span(MAX_RESULTS + 50, 1, MAX_RESULTS + 50, 2))
    report = Report(date(2026, 5, 1), ("t.yaml",), 1, (*many, worst), pages=PAGES)
    run = json.loads(rendered("sarif", report))["runs"][0]
    assert len(run["results"]) == MAX_RESULTS
    assert run["results"][-1]["level"] == "error"
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("11 results left out")


@pytest.mark.parametrize(
    ("path", "name"),
    [("linked", "real/sub/x.tenant.yaml"), ("linked/x.tenant.yaml", "real/sub/x.tenant.yaml"),
     ("linked/../y.tenant.yaml", "real/y.tenant.yaml"), ("file.tenant.yaml", "file.tenant.yaml")],
)  # fmt: skip
def test_file_names_below_a_link_are_those_of_git(
    run: Run, folder: Path, path: str, name: str
) -> None:
    repository = Repository(folder, run)
    repository.write("real/sub/x.tenant.yaml", UNSOUND)
    repository.write("real/y.tenant.yaml", UNSOUND)
    (folder / "linked").symlink_to("real/sub")
    (folder / "file.tenant.yaml").symlink_to("real/y.tenant.yaml")
    assert file_names(run, path) == {name}


def test_sarif_describes_the_tool_and_its_rules(run: Run, harbour: str) -> None:
    log = json.loads(run("check", harbour, *DAY, "--format", "sarif").out)
    SARIF.validate(log)
    (single,) = log["runs"]
    driver = single["tool"]["driver"]
    assert single["automationDetails"]["id"] == "tenantlint/2026-05-01"
    assert driver["fullName"] == f"tenantlint {driver['version']}"
    for rule in driver["rules"]:
        assert rule["helpUri"].endswith(f"docs/policies.md#{rule['id']}")
        assert re.fullmatch(r"([A-Z][a-z]*)+", rule["name"])


def test_sarif_links_to_the_pages_of_built_in_findings(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND + "oops: 1\nversion: 1\n")
    driver = json.loads(run("check", *DAY, "--format", "sarif").out)["runs"][0]["tool"]["driver"]
    addresses = {rule["id"]: rule["helpUri"].partition("/docs/")[2] for rule in driver["rules"]}
    assert addresses == {
        "schema-unknown-property": "findings.md#schema-keyword",
        "yaml-duplicate-key": "findings.md#yaml-duplicate-key",
    }


def test_rdjson_counts_columns_in_bytes() -> None:
    text = UNSOUND.replace("id: Sub2", "id: 電話😀")
    (found,) = check(text)
    report = Report(date(2026, 5, 1), ("t.yaml",), 1, (found,), pages=PAGES)
    (item,) = json.loads(rendered("rdjson", report))["diagnostics"]
    line = text.splitlines()[4].encode()
    start, end = (item["location"]["range"][name]["column"] - 1 for name in ("start", "end"))
    assert line[start:end] == b"vpop"
    assert item["code"]["url"].endswith("#mixed-telephony")
    assert item["severity"] == "ERROR"


@pytest.mark.parametrize(
    ("source", "start", "end", "width", "shown"),
    [
        ("short: vpop # x", 7, 11, 40, "short: |vpop| # x"),
        ("a" * 100 + "vpop" + "b" * 100, 100, 104, 24, "…aaaaaaaaa|vpop|bbbbbbbbb…"),
        ("vpop" + "b" * 100, 0, 4, 14, "|vpop|bbbbbbbbb…"),
        ("a" * 100 + "vpop", 100, 104, 14, "…aaaaaaaaa|vpop|"),
        ("v" * 100, 0, 100, 10, "|vvvvvvvvv…|"),
        ("x" + "v" * 100 + "y", 1, 101, 10, "x|vvvvvvv…|y"),
        ("電" * 50 + "vpop", 50 * 1, 54, 14, "…電電電電|vpop|"),
    ],
)
def test_a_long_line_is_cut_around_the_marked_text(
    source: str, start: int, end: int, width: int, shown: str
) -> None:
    span = Span(1, start + 1, 1, end + 1)
    found = excerpt(RelatedLocation("", "a", "", span, source), width)
    assert "|".join(found) == shown
    assert display_width("".join(found)) <= width


def test_every_format_cuts_long_excerpts() -> None:
    text = UNSOUND.replace("{id: Sub2", "{x-long: " + "x" * 5000 + ", id: Sub2")
    found = check(text.replace("vpop}", "vpop, x-more: " + "y" * 5000 + "}"))
    report = Report(date(2026, 5, 1), ("t.yaml",), 1, found, pages=PAGES)
    for name in ("text", "html", "junit"):
        shown = rendered(name, report)
        assert re.search("…x+, id: Sub2", shown), name
        assert re.search("x-more: y+…", shown), name
        assert "x" * 200 not in shown, name
    assert "y" * 200 not in rendered("sarif", report)


@pytest.mark.parametrize("width", [20, 40, 60, 100, 200])
def test_text_fits_the_width_of_the_terminal(harbour: str, width: int) -> None:
    found = check(Path(harbour).read_text())
    report = Report(
        date(2026, 5, 1), ("t.yaml",), 1, found, pages=PAGES, is_printed=True, width=width
    )
    folded = [
        line for line in rendered("text", report).splitlines() if re.match(r"\s*(\d+ )?\|", line)
    ]
    helps = re.findall(r"^ +(?:= help: | {6,}).*", rendered("text", report), re.MULTILINE)
    assert folded
    assert helps
    for line in folded:
        assert display_width(line) <= max(width, 30)
    for line in helps:
        words = [word for word in line.split() if len(word) > width - 15]
        assert display_width(line) <= max(width, 33) or words


@pytest.mark.parametrize(
    "text",
    [
        "@name and #12", "GH-12 x", "o/r#3", "!1 ~label $1 %m &2 ^alert#1", "https://evil.example",
        "www.evil.example", "@@everyone", "a ` @name ` b ``", "x@y @z",
    ],
)  # fmt: skip
def test_escaped_markdown_mentions_no_user_and_has_no_links(text: str) -> None:
    page = MarkdownIt("gfm-like", {"linkify": False}).render(escape_markdown(text))
    outside = re.sub(r"<code>.*?</code>", "", page)
    words = re.sub(r"<[^>]*>", "", unescape(outside))
    assert not re.search(r"[@#!~$%&^][\w\"]|gh-\d|://|www\.\w", words, re.IGNORECASE)
    assert "<a" not in page


def test_text_in_backticks_is_code() -> None:
    assert escape_markdown("leave `a_b` out, ask ada@x.example") == (
        "leave `a_b` out, ask `ada@x.example`"
    )
    assert escape_html_code("leave `a<b` out") == "leave <code>a&lt;b</code> out"
    assert escape_html_code("one ` alone") == "one ` alone"
    assert escape_html_code("`a` and ` alone") == "<code>a</code> and ` alone"


def test_a_comment_that_is_too_long_keeps_the_most_severe_findings(run: Run, folder: Path) -> None:
    users = [
        f"  - {{email: user{number}@harbour.example, roles: [agent], assignments: [Sub1]}}\n"
        f"  - {{email: user{number}@harbour.example, roles: [agent], assignments: [Sub1]}}\n"
        for number in range(600)
    ]
    (folder / "a.tenant.yaml").write_text(f"{SOUND}users:\n{''.join(users)}")
    (folder / "z.tenant.yaml").write_text(UNSOUND.replace("id: t1", "id: t2").replace("Sub1", "S1"))
    arguments = ("check", *DAY, "--severity", "duplicate-user=warning", "--fail-on", "never")
    comment = run(*arguments, "-f", "markdown").out
    assert len(comment) <= 65_536
    first, second = comment.split("**z.tenant.yaml**")
    assert first.startswith("### tenantlint: 1 error and 600 warnings")
    assert first.count("**a.tenant.yaml**") == 1
    assert "`mixed-telephony`" in second
    shown = first.count("`duplicate-user`")
    assert 100 < shown < 600
    assert comment.endswith(
        "\nThe most severe findings are shown; see the log of the run for "
        f"{600 - shown} other findings.\n"
    )
