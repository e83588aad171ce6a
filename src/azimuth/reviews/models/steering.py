"""What HR did while a cycle runs: whom it nudged, and which proposed changes it left as they are."""

from __future__ import annotations

from django.db import models

from azimuth.people.models import Person
from azimuth.reviews.models.cycles import ReviewCycle


class Nudge(models.Model):
    """That HR asked somebody to answer, and when. Written whether or not they still have forms, so that it tells nothing."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="nudges", help_text="the cycle HR steered then")
    nudged_on = models.DateField()
    is_pending = models.BooleanField(default=True, help_text="whether the mail is still to be thought of: at night it waits for the morning")


class LeftAsIs(models.Model):
    """A change in the organisation that HR looked at and left alone in a cycle: it is not proposed again."""

    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="left_as_is")
    key = models.CharField(max_length=160, help_text="what changed, and into what: should it change again, it is proposed again")
    left_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    left_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cycle", "key"], name="left_as_is_once")]
