"""Knows: the mathematics of fair evaluation, pure numpy and scipy.

Does not know: Django, the database, who anybody is.
Serves: the worker's jobs.
"""

import os

# Read by numpy's and scipy's OpenBLAS when they load. Its threads spin while they wait: beside a web process on two cores a
# fit of 0.6 s took 3 to 7 s with two of them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
