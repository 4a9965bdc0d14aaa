"""Pull requests that try to evade the comparison."""

import json
from pathlib import Path

import pytest

from tests.checking.repositories import DAY, TENANT, Repository, ids

B = TENANT.replace("t1", "t2").replace("Sub", "Care")
REWRITTEN = TENANT.replace("start: 2025-01-01", "start: 2024-01-01")


def not_compared(repository: Repository, *arguments: str) -> str:
    """Return the text report on one line; it lists the files that were not compared."""
    outcome = repository.run("check", "--as-of", "2026-05-01", *arguments)
    return " ".join(outcome.out.split())


# Findings that prevent policies from running


@pytest.mark.parametrize("broken", ["x: 1\n", "usage: 3\n", "x-a: {b: *c}\n"])
def test_an_older_schema_finding_hides_nothing_new(repository: Repository, broken: str) -> None:
    repository.write("tenants/a.yaml", TENANT + broken)
    repository.commit()
    assert repository.since("HEAD").findings == []
    repository.write("tenants/a.yaml", "# a comment\n" + TENANT + broken)
    here = ids(repository.since("HEAD"))
    # A document that cannot be read has no value to compare, so its finding counts as new.
    assert here == (["yaml-syntax"] if "*" in broken else [])
    repository.write("tenants/a.yaml", REWRITTEN + broken)
    outcome = repository.since("HEAD")
    assert outcome.code == 1
    assert len(ids(outcome)) == 1
    assert "its version at the merge base with HEAD cannot be compared" in not_compared(
        repository, "--since", "HEAD"
    )


