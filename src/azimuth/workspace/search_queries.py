"""What one can jump to: a list of sources, each asking only for what its viewer may see; all of them in one query.

To add a source, write a function that gives `rows` (a query of its own `visible_to`) and a line in SOURCES. What needs no
query (pages, chapters of the handbook) is found by a function in FIXED.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.db.models import (
    CharField,
    Expression,
    F,
    FloatField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import MD5, Cast, Coalesce, Extract
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from azimuth.competencies.models import Competency
from azimuth.kit.search import plain, prefix_query
from azimuth.people.models import Person
from azimuth.questionnaires.models import Questionnaire, Translation
from azimuth.reviews.models import Assignment, ReviewCycle, Subject
from azimuth.reviews.states import CycleState
from azimuth.workspace.help_queries import chapters
from azimuth.workspace.navigation import exists, navigation, personal
from azimuth.workspace.settings_entries import entries_for

BRIEF, FULL = 6, 25  # hits of one source: in the palette, on the page
Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks for what, when, in which language; `many` hits of each source at most. Without words: what is nearest."""

    viewer: Person
    words: str
    at: datetime
    language: str
    many: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing to jump to; `language` marks words that are not in the reader's."""

    label: str
    note: str
    url: str
    icon: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one source; `all_url` leads to a list that has more of them."""

    key: str
    label: str | Promise
    hits: Sequence[Hit]
    all_url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Something one can jump to: its rows (None when there is nothing to ask), and where a row's key leads."""

    key: str
    label: str | Promise
    icon: str
    url: str
    rows: Callable[[Asked], Rows | None]
    note: Callable[[str], str] = str
    all_url: str = ""


def search(asked: Asked) -> list[Group]:
    """What fits, by source, in the order of the sources; one query whatever the number of sources."""
    found: dict[str, list[tuple[float, str, Hit]]] = defaultdict(list)
    by_key = {source.key: source for source in SOURCES}
    for kind, key, label, note, more, rank in _together(asked):
        source = by_key[kind]
        said = " · ".join(part for part in (source.note(note), more) if part)
        found[kind].append((rank, plain(label), Hit(label, said, source.url.format(key), source.icon)))
    groups = [_group(source, found[source.key], asked) for source in SOURCES]
    groups += [Group(key, label, list(find(asked))[: asked.many]) for key, label, find in FIXED]
    return [group for group in groups if group.hits]


def _group(source: Source, found: list[tuple[float, str, Hit]], asked: Asked) -> Group:
    hits = [hit for _rank, _label, hit in sorted(found, key=lambda row: row[:2])]
    more = source.all_url if len(hits) == asked.many and asked.words else ""
    return Group(source.key, source.label, hits, more)


def _together(asked: Asked) -> Rows | Sequence[tuple[str, str, str, str, str, float]]:
    parts = [part for source in SOURCES if (part := source.rows(asked)) is not None]
    return reduce(lambda one, other: one.union(other, all=True), parts) if parts else []


def _columns(
    kind: str, rows: QuerySet[Model], asked: Asked, *, label: str | Expression, note: str | Expression = "", more: str = "", rank: Expression | None = None
) -> Rows:
    """The first rows in the columns all sources share: kind, key, label, note, more, rank (lower comes first, then by label)."""
    return rows[: asked.many].values_list(
        Value(kind, CharField()), Cast("pk", TextField()), _text(label), _text(note), _text(more),
        Cast(rank or Value(0.0), FloatField()),
    )


def _text(column: str | Expression) -> Expression:
    named = F(column) if isinstance(column, str) and column else column
    return Coalesce(Cast(named or Value(""), TextField()), Value(""), output_field=TextField())


def _each(words: str, field: str) -> Q:
    """Every word stands in the field; case forgiven."""
    fits = Q()
    for word in words.split()[:8]:
        fits &= Q(**{f"{field}__icontains": word})
    return fits


def _said(field: str, language: str) -> Expression:
    """A text as it is said in a language, else as it was written."""
    known = Translation.objects.filter(language=language, key=MD5(OuterRef(field))).values("words")[:1]
    return Coalesce(Subquery(known), F(field), output_field=TextField())


def _latest(day: str) -> Expression:
    return Extract(day, "epoch") * Value(-1.0)


# ---- the sources


def _forms(asked: Asked) -> Rows | None:
    rows = Assignment.objects.of(asked.viewer).answerable(asked.at)
    if asked.words:
        rows = rows.filter(_about(asked.words) | _each(asked.words, "subject__cycle__name"))
    ordered = rows.order_by("subject__cycle__closes_at", "subject__person__search_text", "pk")
    return _columns("forms", ordered, asked, label="subject__person__name", note="subject__cycle__name")


