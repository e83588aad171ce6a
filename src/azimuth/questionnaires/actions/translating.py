"""What texts say in other languages: kept for the words themselves, so that every thing that says them shares it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from azimuth.access.guards import Viewer
from azimuth.audit import actions as audit
from azimuth.questionnaires import policies, translations
from azimuth.questionnaires.actions.editing import STALE
from azimuth.questionnaires.actions.writing import keep_translations, one_at_a_time
from azimuth.questionnaires.models import Questionnaire, RatingScale, Translation
from azimuth.questionnaires.outlines import Stale, fingerprint_of


@transaction.atomic
def translate(
    thing: Questionnaire | RatingScale, words: Mapping[str, str], *, language: str, seen: str, by: Viewer, at: datetime
) -> int:
    """Keep what texts of a questionnaire or scale say in a language; empty words take a translation back. Returns how many changed.

    Used ones too: the original stays, and cycles keep the snapshot they took. Raises Stale unless `seen` is the fingerprint of what
    these texts say in the language now.
    """
    policies.can_translate(by).enforce()
    changed = write_words(words, language=language, seen=seen)
    if changed:
        audit.record("questionnaires.translate", thing, by=by, at=at, language=language, texts=changed)
    return changed


def write_words(words: Mapping[str, str], *, language: str, seen: str) -> int:
    """Write what texts say in a language, part of a deed; returns how many changed. Raises Stale with what is known now."""
    one_at_a_time("translations")
    now = translations.words_in(language, words)
    if fingerprint_of(now) != seen:
        raise Stale(str(STALE), now)
    emptied = [translations.key_of(source) for source in now if not words[source]]
    Translation.objects.filter(language=language, key__in=emptied).delete()
    return len(emptied) + keep_translations({language: {source: said for source, said in words.items() if said}})
