"""Real ratings lie beside the project, never in it; a test that needs them is skipped loudly without them.

They are looked for in `shared/data/ratings` beside this checkout or any folder above it, or where the variable RATINGS says.
The ratings of lecturers (InstEval) also come with mixedlm, so that the chief reference is checked in every clone.
"""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import mixedlm
import numpy as np
import numpy.typing as npt
import pytest

ABOVE = Path(__file__).resolve().parents[2:]
INSTEVAL = Path(mixedlm.__file__).parent / "datasets" / "data" / "InstEval.csv.gz"


def columns(name: str) -> dict[str, npt.NDArray[np.str_]]:
    """The columns of one real data set as text, by header."""
    folders = [Path(os.environ["RATINGS"])] if "RATINGS" in os.environ else [top / "shared" / "data" / "ratings" for top in ABOVE]
    places = [folder / f"{name}.csv.gz" for folder in folders] + ([INSTEVAL] if name == "insteval" else [])
    found = next((place for place in places if place.exists()), None)
    if found is None:
        pytest.skip(f"REAL DATA MISSING: {name}.csv.gz is in none of {[str(folder) for folder in folders]}, so a reference value goes unchecked.")
    with gzip.open(found, "rt") as lines:
        header, *rows = csv.reader(lines)
    return dict(zip(header, np.array(rows).T, strict=True))
