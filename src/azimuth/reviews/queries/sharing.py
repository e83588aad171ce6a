"""With whom a report may be talked over: whom its subject may show it to, and whom they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from azimuth.people.models import Person, ReportingLine
from azimuth.reviews.models import ReportShare, Subject
from azimuth.reviews.queries.rating import other_readers
from azimuth.reviews.states import Reader, ShareRole


@dataclass(frozen=True)
class ShareChoice:
    """Somebody a subject may show the report to; `reads_anyway` because the cycle named them."""

    person: Person
    role: str
    reads_anyway: bool

    @property
    def label(self) -> str:
        """What they are to the subject."""
        return str(ShareRole(self.role).label)


def share_choices(subject: Subject) -> list[ShareChoice]:
    """The subject's lead of today and their coach, each once. One query."""
    return list({choice.person.pk: choice for choice in reversed(list(_choices(subject)))}.values())[::-1]


def _choices(subject: Subject) -> Iterator[ShareChoice]:
    readers = set(subject.cycle.readers)
    lead = Person.objects.filter(led_lines__in=ReportingLine.objects.current().solid().filter(person=subject.person_id)).only("name").first()
    if subject.coach is not None:
        yield ShareChoice(subject.coach, ShareRole.COACH, Reader.COACH in readers or (Reader.LEAD in readers and subject.lead_id == subject.coach_id))
    if lead is not None:
        yield ShareChoice(lead, ShareRole.LEAD, Reader.LEAD in readers and subject.lead_id == lead.pk)


def shares_of(subject: Subject) -> list[ReportShare]:
    """The shares that open this report today. None are looked for where `with_shares` found none, as is the rule."""
    if not getattr(subject, "is_shared", True):
        return []
    return list(ReportShare.objects.in_force().filter(subject=subject).select_related("shared_with").order_by("shared_on", "pk"))


def comment_readers(subject: Subject, shares: Sequence[ReportShare]) -> list[str]:
    """Who besides the subject reads what they write when acknowledging: whoever reads the report, in words and names."""
    return [*other_readers(subject.cycle), *(_("%(name)s, as long as you share it") % {"name": share.shared_with.name} for share in shares)]
