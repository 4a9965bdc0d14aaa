"""Cached results are used if nothing has changed, and only then."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import platformdirs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import COMMAND, SOUND, UNSOUND, Outcome, Run
from tests.tenants import tenants
from validator.cache import program_fingerprint
from validator.cache.run_cache import _WITHOUT_EFFECT
from validator.cache.threshold import MIN_BYTES
from validator.checking.file_check import FileCheck
from validator.checking.selection import Selection
from validator.checking.settings import Settings
from validator.plugins.loading import load_plugins
from validator.project.request import Request
from validator.system import cache_store as cache

DAY = ("--as-of", "2026-05-01")


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Create an empty cache folder."""
    folder = tmp_path_factory.mktemp("kept")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(folder))
    return folder


def settle(folder: Path) -> None:
    """Set the files' modification times to the past, and wait until their change times are past."""
    for file in folder.rglob("*.yaml"):
        os.utime(file, (time.time() - 100, time.time() - 100))
    time.sleep(0.2)  # the change time (ctime) cannot be set


# Files with less text are not cached.
MUCH = "#" * (MIN_BYTES + 1)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.tenant.yaml").write_text(f"{text.replace('t1', name)}{MUCH}\n")


@pytest.fixture
def check(run: Run) -> Iterator[Run]:
    """Run `check`, and assert that a run without the cache returns the same."""

    def both(*arguments: str, **env: str) -> Outcome:
        kept = run("check", *DAY, *arguments, **env)
        assert kept == run("check", *DAY, *arguments, "--no-cache", **env)
        return kept

    return both  # type: ignore[return-value]


def test_a_second_run_returns_the_same_report(folder: Path, check: Run, kept: Path) -> None:
    write(folder, a=SOUND, b=UNSOUND)
    settle(folder)
    first = check(".")
    assert first.code == 1
    assert len(list(kept.iterdir())) == 2  # the outcome and the files
    assert check(".") == first
    for format in ("json", "sarif", "html"):
        assert check(".", "--format", format) == check(".", "--format", format)


def test_fleet_places_are_cached_while_the_contents_are_unchanged(folder: Path, check: Run) -> None:
    write(folder, a=SOUND, b=SOUND.replace("t1", "t2"))
    settle(folder)
    found = check(".", "--format", "concise").findings
    assert found == ["b.tenant.yaml:4:10 subscription-in-two-tenants"]
    assert check(".", "--format", "json").code == 1
    write(folder, b="# a line\n" + SOUND.replace("t1", "t2"))
    found = check(".", "--format", "concise").findings
    assert found == ["b.tenant.yaml:5:10 subscription-in-two-tenants"]


def test_a_cached_outcome_reports_new_files_that_the_configuration_excludes(
    folder: Path, check: Run
) -> None:
    write(folder, a=SOUND)
    (folder / "tenantlint.toml").write_text("include = ['a.*']\n")
    settle(folder)
    assert "eased" not in check(".").out
    write(folder, b=SOUND)
    assert "tenantlint.toml leaves out 1 file that is included by default" in check(".").out


def test_a_cached_outcome_loads_no_policy(run: Run, folder: Path, kept: Path) -> None:
    write(folder, a=UNSOUND)
    settle(folder)
    first = run("check", *DAY, ".")
    where = str(next(kept.iterdir()))
    env = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    again = subprocess.run(
        [COMMAND, "check", *DAY, "."], env=env, capture_output=True, text=True, check=False
    )
    assert again.stdout == first.out
    assert where
    assert "validator.cli.app" in again.stderr
    assert not [
        name for name in ("yaml", "jsonschema_rs", "pluggy") if f" {name}\n" in again.stderr
    ]


