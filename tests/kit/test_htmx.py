"""Answers for htmx and for everybody else."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from azimuth.kit.gallery import gallery
from azimuth.kit.htmx import answer, is_htmx


def asked(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def test_htmx_gets_the_fragment_and_others_a_redirect() -> None:
    context = {"page": type("Page", (), {"previous_url": "", "next_url": "?after=x"}), "target": "", "label": ""}
    fragment = answer(asked(hx_request="true"), "kit/parts/pager.html", context, otherwise="/done/")
    assert (fragment.status_code, "?after=x" in fragment.text, fragment["Vary"]) == (200, True, "HX-Request")
    plain = answer(asked(), "kit/parts/pager.html", context, otherwise="/done/")
    assert (plain.status_code, plain["Location"], plain["Vary"]) == (302, "/done/", "HX-Request")


@pytest.mark.parametrize(("headers", "expected"), [
    ({"hx_request": "true"}, True), ({}, False), ({"hx_request": "true", "hx_history_restore_request": "true"}, False), ({"hx_request": "true", "hx_boosted": "true"}, False),
])
def test_only_real_part_requests_count(headers: dict[str, str], expected: bool) -> None:
    assert is_htmx(asked(**headers)) is expected


@pytest.mark.django_db
def test_the_gallery_answers_htmx_with_its_table_only() -> None:
    request = RequestFactory().get("/kit/gallery/?sort=model", headers={"hx-request": "true"})
    text = gallery(request).text
    assert 'id="sample"' in text
    assert "<html" not in text
