"""The documentation names every option, variable, id and format, and only existing ones."""

import importlib
import re
import shlex
from collections.abc import Iterator
from functools import cache

import click
import pytest

from tests.conftest import ROOT
from tests.docs.generated_page import DOCS, PAGES
from tests.docs.source_messages import can_be_printed, source_texts
from validator.cli.app import COMMANDS, tenantlint
from validator.findings.builtin import BUILTIN_FINDINGS
from validator.plugins import cel_schema
from validator.plugins.loading import load_plugins
from validator.reporters import formats

POLICIES = load_plugins(installed=False).policies
BLOCK = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
TEXT = {page: page.read_text() for page in PAGES}


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield each command and subcommand with its name."""
    for name, module in COMMANDS.items():
        command = importlib.import_module(f"validator.cli.{module}").command
        yield name, command
        for inner, item in getattr(command, "commands", {}).items():
            yield f"{name} {inner}", item


OPTIONS = {
    name: {
        option
        for param in command.params
        if isinstance(param, click.Option) and not param.hidden
        for option in (*param.opts, *param.secondary_opts)
    }
    for name, command in commands()
}
KNOWN_OPTIONS = {option for options in OPTIONS.values() for option in options}
KNOWN_OPTIONS |= {"--help", "-h", "--version"}
FOREIGN_OPTIONS = {
    "--add": "git config",
    "--binary": "patch",
    "--filter": "git clone",
    "--global": "git",
    "--health": "hx",
    "--include": "curl",
    "--linear": "benchmarks/run.py",
    "--case": "tests.fuzz",
    "--no-filter": "git fetch",
    "--prefix": "npm",
    "--refetch": "git fetch",
    "--seconds": "tests.fuzz",
    "--seed": "tests.fuzz",
    "--strict": "zensical",
    "--update-golden": "pytest",
    "--batch": "git cat-file",
    "--ways": "benchmarks/run.py",
}
"""Options of other programs that the pages name, and the program that has them."""


def test_every_option_is_in_the_help_of_its_command() -> None:
    usage = (DOCS / "usage.md").read_text()
    for name, options in OPTIONS.items():
        help = usage.split(f"```console\n$ tenantlint {name} --help\n", 1)[1].split("```", 1)[0]
        for option in options:
            if option.startswith("--"):
                assert re.search(rf"{option}\b", help), (name, option)


def test_every_option_on_the_pages_exists() -> None:
    for page, text in TEXT.items():
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", text):
            assert option in KNOWN_OPTIONS or option in FOREIGN_OPTIONS, (page.name, option)
    every = "".join(TEXT.values())
    for option in FOREIGN_OPTIONS:
        assert option in every, option


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield each `tenantlint` command line in a block or in backticks, with its page."""
    for page, text in TEXT.items():
        found = [
            line.removeprefix("$ ")
            for _, language, block in BLOCK.findall(text)
            if language in ("sh", "console")
            for line in block.replace("\\\n", " ").splitlines()
            if language == "sh" or line.startswith("$ ")
        ]
        found += re.findall(r"`(tenantlint [^`]+)`", BLOCK.sub("", text))
        for line in found:
            words = re.sub(r"\s+#.*|[|>;&].*", "", line).strip()
            if words.startswith("tenantlint "):
                yield page.name, shlex.split(words)[1:]


@pytest.mark.parametrize("page", sorted({page for page, _ in command_lines()}))
def test_every_command_line_on_the_pages_is_valid(page: str) -> None:
    for name, words in command_lines():
        if name != page or words[:1] == ["…"]:
            continue
        if words[0].startswith("-"):
            assert words[0] in KNOWN_OPTIONS
            continue
        assert words[0] in COMMANDS, words
        command = tenantlint.get_command(click.Context(tenantlint), words[0])
        assert command is not None
        try:
            with command.make_context(words[0], words[1:]):
                pass
        except click.exceptions.Exit:
            assert "--help" in words
        except click.ClickException as error:
            # A sentence may name a command without its argument, or an option without its value.
            if len(words) > 1 and getattr(error, "option_name", None) != words[-1]:
                pytest.fail(f"{' '.join(words)}: {error.format_message()}")


TEMPLATES = sorted((ROOT / "templates").rglob("*.yml"))
VARIABLE = re.compile(r"\bTENANTLINT_[A-Z_]+")


def test_each_path_in_contributing_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    paths = [word for words in re.findall(r"`([^`\n]+)`", text) for word in words.split()]
    paths = [word for word in paths if re.fullmatch(r"[a-z][\w.-]*/[\w./-]*", word)]
    assert len(paths) > 10
    for path in paths:
        # The name of a placeholder, such as COMMAND, stands for any name.
        assert any(ROOT.glob(re.sub(r"\b[A-Z]{2,}\b", "*", path))), path


