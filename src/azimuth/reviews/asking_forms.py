"""What people type when raters are chosen: rules for proposing them, somebody from outside, a note, a no."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from azimuth.kit.forms import DateField, Form
from azimuth.people.forms.choosing import PersonField
from azimuth.people.models import Person
from azimuth.questionnaires.models import RaterGroup
from azimuth.reviews.forms import RulesForm
from azimuth.reviews.models import ReviewCycle, Subject
from azimuth.reviews.states import Approver, Nominator

BY_HAND = (RaterGroup.PEER, RaterGroup.DIRECT_REPORT, RaterGroup.EXTERNAL)
DAYS_TO_PROPOSE = 7


class ProposalForm(Form):
    """Part of step 3: who proposes raters, of which groups, how many, until when. Without a proposer nothing else of it counts."""

    nominator = forms.ChoiceField(label=_("Who proposes raters"), choices=Nominator.choices, widget=forms.RadioSelect)
    nominated = forms.MultipleChoiceField(
        label=_("Groups they propose"), choices=[(group.value, group.label) for group in BY_HAND], widget=forms.CheckboxSelectMultiple,
        help_text=_("The other groups are derived from the reporting line. Tick a group above too, or nobody of it is asked."),
        error_messages={"required": _("Choose at least one group.")},
    )
    peers_least = forms.IntegerField(label=_("Peers, at least"), min_value=0, max_value=30)
    reports_least = forms.IntegerField(label=_("Direct reports, at least"), min_value=0, max_value=30)
    external_least = forms.IntegerField(label=_("People from outside, at least"), min_value=0, max_value=30)
    external_most = forms.IntegerField(label=_("People from outside, at most"), min_value=1, max_value=30)
    approver = forms.ChoiceField(label=_("Who approves the lists"), choices=Approver.choices, widget=forms.RadioSelect, help_text=_("HR in charge can always step in, except on their own list."))
    nominations_close_on = DateField(
        label=_("Raters are proposed until the end of"),
        help_text=_("In the time zone below. Then lists are taken as they stand and filled up to the least number from the reporting line, and raters are asked."),
    )
    shows_list = forms.BooleanField(
        label=_("Subjects go on seeing who is asked about them"), required=False, help_text=_("Never who answered. Raters are told which it is before the first question."),
    )
    rater_limit = forms.IntegerField(label=_("Forms one person may be chosen for, at most"), min_value=1, max_value=200, required=False, help_text=_("Empty: no limit."))
    mutual_limit = forms.IntegerField(label=_("Raters on one list who chose each other, at most"), min_value=0, max_value=30, required=False, help_text=_("Against pairs who only rate each other. Empty: no limit."))

    def __init__(self, *args: Any, rules: RulesForm, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.now = rules, now

    def clean(self) -> dict[str, Any]:
        """What is hidden is not held against anybody; the rest must fit the other rules."""
        data = super().clean() or self.cleaned_data
        if self.data.get("nominator", Nominator.NOBODY) == Nominator.NOBODY:
            self.errors.clear()
            return {**data, "nominator": Nominator.NOBODY}
        rules = self.rules.cleaned_data if self.rules.is_valid() else {}
        self._fit_groups(data, rules)
        self._fit_days(data, rules)
        if data.get("approver") and data.get("approver") == data.get("nominator"):
            self.add_error("approver", _("Nobody approves their own lists: choose somebody else, or nobody."))
        return data

    def _fit_groups(self, data: dict[str, Any], rules: dict[str, Any]) -> None:
        chosen = set(data.get("nominated") or ()) & set(rules.get("groups") or RaterGroup.values)
        if not chosen and "nominated" not in self.errors:
            self.add_error("nominated", _("Choose at least one group that is asked."))
        for least, most in (("peers_least", rules.get("peers_most")), ("reports_least", rules.get("reports_most")), ("external_least", data.get("external_most"))):
            if most is not None and (data.get(least) or 0) > most:
                self.add_error(least, _("The least cannot be more than the most."))

    def _fit_days(self, data: dict[str, Any], rules: dict[str, Any]) -> None:
        ends, opens, closes = data.get("nominations_close_on"), rules.get("opens_on"), rules.get("closes_on")
        if ends is None:
            return
        if ends < self.now.astimezone(_zone(rules)).date():
            self.add_error("nominations_close_on", _("This day is over."))
        elif opens and ends >= opens:
            self.add_error("nominations_close_on", _("Raters must be proposed before the cycle opens."))
        elif closes and ends >= closes:
            self.add_error("nominations_close_on", _("Raters must be proposed before the cycle closes: they need days to answer."))

    def changes(self, rules: dict[str, Any]) -> dict[str, Any]:
        """The draft's fields as chosen, with the sizes of `rules` (the fields of the other form) completed."""
        data, sizes = self.cleaned_data, rules["sizes"]
        if data["nominator"] == Nominator.NOBODY:
            return {"nominator": Nominator.NOBODY, "nominations_close_at": None}
        end = datetime.combine(data["nominations_close_on"] + timedelta(days=1), time(0), ZoneInfo(rules["time_zone"]))
        return {
            **{name: data[name] for name in ("nominator", "nominated", "approver", "shows_list", "rater_limit", "mutual_limit")},
            "nominations_close_at": end,
            "sizes": {
                RaterGroup.PEER.value: [data["peers_least"], sizes[RaterGroup.PEER][1]],
                RaterGroup.DIRECT_REPORT.value: [data["reports_least"], sizes[RaterGroup.DIRECT_REPORT][1]],
                RaterGroup.EXTERNAL.value: [data["external_least"], data["external_most"]],
            },
        }


