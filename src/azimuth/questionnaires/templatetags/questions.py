"""Parts of a form that look the same for very many raters, rendered once for each way they can look."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from azimuth.questionnaires.queries import FormQuestion, FormScale
from azimuth.questionnaires.translations import Speech

register = template.Library()


@register.filter
def said(text: str, speech: Speech) -> str:
    """A text as the reader hears it."""
    return speech(text)


@register.simple_tag
def rated_item(question: FormQuestion, scale: FormScale) -> SafeString:
    """A rated item; a form has two dozen, and each looks one of a handful of ways."""
    return _item(question, scale, get_language())


@register.simple_tag
def scale_legend(scale: FormScale, *, is_open: bool) -> SafeString:
    """What the points of the scale mean."""
    return _legend(scale, is_open, get_language())


@lru_cache(maxsize=4096)
def _item(question: FormQuestion, scale: FormScale, language: str) -> SafeString:
    return render_to_string("questionnaires/_item.html", {"question": question, "scale": scale})


@lru_cache(maxsize=64)
def _legend(scale: FormScale, is_open: bool, language: str) -> SafeString:  # noqa: FBT001  a key of the cache
    return render_to_string("questionnaires/_scale.html", {"scale": scale, "is_open": is_open})
