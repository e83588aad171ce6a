"""Forms over questionnaires and scales; each gives an outline that goes to one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from azimuth.access.verdict import Denied, Refused
from azimuth.kit.forms import Form
from azimuth.questionnaires import translations
from azimuth.questionnaires.models import Question, RaterGroup, RatingScale
from azimuth.questionnaires.outlines import (
    LONGEST_ABOUT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_POINTS,
    PointOutline,
    QuestionnaireOutline,
    QuestionOutline,
    ScaleOutline,
    SectionOutline,
)

FEWEST_POINTS = 2
LINES = forms.Textarea(attrs={"rows": 2, "dir": "auto", "data-short": ""})
PAGES = forms.Textarea(attrs={"rows": 4, "dir": "auto"})


class RowField(forms.CharField):
    """A text of a row that may stay empty with its whole row: nothing to say beside each label."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.is_required = False

    def validate(self, value: Any) -> None:
        """Whether a row is whole is for its form to judge."""


def attempt(form: forms.BaseForm, deed: Callable[[], object]) -> bool:
    """Do the deed; a refusal becomes the form's own error, so that nothing typed is lost. True when it was done."""
    try:
        deed()
    except (Denied, Refused) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def scale_choice(scales: QuerySet[RatingScale]) -> forms.ModelChoiceField:
    """A field that chooses a scale."""
    return forms.ModelChoiceField(scales, label=gettext_lazy("Rating scale"), empty_label=None)


def language_choice() -> forms.ChoiceField:
    """A field that says in which language something is written; at first the writer's own."""
    return forms.ChoiceField(
        label=gettext_lazy("Written in"),
        choices=translations.names().items,
        initial=lambda: get_language() if get_language() in translations.names() else None,
        help_text=gettext_lazy("Readers of other languages read its translation, where there is one."),
    )


class FrameForm(Form):
    """Title, purpose, scale and language."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    purpose = forms.CharField(
        label=gettext_lazy("Why we ask"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=PAGES,
        help_text=gettext_lazy("Stands above the form, for every rater group. One or two sentences."),
    )

    def __init__(self, *args: Any, scales: QuerySet[RatingScale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scale"] = scale_choice(scales)
        self.fields["language"] = language_choice()

    @staticmethod
    def initial_of(outline: QuestionnaireOutline, scale: RatingScale) -> dict[str, object]:
        """What the form shows at first."""
        return {
            "title": outline.title, "purpose": outline.purpose, "scale": scale.pk, "language": outline.language
        }

    @property
    def outline(self) -> QuestionnaireOutline:
        """A questionnaire without sections."""
        data = self.cleaned_data
        return QuestionnaireOutline("", data["title"], data["purpose"], data["scale"].code, (), data["language"])


class TitleForm(Form):
    """The title of a copy."""

    title = forms.CharField(
        label=gettext_lazy("Title of the copy"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class SectionForm(Form):
    """A section's title and description."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=PAGES,
        help_text=gettext_lazy("Raters read it below the title: what is meant, in one sentence."),
    )

    @property
    def outline(self) -> SectionOutline:
        """A section without questions."""
        return SectionOutline(self.cleaned_data["title"], self.cleaned_data["description"])


