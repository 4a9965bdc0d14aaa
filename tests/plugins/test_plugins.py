"""Plugins from a folder or a package, and their errors."""

import json
import py_compile
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import validator
from tests.conftest import ROOT, SOUND, UNSOUND, Run
from validator.plugins import hookspecs
from validator.plugins.hook_results import hook_policies
from validator.plugins.loading import load_plugins
from validator.plugins.plugin_manager import PluginManager
from validator.system.errors import describe_policy_error
from validator.system.installed_packages import PLUGIN_GROUP

POLICY = '''"""A subscription has no name.

**Do:** name it.

```yaml bad
subscriptions: [{id: Sub1, type: named, start: 2025-01-01}]  # expect: nameless
```

```yaml good
subscriptions: [{id: Sub1, type: named, start: 2025-01-01, name: Care}]
```
"""

from validator import policy


@policy(severity="warning")
def look(tenant):
    for subscription in tenant.subscriptions:
        if subscription.name is None:
            yield subscription.finding(message=f"{subscription.id} has no name")
'''


def plant(folder: Path, name: str, text: str) -> None:
    file = folder / "own" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def own(run: Run, folder: Path) -> Run:
    """Check a file with the policies in the folder `own`."""
    (folder / "a.tenant.yaml").write_text(SOUND)
    return lambda *arguments: run(
        "check", "a.tenant.yaml", "--policies", "own", "--format", "concise", *arguments
    )


def test_a_folder_of_policies_is_loaded(own: Run, run: Run, folder: Path) -> None:
    plant(folder, "care/nameless.py", POLICY)
    outcome = own("--fail-on", "warning")
    assert outcome.code == 1
    assert outcome.out == "a.tenant.yaml:4:5: warning: nameless: Sub1 has no name\n"
    assert own("--select", "care").findings == ["a.tenant.yaml:4:5 nameless"]
    assert "= help: name it.\n" in run("check", "a.tenant.yaml", "--policies", "own").out
    assert "care          nameless" in run("policies", "--policies", "own").out
    assert "# nameless" in run("explain", "nameless", "--policies", "own").out


def test_worker_processes_load_the_folder_of_policies(own: Run, folder: Path) -> None:
    plant(folder, "care/nameless.py", POLICY)
    (folder / "b.tenant.yaml").write_text(SOUND.replace("t1", "t2").replace("Sub1", "Sub2"))
    outcome = own("b.tenant.yaml", "--jobs", "2")
    assert outcome.findings == ["a.tenant.yaml:4:5 nameless", "b.tenant.yaml:4:5 nameless"]


def test_a_folder_that_is_reached_twice_counts_once(own: Run, run: Run, folder: Path) -> None:
    plant(folder, "care/nameless.py", POLICY)
    (folder / "link").symlink_to("own")
    for other in ("own", "own/", "./own", "link", str(folder / "own")):
        outcome = own("--policies", other)
        assert (outcome.err, outcome.findings) == ("", ["a.tenant.yaml:4:5 nameless"])
    assert run("test", "own", "link").out == "ok      nameless: 1 bad, 1 good\n"


def test_a_policy_directly_in_the_folder_has_the_folder_as_topic(run: Run, folder: Path) -> None:
    plant(folder, "nameless.py", POLICY)
    assert "own           nameless" in run("policies", "--policies", "own").out


def test_helper_modules_begin_with_an_underscore(own: Run, folder: Path) -> None:
    plant(
        folder,
        "care/nameless.py",
        POLICY.replace("from validator", "from . import _words\nfrom validator")
        .replace(": {subscription.id} has", ": {_words.WHO} has")
        .replace('f"{subscription.id}', 'f"{_words.WHO}'),
    )
    plant(folder, "care/_words.py", "WHO = 'a user'\n")
    plant(folder, "care/test_nameless.py", "raise SystemExit(0)\n")
    assert own().out.endswith("a user has no name\n")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("x.py", "def", "x.py: SyntaxError: invalid syntax (x.py, line 1)"),
        ("x.py", "import nowhere", "x.py: ModuleNotFoundError: No module named 'nowhere' (x.py:1)"),
        ("x.py", "raise SystemExit(0)", "x.py: SystemExit: 0 (x.py:1)"),
        ("x.py", "x = 1", "x.py: contains no policy"),
        ("x.py", POLICY.replace('"warning"', '"warn"'), "the severity 'warn' is not one of"),
        ("Bad.Name.py", POLICY, "Bad.Name.py: "),
        (
            "mixed_telephony.py",
            POLICY,
            "own/mixed_telephony.py: the policy id mixed-telephony is already used by tenantlint; choose another id, or load only one of them",
        ),
        ("yaml_syntax.py", POLICY, "the policy id yaml-syntax is already used"),
        ("schema_own.py", POLICY, "the policy id schema-own is already used"),
    ],
)
def test_a_policy_that_does_not_load_is_2(
    own: Run, folder: Path, name: str, text: str, reason: str
) -> None:
    plant(folder, name, text)
    outcome = own()
    assert (outcome.code, outcome.findings) == (2, [])
    (line,) = outcome.err.splitlines()
    assert reason in line


