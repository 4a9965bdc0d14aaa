"""The search for tenant files: the files that are found, and the messages about others."""

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.checking.repositories import Repository
from tests.conftest import SOUND, UNSOUND, Outcome, Run
from validator.project.file_patterns import FilePatterns
from validator.project.file_reasons import file_reasons
from validator.project.file_search import find_files
from validator.project.folder_links import FolderLink, Unfollowed, unfollowed
from validator.project.git_ignored import GitIgnored, git_ignored

CONCISE = ("--as-of", "2026-05-01", "--format", "concise", "--ignore", "fleet")


def write(folder: Path, *names: str, text: str = UNSOUND) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def files(outcome: Outcome) -> list[str]:
    lines = outcome.out.splitlines()
    return [line.split(":")[0] for line in lines if not line.startswith("tenantlint: ")]


def test_tenants_folders_are_searched_at_any_depth(run: Run, folder: Path) -> None:
    write(folder, "emea/tenants/deep/a.yaml", "tenants/b.yml", "emea/c.yaml", "mytenants/d.yaml")
    assert files(run("check", *CONCISE)) == ["emea/tenants/deep/a.yaml", "tenants/b.yml"]
    assert files(run("check", "emea", *CONCISE)) == ["emea/tenants/deep/a.yaml"]
    assert files(run("check", "emea/tenants/deep", *CONCISE)) == ["emea/tenants/deep/a.yaml"]
    (folder / "elsewhere").mkdir()
    write(folder, "elsewhere/e.yaml")
    (folder / "linked" / "tenants").parent.mkdir()
    (folder / "linked" / "tenants").symlink_to(folder / "elsewhere")
    assert files(run("check", "linked/tenants", *CONCISE)) == ["linked/tenants/e.yaml"]


def test_a_folder_that_cannot_be_read_is_named_and_the_others_are_checked(
    run: Run, folder: Path
) -> None:
    write(folder, "tenants/a.yaml")
    here = Path.cwd()
    try:
        for _ in range(17):  # the path is then longer than any that can be opened
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
    finally:
        os.chdir(here)
    outcome = run("check", *CONCISE)
    assert outcome.code == 2
    assert files(outcome) == ["tenants/a.yaml"]
    (line,) = outcome.err.splitlines()
    assert line.startswith(f"tenantlint: {'d' * 250}/")
    assert line.endswith("/: File name too long")
    shutil.rmtree(folder / ("d" * 250))


def test_a_file_that_is_found_twice_is_checked_once(run: Run, folder: Path) -> None:
    write(folder, "tenants/b.yaml")
    (folder / "a.tenant.yaml").symlink_to("tenants/b.yaml")
    (folder / "again").symlink_to("tenants")
    absolute = str(folder / "tenants")
    for paths in (
        (".",),
        (".", "tenants", absolute, "again", "a.tenant.yaml", "tenants/../tenants/b.yaml"),
        ("a.tenant.yaml", "."),
        ("a.tenant.yaml", "again/b.yaml", "tenants/b.yaml", f"{absolute}/b.yaml"),
        ("tenants", "again"),
    ):
        outcome = run("check", *paths, *CONCISE)
        (name,) = files(outcome)
        # The file has precedence over a link to it.
        assert name in ("tenants/b.yaml", "again/b.yaml")
    assert files(run("check", "a.tenant.yaml", *CONCISE)) == ["a.tenant.yaml"]


@pytest.mark.parametrize("target", ["/etc/passwd", "/nowhere/at/all", "../secret.yaml"])
def test_a_link_out_of_the_tree_is_not_followed(run: Run, folder: Path, target: str) -> None:
    (folder / "repository" / "l").mkdir(parents=True)
    write(folder, "secret.yaml", text="hunter2: [\n")
    write(folder, "repository/a.tenant.yaml", text=SOUND)
    (folder / "repository" / "l" / "x.tenant.yaml").symlink_to(target.replace("../", f"{folder}/"))
    outcome = run("check", "repository", "--config", "/dev/null", "--as-of", "2026-05-01")
    assert outcome.code == 0
    assert outcome.out.startswith("No findings in 1 file ")
    assert outcome.out.endswith(
        "\neased: links to targets outside the tree are not followed: 1 link\n"
    )
    assert outcome.err == (
        "tenantlint: repository/l/x.tenant.yaml: "
        "a link that points outside the tree is not followed\n"
    )
    outcome = run("check", "repository/l", "--config", "/dev/null")
    assert outcome.code == 2
    assert "no tenant file in this folder" in outcome.err