def test_a_broken_document_does_not_hide_changes_in_another_one(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{TENANT}---\nx: 1\n")
    repository.commit()
    repository.write("tenants/a.yaml", f"{REWRITTEN}---\nx: 1\n")
    assert ids(repository.since("HEAD")) == ["history-rewritten"]
    repository.write("tenants/a.yaml", f"{TENANT}---\nx: 1\nz: 2\n")
    assert set(ids(repository.since("HEAD"))) == {"schema-required", "schema-unknown-property"}
    repository.write("tenants/a.yaml", "---\nx: 1\n")
    assert ids(repository.since("HEAD")) == ["tenant-removed"]


def test_one_and_true_are_different_values(repository: Repository) -> None:
    repository.write("tenants/a.yaml", TENANT + "x: 1\n")
    repository.commit()
    repository.write("tenants/a.yaml", TENANT + "x: true\n")
    assert ids(repository.since("HEAD")) == ["schema-unknown-property"]


# The older version cannot be read


@pytest.mark.parametrize("broken", ["a: [", "a: \udcff", "x: 1\n", ""])
def test_a_broken_version_in_between_is_reported_as_not_compared(
    repository: Repository, broken: str
) -> None:
    good = repository.git("rev-parse", "HEAD").strip()
    (repository.folder / "tenants/a.yaml").write_bytes(broken.encode("utf-8", "surrogateescape"))
    repository.commit()
    repository.write("tenants/a.yaml", TENANT.replace("type: named", "type: concurrent"))
    repository.commit()
    text = not_compared(repository, "--since-exact", "HEAD~1")
    assert "not compared: tenants/a.yaml: its version at HEAD~1 cannot be compared" in text
    assert "mixed-telephony" in text, "every finding counts as new"
    assert "subscription-type-changed" in ids(repository.since(good))


def test_a_removed_file_that_could_not_be_read_is_not_compared(repository: Repository) -> None:
    repository.write("tenants/b.yaml", "a: [")
    repository.commit()
    (repository.folder / "tenants/b.yaml").unlink()
    assert "not compared: tenants/b.yaml" in not_compared(repository, "--since", "HEAD")


@pytest.mark.parametrize("name", ["tenants/a\nb.yaml", "tenants/ä b.yaml", "tenants/-\t'\".yaml"])
def test_files_with_unusual_names_are_compared(repository: Repository, name: str) -> None:
    repository.write(name, B)
    repository.commit()
    repository.write(name, B.replace("type: named", "type: concurrent"))
    outcome = repository.run(
        "check", "--as-of", "2026-05-01", "--since", "HEAD", "--format", "json"
    )
    found = json.loads(outcome.out)["findings"]
    assert [item["id"] for item in found] == ["subscription-type-changed"] * 2


# Links and folders


def test_a_link_that_becomes_a_file_is_compared(repository: Repository) -> None:
    repository.write("shared/x.yaml", B)
    (repository.folder / "tenants/b.yaml").symlink_to("../shared/x.yaml")
    repository.commit()
    (repository.folder / "tenants/b.yaml").unlink()
    repository.write("tenants/b.yaml", B.replace("t2", "t9").replace("2025-01-01", "2024-01-01"))
    assert sorted(ids(repository.since("HEAD"))) == ["history-rewritten", "mixed-telephony",
                                                     "tenant-removed"]  # fmt: skip


def test_a_file_that_becomes_a_link_is_compared(repository: Repository) -> None:
    (repository.folder / "tenants/a.yaml").unlink()
    repository.write("shared/x.txt", REWRITTEN.replace("t1", "t9"))
    (repository.folder / "tenants/a.yaml").symlink_to("../shared/x.txt")
    assert "history-rewritten" in ids(repository.since("HEAD"))


@pytest.mark.parametrize("target", ["/etc/hostname", "../../x.yaml", "nowhere.yaml", "a.yaml"])
def test_a_link_without_a_readable_target_is_not_compared(
    repository: Repository, target: str
) -> None:
    link = repository.folder / "tenants/b.yaml"
    if target == "a.yaml":
        target = "b.yaml"
    link.symlink_to(target)
    repository.commit()
    link.unlink()
    repository.write("tenants/b.yaml", B)
    text = not_compared(repository, "--since", "HEAD")
    assert "not compared: tenants/b.yaml: at the merge base with HEAD it is a " in text


def test_a_folder_that_becomes_a_link_is_compared(repository: Repository) -> None:
    (repository.folder / "tenants").rename(repository.folder / "elsewhere")
    (repository.folder / "tenants").symlink_to("elsewhere")
    assert ids(repository.since("HEAD")) == ["tenant-removed"]
    repository.write("elsewhere/a.yaml", REWRITTEN)
    (repository.folder / "elsewhere/a.yaml").rename(repository.folder / "elsewhere/a.tenant.yaml")
    assert "history-rewritten" in ids(repository.since("HEAD", "tenants"))


def test_a_file_in_a_submodule_is_not_compared(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = Repository(tmp_path_factory.mktemp("inner"), repository.run)
    inner.write("tenants/b.yaml", B)
    inner.commit()
    repository.git(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.folder), "sub"
    )
    repository.commit()
    text = not_compared(repository, "tenants", "sub/tenants/b.yaml", "--since", "HEAD")
    line = "not compared: sub/tenants/b.yaml: at the merge base with HEAD it is in a submodule"
    assert line in text


# Removed tenants


def test_a_tenant_is_compared_though_its_id_changes(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{B}---\n{TENANT}")
    repository.commit()
    repository.write("tenants/a.yaml", f"{B}---\n{REWRITTEN.replace('t1', 't9')}")
    assert sorted(ids(repository.since("HEAD"))) == [
        "history-rewritten", "mixed-telephony", "tenant-removed"
    ]  # fmt: skip
    # Another file has the old id, but no subscriptions.
    repository.write("tenants/z.yaml", TENANT.split("subscriptions")[0] + "subscriptions: []\n")
    assert "history-rewritten" in ids(repository.since("HEAD"))


def test_tenants_that_change_places_and_ids_are_compared_or_named(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{TENANT}---\n{B}")
    repository.commit()
    b = B.replace("t2", "t9").replace("2025-01-01", "2024-01-01")
    repository.write("tenants/a.yaml", f"{b}---\n{REWRITTEN.replace('t1', 't8')}")
    found = repository.since("HEAD", "--select", "change")
    assert sorted(ids(found)) == ["history-rewritten"] * 2 + ["tenant-removed"] * 2
    assert "not compared" not in found.out
    text = (repository.folder / "tenants/a.yaml").read_text()
    repository.write("tenants/a.yaml", text.replace("Care", "Desk").replace("Sub", "New"))
    out = not_compared(repository, "--since", "HEAD", "--format", "json")
    line = "tenants/a.yaml: which tenant of its version at the merge base with HEAD the tenant"
    assert json.loads(out)["not_compared"] == [f"{line} {t} was is not known" for t in ("t8", "t9")]


def exchanged(one: str, other: str) -> tuple[str, str]:
    """The texts of t1 and t2 with exchanged ids."""
    return one.replace("id: t1", "id: t2"), other.replace("id: t2", "id: t1")


def test_tenants_that_exchange_their_ids_are_compared_and_named(repository: Repository) -> None:
    one, other = exchanged(REWRITTEN, B.replace("2025-01-01", "2024-01-01"))
    repository.write("tenants/a.yaml", f"{TENANT}---\n{B}")
    repository.commit()
    repository.write("tenants/a.yaml", f"{one}---\n{other}")
    found = repository.since("HEAD", "--select", "change")
    assert ids(found) == ["history-rewritten"] * 2
    assert found.out.count("not compared: tenants/a.yaml: which tenant of its version") == 2
    repository.write("tenants/a.yaml", TENANT)
    repository.write("tenants/b.yaml", B)
    repository.commit()
    repository.write("tenants/a.yaml", one)
    repository.write("tenants/b.yaml", other)
    found = repository.since("HEAD", "--select", "change")
    assert found.findings == [
        "tenants/a.yaml:4:36 history-rewritten", "tenants/b.yaml:4:37 history-rewritten"
    ]  # fmt: skip


MOVED = "  - {id: Care1, type: named, start: 2024-01-01}\n"


@pytest.mark.parametrize(
    ("before", "now", "line"),
    [
        # to another tenant: of the same file, of another file, or a new one
        ({"a": TENANT, "b": B}, {"a": TENANT.replace("users:", f"{MOVED}users:"), "b": None},
         "a.yaml: Care1 of the tenant t1 was in the tenant t2 of the version of tenants/b.yaml"),
        ({"a": f"{TENANT}---\n{B}"},
         {"a": TENANT.replace("users:", f"{MOVED}users:") + "---\n" + B.replace("Care1", "Desk1")},
         "a.yaml: Care1 of the tenant t1 was in the tenant t2 of its version"),
        ({"a": TENANT, "b": B}, {"a": f"{TENANT}---\n{B.replace('t2', 't9')}", "b": None},
         "a.yaml: Care1 and Care2 of the tenant t9 were in the tenant t2 of the version of tenants/b.yaml"),
        # from the second document of the tenant to the first
        ({"a": TENANT, "b": B.replace("t2", "t1")},
         {"a": TENANT.replace("users:", f"{MOVED}users:"), "b": None},
         "a.yaml: Care1 of the tenant t1 was in the tenant t1 of the version of tenants/b.yaml"),
    ],
)  # fmt: skip
def test_subscriptions_that_come_from_another_document_are_named(
    repository: Repository, before: dict[str, str], now: dict[str, str | None], line: str
) -> None:
    for name, text in before.items():
        repository.write(f"tenants/{name}.yaml", text)
    repository.commit()
    for name, changed in now.items():
        if changed is None:
            (repository.folder / f"tenants/{name}.yaml").unlink()
        else:
            repository.write(f"tenants/{name}.yaml", changed)
    for jobs in "12":
        found = repository.since("HEAD", "--jobs", jobs).out
        assert (
            f"not compared: tenants/{line} at the merge base with HEAD; the two are not compared"
            in found
        )


def test_a_subscription_that_is_copied_within_a_file_is_not_named(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{TENANT}---\n{B}")
    repository.commit()
    repository.write("tenants/a.yaml", TENANT.replace("users:", f"{MOVED}users:") + f"---\n{B}")
    found = repository.since("HEAD")
    assert ids(found) == ["subscription-in-two-tenants"]
    assert "not compared" not in found.out


@pytest.mark.parametrize("is_staged", [False, True])
@pytest.mark.parametrize("paths", [["other/tenants/b.yaml"], ["other"]])
def test_a_tenant_that_moves_into_the_paths_of_the_run_is_compared(
    repository: Repository, *, is_staged: bool, paths: list[str]
) -> None:
    repository.write("tenants/a.yaml", TENANT)
    repository.commit()
    (repository.folder / "tenants/a.yaml").unlink()
    # So little is alike that git sees no renamed file.
    notes = "".join(f"x-note{number}: a text of some length, {number}\n" for number in range(50))
    repository.write("other/tenants/b.yaml", REWRITTEN + notes)
    if is_staged:
        repository.git("add", "-A")
    assert ids(repository.since("HEAD", *paths)) == ["history-rewritten"]
    # A tenant that is removed elsewhere is not a finding of this run.
    repository.write("other/tenants/b.yaml", B)
    assert ids(repository.since("HEAD", *paths, "--select", "change")) == []


def test_what_cannot_be_compared_is_named_with_its_own_file(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{TENANT}unknown: 1\n")
    repository.commit()
    repository.write("tenants/b.yaml", TENANT.replace("2025-06-01", "2025-07-01"))
    line = (
        "not compared: tenants/b.yaml: the version of tenants/a.yaml at the merge base with HEAD "
        "cannot be compared: schema-unknown-property in line 9"
    )
    assert line in repository.since("HEAD").out


def test_a_tenant_that_is_plainly_new_is_not_named(repository: Repository) -> None:
    new = B.replace("t2", "t9")
    for text in (f"{TENANT}---\n{new}", f"{new}---\n{TENANT.replace('t1', 't8')}"):
        repository.write("tenants/a.yaml", text)
        assert "not compared" not in not_compared(repository, "--since", "HEAD")


def test_a_copy_of_an_unchanged_tenant_is_compared(repository: Repository) -> None:
    repository.write("tenants/b.yaml", REWRITTEN)
    found = ids(repository.since("HEAD"))
    assert "history-rewritten" in found
    assert "tenant-in-two-files" in found


@pytest.mark.parametrize(
    "name", ["archive/a.yaml", "tenants/.a.yaml", "tenants/a.yaml.bak", ".tenants/a.yaml", None]
)
def test_a_file_that_a_search_no_longer_finds_is_a_removed_tenant(
    repository: Repository, name: str | None
) -> None:
    repository.write("tenants/b.yaml", B)
    repository.commit()
    if name is None:
        (repository.folder / "tenants/a.yaml").unlink()
    else:
        (repository.folder / name).parent.mkdir(exist_ok=True)
        (repository.folder / "tenants/a.yaml").rename(repository.folder / name)
    outcome = repository.since("HEAD")
    assert (outcome.code, outcome.findings) == (0, ["tenants/a.yaml:1:1 tenant-removed"])
    assert repository.since("HEAD", "--fail-on", "warning").code == 1
    assert repository.since("HEAD", "--severity", "tenant-removed=error").code == 1
    assert repository.since("HEAD", "--ignore", "tenant-removed").findings == []
    assert repository.since("HEAD", "--select", "user").findings == []
    assert len(repository.since("HEAD", "--select", "tenant-removed").findings) == 1
    assert repository.since("HEAD", "tenants/b.yaml").findings == [], (
        "the removed file is not in the given paths"
    )


@pytest.mark.parametrize("path", [".", "tenants", "tenants/", "./tenants", "tenants/a.yaml"])
def test_removing_the_last_file_is_a_removed_tenant(repository: Repository, path: str) -> None:
    repository.git("rm", "-q", "tenants/a.yaml")
    assert not (repository.folder / "tenants").exists()
    outcome = repository.since("HEAD", path)
    assert (outcome.code, ids(outcome), outcome.err) == (0, ["tenant-removed"], "")
    assert repository.since("HEAD", path, "--fail-on", "warning").code == 1
    outcome = repository.since("HEAD", path, "nowhere")
    assert outcome.code == 2
    assert outcome.err == "tenantlint: nowhere: No such file or directory\n"


THREE = "---\n".join((TENANT, B, B.replace("t2", "t3").replace("Care", "Desk")))


@pytest.mark.parametrize("paths", [[], ["tenants"], ["tenants/b.yaml"], ["ABSOLUTE"]])
@pytest.mark.parametrize(
    ("older", "newer", "now"),
    [
        (TENANT, TENANT.replace("t1", "t9"), "t9"),
        (THREE, THREE.replace(f"{TENANT}---\n", "", 1), "t2 and t3"),
    ],
)
def test_a_removed_tenant_is_reported_at_the_older_name_of_its_file(
    repository: Repository, older: str, newer: str, now: str, paths: list[str]
) -> None:
    repository.write("tenants/a.yaml", older)
    repository.commit()
    repository.git("mv", "tenants/a.yaml", "tenants/b.yaml")
    repository.write("tenants/b.yaml", newer)
    folder = f"{repository.folder}/" if paths == ["ABSOLUTE"] else ""
    paths = [path.replace("ABSOLUTE", f"{folder}tenants/b.yaml") for path in paths]
    out = repository.since("HEAD", "--select", "tenant-removed", *paths).out
    a, b = f"{folder}tenants/a.yaml", f"{folder}tenants/b.yaml"
    message = f"the tenant t1 of {a} is no longer in any checked file; {b} now has {now}"
    assert out.splitlines()[0] == f"{a}:1:1: warning: tenant-removed: {message}"


def test_a_removed_tenant_has_the_level_of_the_older_name_of_its_file(
    repository: Repository,
) -> None:
    repository.git("mv", "tenants/a.yaml", "tenants/b.yaml")
    repository.write("tenants/b.yaml", TENANT.replace("t1", "t9"))
    asked = ("HEAD", "--select", "tenant-removed")
    for name, found in (("a", []), ("b", ["tenants/a.yaml:1:1 tenant-removed"])):
        config = f"[[per-file]]\nfiles = ['tenants/{name}.yaml']\nignore = ['tenant-removed']\n"
        repository.write("tenantlint.toml", config)
        outcome = repository.since(*asked)
        assert outcome.findings == found
        assert "turns off tenant-removed in 1 file (per-file)" in outcome.out


def test_a_renamed_file_that_cannot_be_compared_has_its_older_name(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{TENANT}x: 1\n")
    repository.commit()
    repository.git("mv", "tenants/a.yaml", "tenants/b.yaml")
    repository.write("tenants/b.yaml", TENANT)
    line = "tenants/b.yaml: its version at the merge base with HEAD, tenants/a.yaml, cannot be"
    assert f"not compared: {line} compared: schema" in not_compared(repository, "--since", "HEAD")


def test_a_failure_in_an_older_version_has_the_older_name(repository: Repository) -> None:
    crash = "    raise ValueError(tenant.name)\n"
    head = "from validator import policy\n@policy(severity='info')\ndef crash(tenant):\n"
    page = '    """Crashes.\n\n    **Do:** nothing.\n    """\n'
    condition = "    if tenant.name != 'Harbour Retail':\n        return []\n"
    repository.write("own/crash.py", head + page + condition + crash)
    repository.git("mv", "tenants/a.yaml", "tenants/b.yaml")
    repository.write("tenants/b.yaml", TENANT.replace("Harbour Retail", "Harbour"))
    outcome = repository.since("HEAD", "--policies", "own")
    assert outcome.code == 2
    assert "merge base with HEAD: tenants/a.yaml: the policy crash crashed: " in outcome.err


def test_removing_a_document_is_a_removed_tenant(repository: Repository) -> None:
    repository.write("tenants/a.yaml", f"{TENANT}---\n{B}")
    repository.commit()
    repository.write("tenants/a.yaml", TENANT)
    assert repository.since("HEAD").findings == ["tenants/a.yaml:1:1 tenant-removed"]


def test_a_file_that_cannot_be_read_is_not_a_removed_tenant(repository: Repository) -> None:
    repository.write("tenants/a.yaml", TENANT + "x: [\n")
    assert ids(repository.since("HEAD")) == ["yaml-syntax"]
    repository.write("tenants/a.yaml", TENANT.replace("id: t1", "ID: t1"))
    assert "tenant-removed" not in ids(repository.since("HEAD"))


def test_replacing_a_file_by_a_folder_is_a_removed_tenant(repository: Repository) -> None:
    (repository.folder / "tenants/a.yaml").unlink()
    repository.write("tenants/a.yaml/b.txt", "")
    assert ids(repository.since("HEAD")) == ["tenant-removed"]


def test_the_first_subscription_with_a_duplicate_id_is_compared(repository: Repository) -> None:
    twice = "  - {id: Sub1, type: named, start: 2020-01-01}\n"
    repository.write("tenants/a.yaml", TENANT.replace("users:", f"{twice}users:"))
    assert ids(repository.since("HEAD")) == ["duplicate-subscription"]
    repository.commit()
    repository.write(
        "tenants/a.yaml", TENANT.replace("subscriptions:\n", f"subscriptions:\n{twice}")
    )
    assert "history-rewritten" in ids(repository.since("HEAD"))


def test_a_path_through_a_link_to_the_repository_is_compared(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = Path(tmp_path_factory.mktemp("links")) / "here"
    link.symlink_to(repository.folder)
    repository.write("tenants/a.yaml", REWRITTEN)
    for path in (repository.folder, link, link / "tenants", link / "tenants/a.yaml"):
        assert ids(repository.run("check", str(path), *DAY, "--since", "HEAD")) == [
            "history-rewritten"
        ]
