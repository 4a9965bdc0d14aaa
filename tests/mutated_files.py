"""Generate tenant files with mistakes by changing the project's own tenant files at random."""

import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from tests.conftest import ROOT
from tests.mistakes.test_mistakes import MISTAKES

Change = Callable[[random.Random, str], str]

_SCALAR = re.compile(
    r"(?<=: )([^\s,\[\]{}#&*!|>][^,\[\]{}#\n]*?)(?=\s*(?:[,}\]]|\s#|$))", re.MULTILINE
)
_KEY = re.compile(r"(?<=[\s{])([a-z_-]+)(?=:(?:\s|$))", re.MULTILINE)
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ITEM = re.compile(r"^ *- .*\n", re.MULTILINE)
_WORDS = (
    "yes", "no", "on", "NO", "012", "1_000", "12:30:00", '"36"', "Named", "Premium Agent", "UK",
    "admin", "Full access", "none", "never", "~", "36 months", "1.000", "ja", "[x]", "{a: b}",
    "Webex Calling", "28 Feb 2027", "01-03-2024", "2027/02/28", "Sub1 ", "*x", "&x y", "!!str 1",
)  # fmt: skip
_COMMENTS = (
    "# tenantlint: ignore[mixed-telephony]: unused",
    "# tenantlint: ignore[user-unassigned, admin-lockout] until 2026-01-01: expired",
    "# tenantlint: ignore[mixed-telephony] until 2027-01-01: agreed",
    "# tenantlint: ignore[schema-type]: refused",
    "# tenantlint: ignore[mixd-telephony]: unknown",
    "# tenantlint: ignore-file[over-assigned]: OPS-1",
    "# tenantlint: ignore[mixed-telephony]",
    '# see the order: it\'s "late" #1',
)


def _at(match: re.Match[str], text: str, new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def _one(rng: random.Random, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return rng.choice(found) if found else None


def _value(rng: random.Random, text: str) -> str:
    match = _one(rng, _SCALAR, text)
    return text if match is None else _at(match, text, rng.choice(_WORDS))


def _spelling(rng: random.Random, text: str) -> str:
    match = _one(rng, rng.choice((_SCALAR, _KEY)), text)
    if match is None or len(match[0]) < 2:
        return text
    word, place = match[0], rng.randrange(len(match[0]))
    return _at(match, text, rng.choice((
        word[:place] + word[place + 1 :], word.capitalize(), word.upper(), f'"{word}"', f"'{word}'",
        word.replace("_", "-"), word.replace("-", " "), word + "s", f"[{word}]",
    )))  # fmt: skip


def _day(rng: random.Random, text: str) -> str:
    match = _one(rng, _DAY, text)
    if match is None:
        return text
    year, month, day = match.groups()
    return _at(match, text, rng.choice((
        f"{day}-{month}-{year}", f"{year}/{month}/{day}", f"{month}/{day}/{year}", f"{year}-02-30",
        f"{year}{month}{day}", f"{year}-{month}", f"{day} March {year}", f'"{year}-{month}-{day}"',
        "2026-05-10", "2026-04-30", "2024-01-01",
    )))  # fmt: skip


def _repeat_item(rng: random.Random, text: str) -> str:
    match = _one(rng, _ITEM, text)
    return text if match is None else _at(match, text, match[0] * 2)


def _lose_line(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return "".join(lines)


def _comment(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    number = rng.randrange(len(lines) + 1)
    comment = rng.choice(_COMMENTS)
    if number < len(lines) and rng.random() < 0.5:
        lines[number] = f"{lines[number].rstrip()}  {comment}\n"
    else:
        indent = re.match(" *", lines[number])[0] if number < len(lines) else ""  # type: ignore[index]
        lines.insert(number, f"{indent}{comment}\n")
    return "".join(lines)


def _add_line(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    keyed = [number for number, line in enumerate(lines) if re.match(r"\s+[a-z_]+:", line)]
    if not keyed:
        return text
    number = rng.choice(keyed)
    indent = re.match(" *", lines[number])[0]  # type: ignore[index]
    line = rng.choice((
        "telephony: vpop", "telephony: bundled-pstn", "primary: true", "status: active",
        "status: trial", "autoRenew: true", "partner: northwnd", "notice_days: 4 weeks", "foo: 1",
        "x-ticket: yes", "country: no", "licenses: {Premium Agent: 10}", "lapses: 2025-03-01",
        "roles: supervisor", "assignments: Sub1", "end: 2026-04-01", "term_months: 012",
    ))  # fmt: skip
    return "".join((*lines[:number], f"{indent}{line}\n", *lines[number:]))


def _as_json(_: random.Random, text: str) -> str:
    try:
        return json.dumps(yaml.load(text, yaml.BaseLoader), ensure_ascii=False)
    except (yaml.YAMLError, TypeError, ValueError):
        return text


_CHANGES: Sequence[tuple[Change, int]] = (
    (_value, 6), (_spelling, 8), (_day, 4), (_repeat_item, 3), (_lose_line, 1), (_comment, 4),
    (_add_line, 5), (_as_json, 1),
)  # fmt: skip


def texts() -> list[str]:
    """Return the texts to change: fixtures, policy examples and recorded mistakes."""
    files = [*sorted((ROOT / "fixtures").rglob("*.yaml"))]
    found = [file.read_text() for file in files]
    for policy in sorted((ROOT / "policies").rglob("*.py")):
        for block in re.findall(
            r"```yaml (?:bad|good).*?\n(.*?)```", policy.read_text(), re.DOTALL
        ):
            text = block if "tenant:" in block else f"tenant: {{id: t1, name: Harbour}}\n{block}"
            found.append(f"version: 1\n{text}")
    return [*found, *(mistake.text for mistake in MISTAKES)]


def mutated(rng: random.Random, sources: Sequence[str]) -> bytes:
    """Return the bytes of a file with up to eight random changes."""
    text = rng.choice(sources)
    kinds, weights = zip(*_CHANGES, strict=True)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 5, 8))):
        text = rng.choices(kinds, weights)[0](rng, text)
    if rng.random() < 0.1:
        text = f"{text}---\n{rng.choice(sources)}"
    if rng.random() < 0.1:
        text = text.rstrip("\n")
    if rng.random() < 0.15:
        text = text.replace("\n", rng.choice(("\r\n", "\r\n", "\r")))
    encoding = rng.choices(("utf-8", "utf-8-sig", "utf-16"), (20, 3, 1))[0]
    return text.encode(encoding, "replace")


def write_mutated(folder: Path, number: int, seed: int) -> list[Path]:
    """Write `number` files with mistakes to a folder; return their paths."""
    rng = random.Random(seed)
    sources = texts()
    files = [folder / f"{index:04}.tenant.yaml" for index in range(number)]
    for file in files:
        file.write_bytes(mutated(rng, sources))
    return files
