"""Measures `import` and `drift` for a tenant with many users.

    python benchmarks/controlhub.py [--users N] [--runs N]

Writes the exports of a tenant (a CSV of users, and licences and people from the Webex API), imports
them into a new file, adds comments, and changes every tenth user. Prints the processor time of each
command for N/2, N and 2N users, and its growth from N to 2N: 2.0 is linear. Checks that the
comments are kept and that there is no drift after an import.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SUBSCRIPTIONS = 8
NOTE = "   # kept by hand"
HEAD = ["Display Name", "User ID/Email (Required)", "User Status", "Department"]
COMMANDS = {
    "import, new": ("import", "--into", "new.tenant.yaml"),
    "import, again": ("import", "--into", "h.tenant.yaml"),
    "dry run, changed": ("import", "--dry-run", "--into", "h.tenant.yaml"),
    "drift, changed": ("drift", "--format", "json", "--fail-on", "never", "h.tenant.yaml"),
    "import, changed": ("import", "--into", "h.tenant.yaml"),
    "drift, none": ("drift", "h.tenant.yaml"),
}


def write_exports(folder: Path, users: int, changed: int) -> None:
    """Write the exports; every `changed`-th user has another subscription, name and status."""
    held: list[int] = []
    rows: list[list[str]] = []
    people: list[dict[str, Any]] = []
    for number in range(users):
        is_changed = bool(changed) and number % changed == 0
        at = (number + is_changed) % SUBSCRIPTIONS
        email, name = f"user{number}@x.example", f"User {number}{' B' if is_changed else ''}"
        status = "Inactive" if is_changed else "Active"
        cells = ["TRUE" if at == other else "" for other in range(SUBSCRIPTIONS)]
        rows.append([name, email, status, f"Team {number % 50}", *cells])
        people.append({"id": f"p{number}", "emails": [email], "licenses": [f"CJPPRM_{at}"]})
        held.append(at)
    with (folder / "u.csv").open("w", newline="") as stream:
        columns = [f"Contact Center Premium Agent [Sub{at}]" for at in range(SUBSCRIPTIONS)]
        csv.writer(stream).writerows([HEAD + columns, *rows])
    licenses = [
        {
            "id": f"CJPPRM_{at}",
            "name": "Contact Center Premium Agent",
            "totalUnits": users,
            "consumedUnits": held.count(at),
            "subscriptionId": f"Sub{at}",
        }
        for at in range(SUBSCRIPTIONS)
    ]
    (folder / "l.json").write_text(json.dumps({"items": licenses}))
    (folder / "p.json").write_text(json.dumps({"items": people}))


def seconds(folder: Path, command: Sequence[str]) -> float:
    """Run a command; return its processor time."""
    asked = ["--users", "u.csv", "--licenses", "l.json", "--people", "p.json"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [Path(sys.executable).with_name("tenantlint"), *command, *asked],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-500:]}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(users: int) -> dict[str, float]:
    """Return the processor time of each command."""
    with tempfile.TemporaryDirectory() as name:
        folder, times = Path(name), {}
        write_exports(folder, users, 0)
        times["import, new"] = seconds(folder, COMMANDS["import, new"])
        file = folder / "h.tenant.yaml"
        lines = (folder / "new.tenant.yaml").read_text().splitlines()
        noted = [line + NOTE if "- email:" in line else line for line in lines]
        file.write_text("\n".join(noted) + "\n")
        for label, command in COMMANDS.items():
            if label == "dry run, changed":
                write_exports(folder, users, 10)
            if label != "import, new":
                times[label] = seconds(folder, command)
        if file.read_text().count(NOTE) != users:
            sys.exit("a comment was lost")
        return times


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    sizes = (options.users // 2, options.users, options.users * 2)
    best = {
        size: {
            label: min(run[label] for run in runs)
            for runs in [[measure(size) for _ in range(options.runs)]]
            for label in runs[0]
        }
        for size in sizes
    }
    print(f"{'':18}" + "".join(f"{size:>12,}" for size in sizes) + "    growth")
    for label in COMMANDS:
        times = [best[size][label] for size in sizes]
        growth = f"{times[2] / times[1]:>10.2f}"
        print(f"{label:18}" + "".join(f"{time:>10.2f} s" for time in times) + growth)


if __name__ == "__main__":
    main()
