"""What a cycle says about all its subjects together."""

from __future__ import annotations

from django.db import models

from azimuth.people.models import Person
from azimuth.reviews.models.cycles import ReviewCycle


class CohortQuerySet(models.QuerySet["CohortReport"]):
    """Sets of cohort reports."""

    def visible_to(self, viewer: Person) -> CohortQuerySet:
        """For those who run the cycle; auditors check rules, never contents."""
        return self.filter(cycle__in=ReviewCycle.objects.run_by(viewer))


class CohortReport(models.Model):
    """The figures of all subjects of a cycle together: built once by the count from what is published, then frozen."""

    cycle = models.OneToOneField(ReviewCycle, on_delete=models.CASCADE, primary_key=True, related_name="cohort_report")
    content = models.JSONField()
    pdf = models.BinaryField(null=True, blank=True)
    built_on = models.DateField()

    objects = CohortQuerySet.as_manager()