def test_a_link_into_the_git_folder_is_not_followed(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, "a.tenant.yaml", text=SOUND)
    (folder / "x.tenant.yaml").symlink_to(".git/config")
    outcome = run("check", *CONCISE)
    assert (outcome.code, files(outcome)) == (0, [])
    assert "x.tenant.yaml: a link that points outside the tree" in outcome.err


def test_a_link_within_the_repository_is_followed(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, "shared/a.yaml", "emea/c.yaml")
    (folder / "emea" / "b.tenant.yaml").symlink_to("../shared/a.yaml")
    outcome = run("check", "emea", *CONCISE)
    assert (files(outcome), outcome.err) == (["emea/b.tenant.yaml"], "")


def test_a_link_to_a_folder_is_named_if_it_hides_tenant_files(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, "shared/emea/a.yaml", "tenants/b.yaml", text=SOUND)
    write(folder, "docs/v1/x.yaml", "docs/v1/.hidden/tenants/y.yaml", text="x: 1\n")
    (folder / "tenants/emea").symlink_to("../shared/emea")
    (folder / "tenants/.hidden").symlink_to("../shared/emea")
    (folder / "tenants/ignored").symlink_to("../shared/emea")
    (folder / ".gitignore").write_text("ignored\n")
    (folder / "all").symlink_to(".")
    (folder / "docs/latest").symlink_to("v1")
    (folder / "again").symlink_to("tenants")
    note = "tenants/emea: a link to a folder is not followed"
    outcome = run("check", "--as-of", "2026-05-01")
    assert outcome.code == 0
    assert outcome.out.startswith("No findings in 1 file ")
    # The file below `all` and `again` is found without them.
    assert outcome.err == f"tenantlint: {note}\n"
    assert outcome.out.endswith("\neased: links to folders are not followed: 1 link\n")
    outcome = run("check", ".", "tenants/emea", *CONCISE)
    assert (outcome.code, outcome.err) == (0, "")
    write(folder, "tenantlint.toml", text="exclude = ['tenants/emea/']\n")
    assert run("check", *CONCISE).err == ""


def test_a_link_to_a_folder_out_of_the_tree_is_named(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, "a.tenant.yaml", text=SOUND)
    (folder / "tenants").symlink_to(tmp_path_factory.mktemp("outside"))
    outcome = run("check", "--as-of", "2026-05-01")
    assert outcome.code == 0
    assert (
        outcome.err == "tenantlint: tenants: a link that points outside the tree is not followed\n"
    )
    assert "targets outside the tree are not followed: 1 link" in outcome.out
    write(folder, "tenantlint.toml", text="exclude = ['tenants/']\n")
    assert run("check", *CONCISE).err == ""


@pytest.mark.parametrize("path", ["tenants", "."])
def test_a_folder_with_only_a_link_to_a_folder_is_2(run: Run, folder: Path, path: str) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, "shared/emea/a.yaml", text=SOUND)
    (folder / "tenants").mkdir()
    (folder / "tenants/emea").symlink_to("../shared/emea")
    outcome = run("check", path, *CONCISE)
    assert outcome.code == 2
    advice = "tenants/emea is a link to a folder; name it or its files on the command line"
    assert outcome.err.splitlines()[-1].endswith(f"; {advice}")
    assert run("check", "tenants/emea", *CONCISE).code == 0


def test_many_links_to_a_large_folder_take_no_time(folder: Path) -> None:
    def takes(name: str) -> bool:
        calls.append(name)
        return False

    calls: list[str] = []
    for number in range(1000):
        (folder / f"{number}.yaml").touch()
    links = [FolderLink(f"l{number}", str(folder), takes) for number in range(1000)]
    assert unfollowed(links, ()) == Unfollowed([], 990)
    assert len(calls) == 10_000


