"""The log for auditors and administrators, its files, and the check of its chain."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from azimuth.audit import actions, queries
from azimuth.audit.models import Entry
from azimuth.kit.forms import Form
from azimuth.people.guards import SignedInRequest, signed_in
from azimuth.workspace.policies import can_check_chain, can_read_log
from azimuth.workspace.tables import LogTable


class KeptHash(Form):
    """A last hash, as somebody wrote it down."""

    kept = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$", label=_("A hash you kept"), error_messages={"invalid": _("A hash has 64 digits and letters from a to f.")},
    )

    def clean_kept(self) -> str:
        """As the log writes it."""
        return str(self.cleaned_data["kept"]).lower()


TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


@signed_in
@require_safe
def log(request: SignedInRequest) -> HttpResponse:
    """What happened, as far as this viewer may know."""
    if not can_read_log(request.person):
        raise Http404
    table = LogTable(request, Entry.objects.visible_to(request.person))
    return render(request, "workspace/log.html", {"table": table, "may_check": can_check_chain(request.person)})


@signed_in
@require_POST
def download(request: SignedInRequest) -> HttpResponseBase:
    """The log as a file, narrowed as the page was."""
    if not can_read_log(request.person):
        raise Http404
    form = "jsonl" if request.POST.get("form") == "jsonl" else "csv"
    table = LogTable(request, Entry.objects.visible_to(request.person))
    lines = actions.hand_out(table.narrowed, form, by=request.person, at=timezone.now())
    response = StreamingHttpResponse(lines, content_type=TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="azimuth-log.{form}"'
    return response


@signed_in
@require_safe
def chain(request: SignedInRequest) -> HttpResponse:
    """Whether every row is as it was written: all are computed anew; and whether a hash kept elsewhere is still there."""
    if not can_check_chain(request.person):
        raise Http404
    form = KeptHash(request.GET if "kept" in request.GET else None)
    row = queries.row_of(form.cleaned_data["kept"]) if form.is_valid() else None
    return render(request, "workspace/log_chain.html", {"report": queries.verify_chain(), "form": form, "row": row})
