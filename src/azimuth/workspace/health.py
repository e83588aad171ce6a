"""What a load balancer asks: does this process live, and can it serve?"""

from __future__ import annotations

from contextlib import suppress

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from azimuth.access.guards import open_to_all
from azimuth.jobs import queries

_seen_migrated: set[str] = set()  # databases this process has once found to be of its version: they do not go back


@open_to_all
@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"alive": True})


@open_to_all
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether the database answers, is of this version, and a worker gives signs of life: 200 or 503, and which of them."""
    state = {"database": False, "migrations": False, "worker": False}
    with suppress(DatabaseError):
        connection.ensure_connection()
        state["database"] = True
        state["migrations"] = _is_migrated()
        state["worker"] = queries.worker_health().is_alive(timezone.now())
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _is_migrated() -> bool:
    name = str(connection.settings_dict["NAME"])
    if name not in _seen_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _seen_migrated.add(name)
    return True
