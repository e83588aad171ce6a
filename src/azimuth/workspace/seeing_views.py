"""Who can see this, and why can somebody see that: answered by the policies that decide."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from azimuth.kit.forms import Form
from azimuth.kit.htmx import part_or_page
from azimuth.people.forms.choosing import PersonField
from azimuth.people.guards import SignedInRequest, for_roles, signed_in
from azimuth.people.models import Person
from azimuth.people.states import Role
from azimuth.workspace import seeing


class WhyForm(Form):
    """Who looks, and about whom."""

    viewer = PersonField(label=_("Who looks"))
    about = PersonField(label=_("At what is about"))

    def __init__(self, *args: object, viewer: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.asking = viewer
        for field in self.fields.values():
            field.people = Person.objects.visible_to(viewer)  # type: ignore[attr-defined]

    def clean_about(self) -> Person:
        """Somebody this viewer may ask about."""
        about: Person = self.cleaned_data["about"]
        if not seeing.may_explain(self.asking, about):
            raise forms.ValidationError(_("You may ask about people you look after, and not about yourself."))
        return about


@signed_in
@require_safe
def who_sees(request: SignedInRequest, kind: str, key: UUID) -> HttpResponse:
    """Everybody who can see one thing, each under the rule that lets them in."""
    asked = seeing.BY_CODE.get(kind)
    if asked is None:
        raise Http404
    thing = get_object_or_404(asked.open_to(request.person), pk=key)
    context = {"kind": asked, "name": asked.name(thing), "seen": seeing.who_sees(asked, thing, on=timezone.localdate())}
    return part_or_page(request, "workspace/who_sees.html", "audience", context)


@for_roles(Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR)
@require_safe
def why(request: SignedInRequest) -> HttpResponse:
    """Why somebody can, or cannot, see what is about somebody else."""
    form = WhyForm(request.GET if "viewer" in request.GET else None, viewer=request.person)
    answers = seeing.explain(form.cleaned_data["viewer"], form.cleaned_data["about"]) if form.is_bound and form.is_valid() else []
    return render(request, "workspace/why.html", {"form": form, "answers": answers})