@pytest.mark.parametrize(
    ("link", "target", "reason"),
    [
        ("own/more", "nowhere", "own/more: No such file or directory"),
        ("own/more.py", "nowhere", "own/more.py: No such file or directory"),
        ("own/more", "more", "own/more: Too many levels of symbolic links"),
        ("own/care/up", "..", "own/care/up: a link to a folder that contains it; remove it"),
        ("own/care/up", "../../other", "own/care/up/back: a link to a folder that contains it"),
    ],
)
def test_a_link_in_a_policy_folder_that_leads_nowhere_or_up_is_2(
    own: Run, folder: Path, link: str, target: str, reason: str
) -> None:
    plant(folder, "care/nameless.py", POLICY)
    (folder / "other").mkdir()
    (folder / "other" / "back").symlink_to("../own")
    (folder / link).symlink_to(target)
    outcome = own()
    assert (outcome.code, outcome.findings) == (2, [])
    (line,) = outcome.err.splitlines()
    assert line.startswith(f"tenantlint: {reason}")


def test_a_linked_folder_of_policies_is_loaded(own: Run, folder: Path) -> None:
    (folder / "shared").mkdir()
    (folder / "shared" / "nameless.py").write_text(POLICY)
    (folder / "own").mkdir(exist_ok=True)
    (folder / "own" / "care").symlink_to("../shared")
    (folder / "own" / ".#nameless.py").symlink_to("nowhere")
    assert own().findings


def test_two_policies_with_the_same_id_are_both_named(own: Run, folder: Path) -> None:
    plant(folder, "a/nameless.py", POLICY)
    plant(folder, "b/nameless.py", POLICY)
    assert own().err == (
        "tenantlint: own/b/nameless.py: the policy id nameless is already used by "
        "own/a/nameless.py; choose another id, or load only one of them\n"
    )


def test_bytecode_next_to_a_policy_is_not_used(own: Run, folder: Path) -> None:
    plant(folder, "user/alone.py", "from own import nothing")
    py_compile.compile(
        str(folder / "own" / "user" / "alone.py"),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    plant(folder, "user/alone.py", POLICY)
    assert "Sub1 has no name" in own().out


@pytest.mark.parametrize("id", ["mixed-telephony", "yaml-syntax", "schema-type"])
def test_a_new_policy_cannot_have_a_bundled_id(run: Run, folder: Path, id: str) -> None:
    outcome = run("new", "policy", f"acme/{id}")
    assert (outcome.code, list(folder.iterdir())) == (2, [])
    assert f"acme/{id}: the id {id} is already used by tenantlint; choose another" in outcome.err


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise KeyError('x')", "KeyError: 'x' (x.py:"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("return 3", "TypeError"),
        ("return", "TypeError: returns None; yield each finding, or return a list of them"),
        ("return ['x']", "TypeError: yields str, not Finding"),
        (
            "return tenant.tenant.finding(message='m')",
            "TypeError: returns a Finding; write yield instead of return",
        ),
        (
            "return [tenant.finding('nowhere', 'at all', message='m')]",
            "KeyError: '/nowhere/at all'",
        ),
        ("return [1 / 0]", "ZeroDivisionError"),
        ("yield 3", "TypeError: yields int, not Finding (x.py:4)\n"),
        (
            "yield tenant.finding('nowhere', 'at all', message='m')",
            "KeyError: '/nowhere/at all' is not in the document (x.py:4)\n",
        ),
        (
            "yield tenant.finding(message='')",
            "ValueError: the message of a finding is empty (x.py:4)\n",
        ),
        (
            "yield tenant.quantity('Sub1', 'premium-agent')",
            "AttributeError: 'str' object has no attribute 'entitlements' (x.py:4)\n",
        ),
        (
            "yield tenant.is_soon('2026-06-01')",
            "TypeError: '<' not supported between instances of 'str' and 'datetime.date' (x.py:4)\n",
        ),
        (
            "tenant.subscriptions[0].name = 'x'",
            "AttributeError: name of Subscription cannot be set (x.py:4)\n",
        ),
        ("import json; json.loads('{')", "JSONDecodeError: "),
        ("return [3]", "TypeError: yields int, not Finding (x.py:2)\n"),
        (
            "from validator import Finding; return [Finding('users', 'm')]",
            "ValueError: reports the path users, which does not begin with / (x.py:2)\n",
        ),
        (
            "from validator import Finding; return [Finding('/subscriptions/99/id', 'm')]",
            "KeyError: '/subscriptions/99/id' is not in the document (x.py:2)\n",
        ),
        (
            "from validator import Finding; return [Finding('/tenant', 3)]",
            "TypeError: the message of a finding is int, not str (x.py:2)\n",
        ),
        (
            "from validator import Finding; return [Finding(None, 'm')]",
            "TypeError: the path of a finding is NoneType, not str (x.py:2)\n",
        ),
        (
            "from validator import Finding; return [Finding('/tenant', 'm', related=['/x'])]",
            "TypeError: a related value is str, not Related (x.py:2)\n",
        ),
        (
            "raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})",
            "Odd (x.py:4)\n",
        ),
    ],
)
def test_a_policy_that_crashes_is_2_and_the_others_run(
    own: Run, folder: Path, body: str, reason: str
) -> None:
    plant(folder, "nameless.py", POLICY)
    text = f"from validator import policy\n@policy(severity='error')\ndef x(tenant):\n    {body}\n"
    plant(folder, "x.py", text)
    outcome = own()
    assert outcome.code == 2
    assert outcome.findings == ["a.tenant.yaml:4:5 nameless"]
    (line,) = outcome.err.splitlines()
    prefix = "tenantlint: a.tenant.yaml: the policy x crashed: "
    assert f"{line}\n".startswith(f"{prefix}{reason}")


