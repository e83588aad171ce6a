"""The frame around every page: where one can go, and where one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from azimuth.people.models import Person
from azimuth.people.states import Role
from azimuth.workspace.preferences import theme_of

THEMES = (("light", _("Light"), "sun"), ("dark", _("Dark"), "moon"), ("system", _("System"), "monitor"))


@dataclass(frozen=True)
class NavigationEntry:
    """One place of the rail."""

    label: object = field(compare=False)  # a word in the reader's language; the address tells places apart
    icon: str
    url: str
    is_current: bool = False


PERSONAL: Sequence[NavigationEntry] = (
    NavigationEntry(_("Language and time zone"), "languages", "/people/preferences/"),
    NavigationEntry(_("Reminders"), "bell", "/notifications/reminders/"),
    NavigationEntry(_("Security"), "shield-check", "/accounts/security/"),
    NavigationEntry(_("Help"), "circle-question-mark", "/help/"),
)


@dataclass(frozen=True)
class Session:
    """How many seconds the session still lasts: unless something is asked, and in any case."""

    idle: int
    whole: int
    stay_url: str = "/accounts/stay/"
    sign_in_url: str = "/accounts/login/"


@dataclass(frozen=True)
class Frame:
    """What the frame of a page needs besides its places."""

    theme: str
    themes: Sequence[tuple[str, object, str]] = THEMES
    languages: Sequence[tuple[str, object]] = ()
    home_url: str = "/"
    search_url: str = "/search/"
    help_url: str = "/help/"
    who_url: str = "/access/who/"
    theme_url: str = "/preferences/theme/"
    language_url: str = "/preferences/language/"
    sign_out_url: str = "/accounts/logout/"
    own_url: str = ""
    personal: Sequence[NavigationEntry] = PERSONAL
    session: Session | None = None


OPEN_ALWAYS = ("/accounts/security/", Frame.help_url)


def _everybody(viewer: Person) -> bool:
    return True


def _has(*roles: Role) -> Callable[[Person], bool]:
    return lambda viewer: any(viewer.has_role(role) for role in roles)


PLACES: Sequence[tuple[NavigationEntry, Callable[[Person], bool]]] = (
    (NavigationEntry(_("Home"), "house", "/"), _everybody),
    (NavigationEntry(_("Reviews"), "message-square-quote", "/reviews/"), _everybody),
    (NavigationEntry(_("People"), "users", "/people/"), _everybody),
    (NavigationEntry(_("Cycles"), "refresh-cw", "/reviews/cycles/"), _has(Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR)),
    (NavigationEntry(_("Competencies"), "layers", "/competencies/"), _everybody),
    (NavigationEntry(_("Questionnaires"), "list-checks", "/questionnaires/"), _has(Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR)),
    (NavigationEntry(_("Import"), "file-up", "/people/import/"), _has(Role.HR_ADMIN)),
    (NavigationEntry(_("Who sees what"), "eye", "/access/why/"), _has(Role.AUDITOR, Role.HR_ADMIN, Role.HR_PARTNER)),
    (NavigationEntry(_("Audit"), "scroll-text", "/audit/"), _has(Role.AUDITOR, Role.HR_ADMIN, Role.SYSTEM_ADMIN)),
    (NavigationEntry(_("Jobs"), "activity", "/jobs/"), _has(Role.HR_ADMIN, Role.SYSTEM_ADMIN)),
    (NavigationEntry(_("Settings"), "settings", "/settings/"), _has(Role.HR_ADMIN, Role.SYSTEM_ADMIN)),
)


@lru_cache(maxsize=64)
def exists(url: str) -> bool:
    """Whether this installation has a page at the address."""
    try:
        resolve(url)
    except Resolver404:
        return False
    return True


def navigation(viewer: Person | None, path: str) -> tuple[NavigationEntry, ...]:
    """The places this viewer may go to, the deepest one that holds `path` marked as current."""
    if viewer is None:
        return ()
    open_to_viewer = [entry for entry, may_open in PLACES if exists(entry.url) and may_open(viewer)]
    holding = [entry.url for entry in open_to_viewer if path == entry.url or (entry.url != "/" and path.startswith(entry.url))]
    here = max(holding, key=len, default="")
    return tuple(replace(entry, is_current=True) if entry.url == here else entry for entry in open_to_viewer)


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of the page frame. While somebody must add a second factor no other place opens, so none is shown."""
    viewer: Person | None = getattr(request, "person", None)
    must_add = getattr(request, "must_add_factor", False)
    return {
        "viewer": viewer,
        "must_add_factor": must_add,
        "navigation": () if must_add else navigation(viewer, request.path),
        "frame": Frame(
            theme=theme_of(request), languages=settings.LANGUAGES, session=_session(request), search_url=Frame.search_url if viewer and not must_add else "",
            own_url=viewer.get_absolute_url() if viewer and not must_add else "",
            personal=tuple(entry for entry in PERSONAL if entry.url in OPEN_ALWAYS) if must_add else PERSONAL,
        ),
    }


def personal(viewer: Person) -> Sequence[NavigationEntry]:
    """What the person menu leads to."""
    return (NavigationEntry(_("My page"), "circle-user", viewer.get_absolute_url()), *PERSONAL)


def _session(request: HttpRequest) -> Session | None:
    ends = getattr(request, "session_ends", None)
    if ends is None:
        return None
    at = timezone.now()
    return Session(idle=int((ends.idle_at - at).total_seconds()), whole=int((ends.whole_at - at).total_seconds()))
