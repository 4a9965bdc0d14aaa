"""The built wheel: in a clean environment, with a plugin, and in pre-commit."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.conftest import ROOT, SOUND, UNSOUND
from tests.docs.generated_page import DOCS, block
from validator.system import addresses

HIJACK = "raise SystemExit('code of the tree ran')\n"


def call(*command: str | Path, cwd: Path, code: int = 0, **env: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        command, cwd=cwd, env={**clean, **env}, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert "Traceback" not in done.stdout, done.stdout
    return done.stdout


def tracked() -> list[str]:
    return call("git", "ls-files", cwd=ROOT).splitlines()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the files that git tracks."""
    source = tmp_path_factory.mktemp("source")
    copy_tracked(source)
    out = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--outdir", out, source, cwd=source)
    (built,) = out.glob("*.whl")
    return built


def copy_tracked(target: Path) -> None:
    for name in tracked():
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes((ROOT / name).read_bytes())


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a new environment; return the folder of its programs."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    call(programs / "pip", "install", "-q", wheel, cwd=folder)
    return programs


def test_the_wheel_contains_the_files_that_git_tracks(wheel: Path) -> None:
    held = {
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not re.match(r"[^/]+\.dist-info/", name)
    }
    expected = {name for name in tracked() if name.startswith("validator/")}
    expected |= {
        f"validator/{name}" for name in tracked() if name.startswith(("policies/", "schemas/"))
    }
    assert held == expected


def test_the_wheel_runs_in_an_empty_folder(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tenant.yaml").write_text(UNSOUND)
    out = call(
        clean / "tenantlint", "check", "--format", "concise", "--as-of", "2026-05-01",
        cwd=tmp_path, code=1,
    )  # fmt: skip
    assert out.startswith("a.tenant.yaml:5:59: error: mixed-telephony: ")
    listed = call(clean / "tenantlint", "policies", cwd=tmp_path).splitlines()
    assert len(listed) == len([name for name in tracked() if re.match(r"policies/.*\.py", name)])
    assert re.match(r"tenantlint \d", call(clean / "tenantlint", "--version", cwd=tmp_path))


def test_an_installation_needs_at_most_60_megabytes(clean: Path, tmp_path: Path) -> None:
    # The size is compared with that of an empty environment.
    empty = tmp_path / "empty"
    venv.create(empty, with_pip=True)
    assert size_of(clean.parent) - size_of(empty) <= 60_000_000


def size_of(folder: Path) -> int:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file())


def test_without_cel_the_error_names_the_extra(clean: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tenant.yaml").write_text(SOUND)
    (tmp_path / "policies.yaml").write_text("version: 1\npolicies: []\n")
    (tmp_path / "tenantlint.toml").write_text('policy-files = ["policies.yaml"]\n')
    for command in (("check",), ("test",), ("explain", "mixed-telephony")):
        out = call(clean / "tenantlint", *command, cwd=tmp_path, code=2)
        assert out == (
            "tenantlint: policies.yaml: policy files need CEL: pip install 'tenantlint[cel]'\n"
        )


def _linux(libc: str, machine: str) -> list[str]:
    """Return the wheel tags that current distributions accept."""
    if libc == "musl":
        return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1)]
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(35, 16, -1)]
    return [*tags, f"manylinux2014_{machine}"]


PLATFORMS = {
    "glibc-x86-64": _linux("glibc", "x86_64"),
    "glibc-arm64": _linux("glibc", "aarch64"),
    "musl-x86-64": _linux("musl", "x86_64"),
    "musl-arm64": _linux("musl", "aarch64"),
    "macos-arm64": [f"macosx_{major}_0_arm64" for major in (14, 13, 12, 11)],
    "windows-x86-64": ["win_amd64"],
}
PYTHONS = [
    ((3, 11), "cp311"),
    ((3, 12), "cp312"),
    ((3, 13), "cp313"),
    ((3, 14), "cp314"),
    ((3, 14), "cp314t"),
]


@pytest.fixture(scope="module")
def compiled(clean: Path) -> Mapping[str, str]:
    """Return the version of each installed dependency that has compiled code."""
    (packages,) = clean.parent.glob("lib/python*/site-packages")
    return {
        canonicalize_name(item.name): item.version
        for item in metadata.distributions(path=[str(packages)])
        if "Root-Is-Purelib: false" in (item.read_text("WHEEL") or "")
    }