def _zone(rules: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(rules.get("time_zone") or "UTC")


def proposals_of(cycle: ReviewCycle, now: datetime) -> dict[str, Any]:
    """What the form shows first."""
    zone, sizes = ZoneInfo(cycle.time_zone), cycle.sizes
    ends = cycle.nominations_close_at
    return {
        **{name: getattr(cycle, name) for name in ("nominator", "nominated", "approver", "shows_list", "rater_limit", "mutual_limit")},
        "peers_least": sizes[RaterGroup.PEER][0], "reports_least": sizes[RaterGroup.DIRECT_REPORT][0],
        "external_least": sizes[RaterGroup.EXTERNAL][0], "external_most": sizes[RaterGroup.EXTERNAL][1],
        "nominations_close_on": (ends - timedelta(days=1)).astimezone(zone).date() if ends else _in_a_week(now, zone),
    }


def _in_a_week(now: datetime, zone: ZoneInfo) -> date:
    return (now.astimezone(zone) + timedelta(days=DAYS_TO_PROPOSE)).date()


class ExternalForm(Form):
    """Somebody outside the organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or settings.LANGUAGE_CODE).split("-")[0]


class NoteForm(Form):
    """Why a list is returned."""

    note = forms.CharField(
        label=_("Note"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Whoever proposed the list reads it, and can hand the list in again."),
    )


class DeclineForm(Form):
    """Why somebody cannot answer, and maybe whom to ask instead."""

    reason = forms.CharField(
        label=_("Why can you not answer?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("HR reads this; the person it is about does not, and does not learn that you declined."),
    )
    replacement = PersonField(label=_("Who could be asked instead?"), required=False)

    def __init__(self, *args: Any, subject: Subject, rater: Person, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replacement"].people = Person.objects.present(on).exclude(pk__in=[subject.person_id, rater.pk])  # type: ignore[attr-defined]


class DeclineOutsideForm(Form):
    """The same for somebody from outside, who names somebody else by name and address."""

    reason = forms.CharField(
        label=_("Why can you not answer?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The HR team reads this; the person it is about does not, and does not learn that you declined."),
    )
    suggested_name = forms.CharField(label=_("Somebody else to ask: their name"), max_length=200, required=False)
    suggested_email = forms.EmailField(label=_("Their e-mail address"), max_length=254, required=False)

    def clean(self) -> dict[str, Any]:
        """A name without an address cannot be asked, an address without a name should not be."""
        data = super().clean() or self.cleaned_data
        if data.get("suggested_email") and not data.get("suggested_name"):
            self.add_error("suggested_name", _("Add their name."))
        if data.get("suggested_name") and not data.get("suggested_email") and "suggested_email" not in self.errors:
            self.add_error("suggested_email", _("Add their address."))
        return data