def test_every_variable_on_the_pages_exists() -> None:
    known = {"TENANTLINT_CACHE_DIR", "TENANTLINT_COMPLETE"}
    known |= {name for file in TEMPLATES for name in VARIABLE.findall(file.read_text())}
    for name in COMMANDS:
        command = tenantlint.get_command(click.Context(tenantlint), name)
        assert command is not None
        known |= {str(param.envvar) for param in command.params if param.envvar}
    for page, text in TEXT.items():
        for variable in VARIABLE.findall(text):
            assert variable in known, (page.name, variable)


def test_the_options_without_a_variable_are_listed() -> None:
    paragraph = re.search(
        r"^These options must be visible on the command line.+$",
        (DOCS / "usage.md").read_text(),
        re.MULTILINE,
    )
    assert paragraph
    named = set(re.findall(r"`(--[a-z-]+)`", paragraph[0]))
    commands = set(re.findall(r"`([a-z]+)`", paragraph[0]))
    without: set[str] = set()
    for name in COMMANDS:
        command = tenantlint.get_command(click.Context(tenantlint), name)
        assert command is not None
        options = [param for param in command.params if isinstance(param, click.Option)]
        if any(option.envvar for option in options):
            assert name not in commands
            without |= {max(item.opts, key=len) for item in options if not item.envvar}
        else:
            assert name in commands
    assert named == without


@cache
def known_words() -> set[str]:
    """Return the kebab-case words in the program, its schemas, its hooks and its templates."""
    kebab = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
    schemas = "".join(file.read_text() for file in (ROOT / "schemas").glob("*.json"))
    words = {*POLICIES, *BUILTIN_FINDINGS, *(item.topic for item in POLICIES.values())}
    words |= set(re.findall(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"', schemas))
    words |= {text for text in source_texts() if kebab.fullmatch(text)}
    words |= {word for element in cel_schema.ELEMENT_VARIABLES for word in (element, "for-each")}
    for file in (ROOT / ".pre-commit-hooks.yaml", ROOT / "action.yml", *TEMPLATES):
        text = file.read_text()
        words |= set(re.findall(r"^\s*(?:- id: )?([a-z]+(?:-[a-z]+)+)\b", text, re.MULTILINE))
    return words


OWN_IDS = re.compile(
    r"(?:\bid[:=] ?\"?|new policy \w+/|# expect: |lint: ignore\[)([a-z]+(?:-[a-z]+)+)"
)
FOREIGN_WORDS = {
    "check-jsonschema",
    "fetch-depth",
    "pip-install",
    "merge-base",
    "cel-python",
    "jsonschema-rs",
    "pre-commit",
    "acme-tenantlint",
}


def test_every_id_on_the_pages_exists() -> None:
    for page, text in TEXT.items():
        own = set(OWN_IDS.findall(text)) | {
            name.replace("_", "-") for name in re.findall(r"(\w+)\.py", text)
        }
        outside = BLOCK.sub("", text)
        for word in re.findall(r"`([a-z][a-z0-9]*(?:-[a-z0-9]+)+)`", outside):
            schema = word.startswith("schema-") and word != "schema-"
            known = word in known_words() or word.startswith("x-") or schema
            assert known or word in own or word in FOREIGN_WORDS, (page.name, word)


def test_every_finding_has_a_section() -> None:
    policies, findings = (DOCS / "policies.md").read_text(), (DOCS / "findings.md").read_text()
    for id, item in POLICIES.items():
        assert f"| {item.topic} | [`{id}`](#{id}) | {item.severity} |" in policies
    for id in BUILTIN_FINDINGS:
        assert f"\n## {id}\n" in findings


def test_every_format_is_on_the_page_about_reports() -> None:
    text = (DOCS / "reports.md").read_text()
    rows = dict(re.findall(r"^\| (`[a-z].*?) \| (.+) \|$", text, re.MULTILINE))
    for name in formats.CHECK_FORMATS:
        assert f"`{name}`" in rows, name
    for command, names in (
        ("`forecast`", formats.FORECAST_FORMATS),
        ("`plan`", formats.PLAN_FORMATS),
        ("`usage`", formats.USAGE_FORMATS),
        ("`why`, `policies`, `config`", formats.WHY_FORMATS),
        ("`test`", ("text", "junit")),
    ):
        assert set(re.findall(r"`(\w+)`", rows[command])) == set(names), command


def test_each_message_in_troubleshooting_is_in_the_source() -> None:
    text = (DOCS / "troubleshooting.md").read_text()
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert len(headings) >= 30
    for heading in headings:
        for message in re.findall(r"`([^`]+)`", heading):
            assert can_be_printed(message), message
    assert not can_be_printed("no tenant file in that folder")
