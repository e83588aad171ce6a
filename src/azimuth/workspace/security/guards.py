"""The guard of what changes how an account is opened."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from azimuth.people.guards import SignedInRequest
from azimuth.workspace.security import proof

P = ParamSpec("P")


def proven(view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase]) -> Callable[Concatenate[SignedInRequest, P], HttpResponseBase]:
    """Guard, under `signed_in`: whoever has not just shown that it is them is asked to, and led back to the page."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if proof.is_fresh(request.session, timezone.now()):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('security:prove')}?{urlencode({'next': request.path})}")

    return cast("Callable[Concatenate[SignedInRequest, P], HttpResponseBase]", guarded)
