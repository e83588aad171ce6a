"""What HR types into a cycle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import Form, visible, whole_number
from azimuth.people.models import Person, Unit
from azimuth.questionnaires import queries as questionnaires
from azimuth.questionnaires.models import Questionnaire, RaterGroup
from azimuth.reviews import queries
from azimuth.reviews.models import ReviewCycle
from azimuth.reviews.models.cycles import sizes
from azimuth.reviews.reminder_days import RemindersField
from azimuth.reviews.states import Purpose, Reader, Releaser

ASKED = [RaterGroup.SELF, RaterGroup.MANAGER, RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.EXTERNAL]
GROUP_HELP = {
    RaterGroup.SELF: _("Self – the subject's own view"),
    RaterGroup.MANAGER: _("Manager – the lead on the reporting line"),
    RaterGroup.PEER: _("Peers – people under the same lead"),
    RaterGroup.DIRECT_REPORT: _("Direct reports – people the subject leads"),
    RaterGroup.EXTERNAL: _("External – people outside the organisation, by name and address; no account is needed"),
}
RELEASER_HELP = {
    Releaser.HR: _("HR – hands reports over, all at once or one by one; it reads them only where it is named above."),
    Releaser.LEAD: _("The lead – agrees on a time to talk and releases then; HR can do it in their stead."),
    Releaser.COACH: _("The coach – reads first, before the subject, and releases for the talk. Name coaches under “Coaches of the subjects”; who has none waits for one."),
    Releaser.SUBJECT: _("The subject alone – is told when it is ready and opens it when they like, or never. Nobody else can release it; readers wait until then."),
    Releaser.AUTOMATIC: _("Nobody – all reports are out the minute they are counted, on whatever day and hour that is."),
}
NOT_COMPARED = ("", _("none: reports stand by themselves"))
WEEKS_OPEN = 3


class BasicsForm(Form):
    """Step 1: what this cycle is for and what is asked."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("Raters and subjects read it in mails and on forms."))
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=Purpose.choices, widget=forms.RadioSelect,
        help_text=_("Development: for the subject's own growth; keep it out of pay and promotion. The purpose cannot change after launch."),
    )
    questionnaire = forms.ModelChoiceField(label=_("Questionnaire"), queryset=Questionnaire.objects.none(), empty_label=None)
    scope = forms.ModelChoiceField(label=_("Scope"), queryset=Unit.objects.none(), required=False, empty_label=_("The whole company"))

    def __init__(self, *args: Any, questionnaires: QuerySet[Questionnaire], units: QuerySet[Unit], whole_company: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = questionnaires  # type: ignore[attr-defined]
        scope = self.fields["scope"]
        scope.queryset = units  # type: ignore[attr-defined]
        if not whole_company:
            scope.required = True
            scope.empty_label = None  # type: ignore[attr-defined]


class SubjectsForm(Form):
    """Step 2: a way of adding subjects."""

    EVERYBODY, LEADS, FILTER, LIST = "everybody", "leads", "filter", "list"
    way = forms.ChoiceField(
        label=_("Add"), widget=forms.RadioSelect, initial=EVERYBODY,
        choices=[
            (EVERYBODY, _("everybody who has a lead or direct reports")), (LEADS, _("everybody who leads people")),
            (FILTER, _("people by unit, grade or location")), (LIST, _("people from a list or file")),
        ],
    )
    unit = forms.ModelChoiceField(label=_("Unit (and below)"), queryset=Unit.objects.none(), required=False, empty_label=_("any"))
    grade = forms.CharField(label=_("Grade"), max_length=60, required=False)
    location = forms.CharField(label=_("Location"), max_length=120, required=False)
    listed = forms.CharField(
        label=_("E-mail addresses or employee numbers"), required=False, widget=forms.Textarea(attrs={"rows": 5}), max_length=500_000,
        help_text=_("One on each line, or separated by commas."),
    )
    file = forms.FileField(label=_("Or a text or CSV file with them in its first column"), required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """A list of people is small."""
        file = self.cleaned_data["file"]
        if file and file.size > 5 * 2**20:
            raise forms.ValidationError(_("This file is larger than 5 MB. A list of people is smaller; is it the right file?"))
        return file


    def words(self) -> list[str]:
        """What was listed: every word typed, and the first column of the file."""
        typed = re.split(r"[,;\s]+", self.cleaned_data["listed"])
        file = self.cleaned_data["file"]
        lines = file.read().decode("utf-8-sig", "replace").splitlines() if file else []
        return [*typed, *(re.split(r"[,;\t]", line)[0].strip(' "') for line in lines)]


class RulesForm(Form):
    """Step 3: groups, minimums, who reads, when."""

    groups = forms.MultipleChoiceField(label=_("Who is asked"), choices=[(g.value, GROUP_HELP[g]) for g in ASKED], widget=forms.CheckboxSelectMultiple)
    peers_most = forms.IntegerField(
        label=_("Peers for one subject, at most"), min_value=3, max_value=30,
        help_text=_("Where there are more, they are drawn so that everybody has about equally many forms."),
    )
    reports_most = forms.IntegerField(label=_("Direct reports for one subject, at most"), min_value=3, max_value=30)
    minimum = forms.IntegerField(label=_("Answers a group needs to be shown"), min_value=3, max_value=20, help_text=_("Smaller groups are shown together, or not at all. Never below 3."))
    comment_minimum = forms.IntegerField(label=_("Answers needed to show comments"), min_value=3, max_value=20)
    readers = forms.MultipleChoiceField(
        label=_("Who reads the report"), choices=[(Reader.COACH, _("the subject's coach")), (Reader.LEAD, _("the subject's lead")), (Reader.HR_PARTNER, _("HR (administrators and partners in charge)"))],
        widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("The subject always reads it; the others not before it is released, except a coach who releases it. Raters are told exactly this before the first question."),
    )
    releaser = forms.ChoiceField(label=_("Who releases it"), choices=[(r.value, RELEASER_HELP[r]) for r in Releaser], widget=forms.RadioSelect)
    compares_to = forms.ChoiceField(
        label=_("Compare with an earlier cycle"), required=False,
        help_text=_("Whoever has a released report there finds what changed since, with how sure that is. Subjects read it in the report; it cannot be added later."),
    )
    overlap_minimum = forms.IntegerField(
        label=_("Items of a competency that must be the same, per cent"), min_value=50, max_value=100, help_text=_("Below it a competency is not compared."),
    )
    subject_minimum = forms.IntegerField(
        label=_("Subjects needed for a figure about all of them"), min_value=5, max_value=100, help_text=_("In the report about all subjects together. Never below 5."),
    )
    opens_on = forms.DateField(label=_("Opens"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("Empty: at launch, or as soon as raters are proposed."))
    closes_on = forms.DateField(label=_("Closes at the end of"), widget=forms.DateInput(attrs={"type": "date"}))
    reminders = RemindersField()
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(z, z.replace("_", " ")) for z in sorted(available_timezones()) if "/" in z or z == "UTC"])

    def __init__(self, *args: Any, purpose: str = Purpose.DEVELOPMENT, earlier: Sequence[queries.Earlier] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose
        self.earlier = {str(one.cycle.pk): one.cycle for one in earlier}
        self.fields["compares_to"].choices = [NOT_COMPARED, *((str(one.cycle.pk), one.label) for one in earlier)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Dates in order; comments never shown to fewer than figures; a coach who releases reads; nobody reads of then who did not then."""
        data = super().clean() or self.cleaned_data
        self._clean_dates_and_minimums(data)
        if data.get("releaser") == Releaser.COACH and Reader.COACH not in data.get("readers", ()):
            self.add_error("readers", _("The coach releases what they have read: tick the coach here too, so that raters know."))
        earlier = self.earlier.get(data.get("compares_to", ""))
        if earlier and (why := queries.why_not_comparable(purpose=self.purpose, readers=[Reader.SUBJECT, *data.get("readers", ())], earlier=earlier)):
            self.add_error("compares_to", why)
        return data

    def _clean_dates_and_minimums(self, data: dict[str, Any]) -> None:
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and opens > closes:
            self.add_error("closes_on", _("It must not close before it opens."))
        if (data.get("comment_minimum") or 99) < (data.get("minimum") or 0):
            self.add_error("comment_minimum", _("Comments need at least as many answers as figures."))

    def changes(self) -> dict[str, Any]:
        """The draft's fields as chosen: the day it closes is included."""
        data, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["time_zone"])
        opens = datetime.combine(data["opens_on"], time(0), zone) if data["opens_on"] else None
        return {
            **{k: data[k] for k in ("minimum", "comment_minimum", "subject_minimum", "overlap_minimum", "releaser", "time_zone", "groups", "reminders")},
            "compares_to": self.earlier.get(data["compares_to"]),
            "readers": [Reader.SUBJECT.value, *data["readers"]],
            "sizes": sizes(data["peers_most"], data["reports_most"]),
            "opens_at": opens, "closes_at": datetime.combine(data["closes_on"] + timedelta(days=1), time(0), zone),
        }


def rules_of(cycle: ReviewCycle, now: datetime) -> dict[str, Any]:
    """What the rules form shows first."""
    zone = ZoneInfo(cycle.time_zone)
    closes = (cycle.closes_at.astimezone(zone) - timedelta(days=1)).date() if cycle.closes_at else (now.astimezone(zone) + timedelta(weeks=WEEKS_OPEN)).date()
    return {
        "groups": cycle.groups, "peers_most": cycle.sizes[RaterGroup.PEER][1], "reports_most": cycle.sizes[RaterGroup.DIRECT_REPORT][1], "minimum": cycle.minimum, "comment_minimum": cycle.comment_minimum,
        "subject_minimum": cycle.subject_minimum, "overlap_minimum": cycle.overlap_minimum, "compares_to": str(cycle.compares_to_id or ""),
        "readers": [r for r in cycle.readers if r != Reader.SUBJECT], "releaser": cycle.releaser, "time_zone": cycle.time_zone, "reminders": cycle.reminders,
        "opens_on": cycle.opens_at.astimezone(zone).date() if cycle.opens_at else None, "closes_on": closes,
    }


class RaterForm(Form):
    """One more rater for one subject."""

    rater = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none(), widget=forms.HiddenInput)
    group = forms.ChoiceField(label=_("As"), choices=[(g.value, g.label) for g in (RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.MANAGER)])

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rater"].queryset = people  # type: ignore[attr-defined]


def keys(values: Iterable[str]) -> list[UUID]:
    """Keys as a page of ours sends them; anything else was not sent by one. Raises BadRequest."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise BadRequest from None


class SheetForm:
    """The answers in a request, read by the questions of the snapshot: what is not asked is not read."""

    LONGEST = questionnaires.TEXT_LIMIT

    def __init__(self, data: QueryDict, snapshot: dict[str, Any], group: str) -> None:
        self.sheet: dict[str, dict[str, Any]] = {"scores": {}, "texts": {}}
        self.problems: dict[str, str] = {}
        self.seen = whole_number(data.get("seen", ""))
        points = {str(point["value"]): point["value"] for point in snapshot["scale"]["points"]}
        for section in questionnaires.form_for(snapshot, group):
            for question in section.questions:
                given = data.get(question.field, "")
                if question.is_item:
                    self._score(question.key, given, points)
                else:
                    self._text(question.key, given)

    def _score(self, key: str, given: str, points: dict[str, int]) -> None:
        if given == questionnaires.NOT_OBSERVED:
            self.sheet["scores"][key] = given
        elif given in points:
            self.sheet["scores"][key] = points[given]
        elif given:
            self.problems[key] = gettext("Choose one of the points shown.")

    def _text(self, key: str, given: str) -> None:
        text = visible(given).strip()
        if text:
            self.sheet["texts"][key] = text
        if len(text) > self.LONGEST:
            self.problems[key] = ngettext(
                "This is %(n)d character too long.", "This is %(n)d characters too long.", len(text) - self.LONGEST
            ) % {"n": len(text) - self.LONGEST}