@pytest.mark.parametrize(
    ("mistake", "reason"),
    [
        ("severity='warn'", "ValueError: the severity 'warn' is not one of error, warning or info"),
        (
            "severity='info', over='user'",
            "ValueError: the scope 'user' is not one of tenant, change or fleet",
        ),
        ("severity='info', colour=3", "TypeError: policy() got an unexpected keyword argument"),
    ],
)
def test_a_wrong_argument_of_a_policy_is_reported_at_its_line(
    own: Run, folder: Path, mistake: str, reason: str
) -> None:
    text = f"from validator import policy\n\n@policy({mistake})\ndef x(tenant):\n    return []\n"
    plant(folder, "x.py", text)
    outcome = own()
    assert outcome.code == 2
    assert reason in outcome.err
    assert outcome.err.endswith("x.py:3)\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["acme/test-calls"], "modules whose names begin with test_ are skipped"),
        (["test-acme/calls"], "modules whose names begin with test_ are skipped"),
        (["acme/conftest"], "the module conftest is skipped"),
        (["acme/class"], "class is a keyword of Python; choose another name, such as no-class"),
        (["acme/calls", "--package", "validator"], "validator cannot be the name of a package"),
        (["acme/calls", "--package", "tenantlint"], "tenantlint cannot be the name of a package"),
        (["acme/calls", "--package", "class"], "choose another, such as acme-class"),
    ],
)
def test_a_new_policy_that_could_not_be_loaded_is_refused(
    run: Run, folder: Path, arguments: list[str], reason: str
) -> None:
    outcome = run("new", "policy", *arguments)
    assert (outcome.code, list(folder.iterdir())) == (2, [])
    assert reason in outcome.err


def test_a_new_policy_cannot_have_the_id_of_another_one_in_its_folder(run: Run) -> None:
    for options, place in (([], "policies"), (["--package", "acme-x"], "acme-x/src/acme_x")):
        assert run("new", "policy", "one/calls", *options).code == 0
        outcome = run("new", "policy", "two/calls", *options)
        assert outcome.code == 2
        assert f"the id calls is already used by {place}/one/calls.py; choose" in outcome.err


class PluginWith:
    """A plugin whose hooks return the given values."""

    def __init__(self, **brought: object) -> None:
        for name, value in brought.items():
            hook = hookspecs.hookimpl(lambda value=value: value() if callable(value) else value)
            setattr(self, name, hook)


def exit_program() -> None:
    raise SystemExit(0)


