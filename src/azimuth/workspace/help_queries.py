"""The handbook as pages: the files beside this one, in the order they are best read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse

from azimuth.kit import prose

FOLDER = Path(__file__).parent / "handbook"
PICTURES = "../static/"  # where the files, read in the repository, find their pictures
CHAPTERS = {
    "employee": "user",
    "lead": "users",
    "coach": "message-circle",
    "hr": "refresh-cw",
    "import": "file-up",
    "confidentiality": "shield-check",
    "auditor": "scroll-text",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the handbook."""

    slug: str
    icon: str
    text: prose.Prose

    @property
    def url(self) -> str:
        """Where it is read."""
        return reverse("workspace:help-chapter", args=[self.slug])


@dataclass(frozen=True, slots=True)
class Reading:
    """A chapter and those before and after it."""

    chapter: Chapter
    before: Chapter | None
    after: Chapter | None


@cache
def chapters() -> Sequence[Chapter]:
    """All chapters, read and made into markup once per process."""
    return tuple(Chapter(slug, icon, prose.read((FOLDER / f"{slug}.md").read_text("utf-8"), address=_address)) for slug, icon in CHAPTERS.items())


def reading(slug: str) -> Reading | None:
    """A chapter by its slug; None when there is none."""
    found = chapters()
    place = next((number for number, chapter in enumerate(found) if chapter.slug == slug), None)
    if place is None:
        return None
    return Reading(found[place], found[place - 1] if place else None, found[place + 1] if place + 1 < len(found) else None)


def _address(target: str) -> str:
    """Of a link or picture: chapters link to each other's files, pictures lie among the static files."""
    if target.startswith(PICTURES):
        return static(target.removeprefix(PICTURES))
    file, sign, anchor = target.partition("#")
    if file.endswith(".md"):
        return reverse("workspace:help-chapter", args=[file.removesuffix(".md")]) + sign + anchor
    return target