def test_a_cached_outcome_writes_its_report_files_again(run: Run, folder: Path) -> None:
    write(folder, a=UNSOUND)
    settle(folder)
    asked = ("check", *DAY, ".", "--report", "json=out.json", "--report", "junit=out.xml")
    first = run(*asked)
    texts = [(folder / name).read_bytes() for name in ("out.json", "out.xml")]
    for name in ("out.json", "out.xml"):
        (folder / name).unlink()
    assert run(*asked) == first
    assert [(folder / name).read_bytes() for name in ("out.json", "out.xml")] == texts
    (folder / "out.xml").unlink()
    (folder / "out.xml").mkdir()
    assert run(*asked).code == 2


def test_a_changed_file_is_checked_again(folder: Path, check: Run) -> None:
    write(folder, a=SOUND, b=SOUND.replace("Sub1", "Sub9"))
    settle(folder)
    assert check(".").code == 0
    write(folder, a=UNSOUND)
    assert check(".").code == 1
    write(folder, a=SOUND)
    assert check(".").code == 0
    (folder / "c.tenant.yaml").write_text("version: 2\n")
    assert check(".").code == 1
    (folder / "c.tenant.yaml").unlink()
    assert check(".").code == 0


def test_a_changed_file_with_the_same_size_and_time_is_checked_again(
    folder: Path, check: Run
) -> None:
    write(folder, a=SOUND)
    settle(folder)
    assert check(".").code == 0
    file = folder / "a.tenant.yaml"
    known = file.stat()
    file.write_text(file.read_text().replace("named", "nameb"))
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert file.stat().st_size == known.st_size
    assert check(".").code == 1


def test_a_file_that_was_just_written_is_checked_again(folder: Path, check: Run) -> None:
    for number in range(6):
        text = SOUND if number % 2 else SOUND.replace("named", "nameb")
        write(folder, a=text)
        assert check(".").code == (0 if number % 2 else 1)


def test_unchanged_contents_with_a_new_time_are_taken_from_the_cache(
    run: Run, folder: Path, kept: Path
) -> None:
    write(folder, a=UNSOUND, b=SOUND.replace("Sub1", "Sub9"))
    settle(folder)
    first = run("check", *DAY, ".")
    settle(folder)
    before = sorted(kept.iterdir())
    assert run("check", *DAY, ".") == first
    assert (
        len(sorted(kept.iterdir())) == len(before) + 1
    )  # another outcome, but no new file results


def test_options_and_configuration_are_part_of_the_cache_key(folder: Path, check: Run) -> None:
    write(folder, a=UNSOUND)
    settle(folder)
    assert check(".").code == 1
    assert check(".", "--ignore", "mixed-telephony").code == 0
    assert check(".", "--severity", "mixed-telephony=warning").code == 0
    assert check(".", "--fail-on", "never").code == 0
    (folder / "tenantlint.toml").write_text('ignore = ["mixed-telephony"]\n')
    assert check(".").code == 0
    (folder / "tenantlint.toml").write_text('severity = {mixed-telephony = "warning"}\n')
    assert "warning[" in check(".", "--color", "never").out
    (folder / "tenantlint.toml").unlink()
    assert check("a.tenant.yaml", "--color", "always").out != check("a.tenant.yaml").out


@pytest.mark.parametrize("links", ["folder", "file"])
@pytest.mark.parametrize("moves", [True, False])
def test_the_place_that_links_lead_to_is_part_of_the_cache_key(
    folder: Path, check: Run, links: str, *, moves: bool
) -> None:
    (folder / "tenantlint.toml").write_text(
        '[[per-file]]\nfiles = ["legacy/**"]\nignore = ["mixed-telephony"]\n'
    )
    (folder / "legacy").mkdir()
    write(folder / "legacy", a=UNSOUND)
    if not moves:
        shutil.copytree(folder / "legacy", folder / "new")
    settle(folder)
    name = "current" if links == "folder" else "current.yaml"
    inner = "" if links == "folder" else "/a.tenant.yaml"
    (folder / name).symlink_to(f"legacy{inner}")
    assert check(name).code == check(name).code == 0
    if moves:
        (folder / "legacy").rename(folder / "new")  # the stamp of the file is the same
    (folder / name).unlink()
    (folder / name).symlink_to(f"new{inner}")
    assert check(name).code == check(name).code == 1


