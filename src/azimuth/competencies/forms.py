"""Forms over competencies; each gives an outline that goes to one action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from azimuth.competencies.models import Competency
from azimuth.competencies.outlines import (
    ITEM,
    LONGEST_ANCHOR,
    LONGEST_COLLECTION,
    LONGEST_DEFINITION,
    LONGEST_LEVEL,
    LONGEST_NAME,
    MOST_ITEMS,
    MOST_LEVELS,
    MOST_PROMPTS,
    PROMPT,
    CompetencyOutline,
    LevelOutline,
)
from azimuth.kit.forms import Form, whole_number
from azimuth.questionnaires.forms import LINES, RowField, language_choice, scale_choice
from azimuth.questionnaires.models import RaterGroup, RatingScale
from azimuth.questionnaires.outlines import LONGEST_ABOUT, LONGEST_TEXT, LONGEST_TITLE, QuestionOutline

LEVEL = "level"
WORDS = ("text", *RaterGroup.values)
PARTS: Mapping[str, Sequence[str]] = {LEVEL: ("name", "anchor"), ITEM: WORDS, PROMPT: WORDS}
MOST = {LEVEL: MOST_LEVELS, ITEM: MOST_ITEMS, PROMPT: MOST_PROMPTS}
SPARE = {LEVEL: 4, ITEM: 3, PROMPT: 2}  # empty rows of a new competency
Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Row:
    """One row of a part, as the page needs it."""

    part: str
    place: int
    main: Sequence[forms.BoundField]
    others: Sequence[forms.BoundField]
    is_first: bool
    is_last: bool

    @property
    def place_text(self) -> str:
        """The place as text, for names in a page."""
        return str(self.place)

    @property
    def has_others(self) -> bool:
        """Whether a less common wording is filled in, or faulty: then it is shown unfolded."""
        return any(field.value() or field.errors for field in self.others)


class CompetencyForm(Form):
    """A competency with rows of levels, items and prompts; empty rows fall away when it is saved."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    collection = forms.CharField(
        label=gettext_lazy("Collection"),
        max_length=LONGEST_COLLECTION,
        required=False,
        help_text=gettext_lazy("The set it belongs to, such as “Leadership”."),
        widget=forms.TextInput(attrs={"dir": "auto", "list": "collections"}),
    )
    definition = forms.CharField(
        label=gettext_lazy("Definition"),
        max_length=LONGEST_DEFINITION,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("One sentence. Raters read it above the items."),
    )

    use_required_attribute = False

    def __init__(self, data: Any = None, *, rows: Rows, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["language"] = language_choice()
        self.counts = {part: len(rows[part]) for part in PARTS}
        for part, places in self.counts.items():
            for place in range(places):
                for word in PARTS[part]:
                    self.fields[f"{part}_{place}_{word}"] = _part_field(part, word, place)
        if data is None:
            self.initial.update(
                {
                    f"{part}_{place}_{word}": text
                    for part in PARTS
                    for place, row in enumerate(rows[part])
                    for word, text in row.items()
                }
            )

    def rows_of(self, part: str) -> list[Row]:
        """The rows of a part; of an item's wordings the common ones first, the others to unfold."""
        main = {LEVEL: ("name", "anchor")}.get(part, ("text", "self", "report"))
        rows = []
        for place in range(self.counts[part]):
            fields = {word: self[f"{part}_{place}_{word}"] for word in PARTS[part]}
            others = [field for word, field in fields.items() if word not in main]
            rows.append(Row(part, place, [fields[w] for w in main], others, place == 0, place == self.counts[part] - 1))
        return rows

    @property
    def levels(self) -> list[Row]:
        """The rows of levels."""
        return self.rows_of(LEVEL)

    @property
    def items(self) -> list[Row]:
        """The rows of items."""
        return self.rows_of(ITEM)

    @property
    def prompts(self) -> list[Row]:
        """The rows of prompts."""
        return self.rows_of(PROMPT)

    @property
    def room(self) -> dict[str, bool]:
        """Which parts can take another row."""
        return {part: self.counts[part] < MOST[part] for part in PARTS}

    def clean(self) -> dict[str, Any]:
        """Rows are whole or empty, no item stands twice, and one item at least is there."""
        data = super().clean() or {}
        for part, places in self.counts.items():
            for place in range(places):
                self._check(part, place, {word: data.get(f"{part}_{place}_{word}", "") for word in PARTS[part]})
        texts = [data.get(f"{ITEM}_{place}_text", "") for place in range(self.counts[ITEM])]
        for place, text in enumerate(texts):
            if text and text in texts[:place]:
                self.add_error(f"{ITEM}_{place}_text", _("This item stands above already."))
        if not any(texts) and not self.errors:
            self.add_error(f"{ITEM}_0_text", _("Write at least one item: a behaviour others can see."))
        return data

    def _check(self, part: str, place: int, row: dict[str, str]) -> None:
        needed = ("name", "anchor") if part == LEVEL else ("text",)
        if any(row.values()):
            for word in needed:
                if not row[word] and f"{part}_{place}_{word}" not in self.errors:
                    self.add_error(f"{part}_{place}_{word}", _("Fill this in, or empty the whole row."))

    @property
    def outline(self) -> CompetencyOutline:
        """The competency, without a code."""
        data = self.cleaned_data
        rows = {
            part: [
                row
                for place in range(count)
                if any((row := {w: data[f"{part}_{place}_{w}"] for w in PARTS[part]}).values())
            ]
            for part, count in self.counts.items()
        }
        return CompetencyOutline(
            code="",
            name=data["name"],
            definition=data["definition"],
            collection=data["collection"],
            levels=tuple(LevelOutline(row["name"], row["anchor"]) for row in rows[LEVEL]),
            items=tuple(_question(row, ITEM) for row in rows[ITEM]),
            prompts=tuple(_question(row, PROMPT) for row in rows[PROMPT]),
            language=data["language"],
        )


def _question(row: dict[str, str], kind: str) -> QuestionOutline:
    return QuestionOutline(row["text"], kind, {group: row[group] for group in RaterGroup.values if row[group]})


def _part_field(part: str, word: str, place: int) -> RowField:
    number = place + 1
    if part == LEVEL and word == "name":
        return RowField(label=_("Name of level %(n)d") % {"n": number}, max_length=LONGEST_LEVEL)
    if part == LEVEL:
        return RowField(
            label=_("What one sees at level %(n)d") % {"n": number}, max_length=LONGEST_ANCHOR, widget=LINES
        )
    if word == "text":
        label = _("Item %(n)d") if part == ITEM else _("Prompt %(n)d")
        return RowField(label=label % {"n": number}, max_length=LONGEST_TEXT, widget=LINES)
    labels = {"self": _("Asked of oneself"), "report": _("Asked of direct reports")}
    label = labels.get(word) or str(RaterGroup(word).label)
    return RowField(label=label, max_length=LONGEST_TEXT, widget=LINES)


# ---- rows: from an outline, from what was typed, and rearranged


def rows_of_outline(outline: CompetencyOutline | None) -> Rows:
    """The rows of a competency, with one empty row to spare; those of a new one are all empty."""
    if outline is None:
        return {part: [{} for _place in range(SPARE[part])] for part in PARTS}
    rows: Rows = {
        LEVEL: [{"name": level.name, "anchor": level.anchor} for level in outline.levels],
        ITEM: [{"text": item.text, **item.wordings} for item in outline.items],
        PROMPT: [{"text": prompt.text, **prompt.wordings} for prompt in outline.prompts],
    }
    return {part: [*rows[part], {}][: MOST[part]] for part in PARTS}


def rows_of_post(post: Mapping[str, str]) -> Rows:
    """The rows as they were typed."""
    rows: Rows = {}
    for part, words in PARTS.items():
        here = [place for place in range(MOST[part]) if f"{part}_{place}_{words[0]}" in post]
        rows[part] = [{word: post.get(f"{part}_{place}_{word}", "") for word in words} for place in here] or [{}]
    return rows


def rearranged(rows: Rows, order: str) -> Rows:
    """The rows after “item-add”, “item-up-2”, “item-down-0” or “item-drop-1”; an order that makes no sense changes nothing."""
    part, _dash, rest = order.partition("-")
    verb, _dash, place_text = rest.partition("-")
    if part not in PARTS:
        return rows
    row = list(rows[part])
    place = -1 if (number := whole_number(place_text)) is None else number
    other = {"up": place - 1, "down": place + 1}.get(verb, -1)
    if verb == "add" and len(row) < MOST[part]:
        row.append({})
    elif verb == "drop" and 0 <= place < len(row):
        row = [kept for number, kept in enumerate(row) if number != place] or [{}]
    elif 0 <= place < len(row) and 0 <= other < len(row):
        row[place], row[other] = row[other], row[place]
    return {**rows, part: row}


# ---- choosing competencies for a questionnaire


@dataclass(frozen=True)
class Option:
    """A competency one can tick."""

    competency: Competency
    is_chosen: bool


class ChoiceForm(Form):
    """Competencies to take into a questionnaire."""

    competencies = forms.ModelMultipleChoiceField(
        Competency.objects.none(),
        label=gettext_lazy("Competencies"),
        error_messages={"required": gettext_lazy("Tick at least one competency.")},
    )
    items = forms.TypedChoiceField(
        label=gettext_lazy("Items of each competency"),
        coerce=int,
        initial="3",
        choices=[
            ("2", gettext_lazy("the first two")),
            ("3", gettext_lazy("the first three")),
            ("4", gettext_lazy("the first four")),
            ("12", gettext_lazy("all")),
        ],
        help_text=gettext_lazy("Three items make a sound figure in the report; more take raters longer."),
    )

    def __init__(self, *args: Any, competencies: QuerySet[Competency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = competencies
        self.fields["competencies"].queryset = competencies  # type: ignore[attr-defined]

    @property
    def options(self) -> list[tuple[str, list[Option]]]:
        """What can be ticked, by collection."""
        chosen = {str(key) for key in self["competencies"].value() or ()}
        groups: dict[str, list[Option]] = {}
        for competency in self.offered:
            groups.setdefault(competency.collection or _("Other"), []).append(
                Option(competency, str(competency.pk) in chosen)
            )
        return list(groups.items())

    def chosen(self) -> Iterable[Competency]:
        """The competencies ticked, in the order offered."""
        keys = {row.pk for row in self.cleaned_data["competencies"]}
        return [row for row in self.offered if row.pk in keys]


class MakeForm(ChoiceForm):
    """A new questionnaire of competencies."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    purpose = forms.CharField(
        label=gettext_lazy("Why we ask"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Stands above the form, for every rater group. One or two sentences."),
    )
    has_closing = forms.BooleanField(
        label=gettext_lazy("End with two open questions"),
        required=False,
        initial=True,
        help_text=gettext_lazy("What to keep doing, and the one thing to do differently."),
    )

    def __init__(self, *args: Any, scales: QuerySet[RatingScale], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scale"] = scale_choice(scales)
