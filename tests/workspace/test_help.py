"""The handbook inside the product: every chapter is a page, links and pictures lead somewhere, nothing breaks the content policy."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page
from pytest_django import DjangoAssertNumQueries

from azimuth.kit import prose
from azimuth.people.models import Person
from azimuth.workspace import help_queries
from tests.browser import assert_fits, assert_no_axe_violations, sign_in
from tests.cast import Cast

SLUGS = list(help_queries.CHAPTERS)
SignIn = Callable[[Person], Client]


def test_every_file_is_a_chapter_and_every_chapter_a_file() -> None:
    assert {path.stem for path in help_queries.FOLDER.glob("*.md")} == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_chapter_is_a_page(slug: str, cast: Cast, as_person: SignIn) -> None:
    found = help_queries.reading(slug)
    assert found is not None
    response = as_person(cast.ada).get(f"/help/{slug}/")

    assert response.status_code == 200
    assert f">{found.chapter.text.title}</h1>" in response.text
    assert all(f'id="{heading.anchor}"' in response.text for heading in found.chapter.text.headings)
    assert len({heading.anchor for heading in found.chapter.text.headings}) == len(found.chapter.text.headings) > 2
    assert not re.search(r"<h1|style=|<script|javascript:", found.chapter.text.body)


@pytest.mark.parametrize("slug", SLUGS)
def test_links_and_pictures_lead_somewhere(slug: str) -> None:
    bodies = {chapter.url: chapter.text.body for chapter in help_queries.chapters()}
    body = next(chapter.text.body for chapter in help_queries.chapters() if chapter.slug == slug)
    for target in re.findall(r'href="([^"]+)"', body):
        address, _sign, anchor = target.partition("#")
        assert not address or address in bodies, f"{slug}.md links to {target}"
        assert not anchor or f'id="{anchor}"' in bodies.get(address, body), f"{slug}.md links to {target}"
    for picture in re.findall(r'src="([^"]+)"', body):
        assert finders.find(picture.removeprefix("/static/")), f"{slug}.md shows {picture}"
        assert re.search(rf'src="{re.escape(picture)}" alt="[^"]{{12,}}"', body), f"{slug}.md: say what {picture} shows"


def test_the_first_page_lists_all_chapters(cast: Cast, as_person: SignIn) -> None:
    text = as_person(cast.ada).get("/help/").text
    assert [slug for slug in SLUGS if f'href="/help/{slug}/"' in text] == SLUGS


def test_chapters_lead_on_and_back() -> None:
    first, middle, last = (help_queries.reading(SLUGS[place]) for place in (0, 1, -1))
    assert None not in (first, middle, last)
    assert first.before is None
    assert middle.before == first.chapter
    assert last.after is None


def test_an_unknown_chapter_is_absent(cast: Cast, as_person: SignIn) -> None:
    assert as_person(cast.ada).get("/help/the-meaning-of-life/").status_code == 404


def test_nobody_reads_it_from_outside() -> None:
    assert Client().get("/help/employee/")["Location"].startswith("/accounts/login/")


def test_help_changes_nothing(cast: Cast, as_person: SignIn) -> None:
    assert as_person(cast.ada).post("/help/").status_code == 405


def test_it_costs_no_more_than_the_frame(cast: Cast, as_person: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = as_person(cast.ada)
    client.get("/help/employee/")
    with django_assert_max_num_queries(8):
        client.get("/help/employee/")


def test_the_menu_with_ones_name_leads_to_help(cast: Cast, as_person: SignIn) -> None:
    assert 'class="menu__item" href="/help/"' in as_person(cast.ada).get("/").text


def test_raw_markup_stays_text() -> None:
    text = prose.read("# A\n\nB\n\n<b style='x'>c</b> [d](javascript:alert(1))\n", address=str)
    assert "<b " not in text.body
    assert "href" not in text.body


def test_headings_that_are_alike_get_anchors_of_their_own() -> None:
    text = prose.read("# A\n\nB\n\n## Same *here*\n\n## Same here\n\n### Deeper\n", address=str)
    assert [(heading.anchor, heading.text) for heading in text.headings] == [("same-here", "Same here"), ("same-here-2", "Same here")]
    assert 'id="deeper"' in text.body


@pytest.mark.parametrize("source", ["", "No title.\n", "## Second level\n\nText\n", "# Title only\n"])
def test_a_text_without_title_and_lead_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="begins with a title"):
        prose.read(source, address=str)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_it_reads_well_in_a_browser(width: int, page: Page, site: str, cast: Cast) -> None:
    sign_in(page, site, cast.ada)
    page.set_viewport_size({"width": width, "height": 800})
    for slug in SLUGS:
        page.goto(f"{site}/help/{slug}/")
        assert_fits(page)
        assert_no_axe_violations(page)
    page.goto(f"{site}/help/")
    assert_no_axe_violations(page)