def test_a_folder_behind_a_link_is_read_up_to_the_first_file_that_is_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    class Entry(NamedTuple):
        name: str
        path: str

        def is_dir(self, *, follow_symlinks: bool) -> bool:
            asked.append(f"{self.name} {follow_symlinks}")
            return False

        def is_symlink(self) -> bool:
            return False

    entries = [Entry(f"{number}.yaml", f"/x/{number}.yaml") for number in range(1000)]
    monkeypatch.setattr("os.scandir", lambda _: contextlib.nullcontext(iter(entries)))
    links = [FolderLink(f"l{number}", "/x", lambda _: True) for number in range(3)]
    assert unfollowed(links, ()) == Unfollowed(["l0", "l1", "l2"], 0)
    assert asked == ["0.yaml False"] * 3


def test_a_link_to_a_folder_without_other_files_is_not_named(run: Run, folder: Path) -> None:
    write(folder, "a.tenant.yaml", text=SOUND)
    (folder / "l.tenant.yaml").symlink_to("a.tenant.yaml")
    (folder / "d").symlink_to(".")
    outcome = run("check", *CONCISE)
    assert (outcome.code, outcome.err) == (0, "")
    assert "eased" not in outcome.out


def test_an_unused_configuration_is_named_once(run: Run, folder: Path) -> None:
    write(folder, "a.tenant.yaml", "emea/tenants/b.yaml", "apac/tenants/c.yaml", text=SOUND)
    write(folder, "emea/tenantlint.toml", text="ignore = ['user']\n")
    said = (
        "tenantlint: {} is not used{}: a run uses one configuration, from the working folder or "
        "the nearest folder above it\n"
    )
    for command in (("check", *CONCISE), ("usage",), ("forecast", "--ignore", "fleet")):
        outcome = run(*command)
        assert (outcome.code, outcome.err) == (0, said.format("emea/tenantlint.toml", ""))
    assert run("check", "emea", *CONCISE).err == said.format("emea/tenantlint.toml", "")
    write(folder, "apac/tenantlint.toml", text="")
    assert run("check", *CONCISE).err == said.format("apac/tenantlint.toml", " (and 1 more)")
    write(folder, "tenantlint.toml", text="exclude = ['apac/']\n")
    assert run("check", *CONCISE).err == said.format("emea/tenantlint.toml", "")
    (folder / "apac" / "tenantlint.toml").unlink()
    assert run("check", *CONCISE, "--config", "emea/tenantlint.toml").err == ""


@pytest.mark.parametrize(
    ("key", "patterns", "taken", "skipped"),
    [
        ("exclude", ["/archive/"], "tenants/archive/a.yaml", "archive/tenants/b.yaml"),
        ("exclude", ["b/tenants/"], "tenants/b/tenants/a.yaml", "b/tenants/b.yaml"),
        ("include", ["a/**/*.yaml"], "a/b/c.yaml", "b/a/c.yaml"),
        ("include", ["*.yaml", "!/b/*.yaml"], "a/b/c.yaml", "b/c.yaml"),
        ("exclude", ["*.yaml", "!/a/b/*.yaml"], "a/b/c.tenant.yaml", "a/b/a/b/c.tenant.yaml"),
    ],
)
def test_patterns_are_relative_to_the_folder_of_the_configuration(
    folder: Path, monkeypatch: pytest.MonkeyPatch, key: str, patterns: list[str], taken: str,
    skipped: str,
) -> None:  # fmt: skip
    write(folder, taken, skipped)
    configured = (
        FilePatterns(patterns, (), folder)
        if key == "include"
        else FilePatterns(None, patterns, folder)
    )
    for name in (taken, skipped):
        for above in Path(name).parents:
            within = Path(name).relative_to(above).as_posix()
            for here, path in ((folder, str(above)), (folder / above, "."), (Path("/"), folder)):
                monkeypatch.chdir(here)
                found = find_files([str(path)], "-", configured).sources
                reasons = file_reasons([str(path)], configured)
                checked = [item.name for item in reasons if item.is_checked]
                assert sorted(item.name for item in found) == checked
                ends = [Path(item).resolve() == folder / name for item in checked]
                assert any(ends) is (name == taken), (here, path)
            monkeypatch.chdir(folder / above)
            found = find_files([within], "-", configured, force_exclude=True).sources
            assert [item.name for item in found] == ([within] if name == taken else [])


