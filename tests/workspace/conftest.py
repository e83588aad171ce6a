"""The workshop in the middle of a 360, for pages that compose several apps."""

from tests.reviews.conftest import draft, launched, questionnaire, workshop  # noqa: F401  fixtures
