"""The package is imported before numpy, as in the worker: it then keeps the linear algebra to one thread."""

import azimuth.statistics  # noqa: F401