def _people(asked: Asked) -> Rows | None:
    if not prefix_query(asked.words):
        return None
    rows = Person.objects.visible_to(asked.viewer).present(asked.at.date()).matching(asked.words)
    return _columns("people", rows.order_by("search_text", "pk"), asked, label="name", note="job_title", more="unit__name")


def _cycles(asked: Asked) -> Rows | None:
    rows = ReviewCycle.objects.visible_to(asked.viewer).filter(_each(asked.words, "name"))
    return _columns("cycles", rows.order_by("-created_on", "name", "pk"), asked, label="name", note="state", rank=_latest("created_on"))


def _reports(asked: Asked) -> Rows | None:
    rows = Subject.objects.readable_by(asked.viewer)
    if asked.words:
        rows = rows.filter(_about(asked.words, "person") | _each(asked.words, "cycle__name"))
    ordered = rows.order_by("-released_on", "person__search_text", "pk")
    return _columns("reports", ordered, asked, label="person__name", note="cycle__name", rank=_latest("released_on"))


def _about(words: str, person: str = "subject__person") -> Q:
    query = prefix_query(words)
    found = Person.objects.matching(words).values("pk") if query else Person.objects.none()
    return Q(**{f"{person}__in": found})


def _questionnaires(asked: Asked) -> Rows | None:
    if not asked.words:
        return None
    said = _said("title", asked.language)
    rows = Questionnaire.objects.visible_to(asked.viewer).current().annotate(said=said)
    rows = rows.filter(_each(asked.words, "said") | _each(asked.words, "title"))
    return _columns("questionnaires", rows.order_by("title", "pk"), asked, label="said")


def _competencies(asked: Asked) -> Rows | None:
    if not asked.words:
        return None
    rows = Competency.objects.visible_to(asked.viewer).current().annotate(said=_said("name", asked.language))
    rows = rows.filter(_each(asked.words, "said") | _each(asked.words, "name"))
    return _columns("competencies", rows.order_by("name", "pk"), asked, label="said", note=_said("collection", asked.language))


def _state(code: str) -> str:
    return str(CycleState(code).label)


SOURCES: Sequence[Source] = (
    Source("forms", _("Your forms"), "message-square-quote", "/reviews/answer/{}/", _forms),
    Source("people", _("People"), "user", "/people/{}/", _people, all_url="/people/"),
    Source("reports", _("Reports"), "file-text", "/reviews/reports/{}/", _reports),
    Source("cycles", _("Cycles"), "refresh-cw", "/reviews/cycles/{}/", _cycles, _state, all_url="/reviews/cycles/"),
    Source("questionnaires", _("Questionnaires"), "list-checks", "/questionnaires/{}/", _questionnaires, all_url="/questionnaires/"),
    Source("competencies", _("Competencies"), "layers", "/competencies/{}/", _competencies, all_url="/competencies/"),
)


# ---- what needs no query


def _pages(asked: Asked) -> Iterator[Hit]:
    """Places of the rail, of the person menu, and of the settings; each once."""
    places = [Hit(str(entry.label), "", entry.url, entry.icon) for entry in (*navigation(asked.viewer, ""), *personal(asked.viewer))]
    places += [Hit(str(entry.label), str(entry.text), entry.url, entry.icon) for entry in entries_for(asked.viewer) if exists(entry.url)]
    once = {hit.url: hit for hit in places}  # what says more comes later
    return (hit for hit in once.values() if fits(asked.words, f"{hit.label} {hit.note}"))


def _chapters(asked: Asked) -> Iterator[Hit]:
    """Chapters of the handbook by title and lead, and their headings."""
    for chapter in chapters() if asked.words else ():
        title = chapter.text.title
        if fits(asked.words, f"{title} {chapter.text.lead}"):
            yield Hit(title, chapter.text.lead, chapter.url, chapter.icon, "en")
        for heading in chapter.text.headings:
            if fits(asked.words, heading.text):
                yield Hit(heading.text, title, f"{chapter.url}#{heading.anchor}", chapter.icon, "en")


def fits(words: str, text: str) -> bool:
    """Whether a word of the text begins with each of the words; accents, case and order forgiven."""
    known = plain(text).split()
    return all(any(one.startswith(word) for one in known) for word in plain(words).split())


FIXED: Sequence[tuple[str, str | Promise, Callable[[Asked], Iterator[Hit]]]] = (("pages", _("Pages"), _pages), ("help", _("Help"), _chapters))