@pytest.mark.parametrize(
    "command",
    [
        ("check", "--jobs", "1"),
        ("check", "b.tenant.yaml", "--jobs", "2"),
        ("forecast", "--days", "2"),
        ("why", "--policy", "look"),
    ],
)
def test_what_a_policy_prints_is_not_in_a_report(
    run: Run, folder: Path, command: tuple[str, ...]
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(SOUND.replace("t1", "t2").replace("Sub1", "Sub2"))
    text = POLICY.replace("    for", "    print('seen')\n    for", 1)
    plant(folder, "own/acme/look.py", f"{text}print('loaded')\n")
    name, *more = command
    outcome = run(name, "a.tenant.yaml", *more, "--policies", "own", "--format", "json")
    assert json.loads(outcome.out)["version"] == 1
    assert outcome.err.startswith("loaded\n")
    assert "seen\n" in outcome.err


@pytest.mark.parametrize(
    "command",
    [
        ("policies", "--policies", "own", "--format", "json"),
        ("schema", "config", "--policies", "own"),
        ("test", "own", "--format", "junit"),
        ("test", "own", "--mutate", "--format", "junit"),
    ],
)
def test_what_a_policy_prints_is_not_in_an_output(
    run: Run, folder: Path, command: tuple[str, ...]
) -> None:
    text = POLICY.replace("    for", "    print('seen')\n    for", 1)
    plant(folder, "own/acme/look.py", f"{text}print('loaded')\n")
    outcome = run(*command)
    assert outcome.code < 2, outcome.err
    assert outcome.out.startswith(("{", "<?xml"))
    assert outcome.err.startswith("loaded\n")
    assert ("seen\n" in outcome.err) == (command[0] == "test")


@pytest.mark.parametrize(
    ("topic", "code"),
    [("telephony", 2), ("user", 2), ("own_topic", 0), ("look", 2), ("yaml", 2), ("drift", 2),
     ("suppression", 2)],
)  # fmt: skip
def test_the_id_of_a_policy_cannot_be_a_topic(
    run: Run, folder: Path, topic: str, code: int
) -> None:
    # `--ignore telephony` would then leave out more than the policy.
    (folder / "a.tenant.yaml").write_text(SOUND)
    plant(folder, f"{topic}/{'look' if topic in ('own_topic', 'look') else topic}.py", POLICY)
    outcome = run("check", "a.tenant.yaml", "--policies", "own")
    assert outcome.code == code, outcome.err
    assert ("is also a topic; choose another id" in outcome.err) == (code == 2)


def test_a_topic_cannot_be_the_id_of_a_bundled_policy(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    plant(folder, "mixed_telephony/look.py", POLICY)
    outcome = run("check", "a.tenant.yaml", "--policies", "own")
    reason = "the topic mixed-telephony is also the id of a policy; choose another topic"
    place = "own/mixed_telephony/look.py"
    assert (outcome.code, outcome.err) == (2, f"tenantlint: {place}: {reason}\n")


def test_a_new_policy_has_one_place(run: Run, folder: Path) -> None:
    outcome = run("new", "policy", "acme/x", "--policies", "p", "--package", "q")
    assert (outcome.code, list(folder.iterdir())) == (2, [])
    assert outcome.err == "tenantlint: --policies and --package cannot be used together\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("acme/usage", "usage is also a topic; choose another id"),
        ("acme/yaml", "yaml is also a topic; choose another id"),
        ("acme/acme", "acme is also a topic; choose another id"),
        ("mixed-telephony/x", "mixed-telephony is also the id of a policy; choose another topic"),
    ],
)
def test_a_new_policy_is_not_made_if_it_could_not_be_loaded(
    run: Run, folder: Path, name: str, reason: str
) -> None:
    outcome = run("new", "policy", name)
    assert (outcome.code, list(folder.iterdir())) == (2, [])
    assert outcome.err == f"tenantlint: {name}: {reason}\n"


