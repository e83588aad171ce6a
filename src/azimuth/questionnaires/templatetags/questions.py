"""Parts of a form that look the same for very many raters, rendered once for each way they can look."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from azimuth.kit.markup import joined
from azimuth.questionnaires.queries import FormQuestion, FormScale, FormSection
from azimuth.questionnaires.translations import Speech

register = template.Library()


@register.filter
def said(text: str, speech: Speech) -> str:
    """A text as the reader hears it."""
    return speech(text)


@register.simple_tag
def questions(section: FormSection, scale: FormScale) -> SafeString:
    """The questions of a section. A form has two dozen rated items, and each looks one of a handful of ways; so do prompts nobody has answered yet."""
    language = get_language()
    return joined(_item(question, scale, language) if question.is_item else _prompt_of(question, language) for question in section.questions)


@register.simple_tag
def scale_legend(scale: FormScale, *, is_open: bool) -> SafeString:
    """What the points of the scale mean."""
    return _legend(scale, is_open, get_language())


def _prompt_of(question: FormQuestion, language: str) -> SafeString:
    """What somebody wrote is not kept."""
    return _prompt.__wrapped__(question, language) if question.answer or question.problem else _prompt(question, language)


@lru_cache(maxsize=512)
def _prompt(question: FormQuestion, language: str) -> SafeString:
    return render_to_string("questionnaires/_prompt.html", {"question": question})


@lru_cache(maxsize=4096)
def _item(question: FormQuestion, scale: FormScale, language: str) -> SafeString:
    return render_to_string("questionnaires/_item.html", {"question": question, "scale": scale})


@lru_cache(maxsize=64)
def _legend(scale: FormScale, is_open: bool, language: str) -> SafeString:  # noqa: FBT001  a key of the cache
    return render_to_string("questionnaires/_scale.html", {"scale": scale, "is_open": is_open})