def test_patterns_do_not_depend_on_the_way_into_the_folder_of_the_configuration(
    run: Run, folder: Path
) -> None:
    names = ("conf/archive/a.tenant.yaml", "conf/tenants/archive/b.yaml", "archive/c.tenant.yaml")
    write(folder, *names)
    write(folder, "conf/tenantlint.toml", text="exclude = ['/archive/']\n")
    use = ("--config", "conf/tenantlint.toml", *CONCISE)
    # A file that is not below the configuration has only its path below the named folder.
    assert files(run("check", ".", *use)) == ["conf/tenants/archive/b.yaml"]
    assert files(run("check", "conf", *use)) == ["conf/tenants/archive/b.yaml"]
    assert files(run("check", "conf/tenants", *use)) == ["conf/tenants/archive/b.yaml"]
    assert files(run("check", "archive", *use)) == ["archive/c.tenant.yaml"]


def test_force_exclude_accepts_the_files_that_a_search_finds(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, ".gitignore", text="/build/\n")
    write(
        folder, "tenants/a.yaml", "archive/tenants/b.yaml", "compose.yaml", ".hidden/c.tenant.yaml",
        "build/d.tenant.yaml", "orgs/e.yaml",
    )  # fmt: skip
    (folder / "l.tenant.yaml").symlink_to("/etc/passwd")
    every = (
        "tenants/a.yaml", "archive/tenants/b.yaml", "compose.yaml", ".hidden/c.tenant.yaml",
        "build/d.tenant.yaml", "orgs/e.yaml", "l.tenant.yaml",
    )  # fmt: skip
    force = ("--force-exclude", *CONCISE)
    assert files(run("check", *every, *force)) == ["archive/tenants/b.yaml", "tenants/a.yaml"]
    write(folder, "tenantlint.toml", text="exclude = ['archive/']\n")
    assert files(run("check", *every, *force)) == ["tenants/a.yaml"]
    assert files(run("check", str(folder / "tenants" / "a.yaml"), *force)) != []
    assert "tenantlint.toml excludes 1 file" in run("check", *every, "--force-exclude").out
    write(folder, "tenantlint.toml", text="include = ['orgs/**/*.yaml']\n")
    assert files(run("check", *every, *force)) == ["orgs/e.yaml"]
    # Without the option, a named file is always checked.
    assert len(files(run("check", *every[:-1], *CONCISE))) == 6


def test_nothing_to_check_passes_with_force_exclude(run: Run, folder: Path) -> None:
    write(folder, "compose.yaml", "archive/a.tenant.yaml")
    write(folder, "tenantlint.toml", text="exclude = ['archive/']\n")
    said = "tenantlint: no tenant file to check"
    for paths, more in (
        ((), " (1 excluded by the configuration)"),
        ((".",), " (1 excluded by the configuration)"),
        (("compose.yaml", "tenantlint.toml"), ""),
        (("archive/a.tenant.yaml",), " (1 excluded by the configuration)"),
    ):
        outcome = run("check", *paths, "--force-exclude")
        assert (outcome.code, outcome.out, outcome.err) == (0, "", f"{said}{more}\n")
    outcome = run("check", "compose.yaml", "--force-exclude", "--format", "json")
    assert json.loads(outcome.out)["summary"]["files"] == 0
    assert outcome.code == 0
    for paths in ((), ("nowhere.yaml", "--force-exclude")):
        assert run("check", *paths).code == 2


NAME_IT = "name a file on the command line, or rename it so that it is found"


