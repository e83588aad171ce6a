"""The dry run of a launch: what it would ask of whom, kept so that it can be read, searched and compared with the launch."""

from __future__ import annotations

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse

from azimuth.kit.search import prefix_query
from azimuth.reviews.models.cycles import ReviewCycle


class Rehearsal(models.Model):
    """One dry run of one version of a draft; the last one is kept, and stays with the cycle it led to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.OneToOneField(ReviewCycle, on_delete=models.CASCADE, related_name="rehearsal")
    version = models.PositiveIntegerField(help_text="the draft's version it was made of")
    digest = models.CharField(max_length=64, help_text="hash over every task: a launch that would ask anything else is refused")
    content = models.JSONField(help_text="sums, mails by day, problems (queries.rehearsals)")
    made_on = models.DateField()

    def get_absolute_url(self) -> str:
        """The summary it is shown on."""
        return reverse("reviews:summary", args=[self.cycle_id])


class RehearsedQuerySet(models.QuerySet["RehearsedPerson"]):
    """Sets of rehearsed people."""

    def matching(self, words: str) -> RehearsedQuerySet:
        """Those whose name or unit contain a word beginning with each of `words`; accents forgiven."""
        query = prefix_query(words)
        return self.filter(search=SearchQuery(query, search_type="raw", config="simple")) if query else self


class RehearsedPerson(models.Model):
    """What a launch would ask of one person, inside or outside, and what would be seen of them."""

    id = models.BigAutoField(primary_key=True)
    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="people")
    key = models.UUIDField(help_text="a person's or an external rater's")
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    is_external = models.BooleanField(default=False)
    own = models.PositiveSmallIntegerField(help_text="forms about oneself")
    others = models.PositiveSmallIntegerField(help_text="forms about others")
    minutes = models.PositiveIntegerField()
    mails = models.PositiveSmallIntegerField(help_text="mails at most, if every reminder is needed")
    is_subject = models.BooleanField()
    lead = models.CharField(max_length=200, blank=True, help_text="name of the lead at the rehearsal")
    search_text = models.TextField()
    search = models.GeneratedField(expression=SearchVector("search_text", config="simple"), output_field=SearchVectorField(), db_persist=True)

    objects = RehearsedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rehearsal", "key"], name="rehearsed_person_once")]
        indexes = [
            GinIndex(fields=["search"], name="rehearsed_search"),
            models.Index(fields=["rehearsal", "-minutes", "id"], name="rehearsed_by_minutes"),
            models.Index(fields=["rehearsal", "search_text", "id"], name="rehearsed_by_text"),
        ]

    @property
    def forms(self) -> int:
        """All forms."""
        return self.own + self.others