PREVIEW = """\
version: 1
policies:
  - id: nameless
    title: A subscription has no name.
    severity: error
    stage: preview
    for-each: subscriptions
    when: subscription.name == ""
    message: "{subscription.id} has no name"
"""


def test_preview_policies_are_part_of_the_cache_key(folder: Path, check: Run) -> None:
    write(folder, a=SOUND)
    (folder / "nameless.yaml").write_text(PREVIEW)
    (folder / "tenantlint.toml").write_text('policy-files = ["nameless.yaml"]\n')
    settle(folder)
    for _ in range(2):
        assert check(".").code == 0
        assert check(".", "--preview").code == 1
        assert check(".", TENANTLINT_CHECK_PREVIEW="1").code == 1


def test_every_option_of_a_run_is_known_to_change_results_or_not() -> None:
    changing = {
        "paths", "expiring_within", "select", "ignore", "severity", "policy_folders",
        "suppressions", "preview",
    }  # fmt: skip
    assert changing == set(Request._fields) - _WITHOUT_EFFECT
    assert set(Request._fields) >= _WITHOUT_EFFECT


def test_cached_results_are_the_same_as_uncached_ones_on_every_day(run: Run, folder: Path) -> None:
    ends = SOUND.replace("start: 2025-01-01", "start: 2025-01-01, end: 2026-06-30")
    write(folder, a=ends + "users: [{email: a@b.example, roles: [agent], assignments: [Sub1]}]\n")
    settle(folder)
    day = date(2026, 5, 28)
    while day < date(2026, 7, 4):
        asked = ("check", ".", "--as-of", str(day))
        assert run(*asked) == run(*asked, "--no-cache"), day
        day += timedelta(1)


def test_a_result_of_a_later_day_is_not_used_for_an_earlier_one(run: Run, folder: Path) -> None:
    ends = SOUND.replace("start: 2025-01-01", "start: 2025-01-01, end: 2026-06-30")
    write(folder, a=ends)
    settle(folder)
    found: list[Outcome] = []
    for day in ("2026-07-02", "2026-06-29", "2026-06-01", "2026-05-01"):
        asked = ("check", ".", "--as-of", day)
        found.append(run(*asked))
        assert found[-1] == run(*asked, "--no-cache"), day
    assert found[0] != found[1] != found[3]


def test_what_a_report_shows_is_part_of_the_key_of_an_outcome(folder: Path, check: Run) -> None:
    write(folder, a=UNSOUND)
    settle(folder)
    assert check(".") != check(".", "--verbose")
    assert check(".") != check(".", "--color", "always")
    on_jenkins = check(".", "--format", "junit", JENKINS_URL="https://jenkins.example")
    assert check(".", "--format", "junit") != on_jenkins


def test_an_edited_policy_runs_again(run: Run, folder: Path) -> None:
    (folder / "mine" / "custom").mkdir(parents=True)
    policy = folder / "mine" / "custom" / "nameless.py"
    text = '''"""No name."""
from validator import policy
@policy(severity="error")
def look(tenant):
    for item in tenant.subscriptions:
        yield item.finding(message="FIRST")
'''
    write(folder, a=SOUND)
    policy.write_text(text)
    settle(folder)
    asked = ("check", *DAY, "a.tenant.yaml", "--policies", "mine")
    assert "FIRST" in run(*asked).out
    assert "FIRST" in run(*asked).out
    policy.write_text(text.replace("FIRST", "OTHER"))
    assert "OTHER" in run(*asked).out
    assert not list(folder.rglob("__pycache__"))