class QuestionForm(Form):
    """A question with its wording for each rater group."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        widget=forms.RadioSelect,
        choices=[
            (Question.Kind.ITEM.value, gettext_lazy("Item: rated on the scale")),
            (Question.Kind.PROMPT.value, gettext_lazy("Prompt: answered in words")),
        ],
    )
    text = forms.CharField(
        label=gettext_lazy("Wording"),
        max_length=LONGEST_TEXT,
        widget=LINES,
        help_text=gettext_lazy(
            "As others are asked: one behaviour they can see, such as “Explains the reasons behind decisions.” In a prompt, {name} stands for the person."
        ),
    )
    asked_of = forms.MultipleChoiceField(
        label=gettext_lazy("Asked of"),
        choices=RaterGroup.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one rater group.")},
    )
    is_required = forms.BooleanField(
        label=gettext_lazy("Required"),
        required=False,
        help_text=gettext_lazy("The form cannot be submitted without an answer; “not observed” counts as one."),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, label in RaterGroup.choices:
            self.fields[f"wording_{group}"] = RowField(label=label, max_length=LONGEST_TEXT, widget=LINES)

    @property
    def wordings(self) -> list[forms.BoundField]:
        """The fields of other wordings, one for each rater group."""
        return [self[f"wording_{group}"] for group in RaterGroup.values]

    @property
    def has_wordings(self) -> bool:
        """Whether some rater group is asked in other words."""
        return any(field.value() or field.errors for field in self.wordings)

    @staticmethod
    def initial_of(outline: QuestionOutline) -> dict[str, object]:
        """What the form shows at first."""
        words = {f"wording_{group}": text for group, text in outline.wordings.items()}
        asked_of = list(outline.asked_of or RaterGroup.values)
        return {
            "kind": outline.kind,
            "text": outline.text,
            "asked_of": asked_of,
            "is_required": outline.is_required,
            **words,
        }

    @property
    def outline(self) -> QuestionOutline:
        """The question."""
        data = self.cleaned_data
        asked_of = tuple(group for group in RaterGroup.values if group in data["asked_of"])
        return QuestionOutline(
            text=data["text"],
            kind=data["kind"],
            wordings={group: data[f"wording_{group}"] for group in RaterGroup.values if data[f"wording_{group}"]},
            asked_of=() if len(asked_of) == len(RaterGroup.values) else asked_of,
            is_required=data["is_required"],
        )


class ScaleForm(Form):
    """A scale: its points from the lowest to the highest, each with label and anchor; empty rows at the end fall away."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"dir": "auto"}))
    not_observed = forms.CharField(
        label=gettext_lazy("Words for “not observed”"),
        max_length=80,
        initial=gettext_lazy("I have not been able to see this"),
        help_text=gettext_lazy("Offered beside every item. It is left out of every average."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_choice()
        for place in range(1, MOST_POINTS + 1):
            self.fields[f"label_{place}"] = RowField(label=_("Label of point %(n)d") % {"n": place}, max_length=60)
            self.fields[f"anchor_{place}"] = RowField(
                label=_("Anchor of point %(n)d") % {"n": place}, max_length=300, widget=LINES
            )

    @property
    def points(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The rows of points: place, label, anchor."""
        return [(place, self[f"label_{place}"], self[f"anchor_{place}"]) for place in range(1, MOST_POINTS + 1)]

    @staticmethod
    def initial_of(outline: ScaleOutline) -> dict[str, object]:
        """What the form shows at first."""
        first: dict[str, object] = {
            "name": outline.name, "not_observed": outline.not_observed, "language": outline.language
        }
        for place, point in enumerate(outline.points, start=1):
            first |= {f"label_{place}": point.label, f"anchor_{place}": point.anchor}
        return first

    def clean(self) -> dict[str, Any]:
        """Every point has both label and anchor, no two the same label, no gap, two at least."""
        data = super().clean() or {}
        rows = [
            (place, data.get(f"label_{place}", ""), data.get(f"anchor_{place}", ""))
            for place in range(1, MOST_POINTS + 1)
        ]
        last = max((place for place, label, anchor in rows if label or anchor), default=0)
        for place, label, anchor in rows[:last]:
            if not label:
                self.add_error(f"label_{place}", _("Name this point, or empty the rows after it too."))
            if not anchor:
                self.add_error(f"anchor_{place}", _("Say what one must have seen to choose this point."))
        self._refuse_twins(rows[:last])
        if last < FEWEST_POINTS and not self.errors:
            self.add_error("label_2", _("A scale needs at least two points."))
        return data

    def _refuse_twins(self, rows: Sequence[tuple[int, str, str]]) -> None:
        seen: set[str] = set()
        for place, label, _anchor in rows:
            if label and label.casefold() in seen:
                self.add_error(f"label_{place}", _("Another point has this label already."))
            seen.add(label.casefold())

    def outline_with(self, first: int = 1) -> ScaleOutline:
        """The scale; its lowest point has the value `first`, the others follow by one."""
        data = self.cleaned_data
        labels = [
            (data[f"label_{place}"], data[f"anchor_{place}"])
            for place in range(1, MOST_POINTS + 1)
            if data[f"label_{place}"]
        ]
        points = tuple(PointOutline(value, label, anchor) for value, (label, anchor) in enumerate(labels, start=first))
        return ScaleOutline("", data["name"], data["not_observed"], points, data["language"])


class UploadForm(Form):
    """A file, or its text."""

    file = forms.FileField(label=gettext_lazy("File"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or paste its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("text", "").strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its text below."))
        return data
