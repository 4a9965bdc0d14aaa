"""The `init` command, in an empty folder and in one with existing files."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.conftest import COMMAND, ROOT, SOUND, Run

NAMES = (".pre-commit-config.yaml", "tenantlint.toml", "tenants/example.yaml")
OTHER_HOOK = "repos:\n- repo: https://example.org/x  # ours\n  rev: v1\n  hooks:\n  - id: x\n"


def test_the_written_files_pass_a_check(run: Run, folder: Path) -> None:
    done = run("init")
    assert (done.code, done.err) == (0, "")
    names = {".pre-commit-config.yaml", "tenantlint.toml", "tenants/example.yaml"}
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert files == names
    assert all(f"{name} created\n" in done.out for name in names)
    checked = run("check")
    assert checked.out.startswith("No findings in 1 file and 1 document")
    assert checked.code == 0
    uncommented = (folder / "tenants" / "example.yaml").read_text().replace("    # end", "    end")
    for empty in ("partners: []", "usage: []"):
        uncommented = uncommented.replace(f"{empty}\n#", empty[:-3] + "\n ")
    (folder / "tenants" / "example.yaml").write_text(uncommented)
    assert run("check", "--format", "concise").out == ""
    (item,) = yaml.safe_load(uncommented)["subscriptions"]
    assert item["end"] + timedelta(1) == item["start"].replace(year=item["start"].year + 3)
    hooks = yaml.safe_load((folder / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks] == ["tenantlint-fleet"]
    assert hooks[0]["id"] in {hook["id"] for hook in offered}
    config = (folder / "tenantlint.toml").read_text().replace("# include", "include")
    (folder / "tenantlint.toml").write_text(config.replace("# exclude", "exclude"))
    assert run("check").code == 0


def test_pre_commit_is_recommended_in_a_repository(run: Run, folder: Path) -> None:
    assert run("init").out.endswith("\nNext: tenantlint check\n")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    assert run("init").out.endswith("\nNext: tenantlint check; pre-commit install\n")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (OTHER_HOOK, 1),
        (OTHER_HOOK.rstrip(), 1),
        (OTHER_HOOK.replace("\n", "\r\n"), 1),
        (OTHER_HOOK + "default_stages: [pre-commit]  # é\n", 1),
        ("repos: [{repo: a, rev: b, hooks: [{id: c}]}]\n", 1),
        ("fail_fast: true\nrepos: []\n", 0),
        ("fail_fast: true\n", 0),
        ("", 0),
    ],
)
def test_the_hook_is_added_to_an_existing_file(
    run: Run, folder: Path, text: str, before: int
) -> None:
    file = folder / NAMES[0]
    file.write_bytes(text.encode())
    done = run("init")
    assert (done.code, done.err) == (0, "")
    written = file.read_bytes().decode()
    repos = yaml.safe_load(written)["repos"]
    assert [hook["id"] for hook in repos[-1]["hooks"]] == ["tenantlint-fleet"]
    assert len(repos) == before + 1
    lines = [line.rstrip("]}") for line in text.splitlines() if "[]" not in line]
    assert [line for line in lines if line not in written] == []
    assert (folder / "tenants/example.yaml").exists()
    again = run("init")
    assert again.code == 0
    assert f"{NAMES[0]} already has the hook" in again.out
    assert file.read_bytes().decode() == written


@pytest.mark.parametrize("text", ["repos: [\n", "a: 1\n---\nb: 1\n", "repos: &a x\n", "- a\n"])
def test_a_file_that_cannot_be_edited_is_left_unchanged(run: Run, folder: Path, text: str) -> None:
    (folder / NAMES[0]).write_text(text)
    done = run("init")
    assert done.code == 0
    assert f"{NAMES[0]} is left unchanged; add the hook tenantlint-fleet of https://" in done.out
    assert (folder / NAMES[0]).read_text() == text
    assert (folder / NAMES[1]).exists()


@pytest.mark.parametrize("name", ["tenantlint.toml", "pyproject.toml", "../tenantlint.toml"])
def test_an_existing_configuration_is_left_unchanged(folder: Path, name: str) -> None:
    text = "[tool.tenantlint]\n" if name == "pyproject.toml" else "fail-on = 'info'\n"
    here = folder / "here" if ".." in name else folder
    here.mkdir(exist_ok=True)
    (here / name).write_text(text)
    done = _init_in(here)
    assert "already has a configuration; left unchanged" in done
    assert (here / name).read_text() == text
    assert (here / "tenantlint.toml").exists() == (name == "tenantlint.toml")


def test_no_example_is_written_if_there_is_a_tenant_file(run: Run, folder: Path) -> None:
    (folder / "a.tenant.yaml").write_text(SOUND)
    (folder / "b.tenant.yaml").write_text(SOUND)
    out = run("init").out
    assert "a.tenant.yaml already exists (and 1 more); no example is needed\n" in out
    assert not (folder / "tenants").exists()


def test_an_example_that_no_search_would_find_is_not_written(run: Run, folder: Path) -> None:
    (folder / "tenantlint.toml").write_text("include = ['orgs/**/*.yaml']\n")
    out = run("init").out
    assert "example.yaml is not written: tenantlint.toml does not include it\n" in out
    assert not (folder / "tenants").exists()


def test_the_hook_and_the_configuration_are_at_the_root_of_the_repository(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    (folder / NAMES[0]).write_text(OTHER_HOOK)
    (folder / "config").mkdir()
    assert f"../{NAMES[0]} now has the hook tenantlint-fleet\n" in _init_in(folder / "config")
    assert (folder / NAMES[0]).read_text().startswith(OTHER_HOOK)
    assert (folder / NAMES[1]).exists()
    assert not (folder / "config" / NAMES[0]).exists()
    assert not (folder / "config" / NAMES[1]).exists()


def test_if_one_file_cannot_be_written_none_is(run: Run, folder: Path) -> None:
    (folder / "tenants").write_text("")
    (folder / NAMES[0]).write_text(OTHER_HOOK)
    done = run("init")
    assert done.code == 2
    assert "nothing is written" in done.err
    assert sorted(file.name for file in folder.iterdir()) == [NAMES[0], "tenants"]
    assert (folder / NAMES[0]).read_text() == OTHER_HOOK


def test_a_broken_link_is_2_and_nothing_is_written(run: Run, folder: Path) -> None:
    (folder / NAMES[0]).symlink_to("nowhere")
    done = run("init")
    assert (done.code, done.out) == (2, "")
    assert "No such file or directory; nothing is written" in done.err
    assert [file.name for file in folder.iterdir()] == [NAMES[0]]


def _init_in(folder: Path) -> str:
    done = subprocess.run([COMMAND, "init"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