def test_a_finding_needs_a_message(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    plant(folder, "acme/look.py", POLICY.replace('f"{subscription.id} has no name"', '""'))
    outcome = run("check", "a.tenant.yaml", "--policies", "own")
    assert outcome.code == 2
    assert "the policy look crashed: ValueError: the message of a finding is empty" in outcome.err


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("tenant.live = ()", "AttributeError: live of a tenant cannot be set"),
        ("tenant.users = ()", "AttributeError: users of a tenant cannot be set"),
        ("tenant.today = None", "AttributeError: today of a tenant cannot be set"),
        ("del tenant.index", "AttributeError: index of a tenant cannot be set"),
        ("tenant.users[0].name = 'x'", "AttributeError: name of User cannot be set"),
        ("tenant.subscriptions[0].entitlements.pop('ivr-port')", "AttributeError: 'mappingproxy'"),
        ("tenant.subscriptions[1].entitlements['ivr-port'] = 1", "TypeError: 'mappingproxy'"),
        ("tenant.handover.days_of_loss('premium-agent').clear()", "AttributeError: 'mappingproxy'"),
    ],
)
def test_a_policy_cannot_change_what_other_policies_see(
    run: Run, folder: Path, change: str, reason: str
) -> None:
    users = "users: [{email: a@x.example, roles: [administrator], assignments: [Sub1]}]\n"
    (folder / "a.tenant.yaml").write_text(UNSOUND + users)
    plant(folder, "own/acme/look.py", POLICY.replace("    for", f"    {change}\n    for", 1))
    outcome = run("check", "a.tenant.yaml", "--policies", "own", "--as-of", "2026-05-01")
    assert outcome.code == 2
    assert f"a.tenant.yaml: the policy look crashed: {reason}" in outcome.err
    assert "(look.py:" in outcome.err
    assert "mixed-telephony" in outcome.out


PLUGIN = """
from validator import hookimpl, policy

@policy(severity="warning", id={id!r}, topic="acme", page="A page.")
def look(tenant):
    yield from [item.finding(message="found") for item in tenant.subscriptions]

@hookimpl
def validator_policies():
    return [look]
"""


def install(folder: Path, distribution: str, entry: str, module: str) -> str:
    """Install a plugin with a policy named after its module; return the folder for modules."""
    metadata = folder / "site" / f"{distribution}-1.dist-info"
    metadata.mkdir(parents=True)
    about = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1\n"
    (metadata / "METADATA").write_text(about)
    (metadata / "entry_points.txt").write_text(f"[{PLUGIN_GROUP}]\n{entry} = {module}\n")
    (folder / "site" / f"{module}.py").write_text(PLUGIN.format(id=module))
    return str(folder / "site")


@pytest.mark.parametrize("entry", ["acme", "tenantlint", "own", "acme.yaml"])
def test_no_name_keeps_an_installed_plugin_from_being_loaded(
    run: Run, folder: Path, entry: str
) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "acme.yaml").write_text((ROOT / "examples" / "long-trial.yaml").read_text())
    (folder / "tenantlint.toml").write_text('policy-files = ["acme.yaml"]\n')
    plant(folder, "user/alone.py", POLICY)
    install(folder, "first", entry, "one")
    site = install(folder, "second", entry, "two")
    checked = run("check", "--policies", "own", "-f", "json", PYTHONPATH=site)
    assert checked.code == 0, checked.err
    found = {item["id"] for item in json.loads(checked.out)["findings"]}
    assert found >= {"alone", "one", "two"}


def test_a_plugin_that_crashes_is_named() -> None:
    manager = PluginManager()
    manager.add_hookspecs(hookspecs)
    manager.register(PluginWith(validator_policies=exit_program), "acme")
    with pytest.raises(Exception, match="the plugin acme crashed: SystemExit"):
        list(hook_policies(manager))


def test_bundled_parts_are_registered_through_hooks() -> None:
    plugins = load_plugins(installed=False)
    assert [schema.name for schema in plugins.schemas] == ["tenant"]
    assert set(plugins.reporters) >= {"text", "concise", "json"}
    order = [(policy.topic, policy.id) for policy in plugins.policies.values()]
    assert order == sorted(order)


def test_every_hook_has_a_docstring() -> None:
    for name in ("validator_policies", "validator_schemas", "validator_reporters"):
        assert getattr(hookspecs, name).__doc__


def test_public_names_can_be_imported_after_any_module() -> None:
    code = "import validator.plugins.policy; from validator import policy; print(callable(policy))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_no_module_hides_a_public_name() -> None:
    modules = {file.stem for file in (ROOT / "validator").glob("*.py")}
    assert not modules & set(validator.__all__)
    assert all(hasattr(validator, name) for name in validator.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        validator.nothing  # noqa: B018


def test_the_line_of_a_crash_is_not_that_of_this_program_beside_a_plugin_of_one_module() -> None:
    source = (
        "from validator.findings.wording import listing\ndef look(tenant):\n    listing(tenant)\n"
    )
    names: dict[str, Any] = {}
    exec(compile(source, str(ROOT / "acme.py"), "exec"), names)
    with pytest.raises(TypeError) as caught:
        names["look"](3)
    text = describe_policy_error(caught.value, names["look"])
    assert text == "TypeError: 'int' object is not iterable (acme.py:3)"
