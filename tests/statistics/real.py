"""Real ratings lie beside the project, never in it; a test that needs them is skipped loudly without them."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

RATINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "ratings"


def columns(name: str) -> dict[str, npt.NDArray[np.str_]]:
    """The columns of one real data set as text, by header."""
    path = RATINGS / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"REAL DATA MISSING: {path} is not here, so a reference value goes unchecked.")
    with gzip.open(path, "rt") as lines:
        header, *rows = csv.reader(lines)
    return dict(zip(header, np.array(rows).T, strict=True))