@pytest.mark.parametrize(
    ("files", "arguments", "ending"),
    [
        ([], (), "any YAML below a folder tenants/; run `tenantlint init` to create one"),
        ([], ("sub",), "*.tenant.yml, and any YAML below a folder tenants/"),
        ([], ("sub/tenants",), "; searched for *.yaml and *.yml"),
        (["harbour.yaml", ".h.yaml", "a.txt"], (), f"; other YAML: harbour.yaml; {NAME_IT}"),
        (["z.yml", "sub/b.yaml"], ("sub",), f"; other YAML: sub/b.yaml; {NAME_IT}"),
        (["z.yml", "b.yaml"], (), f"; other YAML: b.yaml (and 1 more); {NAME_IT}"),
    ],
)
def test_the_error_for_an_empty_folder_says_what_to_do(
    run: Run, folder: Path, files: list[str], arguments: tuple[str, ...], ending: str
) -> None:
    (folder / "sub" / "tenants").mkdir(parents=True)
    for name in files:
        (folder / name).write_text("")
    outcome = run("check", *arguments)
    assert outcome.code == 2
    (line,) = outcome.err.splitlines()
    assert line.endswith(ending)
    assert "; searched for " in line


def test_the_error_for_an_empty_folder_names_the_patterns_in_include(
    run: Run, folder: Path
) -> None:
    (folder / "tenantlint.toml").write_text("include = ['orgs/**/*.yaml', '*.tenants']\n")
    (folder / "a.tenant.yaml").write_text("")
    line = run("check").err
    assert (
        "; searched for orgs/**/*.yaml and *.tenants (`include`); other YAML: a.tenant.yaml; "
        in line
    )


def test_config_lists_the_files_beside_a_link_to_itself(run: Run, folder: Path) -> None:
    write(folder, "tenants/a.yaml")
    (folder / "tenants" / "loop.yaml").symlink_to("loop.yaml")
    outcome = run("config", "--files")
    assert outcome.code == 0
    pattern = "matches the default pattern `**/tenants/**/*.yaml`"
    assert outcome.out == "".join(
        f"checked  tenants/{name}.yaml: {pattern}\n" for name in ("a", "loop")
    )


def test_files_that_a_submodule_ignores_are_left_out(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner, outer = (Repository(tmp_path_factory.mktemp(name), run) for name in ("inner", "outer"))
    inner.write("a.tenant.yaml", UNSOUND)
    inner.write(".gitignore", "build/\n*.draft.tenant.yaml\n")
    inner.commit()
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    outer.git(*add, str(inner.folder), "deep")
    outer.commit()
    repository = Repository(folder, run)
    repository.git(*add, str(outer.folder), "sub")
    repository.git("-c", "protocol.file.allow=always", "submodule", "update", "-q", "--init",
                   "--recursive")  # fmt: skip
    write(folder, "sub/deep/build/b.tenant.yaml", "sub/deep/c.draft.tenant.yaml")
    expected = ["sub/deep/a.tenant.yaml"]
    assert files(run("check", *CONCISE)) == expected
    assert files(run("check", "sub", *CONCISE)) == expected
    named = (*expected, "sub/deep/build/b.tenant.yaml", "sub/deep/c.draft.tenant.yaml")
    assert files(run("check", *named, "--force-exclude", *CONCISE)) == expected
    shown = run("config", "--files").out
    assert "checked  sub/deep/a.tenant.yaml" in shown
    assert "checked  sub/deep/c.draft.tenant.yaml" not in shown


def test_without_git_ignored_files_are_checked_and_a_note_says_so(run: Run, folder: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, ".gitignore", text="/build/\n")
    write(folder, "build/a.tenant.yaml")
    write(folder, "b.tenant.yaml", text=SOUND)
    assert run("check", ".", *CONCISE).code == 0
    outcome = run("check", ".", *CONCISE, PATH=str(folder))
    assert files(outcome) == ["build/a.tenant.yaml"]
    assert outcome.err == (
        "tenantlint: git cannot be run: No such file or directory; "
        "git-ignored files are checked, too\n"
    )


def test_git_that_does_not_end_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    write(folder, "bin/git", text=f"#!/bin/sh\nexec {shutil.which('sleep')} 60\n")
    (folder / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder / "bin"))
    monkeypatch.setattr("validator.project.git._MAX_SECONDS", 0.3)
    assert git_ignored(folder.resolve()) == GitIgnored(
        frozenset(), "git ls-files has not ended after 0.3 seconds"
    )
