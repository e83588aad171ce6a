"""The last results, for people and for machines. A group that was not measured keeps what it had."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

GROUPS = {
    "pages": "One process, medians. A floor is the least a signed-in page can be: the same middleware, one indexed query, a body of the same size, in turns in the same run.",
    "statistics": "Each in a process of its own, on one thread. The floor of the fit on real ratings is mixedlm (Rust) on the same data, in turns in the same run; memory is the most the whole process had.",
}


def keep(folder: Path, group: str, rows: list[dict[str, Any]]) -> None:
    """Write the results of one group beside those of the others into results.json and README.md."""
    machine = {"on": datetime.now(UTC).date().isoformat(), "python": platform.python_version(), "cores": os.cpu_count()}
    path = folder / "results.json"
    kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    kept = {name: kept[name] for name in GROUPS if name in kept} | {group: {**machine, "results": rows}}
    path.write_text(json.dumps({name: kept[name] for name in GROUPS if name in kept}, indent=2) + "\n")
    parts = [_part(name, kept[name]) for name in GROUPS if name in kept]
    (folder / "README.md").write_text("# Last results of `make bench`\n\n" + "\n".join(parts))


def _part(group: str, kept: dict[str, Any]) -> str:
    lines = [
        f"## {group.capitalize()}", "", f"{kept['on']}, Python {kept['python']}, {kept['cores']} cores (shared with other work). {GROUPS[group]}", "",
        "| people | what | value | floor | ratio | queries | target | met |", "|---:|---|---:|---:|---:|---:|---|---|",
        *(f"| {row['people']} | {row['name']} | {row['value']} {row['unit']} | {row['floor'] or ''} | {row['ratio'] or ''} | {row['queries'] or ''} | {row['target']} | "
          f"{'yes' if row['met'] else '**no**'} |" for row in kept["results"]),
    ]
    return "\n".join(lines) + "\n"
