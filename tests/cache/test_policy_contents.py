"""The cache key covers everything that a folder of policies can load."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cache.test_cache import DAY, settle, write
from tests.conftest import SOUND, Run
from tests.plugins.test_plugins import install
from validator.system.folder_contents import contents_of

POLICY = '''"""No name."""
from validator import policy
@policy(severity="error")
def look(tenant):
    return [item.finding(message="x") for item in tenant.subscriptions if not item.name] * NUMBER
'''


@pytest.mark.parametrize("top", ["mine", "mine/custom"])
def test_a_policy_in_a_linked_folder_is_part_of_the_cache_key(
    run: Run, folder: Path, top: str
) -> None:
    shared = folder / "shared"
    shared.mkdir()
    (folder / top).mkdir(parents=True)
    (folder / top / "linked").symlink_to(shared)
    write(folder, a=SOUND)
    settle(folder)
    for number, code in ((0, 0), (1, 1), (0, 0)):
        (shared / "nameless.py").write_text(POLICY.replace("NUMBER", str(number)))
        assert run("check", *DAY, "a.tenant.yaml", "--policies", "mine").code == code
    (shared / "nameless.py").write_text("raise ValueError\n")
    assert run("check", *DAY, "a.tenant.yaml", "--policies", "mine").code == 2


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file in a linked folder": lambda top: (top / "out" / "b").write_text("other"),
    "a file below it": lambda top: (top / "out" / "sub" / "c").write_text("other"),
    "a new file in it": lambda top: (top / "out" / "new").write_text(""),
    "a file in a folder that it leads to": lambda top: (top / "far" / "d").write_text("other"),
    "a linked file": lambda top: (top / "single").write_text("other"),
    "a moved file": lambda top: (top / "out" / "b").rename(top / "in" / "b"),
    "another name": lambda top: (top / "in" / "link").rename(top / "in" / "other"),
    "another target": lambda top: retarget(top / "in" / "link", top / "far"),
}


def retarget(link: Path, target: Path) -> None:
    link.unlink()
    link.symlink_to(target)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Create a folder `in` with links, loops of links, and two links to one folder."""
    for name in ("in/sub", "out/sub", "far"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("in/a", "out/b", "out/sub/c", "far/d", "single"):
        (tmp_path / name).write_text("text")
    for link, target in (
        ("in/link", "out"),
        ("in/again", "out"),
        ("in/self", "in"),
        ("in/sub/up", "in/sub"),
        ("out/back", "in"),
        ("out/sub/on", "far"),
        ("far/back", "out"),
        ("in/file", "single"),
    ):
        (tmp_path / link).symlink_to(tmp_path / target)
    return tmp_path


def test_loops_of_links_end(tree: Path) -> None:
    parts = list(contents_of(str(tree / "in")))
    assert len(parts) < 60
    assert parts == list(contents_of(str(tree / "in")))


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_behind_a_link_changes_the_contents(tree: Path, change: str) -> None:
    before = list(contents_of(str(tree / "in")))
    CHANGES[change](tree)
    assert list(contents_of(str(tree / "in"))) != before


def test_each_module_of_an_installed_plugin_is_part_of_the_cache_key(
    run: Run, folder: Path
) -> None:
    site = Path(install(folder, "acme", "acme", "look"))
    (site / "acme-1.dist-info" / "top_level.txt").write_text("look\nacme_words\nacme_gone\n")
    text = (site / "look.py").read_text().replace('"found"', "WORD")
    (site / "look.py").write_text(f"from acme_words import WORD\n{text}")
    write(folder, a=SOUND)
    settle(folder)
    for word in ("one", "three", "fifteen"):
        (site / "acme_words.py").write_text(f"WORD = {word!r}\n")
        outcome = run("check", *DAY, "a.tenant.yaml", PYTHONPATH=str(site))
        assert f"[look]: {word}\n" in outcome.out, outcome.err
