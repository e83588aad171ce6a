"""Subjects of a cycle, their reports, and what they chose to grow in."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from azimuth.people.models import Person
from azimuth.reviews.models.cycles import ReviewCycle, sees_all_cycles
from azimuth.reviews.models.sharing import ReportShare
from azimuth.reviews.states import OPEN_LISTS, Approver, CycleState, ListState, Nominator, Reader, Releaser


class SubjectQuerySet(models.QuerySet["Subject"]):
    """Sets of subjects."""

    def taking_part(self) -> SubjectQuerySet:
        """Without those taken out while answers were gathered."""
        return self.filter(withdrawn_on=None)

    def released(self) -> SubjectQuerySet:
        """Subjects whose report is out."""
        return self.exclude(released_on=None)

    def visible_to(self, viewer: Person) -> SubjectQuerySet:
        """For steering: subjects of cycles one runs, never oneself."""
        others = self.exclude(person=viewer)
        return others if sees_all_cycles(viewer) else others.filter(cycle__in=ReviewCycle.objects.run_by(viewer))

    def to_hand_over(self, viewer: Person) -> SubjectQuerySet:
        """Counted reports that wait for this person as the coach or lead the cycle names to release them; never one's own."""
        named = Q(cycle__releaser=Releaser.LEAD, lead=viewer) | Q(cycle__releaser=Releaser.COACH, coach=viewer)
        return self.filter(named, released_on=None, report__isnull=False).exclude(person=viewer)

    def opened_by(self, viewer: Person) -> SubjectQuerySet:
        """One's own counted reports that are, or were, released by opening them."""
        return self.filter(person=viewer, report__isnull=False, cycle__releaser=Releaser.SUBJECT)

    def steered_by(self, viewer: Person) -> SubjectQuerySet:
        """Subjects of cycles this person runs, never oneself: who is asked about them is theirs to see and to change."""
        return self.filter(cycle__in=ReviewCycle.objects.run_by(viewer)).exclude(person=viewer)

    def releasable_by(self, viewer: Person) -> SubjectQuerySet:
        """Counted reports this person may see waiting for release: whom the cycle names, and who runs it; never one's own."""
        named = Q(cycle__releaser=Releaser.LEAD, lead=viewer) | Q(cycle__releaser=Releaser.COACH, coach=viewer)
        return self.filter(report__isnull=False).filter(named | Q(cycle__in=ReviewCycle.objects.run_by(viewer))).exclude(person=viewer)

    def own_report_of(self, viewer: Person) -> SubjectQuerySet:
        """One's own released reports: the largest part of `readable_by`, and by far the quickest to ask."""
        return self.released().filter(person=viewer)

    def with_shares(self) -> SubjectQuerySet:
        """Each knowing whether its report was ever shown to somebody and not taken back."""
        return self.annotate(is_shared=Exists(ReportShare.objects.filter(subject=OuterRef("pk"), taken_back_on=None)))

    def readable_by(self, viewer: Person) -> SubjectQuerySet:
        """Reports this person may read (policies.can_read_report, for a set).

        Released: one's own, those the cycle named them a reader of, those shown to them. Not yet: those they read first as coach.
        """
        named = Q(cycle__readers__contains=[Reader.LEAD], lead=viewer) | Q(cycle__readers__contains=[Reader.COACH], coach=viewer)
        run = Q(cycle__readers__contains=[Reader.HR_PARTNER], cycle__in=ReviewCycle.objects.run_by(viewer))
        shown = Exists(ReportShare.objects.in_force().filter(subject=OuterRef("pk"), shared_with=viewer))
        first = Q(cycle__releaser=Releaser.COACH, coach=viewer, report__isnull=False)
        return self.filter(Q(released_on__isnull=False) & (Q(person=viewer) | named | run | shown) | first)

    def listed_for(self, viewer: Person) -> SubjectQuerySet:
        """Subjects whose list of nominated raters is this person's business: their own to propose or see, their people's, or as HR in charge."""
        cycle = ~Q(list_state="")
        own = Q(person=viewer) & (Q(cycle__nominator=Nominator.SUBJECT) | Q(cycle__shows_list=True))
        lead = Q(lead=viewer) & (Q(cycle__nominator=Nominator.LEAD) | Q(cycle__approver=Approver.LEAD))
        run = Q(cycle__in=ReviewCycle.objects.run_by(viewer)) & ~Q(person=viewer)
        return self.filter(cycle).filter(own | lead | run)

    def to_propose(self, at: datetime) -> SubjectQuerySet:
        """Subjects whose list is still being chosen, while there is time."""
        return self._nominating(at).filter(list_state__in=OPEN_LISTS)

    def to_approve(self, at: datetime) -> SubjectQuerySet:
        """Subjects whose list waits for approval, while there is time."""
        return self._nominating(at).filter(list_state=ListState.PROPOSED)

    def _nominating(self, at: datetime) -> SubjectQuerySet:
        return self.filter(cycle__state=CycleState.NOMINATING, cycle__nominations_close_at__gt=at)


class Subject(models.Model):
    """A person feedback is given about, in one cycle."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(ReviewCycle, on_delete=models.CASCADE, related_name="subjects")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="review_subjects")
    lead = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="the lead at launch")
    coach = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="who reads the report first and talks it over")
    list_state = models.CharField(max_length=10, choices=ListState, blank=True, help_text="how far the list of nominated raters is; empty without nominations")
    list_note = models.CharField(max_length=1000, blank=True, help_text="what the approver wrote when returning the list")
    withdrawn_on = models.DateField(null=True, blank=True, help_text="the day HR took them out while answers were gathered: no report, sheets destroyed unread")
    released_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True, help_text="the day the subject first opened the report")

    objects = SubjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "person"], name="subject_once_in_a_cycle"),
            models.CheckConstraint(condition=~Q(coach=models.F("person")), name="subject_not_their_own_coach"),
        ]

    def __str__(self) -> str:
        return f"{self.person.name} · {self.cycle.name}"


class Report(models.Model):
    """What a subject reads: built once from the counted answers, then frozen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.OneToOneField(Subject, on_delete=models.CASCADE, related_name="report")
    content = models.JSONField(help_text="plain values; texts of the questionnaire as they were written: the snapshot knows what they say in other languages")
    built_on = models.DateField()


class ReportPdf(models.Model):
    """A report as a file in one language, made when somebody first asks for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="pdfs")
    language = models.CharField(max_length=10)
    file = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "language"], name="report_pdf_once_in_a_language")]


class GrowthArea(models.Model):
    """What a subject chose to work on after reading; at most two a report."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="growth_areas")
    section = models.UUIDField(help_text="key of the section (competency) in the snapshot")
    title = models.CharField(max_length=160)
    note = models.TextField(blank=True)
    chosen_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "section"], name="growth_area_once")]
