"""What was decided about a release and from what, in plain values for the ledger: it can be checked again at any time."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Manifest:
    """The decision of `suppression.suppress`.

    `memberships` and `earlier`: fingerprints of who is in which cell, of the cells and of the earlier releases. Counts:
    `people`, `cells`, earlier cells `released`, cells too `small`, other cells `hidden`, sets `compromised` before. `reach`:
    sets of up to so many people were searched. `shown`: the places of the cells shown.
    """

    k: int
    reach: int
    seed: int
    primes: tuple[int, ...]
    memberships: str
    earlier: str
    people: int
    cells: int
    released: int
    small: int
    hidden: int
    compromised: int
    shown: tuple[int, ...]

    @property
    def row(self) -> dict[str, Any]:
        """As JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def digest(rows: sparse.csr_array) -> str:
    """The fingerprint (SHA-256) of a table that `memberships.table` made: equal exactly for equal tables."""
    rows.sort_indices()
    parts = (np.array(rows.shape), rows.indptr, rows.indices, rows.data)
    return hashlib.sha256(b"".join(np.asarray(part, dtype="<i8").tobytes() for part in parts)).hexdigest()