def test_a_run_without_a_verdict_is_not_cached(run: Run, folder: Path, kept: Path) -> None:
    write(folder, a=SOUND)
    settle(folder)
    asked = ("check", *DAY, "a.tenant.yaml", "missing.yaml")
    assert run(*asked).code == run(*asked).code == 2
    assert len(list(kept.iterdir())) == 1
    (folder / "missing.yaml").write_text(SOUND.replace("t1", "t2").replace("Sub1", "Sub2"))
    assert run(*asked).code == 0


@pytest.mark.parametrize("harm", ["empty", "cut", "turned", "moved"])
def test_a_broken_cache_changes_no_result(run: Run, folder: Path, kept: Path, harm: str) -> None:
    write(folder, a=UNSOUND)
    settle(folder)
    first = run("check", *DAY, ".")
    files = sorted(kept.iterdir())
    texts = [file.read_bytes() for file in files]
    for file, data in zip(files, texts, strict=True):
        if harm == "empty":
            file.write_bytes(b"")
        elif harm == "cut":
            file.write_bytes(data[:-7])
        elif harm == "turned":
            file.write_bytes(data.replace(b"vpop", b"void"))
        else:
            file.write_bytes(texts[file == files[0]])
    assert run("check", *DAY, ".") == first


@pytest.mark.parametrize("place", ["/dev/null/x", "a\0b", "file"])
def test_a_cache_folder_that_cannot_be_created_is_ignored(
    run: Run, folder: Path, place: str
) -> None:
    write(folder, a=UNSOUND)
    (folder / "file").write_text("")
    if "\0" not in place:
        assert run("check", *DAY, ".", TENANTLINT_CACHE_DIR=place).code == 1


def test_the_no_cache_option_writes_nothing(run: Run, folder: Path, kept: Path) -> None:
    write(folder, a=UNSOUND)
    run("check", *DAY, ".", "--no-cache")
    assert not list(kept.iterdir())


def test_concurrent_runs_share_the_cache(folder: Path, run: Run, kept: Path) -> None:
    for number in range(30):
        write(folder, **{f"t{number}": UNSOUND.replace("Sub", f"Sub{number}x")})
    settle(folder)
    wanted = run("check", *DAY, ".", "--no-cache")
    for _ in range(3):
        runs = [
            subprocess.Popen([COMMAND, "check", *DAY, "."], stdout=subprocess.PIPE)
            for _ in range(4)
        ]
        assert {one.communicate()[0].decode() for one in runs} == {wanted.out}
    assert all(file.suffix == ".json" for file in kept.iterdir())


@pytest.mark.parametrize(
    ("fraction", "young", "old"),
    [
        (1, 99_999_999, 100_000_001),
        (999_999, 99_999_999, 100_000_001),
        # The times of a file system with a resolution of a second, or of two (FAT).
        (0, 2_000_000_000, 2_100_000_000),
        (10_000_000, 2_000_000_000, 2_100_000_000),
    ],
)
@pytest.mark.parametrize("latest", ["st_mtime_ns", "st_ctime_ns"])
@pytest.mark.skipif(os.name == "nt", reason="there are no stamps on Windows")
def test_a_file_that_can_change_with_the_same_times_has_no_stamp(
    monkeypatch: pytest.MonkeyPatch, fraction: int, young: int, old: int, latest: str
) -> None:
    changed = 1_777_777_777_000_000_000 + fraction
    times = {"st_mtime_ns": changed - 5_000_000_003, "st_ctime_ns": changed - 5_000_000_003}
    status: Any = SimpleNamespace(st_size=1, st_ino=2, st_dev=3, **{**times, latest: changed})
    for age, is_stamped in ((0, False), (young, False), (old, True)):
        monkeypatch.setattr(time, "time_ns", lambda age=age: changed + age)
        assert (cache.file_stamp(status) is not None) == is_stamped, age