@pytest.fixture(scope="module")
def published(
    compiled: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, set[Tag]]:
    """Return the tags of all wheels of these versions that pip sees in its package index."""
    pip = (sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps")
    asked = [f"{name}=={version}" for name, version in compiled.items()]
    # In its most verbose output, pip names every file that it takes or skips.
    done = subprocess.run(
        (*pip, "-vv", "--only-binary", ":all:", *asked),
        capture_output=True, text=True, check=False, cwd=tmp_path_factory.mktemp("none"),
    )  # fmt: skip
    if done.returncode != 0:
        pytest.skip("pip has no access to a package index")
    tags: dict[str, set[Tag]] = {name: set() for name in compiled}
    for file in set(re.findall(r"[\w.]+(?:-[\w.+]+){4,5}\.whl", done.stdout)):
        name, version, _, of_file = parse_wheel_filename(file)
        if compiled.get(name) == str(version):
            tags[name] |= of_file
    return tags


@pytest.mark.parametrize(("python", "abi"), PYTHONS, ids=[abi for _, abi in PYTHONS])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_dependency_has_wheels(
    published: Mapping[str, set[Tag]], platform: str, python: tuple[int, int], abi: str
) -> None:
    # With a wheel for each Python and platform, installing tenantlint compiles nothing.
    platforms = PLATFORMS[platform]
    accepted = {
        *cpython_tags(python, [abi], platforms),
        *compatible_tags(python, platforms=platforms),
    }
    assert published
    assert not [name for name, tags in published.items() if not accepted & tags]


def test_addresses_are_defined_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert all(url.startswith(addresses.PROJECT) for url in project["urls"].values())
    for name in ("tenant", "config", "policies"):
        schema = json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text())
        assert schema["$id"] == addresses.schema_address(name)
    for file in (ROOT / "validator").rglob("*.py"):
        if file.name != "addresses.py":
            assert "github.com/tenantlint" not in file.read_text(), file


def test_the_wheel_is_marked_as_typed(wheel: Path) -> None:
    assert "validator/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_a_plugin_package_adds_policies_schemas_and_reporters(clean: Path, tmp_path: Path) -> None:
    # The plugin is the example in docs/writing-policies.md.
    package = tmp_path / "package"
    package.mkdir()
    (package / "acme_tenantlint.py").write_text(block("a plugin", DOCS / "writing-policies.md"))
    (package / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "acme-tenantlint"\nversion = "1"\n'
        '[project.entry-points.tenantlint]\nacme = "acme_tenantlint"\n'
        '[tool.hatch.build.targets.wheel]\ninclude = ["acme_tenantlint.py"]\n'
    )
    work = tmp_path / "work"
    work.mkdir()
    (work / "a.tenant.yaml").write_text(SOUND)
    (work / "b.tenant.yaml").write_text(SOUND + "x-cost-centre: 7\n")
    program = clean / "tenantlint"
    call(clean / "pip", "install", "-q", package, cwd=tmp_path)
    try:
        out = call(program, "check", "--format", "concise", cwd=work, code=1)
        assert [line.split(": ")[:3] for line in out.splitlines()] == [
            ["a.tenant.yaml:1:1", "error", "schema-required"],
            ["b.tenant.yaml:4:5", "warning", "no-department"],
        ]
        assert call(program, "check", "--format", "count", cwd=work, code=1) == "2\n"
        assert "acme" in call(program, "policies", cwd=work)
        assert "x-cost-centre" in call(program, "schema", "acme", cwd=work)
        out = call(program, "check", "--select", "acme", "--jobs", "2", cwd=work, code=1)
        assert "no-department" in out
        (installed,) = clean.parent.glob("lib/python*/site-packages/acme_tenantlint.py")
        installed.write_text("raise SystemExit(0)\n")
        out = call(program, "check", cwd=work, code=2)
        assert out == (
            "tenantlint: the entry point acme = acme_tenantlint of the distribution "
            "acme-tenantlint cannot be loaded: SystemExit: 0 (acme_tenantlint.py:1)\n"
        )
    finally:
        call(clean / "pip", "uninstall", "-q", "-y", "acme-tenantlint", cwd=tmp_path)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a repository with this project's files that pre-commit can install."""
    repository = tmp_path_factory.mktemp("hooks")
    copy_tracked(repository)
    commit(repository)
    return repository


def commit(repository: Path) -> None:
    if not (repository / ".git").exists():
        call("git", "init", "-q", ".", cwd=repository)
    call("git", "add", "-A", cwd=repository)
    name = ("-c", "user.name=Test", "-c", "user.email=test@harbour.example")
    call("git", *name, "commit", "-q", "--no-verify", "-m", "x", cwd=repository)