def test_the_versions_of_packages_are_part_of_the_cache_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def edition_with(*names: str | None) -> str | None:
        monkeypatch.setattr(
            program_fingerprint, "installed_metadata", lambda: [("site", name) for name in names]
        )
        return program_fingerprint.edition(())

    known = edition_with("pyyaml-6.0.1.dist-info", "acme-1.dist-info")
    assert known is not None
    assert known == edition_with("acme-1.dist-info", "pyyaml-6.0.1.dist-info")
    assert known != edition_with("pyyaml-6.0.2.dist-info", "acme-1.dist-info")
    assert known != edition_with("pyyaml-6.0.1.dist-info")
    # The versions in an archive are unknown.
    assert edition_with("pyyaml-6.0.1.dist-info", None) is None


def test_the_oldest_entries_are_removed_first(monkeypatch: pytest.MonkeyPatch, kept: Path) -> None:
    monkeypatch.setattr(cache, "MAX_FILES", 3)
    keys = [cache.digest(number) for number in range(7)]
    for number, key in enumerate(keys[:6]):
        cache.store(key, number)
        os.utime(kept / f"{key}.json", (number, number))
    assert cache.load(keys[5]).value == 5
    assert cache.load(keys[0]) == cache.NOTHING
    monkeypatch.setattr(cache, "MAX_BYTES", 200)
    cache.store(keys[6], "x" * 150)
    assert {file.name for file in kept.iterdir()} == {f"{keys[6]}.json"}


def test_other_files_in_the_folder_of_the_cache_are_kept(
    monkeypatch: pytest.MonkeyPatch, kept: Path
) -> None:
    monkeypatch.setattr(cache, "MAX_FILES", 1)
    kept.mkdir(exist_ok=True)
    key = cache.digest("x")
    abandoned = f".{key}.json.{'0' * 16}"
    names = {"thesis.txt", ".hidden", "package.json", f"{key}.txt", f".{key}.json.old"}
    for name in (*names, abandoned):
        (kept / name).write_text("precious")
        os.utime(kept / name, (1, 1))
    cache.store(key, 1)
    assert {file.name for file in kept.iterdir()} == {*names, f"{key}.json"}


@pytest.mark.parametrize("name", ["x" * 300, "file/below", "\udcff"])
def test_a_folder_that_cannot_be_used_is_ignored(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND + "#" * MIN_BYTES)
    (folder / "file").write_text("")
    wanted = run("check", *DAY, ".", "--no-cache")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(folder / name))
    assert run("check", *DAY, ".") == wanted


PLAN = Selection(Settings(date(2026, 5, 1), cached=True), load_plugins(installed=False))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(tenants(), st.integers(0, 400))
def test_results_and_messages_are_unchanged_before_their_until_day(
    tenant: object, ahead: int
) -> None:
    begin, text = date(2026, 5, 1), json.dumps(tenant)
    checked = FileCheck("x", text.encode(), PLAN, ahead=True, verbatim=True).on(begin)
    day = min(begin + timedelta(ahead), checked.until - timedelta(1))
    later = FileCheck("x", text.encode(), PLAN).on(day)
    assert (later.diagnostics, later.sightings) == (checked.diagnostics, checked.sightings)


def test_small_files_are_not_cached(run: Run, folder: Path, kept: Path) -> None:
    (folder / "a.tenant.yaml").write_text(UNSOUND)
    assert run("check", *DAY, ".").code == 1
    assert not list(kept.iterdir())


@pytest.mark.parametrize("home", ["raises", "~"])
def test_nothing_is_cached_without_a_home_folder(
    monkeypatch: pytest.MonkeyPatch, folder: Path, home: str
) -> None:
    def user_cache_path(name: str) -> Path:
        if home == "raises":
            raise RuntimeError("could not determine the home directory")
        return Path(home) / name

    monkeypatch.delenv(cache.FOLDER_VARIABLE)
    monkeypatch.setattr(platformdirs, "user_cache_path", user_cache_path)
    cache.store("k", 1)
    assert cache.load("k") == cache.NOTHING
    assert not list(folder.iterdir())