class Work:
    """A repository that uses the hooks through pre-commit."""

    def __init__(self, folder: Path, hooks: Path, home: Path) -> None:
        self.folder, self.hooks = folder, hooks
        self._home = {"PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
        folder.mkdir()

    def use(self, *hooks: Mapping[str, Any]) -> None:
        """Write a pre-commit configuration with the given hooks."""
        revision = call("git", "rev-parse", "HEAD", cwd=self.hooks).strip()
        config = {"repos": [{"repo": str(self.hooks), "rev": revision, "hooks": hooks}]}
        (self.folder / ".pre-commit-config.yaml").write_text(json.dumps(config))

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run(self, code: int, *arguments: str) -> list[str]:
        """Stage all files and run the hooks; return the lines about hooks and findings."""
        call("git", "add", "-A", cwd=self.folder)
        pre_commit = Path(sys.executable).with_name("pre-commit")
        out = call(pre_commit, "run", *arguments, cwd=self.folder, code=code, **self._home)
        assert "code of the tree ran" not in out
        return [line for line in out.splitlines() if line.startswith(("tenantlint", "error"))]


BOTH = ({"id": "tenantlint"}, {"id": "tenantlint-fleet"})
OTHER = SOUND.replace("t1", "t2").replace("Sub1", "Sub3")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create the folder in which pre-commit installs the hooks."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def work(hooks: Path, home: Path, tmp_path: Path) -> Work:
    """Create a repository with folders named as the package's, and a tenant file with a finding."""
    work = Work(tmp_path / "work", hooks, home)
    for name in ("validator", "policies", "schemas"):
        work.write(f"{name}/__init__.py", HIJACK)
        work.write(f"{name}/telephony/mixed_telephony.py", HIJACK)
    work.write("schemas/tenant.schema.json", "true")
    work.write("tenants/old.yaml", UNSOUND)
    work.use(*BOTH)
    commit(work.folder)
    return work


def ends(lines: list[str]) -> list[str]:
    return [line.rpartition(".")[2] for line in lines]


def test_the_hooks_check_changed_files_or_all_files(work: Work) -> None:
    work.write("README.md", "not a tenant file\n")
    assert ends(work.run(0)) == ["(no files to check)Skipped"] * 2

    work.write("new.tenant.yaml", OTHER)
    changed, every, found = work.run(1)
    assert changed.endswith("Passed")
    assert every.endswith("Failed")
    assert found.startswith("error[mixed-telephony]")

    changed, first, every, second = work.run(1, "--all-files")
    assert changed.endswith("Failed")
    assert every.endswith("Failed")
    assert first == second == found

    # With only the recommended hook, a finding is reported once.
    work.use({"id": "tenantlint-fleet"})
    assert work.run(1, "--all-files") == [every, found]
    work.use(*BOTH)

    work.write("tenants/old.yaml", SOUND)
    assert ends(work.run(0)) == ["Passed"] * 2

    # pre-commit passes the names of files, and these must not be options.
    work.write("own.yaml/telephony/look.py", HIJACK)
    work.write("--policies=own.yaml", "")
    work.use({"id": "tenantlint", "types_or": ["file"]})
    failed, why = work.run(1, "--all-files")
    assert failed.endswith("Failed")
    assert why.startswith("tenantlint: --policies=own.yaml is an option, but also a file")
    (work.folder / "--policies=own.yaml").unlink()
    work.use(*BOTH)

    # pre-commit passes other YAML files, which are not checked.
    commit(work.folder)
    work.write("compose.yaml", "services: {}\n")
    assert ends(work.run(0)) == ["Passed"] * 2

    # Both hooks follow `exclude` and `include` of the configuration.
    work.write("tenantlint.toml", 'exclude = ["archive/"]\n')
    work.write("archive/tenants/old.yaml", UNSOUND)
    assert ends(work.run(0)) == ["Passed"] * 2
    commit(work.folder)
    work.write("archive/tenants/old.yaml", UNSOUND + "\n")
    assert ends(work.run(0)) == ["Passed"] * 2
    work.write("tenantlint.toml", 'include = ["orgs/**/*.yaml"]\n')
    work.write("orgs/emea/a.yaml", UNSOUND)
    changed, first, every, second = work.run(1)
    assert changed.endswith("Failed")
    assert every.endswith("Failed")
    assert first == second == found

    # Policies without code need the extra, which the hook installs.
    work.write("orgs/emea/a.yaml", SOUND)
    work.write("policies.yaml", (ROOT / "examples" / "long-trial.yaml").read_text())
    work.write("tenantlint.toml", 'policy-files = ["policies.yaml"]\n')
    for name in ("archive/tenants/old.yaml", "orgs/emea/a.yaml"):
        (work.folder / name).unlink()
    work.use({"id": "tenantlint-fleet", "additional_dependencies": [".[cel]"]})
    assert ends(work.run(0)) == ["Passed"]


def test_the_hooks_pass_in_a_repository_without_tenant_files(work: Work) -> None:
    for name in ("tenants/old.yaml", "schemas/tenant.schema.json"):
        (work.folder / name).unlink()
    work.write("compose.yaml", "services: {}\n")
    commit(work.folder)
    work.use(*({**hook, "verbose": True} for hook in BOTH))
    first, said, second, also_said = work.run(0, "--all-files")
    assert ends([first, second]) == ["Passed"] * 2
    assert said == also_said == "tenantlint: no tenant file to check"
